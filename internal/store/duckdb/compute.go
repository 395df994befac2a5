package duckdb

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// value is an expression in SQL. Of a multi-valued one, sql is an expression of x, an element of list.
type value struct {
	t     field.Type
	sql   string
	list  string // what x runs through; "" for a single value
	plain bool   // of a list: x is the value, which is never null, and a list without elements is null
	whole bool   // an Int kept as BIGINT; else it is DOUBLE
}

// longSQL bounds what an expression may grow to in SQL.
const longSQL = 1 << 17

// value writes a field: its column, or what it is computed from.
func (s *statement) value(f *field.Field) (value, error) {
	v, err := s.compute(scalar.Of(f))
	if err == nil && len(v.sql)+len(v.list) > longSQL {
		err = fault.New(fault.TooLarge, "what the field %s is computed from is too long for the database", f.Name)
	}
	return v, err
}

// all is the value as it stands in a column: a list where there are several.
func (v value) all() string {
	switch {
	case v.list == "":
		return v.sql
	case v.plain:
		return v.list
	}
	l := "list_filter(list_transform(" + v.list + ", lambda x: " + v.sql + "), lambda x: x IS NOT NULL)"
	return "(CASE WHEN len(" + l + ") > 0 THEN " + l + " END)"
}

// asList is all, a list of one for a single value.
func (v value) asList() string {
	if v.list != "" {
		return v.all()
	}
	return "(CASE WHEN " + v.sql + " IS NOT NULL THEN [" + v.sql + "] END)"
}

// number is the expression as a DOUBLE.
func (v value) number() string {
	if v.whole {
		return "CAST(" + v.sql + " AS DOUBLE)"
	}
	return v.sql
}

// with is another expression of the same elements.
func (v value) with(t field.Type, sql string) value { return value{t: t, sql: sql, list: v.list} }

// column writes a stored field.
func (s *statement) column(f *field.Field) (value, error) {
	if err := s.known(f); err != nil {
		return value{}, err
	}
	v := value{t: f.Type, sql: column(f), whole: f.Type == field.Int}
	if f.Multi {
		v.sql, v.list, v.plain = "x", v.sql, true
	}
	return v, nil
}

// compute writes an expression, in SQL where that surely gives the same, else as a call of scalar itself.
func (s *statement) compute(e scalar.Expr) (value, error) {
	switch e := e.(type) {
	case scalar.Ref:
		if inner, ok := e.Field.From.(scalar.Expr); ok {
			return s.compute(inner)
		}
		if r, ok := e.Field.From.(query.Ranking); ok {
			return s.ranking(r)
		}
		return s.column(e.Field)
	case scalar.Lit:
		return s.literal(e.T, e.Value), nil
	case scalar.Arith:
		return s.arithmetic(e)
	case scalar.Compare:
		return s.comparison(e)
	case scalar.IfNull:
		return s.ifNull(e)
	case scalar.Shuffle:
		id, err := s.compute(scalar.Ref{Field: e.ID})
		return id.with(field.Text, "md5("+s.arg(strconv.FormatInt(e.Seed, 10)+":")+" || "+id.sql+")"), err
	}
	x, again := operand(e)
	if x == nil {
		return value{}, fault.New(fault.Unsupported, "the database cannot compute %s", e)
	}
	v, err := s.compute(x)
	if err != nil {
		return v, err
	}
	return s.unary(e, v, again), nil
}

// operand is the one expression that another is computed from, and the other over what is put in its place.
func operand(e scalar.Expr) (x scalar.Expr, again func(x scalar.Expr) scalar.Expr) {
	switch e := e.(type) {
	case scalar.Neg:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.Length:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.Lower:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.Part:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.Format:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.JSONOf:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.Step:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.TimeStep:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.Bounds:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.First:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	case scalar.Segments:
		return e.X, func(x scalar.Expr) scalar.Expr { e.X = x; return e }
	}
	return nil, nil
}

// unary writes an expression of one other, v.
func (s *statement) unary(e scalar.Expr, v value, again func(x scalar.Expr) scalar.Expr) value {
	utc := func(zone fmt.Stringer, none bool) bool { return none || v.t == field.Date || zone.String() == "UTC" }
	switch e := e.(type) {
	case scalar.Neg:
		return s.finite(v, e.Type(), "(0.0 - "+v.number()+")")
	case scalar.Length:
		n := v.with(field.Int, "length("+v.sql+")")
		n.whole = true
		return n
	case scalar.Lower: // DuckDB knows the letters of another edition of Unicode
		return v.with(field.Text, "(CASE WHEN strlen("+v.sql+") = length("+v.sql+") THEN lower("+v.sql+") ELSE "+s.call(v, e.Type(), again)+" END)")
	case scalar.Part:
		if utc(e.Zone, e.Zone == nil) {
			return part(v, e.Unit)
		}
	case scalar.TimeStep:
		if e.Zone == nil || e.Zone.String() == "UTC" {
			if unit, ok := truncation(e); ok {
				// DuckDB takes a comparison of date_trunc with what is no beginning for true or false, of null as well; it sees
				// none behind the interval.
				return v.with(field.DateTime, "(date_trunc('"+unit+"', CAST("+v.sql+" AS TIMESTAMP)) + INTERVAL 0 SECOND)")
			}
		}
	case scalar.Step:
		width := s.arg(e.Width)
		return s.finite(v, e.Type(), "(floor("+v.number()+" / "+width+") * "+width+")")
	case scalar.JSONOf:
		j := v.with(field.JSON, s.call(v, field.JSON, func(x scalar.Expr) scalar.Expr { return again(x) }))
		if e.Else != nil {
			j.sql = "coalesce(" + j.sql + ", " + s.arg(*e.Else) + ")"
		}
		return j
	case scalar.First:
		if v.list == "" {
			return v
		}
		return value{t: v.t, sql: "list_min(" + v.all() + ")", whole: v.whole}
	}
	return v.with(e.Type(), s.call(v, e.Type(), again))
}

// part is a part of a day, or of an instant in UTC.
func part(v value, unit string) value {
	p := v.with(field.Int, unit+"("+v.sql+")")
	if v.t == field.Date && slices.Contains([]string{"hour", "minute", "second"}, unit) {
		p.sql = "(0 * day(" + v.sql + "))"
	}
	p.whole = true
	return p
}

// truncation is what DuckDB calls the ranges that it knows; it has them in UTC.
func truncation(e scalar.TimeStep) (unit string, ok bool) {
	if e.N != 1 {
		return "", false
	}
	unit, ok = map[string]string{"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "M": "month", "q": "quarter", "y": "year"}[e.Unit]
	return unit, ok
}

// shortSQL is what is rather written twice than asked of Go.
const shortSQL = 500

// finite is the result of arithmetic, null where scalar has none.
func (s *statement) finite(v value, t field.Type, sql string) value {
	if len(sql) > shortSQL {
		one := scalar.Lit{T: t, Value: &field.Value{Num: 1}}
		return v.with(t, s.call(v.with(t, sql), t, func(x scalar.Expr) scalar.Expr { return scalar.Arith{Op: '*', L: x, R: one} }))
	}
	test := "isfinite(" + sql + ")"
	if t == field.Int {
		test = "abs(" + sql + ") < 9007199254740992.0" // 2^53
	}
	return v.with(t, "(CASE WHEN "+test+" THEN "+sql+" END)")
}

// call has Go compute an expression of v, see calls.
func (s *statement) call(v value, out field.Type, of func(x scalar.Expr) scalar.Expr) string {
	x := v.sql
	if v.t.Numeric() {
		x = v.number()
	}
	type place = [1]field.Value
	e := of(scalar.Ref{Field: &field.Field{Name: "x", Type: v.t, Get: func(r field.Record) []field.Value { return r.(*place)[:] }}})
	f := &call{in: kindOf(v.t), out: kindOf(out), begin: func() func(field.Value) (field.Value, bool) {
		var at place
		return func(v field.Value) (field.Value, bool) {
			at[0] = v
			values := scalar.Eval(e, &at)
			if len(values) == 0 {
				return field.Value{}, false
			}
			return values[0], true
		}
	}}
	return callName(f.in, f.out) + "(" + strconv.FormatInt(s.view.keep(f), 10) + ", " + x + ")"
}

// kindOf is the one of kinds that values of a type go as.
func kindOf(t field.Type) field.Type {
	switch t {
	case field.JSON:
		return field.Text
	case field.Int:
		return field.Number
	}
	return t
}

// literal writes a value; nil for null.
func (s *statement) literal(t field.Type, v *field.Value) value {
	var arg any
	if v != nil {
		switch t {
		case field.Date:
			d, _ := dayOf(*v) // scalar.Check has seen it
			arg = d
		case field.DateTime:
			arg = micro(v.Time.UnixMicro())
		case field.Number, field.Int:
			arg = v.Num
		case field.Bool:
			arg = v.Num != 0
		default:
			arg = v.Str
		}
	}
	name := sqlTypes()[t]
	if t == field.Int {
		name = sqlTypes()[field.Number]
	}
	return value{t: t, sql: "CAST(" + s.arg(arg) + " AS " + name + ")"}
}

// both writes two expressions, of which one has several values at most, in one.
func (s *statement) both(left, right scalar.Expr) (l, r, of value, err error) {
	if l, err = s.compute(left); err == nil {
		r, err = s.compute(right)
	}
	if l.list != "" {
		return l, r, l, err
	}
	return l, r, r, err
}

func (s *statement) arithmetic(e scalar.Arith) (value, error) {
	l, r, of, err := s.both(e.L, e.R)
	if err != nil {
		return of, err
	}
	return s.finite(of, e.Type(), "("+l.number()+" "+string(rune(e.Op))+" "+r.number()+")"), nil
}

func (s *statement) comparison(e scalar.Compare) (value, error) {
	l, r, of, err := s.both(e.L, e.R)
	if err != nil {
		return of, err
	}
	op := e.Op
	if op == "!=" {
		op = "<>"
	}
	if !strings.Contains(" = <> < <= > >= ", " "+op+" ") {
		return of, fault.New(fault.Invalid, "%q is no comparison", e.Op)
	}
	left, right := l.sql, r.sql
	if l.t != r.t && !l.t.Numeric() { // a day and an instant
		left, right = "CAST("+left+" AS TIMESTAMP)", "CAST("+right+" AS TIMESTAMP)"
	}
	return of.with(field.Bool, "("+left+" "+op+" "+right+")"), nil
}

func (s *statement) ifNull(e scalar.IfNull) (value, error) {
	x, err := s.compute(e.X)
	if err != nil {
		return x, err
	}
	other, err := s.compute(e.Else)
	if err != nil {
		return x, err
	}
	if x.whole != other.whole {
		x.sql, other.sql = x.number(), other.number()
		x.plain, other.plain = x.plain && !x.whole, other.plain && !other.whole
		x.whole, other.whole = false, false
	}
	v := value{t: e.Type(), whole: x.whole}
	if x.list == "" && other.list == "" {
		v.sql = "coalesce(" + x.sql + ", " + other.sql + ")"
		return v, nil
	}
	v.sql, v.list, v.plain = "x", "coalesce("+x.asList()+", "+other.asList()+")", true
	return v, nil
}
