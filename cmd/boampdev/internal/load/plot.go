package load

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// ReadLines reads measurements that were kept as JSON Lines.
func ReadLines(r io.Reader) ([]Line, error) {
	var list []Line
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var l Line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		list = append(list, l)
	}
	return list, lines.Err()
}

// curve is what grows with the number of notices.
type curve struct {
	name   string
	engine string
	table  string
	prefix string // of Line.What
	value  func(l Line) float64
}

// panel is a diagram of curves of one unit.
type panel struct {
	title  string
	curves []curve
}

func worked(l Line) float64 { return l.Work }

// panels are the diagrams of growth.
func panels() []panel {
	single := func(name, prefix string) curve { return curve{name, "index", "single", prefix, p50} }
	server := func(name, engine, prefix string) curve { return curve{name, engine, "server", prefix, amount} }
	return []panel{
		{"median of a question, ms", []curve{
			single("notice by id", "notice by id"), single("20 whole records", "filter, total, 20 whole"), single("two words, 20 hits", "two words, total, 20 hits"),
			single("ten facets of a twentieth", "ten facets over a twentieth"), single("offset 9,900", "offset 9,900 of a broad query"),
		}},
		{"mixed load: processor ms of an answer", []curve{
			{"index", "index", "load", "mixed load, closed loop", worked}, {"DuckDB alone", "duckdb", "load", "mixed load, closed loop", worked},
		}},
		{"memory and disk, MB", []curve{
			server("resident", "index", "resident, at the end"), server("resident, smaller mode", "small", "resident, at the end"),
			server("database", "index", "database on disk"), server("index", "index", "index on disk"), server("smaller index", "small", "index on disk"),
		}},
		{"start to first answer, s", []curve{server("index", "index", "start to first answer")}},
	}
}

// point is a measurement of a curve.
type point struct{ x, y float64 }

// points are those of a curve by number of notices; of several measurements at about the same number the last counts.
func (c curve) points(lines []Line) []point {
	var list []point
	for _, l := range lines {
		if l.Engine != c.engine || l.Table != c.table || !strings.HasPrefix(l.What, c.prefix) || c.value(l) <= 0 || l.Notices <= 0 {
			continue
		}
		p := point{float64(l.Notices), c.value(l)}
		if i := slices.IndexFunc(list, func(q point) bool { return math.Abs(q.x-p.x) < 0.1*p.x }); i >= 0 {
			list[i] = p
			continue
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(p, q point) int { return int(math.Copysign(1, p.x-q.x)) })
	return list
}

// Growth writes the table of growth: a row for each curve, a column for each number of notices.
func Growth(w io.Writer, lines []Line) error {
	var sizes []float64
	for _, p := range panels() {
		for _, c := range p.curves {
			for _, q := range c.points(lines) {
				if !slices.ContainsFunc(sizes, func(x float64) bool { return math.Abs(x-q.x) < 0.1*x }) {
					sizes = append(sizes, q.x)
				}
			}
		}
	}
	slices.Sort(sizes)
	var b strings.Builder
	b.WriteString("| |")
	for _, x := range sizes {
		b.WriteString(" " + millions(x) + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(sizes)) + "\n")
	for _, p := range panels() {
		for _, c := range p.curves {
			points := c.points(lines)
			if len(points) == 0 {
				continue
			}
			fmt.Fprintf(&b, "| %s: %s |", p.title, c.name)
			for _, x := range sizes {
				cell := "-"
				for _, q := range points {
					if math.Abs(x-q.x) < 0.1*x {
						cell = number3(q.y)
					}
				}
				b.WriteString(" " + cell + " |")
			}
			b.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func millions(n float64) string { return fmt.Sprintf("%.3g M", math.Round(n/1e4)/100) }
