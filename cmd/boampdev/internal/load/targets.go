package load

import (
	"fmt"
	"io"
	"strings"
)

// Verdict is a row of the table of targets.
type Verdict struct {
	What, Target, Result string
	Met                  bool
	Others               float64 // processors that other programs had meanwhile, on average; -1: not known
}

// Verdicts are the table of targets.
type Verdicts []Verdict

// target is a line that has to be below or above something.
type target struct {
	what   string
	engine string
	table  string
	prefix string // of Line.What
	want   string
	value  func(l Line) float64
	unit   string
	most   float64 // 0: there is a least
	least  float64
}

func p50(l Line) float64    { return l.P50 }
func p99(l Line) float64    { return l.P99 }
func amount(l Line) float64 { return l.Value }

// rate is the speed of an export in megabytes a second: its value is rows a second of all its rows.
func rate(l Line) float64 {
	if l.Found == 0 {
		return 0
	}
	return float64(l.Bytes) / 1e6 / (float64(l.Found) / l.Value)
}

// targetsOf are those of the table in docs/performance.md, at 1.7 million notices and two processors.
func targetsOf() []target {
	single := func(prefix string, most float64) target {
		return target{prefix, "index", "single", prefix, fmt.Sprintf("<= %v ms", most), p50, "ms", most, 0}
	}
	return []target{
		{"mixed load, 16 clients", "index", "load", "mixed load, closed loop", ">= 500 requests/s", amount, "requests/s", 0, 500},
		{"p99 at half of it", "index", "load", "mixed load at ", "<= 150 ms", p99, "ms", 150, 0},
		single("notice by id", 1),
		single("filter, total, 20 whole records by date", 5),
		single("two words, total, 20 hits", 5),
		single("two words of objet, total, 20 whole records", 5),
		single("ten facets over everything", 1),
		single("ten facets over a twentieth", 8),
		single("year x kind over everything", 5),
		single("a CPV in donnees, total, 20 hits", 5),
		single("a SIRET in donnees, total, 20 hits", 5),
		single("offset 9,900 of a broad query", 10),
		{"start to first answer", "index", "server", "start to first answer", "<= 1 s", amount, "s", 1, 0},
		{"edition of 1,000: commit to searchable", "index", "edition", "commit to searchable", "<= 1,000 ms", amount, "ms", 1000, 0},
		{"most resident", "index", "server", "most resident, at the end", "<= 2,500 MB", amount, "MB", 2500, 0},
		{"most resident, smaller mode", "small", "server", "most resident, at the end", "<= 1,000 MB", amount, "MB", 1000, 0},
		{"CSV of everything, 12 columns", "index", "export", "CSV", ">= 1 M rows/s", amount, "rows/s", 0, 1e6},
		{"JSON Lines of whole records", "index", "export", "JSON Lines", ">= 100 MB/s", rate, "MB/s", 0, 100},
		{"Parquet, 12 columns", "index", "export", "Parquet", ">= 800,000 rows/s", amount, "rows/s", 0, 8e5},
	}
}

// Targets judges measurements; what was not measured is left out.
func Targets(lines []Line) Verdicts {
	var list Verdicts
	for _, t := range targetsOf() {
		l, ok := find(lines, t.engine, t.table, t.prefix)
		if !ok || l.Failed > 0 && t.table == "single" {
			continue
		}
		v := t.value(l)
		met := t.most > 0 && v <= t.most || t.least > 0 && v >= t.least
		list = append(list, Verdict{t.what, t.want, number3(v) + " " + t.unit, met, others(l)})
	}
	if mixed, ok := find(lines, "index", "load", "mixed load, closed loop"); ok {
		if alone, ok := find(lines, "duckdb", "load", "mixed load, closed loop"); ok && alone.Value > 0 {
			list = append(list, Verdict{"mixed load against DuckDB alone", ">= 20x", number3(mixed.Value/alone.Value) + "x", mixed.Value >= 20*alone.Value, others(alone)})
		}
	}
	quiet, ok := find(lines, "index", "edition", "readers before")
	if busy, there := find(lines, "index", "edition", "readers meanwhile"); ok && there && quiet.P99 > 0 {
		list = append(list, Verdict{"readers' p99 while an edition comes in", "<= 2x",
			fmt.Sprintf("%.1fx: %s to %s ms", busy.P99/quiet.P99, number3(quiet.P99), number3(busy.P99)), busy.P99 <= 2*quiet.P99, others(busy)})
	}
	return list
}

func find(lines []Line, engine, table, prefix string) (Line, bool) {
	for _, l := range lines {
		if l.Engine == engine && l.Table == table && strings.HasPrefix(l.What, prefix) {
			return l, true
		}
	}
	return Line{}, false
}

func others(l Line) float64 {
	if l.Busy == nil {
		return -1
	}
	return l.Busy.Others
}

// Markdown writes the table.
func (list Verdicts) Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| what | target | result | met | processors that others had |\n|---|---|---|---|---|\n")
	for _, v := range list {
		met, busy := "yes", ""
		if !v.Met {
			met = "**no**"
		}
		if v.Others >= 0 {
			busy = fmt.Sprintf("%.2f", v.Others)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", v.What, v.Target, v.Result, met, busy)
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}
