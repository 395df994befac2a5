package odsql

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/period"
	"github.com/boamp/boamp/internal/scalar"
)

// compiler makes fields and predicates of the tree of one clause. Its methods panic with an *Error, as those of the parser.
type compiler struct {
	env       Env
	clause    Clause
	plainJSON bool
	words     int  // looked for so far
	aliased   bool // an alias is being read: names in it are no aliases
	// instead gives what stands for a whole expression: an alias, the key of a group, an aggregate. nil for none.
	instead func(c *compiler, n Expr) scalar.Expr
}

func (c *compiler) zone() *time.Location {
	if c.env.Zone == nil {
		return time.UTC
	}
	return c.env.Zone
}

func asFault(err error, f **fault.Error) bool { return errors.As(err, f) }

// lookup finds a field. Metadata of a catalogue are found with and without the name of the usual template.
func (c *compiler) lookup(n *Name) *field.Field {
	for _, name := range []string{n.Name, "default." + n.Name, strings.TrimPrefix(n.Name, "default.")} {
		if f, ok := c.env.Fields.Lookup(name); ok {
			return f
		}
	}
	if n.Name == "datasetid" && c.env.Dataset != "" {
		v := field.Str(c.env.Dataset)
		return scalar.Field(n.Name, scalar.Lit{T: field.Text, Value: &v})
	}
	panic(unknownField(c.clause, n.at(), n.Name, c.env.Fields))
}

// field is the field of an expression: a stored one is itself, a computed one is called by its formula.
func (c *compiler) field(x scalar.Expr) *field.Field {
	if ref, ok := x.(scalar.Ref); ok {
		return ref.Field
	}
	return scalar.Field(x.String(), x)
}

// value compiles a value and computes what is constant.
func (c *compiler) value(n Expr) operand {
	if c.instead != nil {
		if x := c.instead(c, n); x != nil {
			return operand{x: x, node: n}
		}
	}
	o := c.operand(n)
	if o.x == nil || o.literal {
		return o
	}
	if err := scalar.Check(o.x); err != nil {
		panic(c.fault(n, err))
	}
	if _, ok := o.x.(scalar.Lit); !ok && len(scalar.Fields(o.x)) == 0 {
		lit := scalar.Lit{T: o.x.Type()}
		if values := scalar.Eval(o.x, nil); len(values) == 1 {
			lit.Value = &values[0]
		}
		o.x = lit
	}
	return o
}

func (c *compiler) operand(n Expr) operand {
	lit := func(t field.Type, v field.Value, raw string) operand {
		return operand{x: scalar.Lit{T: t, Value: &v}, node: n, raw: raw, literal: true}
	}
	switch e := n.(type) {
	case *Name:
		return operand{x: scalar.Ref{Field: c.comparable(e)}, node: n}
	case *Text:
		return lit(field.Text, field.Str(e.Value), e.Value)
	case *Number:
		t, v := c.number(e)
		return lit(t, field.Num(v), e.Text)
	case *Moment:
		t := field.Date
		if p, err := period.Parse(e.Text, c.zone()); err == nil && p.Precision > period.Day {
			t = field.DateTime
		}
		return lit(t, c.moment(e.Text, t, n), e.Text)
	case *Flag:
		return lit(field.Bool, field.Flag(e.Value), strconv.FormatBool(e.Value))
	case *Nothing:
		return operand{node: n}
	case *Minus:
		return operand{x: scalar.Neg{X: c.numeric(e.X)}, node: n}
	case *Arithmetic:
		return operand{x: scalar.Arith{Op: e.Op, L: c.numeric(e.L), R: c.numeric(e.R)}, node: n}
	case *Call:
		switch {
		case e.Function.value != nil:
			o := e.Function.value(c, e)
			o.node = n
			return o
		case e.Function.total != nil:
			panic(c.bad(n, "Aggregation %s cannot stand inside of another expression here", e.Function.Name))
		}
	}
	panic(c.bad(n, "%s is not a value", n))
}

// comparable is a field that can be computed and compared with.
func (c *compiler) comparable(n *Name) *field.Field {
	f := c.lookup(n)
	if f.Opaque || f.Hidden {
		panic(notAllowed(c.clause, n.at(), n.Name, "it can be shown or searched only"))
	}
	return f
}

// number reads a number: whole when it is written so.
func (c *compiler) number(n *Number) (field.Type, float64) {
	v, err := strconv.ParseFloat(n.Text, 64)
	if err != nil || math.IsInf(v, 0) {
		panic(c.bad(n, "%s is beyond the numbers that can be computed with", n))
	}
	if !strings.ContainsAny(n.Text, ".eE") && math.Abs(v) < 1<<53 {
		return field.Int, v + 0
	}
	return field.Number, v + 0
}

// numeric is a value to compute with.
func (c *compiler) numeric(n Expr) scalar.Expr {
	o := c.value(n)
	x := o.typed(field.Int)
	if !x.Type().Numeric() {
		panic(c.bad(n, "%s is of type %s: only numbers can be computed with", n, typeName(x.Type())))
	}
	return x
}

// textual is a value that is text.
func (c *compiler) textual(n Expr, function string) scalar.Expr {
	x := c.value(n).typed(field.Text)
	if x.Type() != field.Text {
		panic(c.bad(n, "Function %s takes text: %s is of type %s", function, n, typeName(x.Type())))
	}
	return x
}
