package odsql

import (
	"math"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

func rangeFunctions() []Function {
	return []Function{{Name: "range", Family: Ranges, In: GroupBy, star: true, quantity: true,
		Usage: "range(number, width)\nrange(date, 1 day)\nrange(value, bound, bound)\nrange(value, *, bound, bound, *)\nrange(value, ]bound, bound[)",
		Doc: "ranges of equal width, which begin at multiples of it; or of a unit of time: ms s m h d w M q y or their English names, " +
			"more than one only of ms to d; or between bounds, where `*` (or a bracket that looks away) leaves an end open. Each range holds its lower bound and not its upper one",
		read: readRange, key: rangeKey}}
}

// readRange reads a value, and what divides it.
func readRange(p *parser, c *Call) {
	c.Args = []Expr{p.value()}
	p.expect(",")
	if !p.token.is("[") && !p.token.is("]") {
		for {
			c.Args = append(c.Args, p.argument(c.Function))
			if !p.take(",") {
				return
			}
		}
	}
	t := p.advance()
	b := &Brackets{span: span(t.pos), OpenStart: t.is("]")}
	for {
		b.Bounds = append(b.Bounds, p.value())
		if !p.take(",") {
			break
		}
	}
	if p.take("[") {
		b.OpenEnd = true
	} else {
		p.expect("]")
	}
	c.Args = append(c.Args, b)
}

// timeUnit is the short name of a unit of time; "" for none. Case counts: m is a minute, M a month.
func timeUnit(word string) string {
	const units = " ms millisecond milliseconds | s second seconds | m minute minutes | h hour hours | d day days | w week weeks | M month months | q quarter quarters | y year years "
	for family := range strings.SplitSeq(units, "|") {
		if names := strings.Fields(family); strings.Contains(family, " "+word+" ") && word != "" {
			return names[0]
		}
	}
	return ""
}

func rangeKey(c *compiler, n *Call) groupKey {
	x := c.value(n.Args[0]).x
	if x == nil || len(scalar.Fields(x)) == 0 {
		panic(c.bad(n.Args[0], "Function range needs a field"))
	}
	t := x.Type()
	if !t.Numeric() && t != field.Date && t != field.DateTime {
		panic(c.bad(n.Args[0], "Function range needs a number or a date: %s is of type %s", n.Args[0], typeName(t)))
	}
	switch a := n.Args[1].(type) {
	case *Quantity:
		if len(n.Args) == 2 {
			return c.timeKey(n, x, a)
		}
	case *Number:
		if len(n.Args) == 2 {
			return c.widthKey(n, x, a)
		}
	case *Brackets:
		return c.boundsKey(n, x, a.Bounds, a.OpenStart, a.OpenEnd)
	}
	bounds := n.Args[1:]
	_, openStart := bounds[0].(*Star)
	if openStart {
		bounds = bounds[1:]
	}
	openEnd := false
	if len(bounds) > 0 {
		_, openEnd = bounds[len(bounds)-1].(*Star)
	}
	if openEnd {
		bounds = bounds[:len(bounds)-1]
	}
	return c.boundsKey(n, x, bounds, openStart, openEnd)
}

// checked is the key of a range, or the refusal of package scalar.
func (c *compiler) checked(n Expr, x scalar.Expr) *field.Field {
	if err := scalar.Check(x); err != nil {
		panic(c.fault(n, err))
	}
	return c.field(x)
}

// widthKey groups numbers by ranges of equal width.
func (c *compiler) widthKey(n *Call, x scalar.Expr, number *Number) groupKey {
	if !x.Type().Numeric() {
		panic(c.bad(number, "The range of a date needs a unit, such as 1 day"))
	}
	_, width := c.number(number)
	if width <= 0 {
		panic(c.bad(number, "The width of ranges must be more than 0"))
	}
	whole := x.Type() == field.Int
	return groupKey{field: c.checked(n, scalar.Step{X: x, Width: width}), shown: field.Text, show: func(v field.Value) field.Value {
		return field.Str(numberRange(whole, &v.Num, ref(v.Num+width)))
	}}
}

func ref(v float64) *float64 { return &v }

// boundsKey groups by ranges between bounds. Values in none of them are left out, null is a group.
func (c *compiler) boundsKey(n *Call, x scalar.Expr, bounds []Expr, openStart, openEnd bool) groupKey {
	t := x.Type()
	list := make([]field.Value, len(bounds))
	for i, b := range bounds {
		o := c.value(b)
		if _, ok := o.constant(); !ok || o.null() {
			panic(c.bad(b, "The bounds of a range must be values"))
		}
		list[i] = c.as(o, t)
		if t == field.Int {
			list[i].Num = math.Ceil(list[i].Num)
		}
	}
	if len(list) == 0 || len(list) == 1 && !openStart && !openEnd {
		panic(c.bad(n, "Function range needs two bounds, or one and an open end"))
	}
	key := c.checked(n, scalar.Bounds{X: x, Bounds: list, OpenStart: openStart, OpenEnd: openEnd})
	show := func(v field.Value) field.Value {
		i := int(v.Num)
		var low, high *field.Value
		if i > 0 {
			low = &list[i-1]
		}
		if i < len(list) {
			high = &list[i]
		}
		return field.Str(c.rangeOf(t, low, high))
	}
	return groupKey{field: key, shown: field.Text, show: show, only: query.Or{query.Not{X: query.Null{Field: key}}, query.Null{Field: c.field(x)}}}
}

// rangeOf is the label of a range between two bounds; nil is open.
func (c *compiler) rangeOf(t field.Type, low, high *field.Value) string {
	if t.Numeric() {
		var a, b *float64
		if low != nil {
			a = &low.Num
		}
		if high != nil {
			b = &high.Num
		}
		return numberRange(t == field.Int, a, b)
	}
	return c.timeRange(t, low, high)
}

// numberRange is the label of a range of numbers. Whole numbers have closed ends: "[0, 14]"; others exclude the upper one:
// "[20.5, 30.0[".
func numberRange(whole bool, low, high *float64) string {
	first, last, end := "*", "*", "["
	if whole {
		end = "]"
	}
	if low != nil {
		first = double(*low)
		if whole {
			first = strconv.FormatFloat(math.Ceil(*low), 'f', -1, 64)
		}
	}
	if high != nil {
		last = double(*high)
		if whole {
			last = strconv.FormatFloat(math.Ceil(*high)-1, 'f', -1, 64)
		}
	}
	return "[" + first + ", " + last + end
}

// double writes a number with a decimal point.
func double(v float64) string {
	format := byte('f')
	if math.Abs(v) >= 1e16 || v != 0 && math.Abs(v) < 1e-4 {
		format = 'e'
	}
	s := strconv.FormatFloat(v, format, -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}
