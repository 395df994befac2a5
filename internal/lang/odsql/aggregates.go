package odsql

import (
	"strconv"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

func aggregateFunctions() []Function {
	const in = Select | OrderBy
	one := func(name, doc string, total func(*compiler, *Call) query.Aggregate) Function {
		return Function{Name: name, Family: Aggregates, In: in, Usage: name + "(value)", Doc: doc, min: 1, max: 1, total: total}
	}
	return []Function{
		{Name: "count", Family: Aggregates, In: in, Usage: "count(*)\ncount(value)\ncount(distinct value)",
			Doc: "number of records; of records that have the value; of different values, exact", read: readCount, total: counting},
		one("sum", "sum of numbers; whole for whole numbers", overNumbers(query.Sum, 0)),
		one("avg", "mean of numbers", overNumbers(query.Avg, 0)),
		one("min", "least number or earliest date", overOrdered(query.Min)),
		one("max", "greatest number or latest date", overOrdered(query.Max)),
		one("median", "median of numbers", overNumbers(query.Percentile, 0.5)),
		{Name: "percentile", Family: Aggregates, In: in, Usage: "percentile(value, 0 to 100)", Doc: "percentile of numbers, linear between the two nearest", min: 2, max: 2, total: percentile},
	}
}

func readCount(p *parser, c *Call) {
	if t := p.token; p.take("*") {
		p.term()
		c.Args = []Expr{&Star{span(t.pos)}}
		return
	}
	c.Distinct = p.take("distinct")
	c.Args = []Expr{p.value()}
}

func counting(c *compiler, n *Call) query.Aggregate {
	if _, ok := n.Args[0].(*Star); ok {
		return query.Aggregate{Func: query.Count}
	}
	a := query.Aggregate{Func: query.Count, Field: c.aggregated(n)}
	if n.Distinct {
		a.Func = query.CountDistinct
	}
	return a
}

// aggregated is the field of the first argument of an aggregate.
func (c *compiler) aggregated(n *Call) *field.Field {
	inner := *c
	inner.instead = nil // the arguments are those of the records
	o := inner.value(n.Args[0])
	x := o.typed(field.Int)
	if x.Type() == field.JSON {
		panic(c.bad(n.Args[0], "%s is JSON and cannot be aggregated", n.Args[0]))
	}
	return c.field(x)
}

// single is the field of an aggregate that takes one value of a record.
func (c *compiler) single(n *Call) *field.Field {
	f := c.aggregated(n)
	if f.Multi {
		e := c.bad(n.Args[0], "%s has several values in a record and cannot be aggregated by %s", n.Args[0], n.Function.Name)
		e.Hint = "count() and count(distinct) take such a field"
		panic(e)
	}
	return f
}

// notNumeric is the refusal of an aggregate over what it cannot count with, in the portal's words.
func (c *compiler) notNumeric(n *Call, hint string) *Error {
	e := c.bad(n, "StatAggregation only supports numeric or date expression")
	e.Hint = hint
	return e
}

func overNumbers(f query.AggregateFunc, q float64) func(*compiler, *Call) query.Aggregate {
	return func(c *compiler, n *Call) query.Aggregate {
		a := query.Aggregate{Func: f, Field: c.single(n), Q: q}
		if !a.Field.Type.Numeric() {
			panic(c.notNumeric(n, n.Function.Name+" needs numbers: "+n.Args[0].String()+" is of type "+typeName(a.Field.Type)))
		}
		return a
	}
}

func overOrdered(f query.AggregateFunc) func(*compiler, *Call) query.Aggregate {
	return func(c *compiler, n *Call) query.Aggregate {
		a := query.Aggregate{Func: f, Field: c.single(n)}
		if t := a.Field.Type; !t.Numeric() && t != field.Date && t != field.DateTime {
			panic(c.notNumeric(n, n.Function.Name+" needs numbers or dates: "+n.Args[0].String()+" is of type "+typeName(t)))
		}
		return a
	}
}

func percentile(c *compiler, n *Call) query.Aggregate {
	number, ok := n.Args[1].(*Number)
	if !ok {
		panic(c.bad(n.Args[1], "The second argument of percentile must be a number from 0 to 100"))
	}
	q, err := strconv.ParseFloat(number.Text, 64)
	if err != nil || !(q >= 0 && q <= 100) {
		panic(c.bad(number, "The second argument of percentile must be a number from 0 to 100"))
	}
	return overNumbers(query.Percentile, q/100)(c, n)
}
