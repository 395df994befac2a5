package odsql

import (
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/period"
	"github.com/boamp/boamp/internal/scalar"
)

func dateFunctions() []Function {
	list := []Function{
		{Name: "now", Family: Dates, In: Anywhere, Usage: "now()\nnow(days=-7, hour=0)",
			Doc:  "the time of the request. `year`, `month`, `day`, `hour`, `minute`, `second`, `microsecond` set a part of it, the plurals add to it; `weekday=0` goes to the next Monday, today included, `mondays=2` to `sundays=2` to the second one. Parts are those of the clock in `timezone`",
			read: readNow, value: now},
		{Name: "date_format", Family: Dates, In: Anywhere, Usage: "date_format(date, pattern)",
			Doc: "a date as text, by a pattern of Joda: yy YY yyyy YYYY xx xxxx w ww e E EEEE D DDD M MM MMM MMMM d dd H HH m mm s ss, text in single quotes. Names are in the language of `lang`", min: 2, max: 2, value: dateFormat},
	}
	for _, unit := range strings.Fields("year month day hour minute second") {
		list = append(list, Function{Name: unit, Family: Dates, In: Anywhere, Usage: unit + "(date)", Doc: "the " + unit + " of a date, by the clock in `timezone`: a whole number", min: 1, max: 1, value: part})
	}
	return list
}

// readNow reads named whole numbers.
func readNow(p *parser, c *Call) {
	for !p.token.is(")") {
		p.term()
		t := p.token
		if t.kind != tName {
			p.unexpected(t, "expected the name of a unit, such as days")
		}
		p.advance()
		p.expect("=")
		value := ""
		if p.token.is("-") || p.token.is("+") {
			value = strings.TrimPrefix(p.advance().text, "+")
		}
		if p.token.kind != tNumber {
			p.unexpected(p.token, "expected a whole number")
		}
		value += p.advance().text
		c.Named = append(c.Named, Argument{t.value, value, t.pos})
		if !p.take(",") {
			break
		}
		if p.token.is(")") {
			p.unexpected(p.token, "")
		}
	}
}

func now(c *compiler, n *Call) operand {
	args := make([]period.Arg, len(n.Named))
	for i, a := range n.Named {
		args[i] = period.Arg{Name: a.Name, Value: a.Value}
	}
	t, err := period.Now(c.env.Now.In(c.zone()), args)
	if err != nil {
		panic(c.fault(n, err))
	}
	v := field.Value{Time: t.UTC().Truncate(time.Microsecond)}
	return operand{x: scalar.Lit{T: field.DateTime, Value: &v}}
}

func part(c *compiler, n *Call) operand {
	return operand{x: scalar.Part{Unit: n.Function.Name, X: c.dated(n), Zone: c.zone()}}
}

func dateFormat(c *compiler, n *Call) operand {
	pattern, ok := n.Args[1].(*Text)
	if !ok {
		panic(c.bad(n.Args[1], "The pattern of date_format must be a text"))
	}
	lang := c.env.Lang
	if lang == "" {
		lang = "fr"
	}
	layout, err := scalar.ParseLayout(pattern.Value, lang)
	if err != nil {
		panic(c.fault(pattern, err))
	}
	return operand{x: scalar.Format{X: c.dated(n), Layout: layout, Zone: c.zone()}}
}

// dated is the first argument, a day or an instant; a text is read as one.
func (c *compiler) dated(n *Call) scalar.Expr {
	arg := n.Args[0]
	o := c.value(arg)
	if t, ok := arg.(*Text); ok {
		o = c.value(&Moment{t.span, t.Value})
	}
	x := o.typed(field.Date)
	if t := x.Type(); t != field.Date && t != field.DateTime {
		panic(c.bad(arg, "Function %s takes a date: %s is of type %s", n.Function.Name, arg, typeName(t)))
	}
	return x
}
