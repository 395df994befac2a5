package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/boamp/boamp/internal/ingest"
)

// progress tells how far an import is: a bar that is drawn over itself on a terminal, a line now and then elsewhere.
type progress struct {
	std   stdio
	start time.Time
	last  time.Time
	drawn bool
}

func newProgress(std stdio) *progress {
	now := time.Now()
	return &progress{std: std, start: now, last: now}
}

const (
	barPause  = 200 * time.Millisecond
	linePause = 10 * time.Second
	barWidth  = 24
)

func (p *progress) report(e ingest.Progress) {
	now := time.Now()
	pause := linePause
	if p.std.terminal {
		pause = barPause
	}
	if now.Sub(p.last) < pause {
		return
	}
	p.last = now
	rate := float64(e.Summary.Documents) / now.Sub(p.start).Seconds()
	text := fmt.Sprintf("%s  %d documents, %.0f/s", e.Edition, e.Summary.Documents, rate)
	if e.Summary.Quarantined > 0 {
		text += fmt.Sprintf(", %d set aside", e.Summary.Quarantined)
	}
	if !p.std.terminal {
		fmt.Fprintln(p.std.err, text)
		return
	}
	if e.Total > 0 {
		done := min(barWidth, int(int64(barWidth)*e.Consumed/e.Total))
		text = "[" + strings.Repeat("#", done) + strings.Repeat(".", barWidth-done) + "] " + text
	}
	fmt.Fprintf(p.std.err, "\r\x1b[K%s", clip(text, 100))
	p.drawn = true
}

// say prints a line beside the bar.
func (p *progress) say(format string, args ...any) {
	p.end()
	fmt.Fprintf(p.std.err, format+"\n", args...)
}

// end wipes the bar.
func (p *progress) end() {
	if p.drawn {
		fmt.Fprint(p.std.err, "\r\x1b[K")
		p.drawn = false
	}
}

// printSummary prints the table at the end of an import.
func printSummary(w io.Writer, s ingest.Summary) {
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	fmt.Fprintf(t, "documents read\t%d\t(%s)\n", s.Documents, size(s.Bytes))
	if s.Companions > 0 {
		fmt.Fprintf(t, "pages beside notices\t%d\t(not read)\n", s.Companions)
	}
	fmt.Fprintf(t, "notices served\t%d\t(%d new, %d updated, %d unchanged)\n", s.Served(), s.Inserted, s.Updated, s.Unchanged)
	fmt.Fprintf(t, "set aside\t%d\t\n", s.Quarantined)
	for _, c := range []struct {
		what string
		n    int
		note string
	}{
		{"erased", s.Erased, "(documents of which nothing is kept)"}, {"taken out", s.Removed, "(notices)"}, {"missing", s.Missing, "(documents that the source lists)"},
		{"gone", s.Gone, "(documents that the source lists no more)"}, {"read otherwise", s.Derived, "(notices, than by an older program)"},
	} {
		if c.n > 0 {
			fmt.Fprintf(t, "%s\t%d\t%s\n", c.what, c.n, c.note)
		}
	}
	if s.Warnings > 0 {
		fmt.Fprintf(t, "warnings\t%d\t(in the notices, under \"warnings\")\n", s.Warnings)
	}
	for _, g := range s.SortedGroups() {
		famille := g.Famille
		if famille == "" {
			famille = "-"
		}
		fmt.Fprintf(t, "  %s %s\t%d\t\n", g.Generation, famille, s.Groups[g])
	}
	seconds := s.Elapsed.Seconds()
	if seconds > 0 {
		fmt.Fprintf(t, "speed\t%.1f MB/s\t%.0f documents/s, %.0f notices/s, %.1f s\n",
			float64(s.Bytes)/1e6/seconds, float64(s.Documents)/seconds, float64(s.Served())/seconds, seconds)
	}
	fmt.Fprintf(t, "data revision\t%d\t\n", s.Revision)
	_ = t.Flush()
	if len(s.Reasons) == 0 {
		return
	}
	fmt.Fprintln(w, "\nset aside because:")
	for _, reason := range slices.Sorted(maps.Keys(s.Reasons)) {
		fmt.Fprintf(w, "  %5d  %s\n", s.Reasons[reason], reason)
	}
}

func size(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f kB", float64(n)/1e3)
}
