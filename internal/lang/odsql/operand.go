package odsql

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/period"
	"github.com/boamp/boamp/internal/scalar"
)

// operand is a value of an expression. A literal takes the type of what it is compared with.
type operand struct {
	x       scalar.Expr // nil for null
	node    Expr
	raw     string // the literal as typed
	literal bool
}

// null reports whether it is null for every record.
func (o operand) null() bool {
	if o.x == nil {
		return true
	}
	l, ok := o.x.(scalar.Lit)
	return ok && l.Value == nil
}

// constant is the value, when it is the same for every record.
func (o operand) constant() (scalar.Lit, bool) {
	l, ok := o.x.(scalar.Lit)
	return l, ok
}

// typed is the expression, with a null of some type.
func (o operand) typed(t field.Type) scalar.Expr {
	if o.x == nil {
		return scalar.Lit{T: t}
	}
	return o.x
}

// as is the constant as a value of a type.
func (c *compiler) as(o operand, t field.Type) field.Value {
	if o.literal {
		return c.read(o, t)
	}
	l, _ := o.constant()
	v := *l.Value
	switch {
	case l.T == t || l.T.Numeric() && t.Numeric():
		return v
	case l.T == field.DateTime && t == field.Date:
		return field.Str(v.Time.In(c.zone()).Format(time.DateOnly))
	case l.T == field.Date && t == field.DateTime:
		return c.moment(v.Str, t, o.node)
	case l.T.Numeric() && t == field.Text:
		return field.Str(strconv.FormatFloat(v.Num, 'f', -1, 64))
	}
	panic(c.mismatch(o.node, l.T, t))
}

// read reads a literal as a value of a type.
func (c *compiler) read(o operand, t field.Type) field.Value {
	switch t {
	case field.Text, field.JSON:
		return field.Str(o.raw)
	case field.Date, field.DateTime:
		if _, ok := o.node.(*Flag); ok {
			break
		}
		return c.moment(o.raw, t, o.node)
	case field.Number, field.Int:
		if v, err := strconv.ParseFloat(strings.TrimSpace(o.raw), 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			return field.Num(v + 0)
		}
	case field.Bool:
		switch strings.ToLower(o.raw) {
		case "true":
			return field.Flag(true)
		case "false":
			return field.Flag(false)
		}
	}
	panic(c.bad(o.node, "%s is not a value of type %s", o.node, typeName(t)))
}

// moment reads a written date. What it stands for is its first moment: date'2017' is the first of January 2017.
func (c *compiler) moment(s string, t field.Type, node Expr) field.Value {
	p, err := period.Parse(s, c.zone())
	if err != nil {
		panic(c.fault(node, err))
	}
	if t == field.Date {
		return field.Str(p.FirstDay)
	}
	first := p.From.UTC()
	if y := first.Year(); y < 1 || y > 9999 {
		panic(c.bad(node, "%s is not within the years 1 to 9999", node))
	}
	return field.Value{Time: first}
}

func (c *compiler) mismatch(node Expr, got, want field.Type) *Error {
	return c.bad(node, "%s is of type %s and cannot be compared with type %s", node, typeName(got), typeName(want))
}

// typeName is what the Explore API calls a type.
func typeName(t field.Type) string {
	switch t {
	case field.Number:
		return "double"
	case field.Bool:
		return "boolean"
	case field.JSON:
		return "json"
	}
	return t.String()
}

// bad is an error at a node.
func (c *compiler) bad(n Expr, format string, args ...any) *Error {
	return malformed(c.clause, n.at(), format, args...)
}

// fault is an error of a lower package at a node.
func (c *compiler) fault(n Expr, err error) *Error {
	e := c.bad(n, "%s", strings.TrimSuffix(err.Error(), "."))
	var f *fault.Error
	if asFault(err, &f) {
		e = c.bad(n, "%s", strings.TrimSuffix(f.Message, "."))
		e.Hint = f.Hint
	}
	return e
}
