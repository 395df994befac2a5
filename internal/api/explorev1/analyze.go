package explorev1

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// analysis is an analysis under way.
type analysis struct {
	filter
	axes   []axis
	series []serie
	sort   []analysisKey
	points int // at most
}

// analysisKey is one key of the order: an axis or a serie.
type analysisKey struct {
	columns []int // of a point: keys first, then series
	desc    bool
}

// analyze answers with values aggregated by the values of fields.
func analyze(q *request) error {
	format, err := q.format("json", "jsonp", "csv")
	if err != nil {
		return err
	}
	set, err := q.dataset()
	if err != nil {
		return err
	}
	a := analysis{}
	if a.filter, err = q.filter(set); err != nil {
		return err
	}
	if err := a.read(q); err != nil {
		return err
	}
	ctx, cancel := q.bounded()
	defer cancel()
	view, err := set.Open(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	if q.unchanged(view.Info()) {
		return nil
	}
	points, cut, err := a.run(ctx, view, q)
	if err != nil {
		return err
	}
	if cut {
		q.w.Header().Set("Ods-Analyze-Truncated", "true")
	}
	if format == "csv" {
		return a.csv(q, view.Info(), points)
	}
	list := make(export.List, len(points))
	for i, p := range points {
		list[i] = a.show(q, p)
	}
	return q.write(list, view.Info())
}

// read reads the parameters of an analysis.
func (a *analysis) read(q *request) error {
	var err error
	if a.axes, err = q.axes(a.filter); err != nil {
		return err
	}
	if a.series, err = q.series(a.set); err != nil {
		return err
	}
	if a.points, err = q.params.Integer("maxpoints", 0); err != nil {
		return err
	}
	if a.points < 0 {
		return odshttp.Bad("maxpoints", strconv.Itoa(a.points), "maxpoints >= 0")
	}
	if a.points == 0 || a.points > choiceMaxPoints {
		a.points = choiceMaxPoints
	}
	return a.readSort(q)
}

// readSort reads the order: x or a serie (also as y.SERIE), descending unless a minus stands before it; x.FIELD and x.FIELD.PART the
// other way round, as the charts of ods-widgets send them, which run forward. Without one, the order is that of
// choiceAnalyzeDescending.
func (a *analysis) readSort(q *request) error {
	for name := range strings.SplitSeq(q.params.List("sort"), ",") {
		name, minus := strings.CutPrefix(strings.TrimSpace(name), "-")
		if name == "" {
			continue
		}
		columns := a.columnsOf(name)
		if columns == nil {
			return odshttp.Bad("sort", name, "x or the name of a serie")
		}
		a.sort = append(a.sort, analysisKey{columns, minus == strings.HasPrefix(name, "x.")})
	}
	if a.sort == nil {
		a.sort = []analysisKey{{a.columnsOf("x"), choiceAnalyzeDescending}}
	}
	return nil
}

// columnsOf finds the columns of a point that a key of the order means; nil for none.
func (a *analysis) columnsOf(name string) []int {
	var columns []int
	at := 0
	for _, x := range a.axes {
		for _, p := range x.parts {
			if name == "x" || name == "x."+x.name || name == "x."+x.name+"."+p.name {
				columns = append(columns, at)
			}
			at++
		}
	}
	for i, s := range a.series {
		if name == s.name || name == "y."+s.name {
			return []int{at + i}
		}
	}
	return columns
}

// keys are the fields of all axes.
func (a *analysis) keys() []*field.Field {
	var list []*field.Field
	for _, x := range a.axes {
		for _, p := range x.parts {
			list = append(list, p.field)
		}
	}
	return list
}

// run asks for the points; cut reports that there are more.
func (a *analysis) run(ctx context.Context, view store.View, q *request) (points []point, cut bool, err error) {
	where := query.And{a.where(q)}
	for _, x := range a.axes {
		where = append(where, query.Not{X: query.Null{Field: x.field}})
	}
	g := query.Groups{Where: query.Simplify(where), Keys: a.keys(), Limit: a.points + 1}
	for _, s := range a.series {
		g.Values = append(g.Values, s.aggregate)
	}
	running := slices.ContainsFunc(a.series, func(s serie) bool { return s.cumulative })
	if running { // sums run along x, whatever the order of the answer
		g.Limit = choiceMaxPoints + 1
	} else {
		for _, k := range a.sort {
			for _, c := range k.columns {
				g.Sort = append(g.Sort, query.GroupSort{Column: c, Desc: k.desc})
			}
		}
	}
	for p, err := range view.Groups(ctx, g) {
		if err != nil {
			return nil, false, err
		}
		points = append(points, cloneRow(p))
	}
	if running {
		a.cumulate(points, len(g.Keys))
		slices.SortStableFunc(points, func(x, y point) int { return a.compare(g, x, y) })
	}
	if len(points) > a.points {
		return points[:a.points], true, nil
	}
	return points, false, nil
}

// cloneRow keeps a row of a stream; its slices are only valid until the next one.
func cloneRow(row query.Group) point {
	out := make(point, len(row))
	for i, v := range row {
		out[i] = slices.Clone(v)
	}
	return out
}

// cumulate adds up the series that run along x. What has no value adds nothing.
func (a *analysis) cumulate(points []point, keys int) {
	for i, s := range a.series {
		if !s.cumulative {
			continue
		}
		total, some := 0.0, false
		for _, p := range points {
			if v := p[keys+i]; len(v) > 0 {
				total, some = total+v[0].Num, true
			}
			if some {
				p[keys+i] = []field.Value{field.Num(total)}
			}
		}
	}
}

// compare orders two points of a running analysis; null comes last.
func (a *analysis) compare(g query.Groups, x, y point) int {
	for _, k := range a.sort {
		for _, c := range k.columns {
			t := field.Number
			if c < len(g.Keys) {
				t = g.Keys[c].Type
			}
			switch {
			case len(x[c]) == 0 || len(y[c]) == 0:
				if d := len(y[c]) - len(x[c]); d != 0 {
					return d
				}
			default:
				if d := t.Compare(x[c][0], y[c][0]); d != 0 {
					if k.desc {
						return -d
					}
					return d
				}
			}
		}
	}
	return 0
}
