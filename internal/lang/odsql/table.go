package odsql

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// Compile makes the table of a request. An error is an *Error.
func Compile(env Env, r Request) (t query.Table, err error) {
	defer catch(&err)
	b := builder{env: env, request: r}
	b.read()
	t = query.Table{Where: b.where(), Limit: r.Limit, Offset: r.Offset}
	if b.grouped() {
		b.groups(&t)
	} else {
		b.records(&t)
	}
	return t, nil
}

// Where makes the predicate of one text of a where; an empty text is true (nil). An error is an *Error.
func Where(env Env, text string) (e query.Expr, err error) {
	defer catch(&err)
	return where(env, text), nil
}

func where(env Env, text string) query.Expr {
	tree, err := ParseWhere(text)
	if err != nil {
		panic(err)
	}
	if tree == nil {
		return nil
	}
	c := compiler{env: env, clause: Filter}
	return c.filter(tree)
}

// builder makes the table of one request.
type builder struct {
	env     Env
	request Request
	items   Items
	keys    Items
	orders  Orders
}

func (b *builder) read() {
	var err error
	if b.items, err = ParseSelect(b.request.Select); err != nil {
		panic(err)
	}
	if b.keys, err = ParseGroupBy(b.request.GroupBy); err != nil {
		panic(err)
	}
	if b.orders, err = ParseOrderBy(b.request.OrderBy); err != nil {
		panic(err)
	}
	if len(b.orders) > MaxOrders {
		panic(malformed(OrderBy, b.orders[MaxOrders].Expr.at(), "More than %d keys", MaxOrders))
	}
}

// where joins all conditions.
func (b *builder) where() query.Expr {
	var all query.And
	for _, text := range b.request.Where {
		if e := where(b.env, text); e != nil {
			all = append(all, e)
		}
	}
	if b.request.Also != nil {
		all = append(all, b.request.Also)
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// grouped reports whether the rows are groups: there are keys, or aggregates over everything.
func (b *builder) grouped() bool {
	return len(b.keys) > 0 || slices.ContainsFunc(b.items, func(i Item) bool { return i.Expr != nil && aggregates(i.Expr) })
}

// aggregates reports whether there is an aggregate in a value.
func aggregates(n Expr) bool {
	switch n := n.(type) {
	case *Minus:
		return aggregates(n.X)
	case *Arithmetic:
		return aggregates(n.L) || aggregates(n.R)
	case *Call:
		return n.Function.total != nil || slices.ContainsFunc(n.Args, aggregates)
	}
	return false
}

func (b *builder) compiler(c Clause) *compiler {
	return &compiler{env: b.env, clause: c, plainJSON: b.request.PlainJSON}
}

// records asks for a row for each record.
func (b *builder) records(t *query.Table) {
	c := b.compiler(Select)
	t.Columns = c.columns(b.items)
	c = b.compiler(OrderBy)
	for _, o := range b.orders {
		if aggregates(o.Expr) {
			e := c.bad(o.Expr, "Aggregation %s is not allowed without group_by", o.Expr)
			e.Hint = "order by a field, or group the records"
			panic(e)
		}
		x := c.sortable(o.Expr, b.items)
		if x == nil {
			continue // the same for every record
		}
		t.Sort = append(t.Sort, query.Key{Field: c.field(x), Desc: o.Desc})
	}
}

// sortable is the single value to order records by; nil for a constant.
func (c *compiler) sortable(n Expr, items Items) scalar.Expr {
	if name, ok := n.(*Name); ok {
		if i := items.aliased(name.Name); i != nil {
			n = i.Expr
		}
	}
	x := c.value(n).x
	switch {
	case x == nil || len(scalar.Fields(x)) == 0:
		return nil
	case x.Type() == field.JSON:
		panic(c.bad(n, "%s is JSON and cannot be ordered by", n))
	case scalar.Multi(x):
		return scalar.First{X: x}
	}
	return x
}

// columns are the columns of records.
func (c *compiler) columns(items Items) []*field.Field {
	only := func(i Item) bool { return i.Exclude == nil }
	var list columns
	if !slices.ContainsFunc(items, only) {
		list.add(c.env.Columns...)
	}
	for _, i := range items {
		switch {
		case i.All:
			list.add(c.env.Columns...)
		case i.Include != nil:
			list.add(c.chosen(i.Include)...)
		case i.Exclude != nil:
			for _, f := range c.chosen(i.Exclude) {
				list = slices.DeleteFunc(list, func(g *field.Field) bool { return g.Name == f.Name })
			}
		default:
			list.add(c.column(i))
		}
	}
	return list
}

// columns are columns, each name once.
type columns []*field.Field

// add adds columns; one takes the place of another of its name.
func (l *columns) add(fields ...*field.Field) {
	for _, f := range fields {
		if i := slices.IndexFunc(*l, func(g *field.Field) bool { return g.Name == f.Name }); i >= 0 {
			(*l)[i] = f
			continue
		}
		*l = append(*l, f)
	}
}

// chosen are the fields that patterns name: any field by its full name, columns by a beginning.
func (c *compiler) chosen(patterns []Pattern) []*field.Field {
	var list []*field.Field
	for _, p := range patterns {
		if !p.Open {
			list = append(list, c.shown(&Name{span(p.Pos), p.Name}))
			continue
		}
		for _, f := range c.env.Columns {
			if strings.HasPrefix(f.Name, p.Name) {
				list = append(list, f)
			}
		}
	}
	return list
}

// shown is a field that answers can show.
func (c *compiler) shown(n *Name) *field.Field {
	f := c.lookup(n)
	if f.Hidden {
		panic(notAllowed(c.clause, n.at(), n.Name, "it can be searched only"))
	}
	return f
}

// column is the column of an item.
func (c *compiler) column(i Item) *field.Field {
	if n, ok := i.Expr.(*Name); ok {
		f := c.shown(n)
		if i.Key() == f.Name {
			return f
		}
		return scalar.Field(i.Key(), scalar.Ref{Field: f})
	}
	return scalar.Field(i.Key(), c.value(i.Expr).typed(field.Text))
}
