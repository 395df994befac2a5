package odsql

import (
	"slices"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// decided is a predicate that is the same for every record.
func decided(b bool) query.Expr {
	if b {
		return query.And{}
	}
	return query.Or{}
}

// filter compiles a condition.
func (c *compiler) filter(n Expr) query.Expr {
	switch e := n.(type) {
	case *And:
		return query.And(c.filters(e.List))
	case *Or:
		return query.Or(c.filters(e.List))
	case *Not:
		return query.Not{X: c.filter(e.X)}
	case *Flag:
		return decided(e.Value)
	case *Text:
		return c.look(e, c.env.Text, e.Value, query.BareTokens)
	case *Name:
		return c.truth(e)
	case *Comparison:
		return c.compare(e.Op, c.value(e.L), c.value(e.R))
	case *Is:
		return c.is(e)
	case *Like:
		return c.like(e)
	case *OneOf:
		return c.oneOf(e)
	case *Member:
		return c.member(e)
	case *Between:
		return c.between(e)
	case *Call:
		if e.Function.filter != nil {
			return e.Function.filter(c, e)
		}
	}
	panic(c.bad(n, "%s is not a condition", n))
}

func (c *compiler) filters(list []Expr) []query.Expr {
	out := make([]query.Expr, len(list))
	for i, e := range list {
		out[i] = c.filter(e)
	}
	return out
}

// truth is a field that stands for itself: it must be a boolean.
func (c *compiler) truth(n *Name) query.Expr {
	f := c.comparable(n)
	if f.Type != field.Bool {
		e := c.bad(n, "%s is of type %s and not a condition", n, typeName(f.Type))
		e.Hint = "compare it with a value; a text to look for stands between quotes"
		panic(e)
	}
	return query.Compare{Field: f, Op: query.Eq, Value: field.Flag(true)}
}

var operators = []string{"=", "!=", "<", "<=", ">", ">="}

// compare compares two values; with null nothing holds.
func (c *compiler) compare(op string, l, r operand) query.Expr {
	if l.null() || r.null() {
		return decided(false)
	}
	_, left := l.constant()
	_, right := r.constant()
	switch {
	case left && !right:
		return c.compare(turned(op), r, l)
	case left && (l.literal && !r.literal):
		return c.compare(turned(op), r, l)
	case left:
		t := l.x.Type()
		a, b := c.as(l, t), c.as(r, t)
		held := scalar.Eval(scalar.Compare{Op: op, L: scalar.Lit{T: t, Value: &a}, R: scalar.Lit{T: t, Value: &b}}, nil)
		return decided(len(held) == 1 && held[0].Num == 1)
	case right:
		f := c.field(l.x)
		if f.Type == field.JSON {
			panic(c.bad(l.node, "%s is JSON and cannot be compared", l.node))
		}
		return query.Compare{Field: f, Op: query.Op(slices.Index(operators, op)), Value: c.as(r, f.Type)}
	}
	if !scalar.Comparable(l.x.Type(), r.x.Type()) {
		panic(c.mismatch(r.node, r.x.Type(), l.x.Type()))
	}
	x := scalar.Compare{Op: op, L: l.x, R: r.x}
	if err := scalar.Check(x); err != nil {
		panic(c.fault(l.node, err))
	}
	return query.Compare{Field: c.field(x), Op: query.Eq, Value: field.Flag(true)}
}

// turned is the operator with its sides changed.
func turned(op string) string {
	switch op[0] {
	case '<':
		return ">" + op[1:]
	case '>':
		return "<" + op[1:]
	}
	return op
}

// is tests for null, true or false. An opaque field is never null.
func (c *compiler) is(n *Is) query.Expr {
	var e query.Expr
	if name, ok := n.X.(*Name); ok && n.What == "null" {
		switch f := c.lookup(name); {
		case f.Opaque:
			e = decided(false)
		default:
			e = query.Null{Field: f}
		}
	} else {
		o := c.value(n.X)
		_, constant := o.constant()
		switch {
		case n.What == "null" && (o.x == nil || constant):
			e = decided(o.null())
		case n.What == "null":
			e = query.Null{Field: c.field(o.x)}
		case o.typed(field.Bool).Type() != field.Bool:
			panic(c.bad(n.X, "%s is of type %s and neither true nor false", n.X, typeName(o.x.Type())))
		default:
			e = c.compare("=", o, c.value(&Flag{Value: n.What == "true"}))
		}
	}
	if n.Not {
		return query.Not{X: e}
	}
	return e
}

// oneOf is membership in a list.
func (c *compiler) oneOf(n *OneOf) query.Expr {
	o := c.value(n.X)
	_, constant := o.constant()
	if o.x == nil || constant {
		return c.anyOf(o, n.List)
	}
	in := query.In{Field: c.field(o.x)}
	for _, item := range n.List {
		v := c.value(item)
		if _, ok := v.constant(); !ok && v.x != nil {
			return c.anyOf(o, n.List)
		}
		if !v.null() {
			in.Values = append(in.Values, c.as(v, in.Field.Type))
		}
	}
	return in
}

// anyOf is a list in which there are more than constants.
func (c *compiler) anyOf(o operand, list []Expr) query.Expr {
	var any query.Or
	for _, item := range list {
		any = append(any, c.compare("=", o, c.value(item)))
	}
	return any
}

func (c *compiler) member(n *Member) query.Expr {
	o := c.value(n.X)
	if _, ok := o.constant(); !ok && o.x != nil {
		e := c.bad(n.X, "%s is not a value that a field can hold", n.X)
		e.Hint = "write \"value\" IN field, or field IN (\"value\", ...)"
		panic(e)
	}
	return c.compare("=", c.value(n.Field), o)
}
