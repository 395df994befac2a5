package load

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
)

// Line is one measurement, the median of several where it was made several times, as JSON Lines keep it and as a row of a table shows it.
type Line struct {
	Table   string  `json:"table"`  // run, server, single, load, kind, export, edition
	Engine  string  `json:"engine"` // index, duckdb, ...
	What    string  `json:"what"`
	Notices int64   `json:"notices"`
	Target  string  `json:"target,omitempty"`
	Value   float64 `json:"value,omitempty"` // in Unit
	Unit    string  `json:"unit,omitempty"`
	P50     float64 `json:"p50_ms,omitempty"`
	P90     float64 `json:"p90_ms,omitempty"`
	P99     float64 `json:"p99_ms,omitempty"`
	Max     float64 `json:"max_ms,omitempty"`
	First   float64 `json:"first_ms,omitempty"`
	Work    float64 `json:"processor_ms,omitempty"` // of the server, a request
	Samples int     `json:"samples,omitempty"`
	Bytes   int64   `json:"bytes,omitempty"` // of an answer, on average
	Found   int64   `json:"found,omitempty"` // records that matched, on average
	Failed  int     `json:"failed,omitempty"`
	Note    string  `json:"note,omitempty"`
	Busy    *Shares `json:"busy,omitempty"`
}

// With fills in the percentiles of some latencies.
func (l Line) With(list Latencies) Line {
	l.P50, l.P90, l.P99 = Millis(list.Percentile(50)), Millis(list.Percentile(90)), Millis(list.Percentile(99))
	l.Max, l.Samples = Millis(list.Percentile(100)), len(list)
	return l
}

// Report collects lines and writes them at once as JSON Lines, so that a run that is given up leaves what it had.
type Report struct {
	JSON  io.Writer // nil for none
	lines []Line
}

// Lines are those taken so far.
func (r *Report) Lines() []Line { return r.lines }

// Add takes a line.
func (r *Report) Add(l Line) error {
	r.lines = append(r.lines, l)
	if r.JSON == nil {
		return nil
	}
	data, err := json.Marshal(l)
	if err == nil {
		_, err = r.JSON.Write(append(data, '\n'))
	}
	return err
}

// columns are the headings of the tables and what stands below them.
var columns = []struct {
	name string
	cell func(l Line) string
}{
	{"value", func(l Line) string {
		if l.Unit == "" {
			return ""
		}
		return number3(l.Value) + " " + l.Unit
	}},
	{"p50 ms", func(l Line) string { return number3(l.P50) }},
	{"p90 ms", func(l Line) string { return number3(l.P90) }},
	{"p99 ms", func(l Line) string { return number3(l.P99) }},
	{"most ms", func(l Line) string { return number3(l.Max) }},
	{"first ms", func(l Line) string { return number3(l.First) }},
	{"processor ms", func(l Line) string { return number3(l.Work) }},
	{"requests", func(l Line) string { return whole(int64(l.Samples)) }},
	{"failed", func(l Line) string { return whole(int64(l.Failed)) }},
	{"bytes", func(l Line) string { return whole(l.Bytes) }},
	{"found", func(l Line) string { return whole(l.Found) }},
	{"target", func(l Line) string { return l.Target }},
	{"note", func(l Line) string { return l.Note }},
	{"busy: server, driver, others", func(l Line) string {
		if l.Busy == nil {
			return ""
		}
		return fmt.Sprintf("%.2f, %.2f, %.2f", l.Busy.Server, l.Busy.Driver, l.Busy.Others)
	}},
}

// Markdown writes a table for each kind of line; columns without any value are left out.
func (r *Report) Markdown(w io.Writer) error {
	var b strings.Builder
	for _, table := range []string{"run", "server", "single", "load", "kind", "export", "edition"} {
		var lines []Line
		for _, l := range r.lines {
			if l.Table == table {
				lines = append(lines, l)
			}
		}
		if len(lines) > 0 {
			markdown(&b, table, lines)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func markdown(b *strings.Builder, table string, lines []Line) {
	rows := make([][]string, len(lines)+2)
	rows[0], rows[1] = []string{table, "engine"}, []string{"---", "---"}
	for i, l := range lines {
		rows[i+2] = []string{l.What, l.Engine}
	}
	for _, c := range columns {
		used := false
		for _, l := range lines {
			used = used || c.cell(l) != ""
		}
		if !used {
			continue
		}
		rows[0], rows[1] = append(rows[0], c.name), append(rows[1], "---")
		for i, l := range lines {
			rows[i+2] = append(rows[i+2], c.cell(l))
		}
	}
	for _, cells := range rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	b.WriteByte('\n')
}

// number3 writes a number with three digits that count, "" for 0.
func number3(f float64) string {
	switch {
	case f == 0:
		return ""
	case math.Abs(f) >= 100:
		return whole(int64(math.Round(f)))
	case math.Abs(f) >= 10:
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprintf("%.2f", f)
}

// whole writes a whole number with commas, "" for 0.
func whole(n int64) string {
	if n == 0 {
		return ""
	}
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
