package odsql

import (
	"cmp"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// groupKey is something to group by.
type groupKey struct {
	field *field.Field                  // by which records are grouped
	shown field.Type                    // of what answers show; counts with show only
	show  func(field.Value) field.Value // what answers show of a value; nil for the value
	only  query.Expr                    // the records that are grouped at all; nil for all
	text  string                        // canonical
	name  string                        // alias, or name in answers
	as    string                        // name in answers, when the select gives it another; else ""
}

// grouping makes the groups of a table.
type grouping struct {
	*builder
	keys   []groupKey
	values []query.Aggregate
	places map[*field.Field]int // of the columns of the groups that expressions read
}

// groups asks for a row for each group.
func (b *builder) groups(t *query.Table) {
	g := &grouping{builder: b, places: map[*field.Field]int{}}
	several := 0
	for n, i := range b.keys {
		k := g.key(i)
		if k.field.Multi {
			several++
		}
		if n == MaxKeys || several > MaxMultiKeys {
			panic(malformed(GroupBy, i.Pos, "More than %d keys, or %d with several values", MaxKeys, MaxMultiKeys))
		}
		g.keys = append(g.keys, k)
	}
	columns := g.columns()
	t.Groups = &query.Groups{Keys: make([]*field.Field, len(g.keys))}
	var only query.And
	for i, k := range g.keys {
		t.Groups.Keys[i] = k.field
		if k.only != nil {
			only = append(only, k.only)
		}
		if b.env.V20 {
			only = append(only, query.Not{X: query.Null{Field: k.field}})
		}
	}
	if only != nil {
		if t.Where != nil {
			only = append(only, t.Where)
		}
		t.Where = only
	}
	t.Columns = columns
	g.order(t)
	t.Groups.Values = g.values
	t.Repeat = len(g.keys) == 0 && !b.request.Export
}

// key compiles one item of a group_by.
func (g *grouping) key(i Item) groupKey {
	c := g.compiler(GroupBy)
	var k groupKey
	if call, ok := i.Expr.(*Call); ok && call.Function.key != nil {
		k = call.Function.key(c, call)
	} else {
		x := c.value(i.Expr).x
		switch {
		case x == nil || len(scalar.Fields(x)) == 0:
			panic(c.bad(i.Expr, "%s is the same for every record: groups need a field", i.Expr))
		case x.Type() == field.JSON:
			panic(c.bad(i.Expr, "%s is JSON and cannot be grouped by", i.Expr))
		}
		k.field = c.field(x)
		if t := x.Type(); g.env.V20 && (t == field.Date || t == field.DateTime) {
			k.shown, k.show = field.Int, func(v field.Value) field.Value { return milliseconds(t, v) }
		}
	}
	k.text, k.name = i.Expr.String(), i.Key()
	return k
}

// milliseconds is a day or an instant as version 2.0 shows it: milliseconds since the beginning of 1970.
func milliseconds(t field.Type, v field.Value) field.Value {
	at := v.Time
	if t == field.Date {
		d, _ := notice.ParseDate(v.Str)
		at = d.In(time.UTC)
	}
	return field.Num(float64(at.UnixMilli()))
}

// raw is key i as it is computed and ordered by.
func (g *grouping) raw(i int) scalar.Expr {
	return g.place(g.keys[i].text, g.keys[i].field.Type, i)
}

// place is column i of the groups.
func (g *grouping) place(name string, t field.Type, i int) scalar.Expr {
	f := query.Column(name, t, i)
	g.places[f] = i
	return scalar.Ref{Field: f}
}

// value is the column of an aggregate, which is computed once however often it is named.
func (g *grouping) value(c *compiler, n *Call) scalar.Expr {
	a := n.Function.total(c, n)
	same := func(b query.Aggregate) bool {
		return a.Func == b.Func && a.Q == b.Q && (a.Field == b.Field || a.Field != nil && b.Field != nil && a.Field.Formula() == b.Field.Formula())
	}
	i := slices.IndexFunc(g.values, same)
	if i < 0 {
		if i = len(g.values); i == MaxAggregates {
			panic(c.bad(n, "More than %d aggregations", MaxAggregates))
		}
		g.values = append(g.values, a)
	}
	return g.place(n.String(), a.Type(), len(g.keys)+i)
}

// instead is what stands for an expression in a group: the key that it is, an aggregate, or what an alias is called.
func (g *grouping) instead(c *compiler, n Expr) scalar.Expr {
	name, isName := n.(*Name)
	if isName && c.clause == OrderBy && !c.aliased {
		if i := g.items.aliased(name.Name); i != nil {
			inner := *c
			inner.aliased = true // what an alias stands for names no other
			return inner.value(i.Expr).typed(field.Text)
		}
	}
	text := n.String()
	for i, k := range g.keys {
		if k.text == text || isName && k.name == name.Name {
			return g.raw(i)
		}
	}
	if call, ok := n.(*Call); ok && call.Function.total != nil {
		return g.value(c, call)
	}
	if !isName {
		return nil
	}
	c.lookup(name)
	panic(notAllowed(c.clause, n.at(), name.Name, "beside group_by or an aggregation a field must be a key of group_by or stand in an aggregation"))
}

// columns are the columns of groups: the keys, and what else is selected. A key that is selected under another name has that
// name.
func (g *grouping) columns() []*field.Field {
	c := g.compiler(Select)
	c.instead = g.instead
	var rest columns
	for _, i := range g.items {
		switch {
		case i.All:
			continue
		case i.Expr == nil:
			panic(malformed(Select, i.Pos, "include() and exclude() cannot be used beside group_by or an aggregation"))
		}
		if k := g.selected(i); k >= 0 {
			if i.Alias != "" {
				g.keys[k].as = i.Alias
			}
			continue
		}
		x := c.value(i.Expr).typed(field.Text)
		if err := scalar.Check(x); err != nil {
			panic(c.fault(i.Expr, err))
		}
		rest.add(renamed(i.Key(), x))
	}
	var all columns
	for i, k := range g.keys {
		all.add(k.column(i))
	}
	all.add(rest...)
	return all
}

// renamed is a column of groups under the name that answers give it.
func renamed(name string, x scalar.Expr) *field.Field {
	if ref, ok := x.(scalar.Ref); ok {
		f := *ref.Field
		f.Name, f.Label, f.LabelEN = name, name, name
		return &f
	}
	return scalar.Field(name, x)
}

// selected is the key that an item of the select is; -1 for none.
func (g *grouping) selected(i Item) int {
	name, isName := i.Expr.(*Name)
	return slices.IndexFunc(g.keys, func(k groupKey) bool {
		return k.text == i.Expr.String() || isName && k.name == name.Name
	})
}

// column shows the key in column i of a group.
func (k groupKey) column(i int) *field.Field {
	f := query.Column(cmp.Or(k.as, k.name), k.field.Type, i)
	if f.Name == k.field.Name { // not under another name
		f.Label, f.LabelEN = k.field.Label, k.field.LabelEN
	}
	if k.show != nil {
		get := f.Get
		f.From, f.Type, f.Get = nil, k.shown, func(r field.Record) []field.Value {
			values := get(r)
			if len(values) == 0 {
				return nil
			}
			return []field.Value{k.show(values[0])}
		}
	}
	return f
}
