package explorev1

import (
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// point is one row of an analysis: the values of the keys, then those of the series; nil is null.
type point = query.Group

// show is a point as version 1 shows it: x, then the series.
func (a *analysis) show(q *request, p point) export.Object {
	s := q.style()
	o := make(export.Object, 0, 1+len(a.series))
	at := 0
	var several export.Object
	for _, x := range a.axes {
		v := x.show(s, p[at:at+len(x.parts)])
		at += len(x.parts)
		several = append(several, export.Member{Name: x.name, Value: v})
	}
	if len(a.axes) == 1 {
		o = append(o, export.Member{Name: "x", Value: several[0].Value})
	} else {
		o = append(o, export.Member{Name: "x", Value: several})
	}
	for i, x := range a.series {
		o = append(o, export.Member{Name: x.name, Value: raw(s.AppendValues(nil, &field.Field{Type: x.aggregate.Type()}, p[at+i]))})
	}
	return o
}

// csv answers with a table: a column for each part of x, then the series.
func (a *analysis) csv(q *request, info store.Info, points []point) error {
	f, err := export.Find(export.Formats(), "csv")
	if err != nil {
		return err
	}
	o, err := q.options(info)
	if err != nil {
		return err
	}
	o.Meta = search.Meta(info, int64(len(points)))
	var columns []*field.Field
	column := func(name string, t field.Type) {
		columns = append(columns, &field.Field{Name: name, Label: name, LabelEN: name, Type: t})
	}
	for _, x := range a.axes {
		for _, part := range x.parts {
			name := "x"
			if len(a.axes) > 1 {
				name += "." + x.name
			}
			if part.name == "" {
				column(name, part.field.Type)
			} else {
				column(name+"."+part.name, field.Int)
			}
		}
	}
	for _, s := range a.series {
		column(s.name, s.aggregate.Type())
	}
	out := q.stream(f.MediaType, info)
	if out == nil {
		return nil
	}
	enc := f.New(out, o)
	if err := enc.Begin(columns); err != nil {
		return err
	}
	for _, p := range points {
		at := 0
		for _, x := range a.axes {
			for _, part := range x.parts {
				if part.name != "" {
					p[at] = []field.Value{field.Num(float64(part.number(p[at])))}
				}
				at++
			}
		}
		if err := enc.Row(p); err != nil {
			return err
		}
	}
	if err := enc.End(); err != nil {
		return err
	}
	return out.Flush()
}
