package odsql

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/scalar"
)

func valueFunctions() []Function {
	return []Function{
		{Name: "length", Family: Values, In: Anywhere, Usage: "length(text)", Doc: "number of characters", min: 1, max: 1, value: length},
		{Name: "lower", Family: Values, In: Anywhere, Usage: "lower(text)", Doc: "text in lower case, accents kept", min: 1, max: 1, value: lower},
		{Name: "ifnull", Family: Values, In: Anywhere, Usage: "ifnull(value, value)", Doc: "the first value, or the second where the first is null; both of one type", min: 2, max: 2, value: ifNull},
		{Name: "json_format", Family: Values, In: Select, Usage: "json_format(text)\njson_format(text, fallback)",
			Doc: "a text that holds JSON (`donnees`, `gestion`) as JSON in records and in the formats that can hold it (json, jsonl, geojson, parquet, linked data); csv and xlsx show the text. What is not JSON gives the fallback, else null", min: 1, max: 2, value: jsonFormat},
		{Name: "random", Family: Values, In: OrderBy, Usage: "random(whole number)", Doc: "an order at random that is the same for the same number", min: 1, max: 1, value: random},
	}
}

func length(c *compiler, n *Call) operand {
	return operand{x: scalar.Length{X: c.textual(n.Args[0], "length")}}
}

func lower(c *compiler, n *Call) operand {
	return operand{x: scalar.Lower{X: c.textual(n.Args[0], "lower")}}
}

func ifNull(c *compiler, n *Call) operand {
	a, b := c.value(n.Args[0]), c.value(n.Args[1])
	switch {
	case a.x == nil:
		return operand{x: b.x}
	case b.x == nil:
		return operand{x: a.x}
	}
	t := a.x.Type()
	if _, ok := b.constant(); ok && !b.null() && !(t.Numeric() && b.x.Type().Numeric()) {
		v := c.as(b, t)
		b.x = scalar.Lit{T: t, Value: &v}
	}
	if u := b.x.Type(); u != t && !(t.Numeric() && u.Numeric()) {
		panic(c.bad(n, "The values of ifnull must be of one type: %s is of type %s, %s of type %s", n.Args[0], typeName(t), n.Args[1], typeName(u)))
	}
	return operand{x: scalar.IfNull{X: a.x, Else: b.x}}
}

// jsonFormat takes a fallback that is JSON, or any other text as a text.
func jsonFormat(c *compiler, n *Call) operand {
	x := c.textual(n.Args[0], "json_format")
	var fallback *string
	if len(n.Args) == 2 {
		o := c.value(n.Args[1])
		switch _, constant := o.constant(); {
		case !constant && o.x != nil:
			panic(c.bad(n.Args[1], "The fallback of json_format must be a text, a number or null"))
		case o.null():
		default:
			s := c.as(o, field.Text).Str
			if !json.Valid([]byte(s)) {
				b, _ := json.Marshal(s)
				s = string(b)
			}
			fallback = &s
		}
	}
	if c.plainJSON {
		return operand{x: x}
	}
	return operand{x: scalar.JSONOf{X: x, Else: fallback}}
}

func random(c *compiler, n *Call) operand {
	num, ok := n.Args[0].(*Number)
	if !ok {
		panic(c.bad(n.Args[0], "Function random takes a whole number"))
	}
	seed, err := strconv.ParseInt(num.Text, 10, 64)
	if err != nil {
		v, err := strconv.ParseFloat(num.Text, 64)
		if err != nil || math.IsInf(v, 0) {
			panic(c.bad(num, "Function random takes a whole number"))
		}
		seed = int64(max(min(v, 1<<53), -1<<53))
	}
	id := c.env.ID
	if id == nil {
		id = c.lookup(&Name{n.span, field.RecordID})
	}
	return operand{x: scalar.Shuffle{Seed: seed, ID: id}}
}
