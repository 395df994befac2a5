package odsql

import (
	"math"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// between is membership in a range. Of a field with several values one of them must be in it.
func (c *compiler) between(n *Between) query.Expr {
	o, low, high := c.value(n.X), c.value(n.Low), c.value(n.High)
	_, constant := low.constant()
	_, constant2 := high.constant()
	if o.x != nil && scalar.Multi(o.x) && constant && constant2 && !low.null() && !high.null() {
		if t := o.x.Type(); t == field.Text || t.Numeric() {
			return c.among(n, o.x, c.as(low, t), c.as(high, t))
		}
	}
	first, last := ">=", "<="
	if n.ExcludesLow {
		first = ">"
	}
	if n.ExcludesHigh {
		last = "<"
	}
	return query.And{c.compare(first, o, low), c.compare(last, o, high)}
}

// among holds when one of several values is in a range: two comparisons could be met by two values.
func (c *compiler) among(n *Between, x scalar.Expr, low, high field.Value) query.Expr {
	t := x.Type()
	if n.ExcludesLow {
		low = next(t, low)
	}
	if !n.ExcludesHigh {
		high = next(t, high)
	}
	if t == field.Int {
		low.Num, high.Num = math.Ceil(low.Num), math.Ceil(high.Num)
	}
	if t.Compare(low, high) >= 0 {
		return decided(false)
	}
	bounds := scalar.Bounds{X: x, Bounds: []field.Value{low, high}}
	return query.Not{X: query.Null{Field: c.checked(n, bounds)}}
}

// next is the least value above another.
func next(t field.Type, v field.Value) field.Value {
	switch t {
	case field.Text:
		return field.Str(v.Str + "\x00")
	case field.Int:
		return field.Num(math.Floor(v.Num) + 1)
	}
	return field.Num(math.Nextafter(v.Num, math.Inf(1)))
}
