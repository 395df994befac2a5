package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/procedure"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

func linksCommand() command {
	c := command{
		name: "links", args: "[FLAGS] ID", short: "Print the timeline of a procedure: its notices, the links between them, what changed",
		long: `ID is the number of any notice of the procedure, an eForms notice identifier or a ContractFolderID. Every link says what it rests on and
how sure it is; what contradicts itself is shown as rejected, with the reason. docs/links.md explains the grades.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		dir := f.data()
		plain := f.plain()
		format := f.String("format", "text", "`how` to print: text, json")
		if done, err := f.parse(args); done {
			return err
		}
		if f.NArg() != 1 {
			return wrongUsage(fault.New(fault.Invalid, "%d arguments, one id expected", f.NArg()).WithHint("boamp links 24-12345"))
		}
		if *format != "text" && *format != "json" {
			return wrongUsage(fault.New(fault.Invalid, "unknown format %q", *format).WithHint("--format text or json"))
		}
		return withReader(ctx, std, *dir, *plain, func(door *search.Door, _ rawReader) error {
			var p *procedure.Timeline
			err := door.Ask(ctx, func(ctx context.Context, snap store.Snapshot) (err error) {
				p, err = procedure.Find(ctx, snap, door.Fields, f.Arg(0))
				return err
			})
			if err != nil {
				return err
			}
			if *format == "json" {
				enc := json.NewEncoder(std.out)
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(p)
			}
			return printTimeline(std.out, p)
		})
	}
	return c
}

// printTimeline writes a timeline for people: notices with what they name and change, then what was not followed.
func printTimeline(w io.Writer, p *procedure.Timeline) error {
	var b strings.Builder
	fmt.Fprintf(&b, "procedure %s, %d notices\n", p.ID, len(p.Notices))
	if p.Deadline != nil {
		fmt.Fprintf(&b, "deadline  %s, stated by %s\n", clock(p.Deadline.Deadline), p.Deadline.StatedBy)
		if len(p.Deadline.InWords) > 0 {
			fmt.Fprintf(&b, "          but read the words of %s\n", strings.Join(p.Deadline.InWords, ", "))
		}
	}
	if p.Cancelled != "" {
		fmt.Fprintf(&b, "cancelled by %s\n", p.Cancelled)
	}
	for i, m := range p.Notices {
		day := m.Published.String()
		if m.Published.IsZero() {
			day = "no day    "
		}
		fmt.Fprintf(&b, "\n%s  %-12s  %s\n", day, m.Role, m.ID)
		if i == 0 || m.Title != p.Notices[i-1].Title {
			detail(&b, "%s", m.Title)
		}
		if i == 0 || m.Buyer != p.Notices[i-1].Buyer {
			detail(&b, "%s", m.Buyer)
		}
		if m.Deadline != nil {
			detail(&b, "deadline %s", clock(m.Deadline))
		}
		for _, e := range p.Links {
			if e.From == m.ID && e.Status != procedure.Rejected {
				detail(&b, "%s", edgeLine(e))
			}
		}
		for _, c := range p.Changes {
			if c.To == m.ID {
				printChange(&b, c)
			}
		}
	}
	printRejected(&b, p)
	if p.Truncated {
		b.WriteString("\nThere is more: the timeline ends here.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func detail(b *strings.Builder, format string, args ...any) {
	if s := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " "); s != "" {
		fmt.Fprintf(b, "    %s\n", s)
	}
}

// edgeLine says what a link claims and what it rests on.
func edgeLine(e procedure.Edge) string {
	var kinds []string
	for _, g := range e.Evidence {
		kinds = append(kinds, string(g.Kind))
	}
	sure := string(e.Grade)
	if e.Status != procedure.Joined {
		sure = strings.TrimSpace(string(e.Status) + " " + sure)
	}
	line := fmt.Sprintf("%s %s: %s, by %s", e.Relation, e.To, sure, strings.Join(kinds, ", "))
	if e.Reason != "" {
		line += " (" + e.Reason + ")"
	}
	return line
}

func printChange(b *strings.Builder, c procedure.Change) {
	for _, f := range c.Fields {
		switch f.Kind {
		case procedure.Added:
			detail(b, "+ %s: %s", f.LabelEN, brief(f.After))
		case procedure.Removed:
			detail(b, "- %s: %s", f.LabelEN, brief(f.Before))
		default:
			before, after := apart(f.Before, f.After)
			detail(b, "~ %s: %s -> %s", f.LabelEN, brief(before), brief(after))
		}
	}
	for _, a := range c.Announced {
		said := strings.Join(nonEmpty(a.Section, a.Text, a.Reason), ": ")
		if a.Before != "" || a.After != "" {
			said += fmt.Sprintf(": %q -> %q", cutText(a.Before), cutText(a.After))
		}
		detail(b, "says: %s", cutText(strings.TrimPrefix(said, ": ")))
	}
	if len(c.NotStated) > 0 {
		detail(b, "not stated again: %s", strings.Join(c.NotStated, ", "))
	}
}

func printRejected(b *strings.Builder, p *procedure.Timeline) {
	first := true
	for _, e := range p.Links {
		if e.Status != procedure.Rejected {
			continue
		}
		if first {
			b.WriteString("\nnot followed\n")
			first = false
		}
		detail(b, "%s %s", e.From, edgeLine(e))
	}
}

func nonEmpty(list ...string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// clock writes a deadline as its document means it.
func clock(d *notice.Deadline) string {
	if d.Wall == "" {
		return d.Written
	}
	return strings.TrimSuffix(strings.Replace(d.Wall, "T", " ", 1), ":00")
}

// apart leaves out a long beginning that two texts have in common.
func apart(before, after any) (any, any) {
	b, ok := before.(string)
	a, ok2 := after.(string)
	if !ok || !ok2 {
		return before, after
	}
	rb, ra := []rune(b), []rune(a)
	same := 0
	for same < min(len(rb), len(ra)) && rb[same] == ra[same] {
		same++
	}
	const shown = 30
	if same < 2*shown {
		return before, after
	}
	return "…" + string(rb[same-shown:]), "…" + string(ra[same-shown:])
}

// brief writes a value on a line.
func brief(v any) string {
	switch v := v.(type) {
	case string:
		return cutText(v)
	case float64:
		return fmt.Sprintf("%.2f", v)
	case []string:
		return cutText(strings.Join(v, ", "))
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return cutText(string(b))
}

func cutText(s string) string {
	const most = 160
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(r)
}
