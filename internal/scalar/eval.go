package scalar

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
)

// maxInt is the size below which the result of whole numbers, computed as a float64, is the true one.
const maxInt = 1 << 53

// Type is that of the field.
func (x Ref) Type() field.Type                  { return x.Field.Type }
func (x Ref) eval(r field.Record) []field.Value { return x.Field.Get(r) }

// Type is that of the value.
func (x Lit) Type() field.Type { return x.T }

func (x Lit) eval(field.Record) []field.Value {
	if x.Value == nil {
		return nil
	}
	return []field.Value{x.exact()}
}

// exact is the value as engines keep it: instants to the microsecond.
func (x Lit) exact() field.Value {
	v := *x.Value
	if x.T == field.DateTime {
		v.Time = v.Time.UTC().Truncate(microsecond)
	}
	return v
}

// Type is that of the number.
func (x Neg) Type() field.Type { return x.X.Type() }

func (x Neg) eval(r field.Record) []field.Value {
	return each(x.X, r, func(v field.Value) (field.Value, bool) { return number(x.Type(), -v.Num) })
}

// Type is Int when both are and the operation is no division, else Number.
func (x Arith) Type() field.Type {
	if x.Op != '/' && x.L.Type() == field.Int && x.R.Type() == field.Int {
		return field.Int
	}
	return field.Number
}

func (x Arith) eval(r field.Record) []field.Value {
	t := x.Type()
	return pairs(x.L, x.R, r, func(a, b field.Value) (field.Value, bool) {
		switch x.Op {
		case '+':
			return number(t, a.Num+b.Num)
		case '-':
			return number(t, a.Num-b.Num)
		case '*':
			return number(t, a.Num*b.Num)
		}
		return number(t, a.Num/b.Num)
	})
}

// number is a result, unless it is not finite or a whole number that is not below maxInt in size. Zero has no sign.
func number(t field.Type, v float64) (field.Value, bool) {
	return field.Num(v + 0), !math.IsInf(v, 0) && !math.IsNaN(v) && (t != field.Int || math.Abs(v) < maxInt)
}

// Type is Bool.
func (x Compare) Type() field.Type { return field.Bool }

func (x Compare) eval(r field.Record) []field.Value {
	left, right := x.L.Type(), x.R.Type()
	t := left
	if left != right && !left.Numeric() { // a day and an instant
		t = field.DateTime
	}
	return pairs(x.L, x.R, r, func(a, b field.Value) (field.Value, bool) {
		if t == field.DateTime {
			var ok, ok2 bool
			a.Time, ok = clock(left, a, nil)
			b.Time, ok2 = clock(right, b, nil)
			if !ok || !ok2 {
				return a, false
			}
		}
		return field.Flag(holds(x.Op, t.Compare(a, b))), true
	})
}

func holds(op string, c int) bool {
	switch op {
	case "=":
		return c == 0
	case "!=":
		return c != 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

// Type is Int.
func (x Length) Type() field.Type { return field.Int }

func (x Length) eval(r field.Record) []field.Value {
	return each(x.X, r, func(v field.Value) (field.Value, bool) {
		return field.Num(float64(utf8.RuneCountInString(v.Str))), true
	})
}

// Type is Text.
func (x Lower) Type() field.Type { return field.Text }

func (x Lower) eval(r field.Record) []field.Value {
	return each(x.X, r, func(v field.Value) (field.Value, bool) { return field.Str(strings.ToLower(v.Str)), true })
}

// Type is that of both; Number for two kinds of numbers.
func (x IfNull) Type() field.Type {
	if x.X.Type() != x.Else.Type() {
		return field.Number
	}
	return x.X.Type()
}

func (x IfNull) eval(r field.Record) []field.Value {
	if values := x.X.eval(r); len(values) > 0 {
		return values
	}
	return x.Else.eval(r)
}

// Type is JSON.
func (x JSONOf) Type() field.Type { return field.JSON }

func (x JSONOf) eval(r field.Record) []field.Value {
	values := each(x.X, r, func(v field.Value) (field.Value, bool) { return v, json.Valid([]byte(v.Str)) })
	if values == nil && x.Else != nil {
		return []field.Value{field.Str(*x.Else)}
	}
	return values
}

// Type is Text.
func (x Shuffle) Type() field.Type { return field.Text }

func (x Shuffle) eval(r field.Record) []field.Value {
	return each(Ref{x.ID}, r, func(v field.Value) (field.Value, bool) {
		sum := md5.Sum([]byte(strconv.FormatInt(x.Seed, 10) + ":" + v.Str))
		return field.Str(hex.EncodeToString(sum[:])), true
	})
}

// Type is Int for whole numbers and a whole width, else Number.
func (x Step) Type() field.Type {
	if x.X.Type() == field.Int && x.Width == math.Trunc(x.Width) {
		return field.Int
	}
	return field.Number
}

func (x Step) eval(r field.Record) []field.Value {
	t := x.Type()
	return each(x.X, r, func(v field.Value) (field.Value, bool) { return number(t, math.Floor(v.Num/x.Width)*x.Width) })
}

// Type is Int.
func (x Bounds) Type() field.Type { return field.Int }

func (x Bounds) eval(r field.Record) []field.Value {
	t := x.X.Type()
	return each(x.X, r, func(v field.Value) (field.Value, bool) {
		n := 0
		for n < len(x.Bounds) && t.Compare(x.Bounds[n], v) <= 0 {
			n++
		}
		return field.Num(float64(n)), (n > 0 || x.OpenStart) && (n < len(x.Bounds) || x.OpenEnd)
	})
}

// Type is that of the values.
func (x First) Type() field.Type { return x.X.Type() }

func (x First) eval(r field.Record) []field.Value {
	values := x.X.eval(r)
	if len(values) == 0 {
		return nil
	}
	least, t := values[0], x.Type()
	for _, v := range values[1:] {
		if t.Compare(v, least) < 0 {
			least = v
		}
	}
	return []field.Value{least}
}

// Type is Text.
func (x Segments) Type() field.Type { return field.Text }

func (x Segments) eval(r field.Record) []field.Value {
	return each(x.X, r, func(v field.Value) (field.Value, bool) {
		levels := strings.Split(v.Str, x.Separator)
		if levels[len(levels)-1] == "" {
			levels = levels[:len(levels)-1]
		}
		if len(levels) < x.N {
			return v, false
		}
		return field.Str(strings.Join(levels[:x.N], x.Separator)), true
	})
}

// each computes a value from each value of an expression; f gives false for null.
func each(x Expr, r field.Record, f func(v field.Value) (field.Value, bool)) []field.Value {
	var list []field.Value
	for _, v := range x.eval(r) {
		if w, ok := f(v); ok {
			list = append(list, w)
		}
	}
	return list
}

// pairs computes a value from those of two expressions, of which at most one has several.
func pairs(left, right Expr, r field.Record, f func(a, b field.Value) (field.Value, bool)) []field.Value {
	var list []field.Value
	values := right.eval(r)
	for _, a := range left.eval(r) {
		for _, b := range values {
			if w, ok := f(a, b); ok {
				list = append(list, w)
			}
		}
	}
	return list
}
