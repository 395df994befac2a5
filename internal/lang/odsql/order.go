package odsql

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// order compiles the order of groups. What columns can be ordered by goes to the groups; anything computed orders the rows.
func (g *grouping) order(t *query.Table) {
	c := g.compiler(OrderBy)
	c.instead = g.instead
	c.env.ID = g.identity()
	g.ordered(c)
	var exprs []scalar.Expr
	var orders Orders
	for _, o := range g.orders {
		if len(g.keys) == 0 && !g.total(o.Expr) {
			c := g.compiler(OrderBy)
			c.sortable(o.Expr, g.items) // there is one row: the order is only checked
			continue
		}
		x := c.value(o.Expr).x
		switch {
		case x == nil || len(scalar.Fields(x)) == 0:
			continue
		case x.Type() == field.JSON:
			panic(c.bad(o.Expr, "%s is JSON and cannot be ordered by", o.Expr))
		}
		exprs, orders = append(exprs, x), append(orders, o)
	}
	column := func(x scalar.Expr) int {
		ref, ok := x.(scalar.Ref)
		if !ok {
			return -1
		}
		if i, ok := g.places[ref.Field]; ok {
			return i
		}
		return -1
	}
	if slices.ContainsFunc(exprs, func(x scalar.Expr) bool { return column(x) < 0 }) {
		for i, x := range exprs {
			t.Sort = append(t.Sort, query.Key{Field: c.field(x), Desc: orders[i].Desc})
		}
		return
	}
	for i, x := range exprs {
		t.Groups.Sort = append(t.Groups.Sort, query.GroupSort{Column: column(x), Desc: orders[i].Desc})
	}
}

// identity is a text that no two groups share, made of their keys: what random() orders groups by.
func (g *grouping) identity() *field.Field {
	return &field.Field{Name: "group", Type: field.Text, Get: func(r field.Record) []field.Value {
		texts := make([]string, len(g.keys))
		for i, k := range g.keys {
			key := scalar.Lit{T: k.field.Type}
			if values := r.(query.Group)[i]; len(values) > 0 {
				key.Value = &values[0]
			}
			texts[i] = key.String()
		}
		return []field.Value{field.Str(strings.Join(texts, ", "))}
	}}
}

// ordered checks that aggregates come first, and that groups ordered by them are not too many.
func (g *grouping) ordered(c *compiler) {
	field := false
	for _, o := range g.orders {
		switch {
		case !g.total(o.Expr):
			field = true
		case field:
			panic(c.bad(o.Expr, "Aggregations must come before fields in order by"))
		case len(g.keys) > 0 && !g.request.AnyLimit && (g.request.Limit < 0 || g.request.Limit > MaxOrderedGroups):
			panic(c.bad(o.Expr, "aggregation function in order by is not supported with a limit > %d. "+
				"Please remove the order by or set a limit parameter lower than %d", MaxOrderedGroups, MaxOrderedGroups+1))
		}
	}
}

// total reports whether a value has an aggregate in it, also by its alias.
func (g *grouping) total(n Expr) bool {
	if name, ok := n.(*Name); ok {
		if i := g.items.aliased(name.Name); i != nil {
			return aggregates(i.Expr)
		}
	}
	return aggregates(n)
}

// aliased is the item of an alias; nil for none.
func (l Items) aliased(name string) *Item {
	i := slices.IndexFunc(l, func(i Item) bool { return i.Alias == name && i.Expr != nil })
	if i < 0 {
		return nil
	}
	return &l[i]
}
