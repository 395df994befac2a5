package scalar

import (
	"encoding/json"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

// Limits of an expression.
const (
	MaxDepth  = 50  // expressions within one another
	MaxNodes  = 500 // expressions in all
	MaxBounds = 1000
)

// operands lists the expressions that an expression is computed from. A Ref to a computed field stands for what that is computed
// from.
func operands(e Expr) []Expr {
	switch e := e.(type) {
	case Ref:
		if inner, ok := e.Field.From.(Expr); ok {
			return []Expr{inner}
		}
	case Neg:
		return []Expr{e.X}
	case Arith:
		return []Expr{e.L, e.R}
	case Compare:
		return []Expr{e.L, e.R}
	case Length:
		return []Expr{e.X}
	case Lower:
		return []Expr{e.X}
	case Part:
		return []Expr{e.X}
	case Format:
		return []Expr{e.X}
	case IfNull:
		return []Expr{e.X, e.Else}
	case JSONOf:
		return []Expr{e.X}
	case Shuffle:
		return []Expr{Ref{e.ID}}
	case Step:
		return []Expr{e.X}
	case TimeStep:
		return []Expr{e.X}
	case Bounds:
		return []Expr{e.X}
	case First:
		return []Expr{e.X}
	case Segments:
		return []Expr{e.X}
	}
	return nil
}

// Multi reports whether an expression may have several values.
func Multi(e Expr) bool {
	switch e := e.(type) {
	case Ref:
		return e.Field.Multi
	case First:
		return false
	}
	return slices.ContainsFunc(operands(e), Multi)
}

// Fields lists the fields that an expression reads, each once, in the order in which they stand there.
func Fields(e Expr) []*field.Field {
	var list []*field.Field
	walk(e, func(e Expr) {
		if ref, ok := e.(Ref); ok && len(operands(e)) == 0 && !slices.Contains(list, ref.Field) {
			list = append(list, ref.Field)
		}
	})
	return list
}

func walk(e Expr, f func(Expr)) {
	f(e)
	for _, x := range operands(e) {
		walk(x, f)
	}
}

// Comparable reports whether values of two types can be compared: those of one type, numbers with whole numbers, and days with
// instants (a day is then its first moment in UTC). JSON cannot be compared.
func Comparable(a, b field.Type) bool {
	moment := func(t field.Type) bool { return t == field.Date || t == field.DateTime }
	return a != field.JSON && (a == b || a.Numeric() && b.Numeric() || moment(a) && moment(b))
}

// Check says whether an expression is one that every engine computes, so that all refuse the same. The faults are of kind
// Invalid; TooLarge for one beyond the limits.
func Check(e Expr) error {
	nodes := 0
	if err := size(e, 1, &nodes); err != nil {
		return err
	}
	for { // a field by another name is what that is
		ref, ok := e.(Ref)
		if !ok {
			return check(e)
		}
		inner, computed := ref.Field.From.(Expr)
		if !computed {
			if ref.Field.Hidden {
				return invalid(e, "field %s can be searched, not shown", ref.Field.Name)
			}
			return nil
		}
		e = inner
	}
}

// size counts, and finds what is missing.
func size(e Expr, depth int, nodes *int) error {
	if e == nil {
		return fault.New(fault.Invalid, "an expression lacks an operand")
	}
	if ref, ok := e.(Ref); ok && ref.Field == nil {
		return fault.New(fault.Invalid, "an expression lacks a field")
	}
	if *nodes++; *nodes > MaxNodes {
		return fault.New(fault.TooLarge, "an expression has more than %d parts", MaxNodes)
	}
	if depth > MaxDepth {
		return fault.New(fault.TooLarge, "an expression is more than %d deep", MaxDepth)
	}
	for _, x := range operands(e) {
		if err := size(x, depth+1, nodes); err != nil {
			return err
		}
	}
	return nil
}

func invalid(e Expr, format string, args ...any) error {
	f := fault.New(fault.Invalid, format, args...)
	if s := e.String(); len(s) <= 200 {
		return f.At(s)
	}
	return f
}

func check(e Expr) error {
	several := 0
	for _, x := range operands(e) {
		if err := check(x); err != nil {
			return err
		}
		if Multi(x) {
			several++
		}
	}
	if several > 1 {
		return invalid(e, "only one part of an expression can have several values")
	}
	switch e := e.(type) {
	case Ref:
		return checkRef(e)
	case Lit:
		return checkLit(e)
	case Neg:
		return need(e, "a number", field.Type.Numeric, e.X)
	case Arith:
		if e.Op == 0 || !slices.Contains([]byte("+-*/"), e.Op) {
			return invalid(e, "%q is no arithmetic", e.Op)
		}
		return need(e, "a number", field.Type.Numeric, e.L, e.R)
	case Compare:
		return checkCompare(e)
	case Length:
		return need(e, "a text", isText, e.X)
	case Lower:
		return need(e, "a text", isText, e.X)
	case IfNull:
		return checkIfNull(e)
	case JSONOf:
		return checkJSON(e)
	case Shuffle:
		if e.ID.Multi {
			return invalid(e, "records can only be shuffled by a field with one value")
		}
		return need(e, "a text", isText, Ref{e.ID})
	case First:
		return need(e, "a value that can be compared", func(t field.Type) bool { return t != field.JSON }, e.X)
	case Segments:
		if e.N < 1 || e.Separator == "" || !utf8.ValidString(e.Separator) {
			return invalid(e, "levels are counted from 1 and have a separator")
		}
		return need(e, "a text", isText, e.X)
	}
	return checkRange(e)
}

// checkRange is for ranges and dates.
func checkRange(e Expr) error {
	switch e := e.(type) {
	case Part:
		if !slices.Contains([]string{"year", "month", "day", "hour", "minute", "second"}, e.Unit) {
			return invalid(e, "%q is no part of a date", e.Unit)
		}
		return checkMoment(e, e.X, e.Zone)
	case Format:
		if _, known := languages[e.Layout.Lang]; !known || len(e.Layout.Pieces) == 0 || !utf8.ValidString(e.Layout.Pattern) {
			return invalid(e, "the date pattern was not read")
		}
		return checkMoment(e, e.X, e.Zone)
	case Step:
		if !(e.Width > 0) || math.IsInf(e.Width, 0) {
			return invalid(e, "the width of a range must be a number above 0")
		}
		return need(e, "a number", field.Type.Numeric, e.X)
	case TimeStep:
		if !steps(e.N, e.Unit) {
			return invalid(e, "there are no ranges of %d %q", e.N, e.Unit)
		}
		return checkMoment(e, e.X, e.Zone)
	case Bounds:
		return checkBounds(e)
	}
	return fault.New(fault.Internal, "an expression of unknown kind %T", e)
}

func checkMoment(e, x Expr, zone *time.Location) error {
	if name := zone.String(); zone != nil && (name == "" || name == "Local") {
		return invalid(e, "a time zone needs a name")
	}
	return need(e, "a day or an instant", func(t field.Type) bool { return t == field.Date || t == field.DateTime }, x)
}

func isText(t field.Type) bool { return t == field.Text }

// need checks the types of operands.
func need(e Expr, what string, is func(field.Type) bool, operands ...Expr) error {
	for _, x := range operands {
		if !is(x.Type()) {
			return invalid(e, "%s is %s, %s is needed", x, x.Type(), what)
		}
	}
	return nil
}

func checkRef(e Ref) error {
	switch f := e.Field; {
	case f.Hidden:
		return invalid(e, "field %s can be searched, not shown", f.Name)
	case f.Opaque:
		return invalid(e, "field %s can be shown, not computed with", f.Name)
	}
	return nil
}

func checkCompare(e Compare) error {
	if !slices.Contains([]string{"=", "!=", "<", "<=", ">", ">="}, e.Op) {
		return invalid(e, "%q is no comparison", e.Op)
	}
	if l, r := e.L.Type(), e.R.Type(); !Comparable(l, r) {
		return invalid(e, "%s cannot be compared with %s", l, r)
	}
	return nil
}

func checkIfNull(e IfNull) error {
	if l, r := e.X.Type(), e.Else.Type(); l != r && !(l.Numeric() && r.Numeric()) {
		return invalid(e, "%s cannot stand for %s", r, l)
	}
	return need(e, "a value that can be compared", func(t field.Type) bool { return t != field.JSON }, e.X, e.Else)
}

func checkJSON(e JSONOf) error {
	if Multi(e.X) {
		return invalid(e, "only a field with one value can be JSON")
	}
	if e.Else != nil && !json.Valid([]byte(*e.Else)) {
		return invalid(e, "what stands for JSON must be JSON")
	}
	return need(e, "a text", func(t field.Type) bool { return t == field.Text || t == field.JSON }, e.X)
}

func checkBounds(e Bounds) error {
	t := e.X.Type()
	switch {
	case len(e.Bounds) == 0:
		return invalid(e, "ranges need a bound")
	case len(e.Bounds) > MaxBounds:
		return fault.New(fault.TooLarge, "ranges have at most %d bounds", MaxBounds)
	}
	for i, b := range e.Bounds {
		if err := checkLit(Lit{T: t, Value: &b}); err != nil {
			return err
		}
		if i > 0 && t.Compare(e.Bounds[i-1], b) >= 0 {
			return invalid(e, "the bounds of ranges must ascend")
		}
	}
	return need(e, "a number, a day, an instant or a text", func(t field.Type) bool { return t != field.Bool && t != field.JSON }, e.X)
}

func checkLit(e Lit) error {
	if e.Value == nil {
		return nil
	}
	ok := false
	switch v := *e.Value; e.T {
	case field.Text:
		ok = utf8.ValidString(v.Str)
	case field.JSON:
		ok = json.Valid([]byte(v.Str)) && utf8.ValidString(v.Str)
	case field.Date:
		d, parsed := notice.ParseDate(v.Str)
		ok = parsed && d.String() == v.Str
	case field.DateTime:
		ok = v.Time.UTC().Year() >= 1 && v.Time.UTC().Year() <= 9999
	case field.Number:
		ok = !math.IsNaN(v.Num) && !math.IsInf(v.Num, 0)
	case field.Int:
		ok = v.Num == math.Trunc(v.Num) && math.Abs(v.Num) < maxInt
	case field.Bool:
		ok = v.Num == 0 || v.Num == 1
	}
	if !ok {
		return invalid(e, "the value is no %s", e.T)
	}
	return nil
}
