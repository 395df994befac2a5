// Package scalar computes values from the fields of one record: arithmetic, parts of dates, formatted dates, ranges. An
// expression becomes a field (Field), so that whatever takes a field - a comparison, a sort key, a group, a column - takes
// computed ones too. Eval is the reference; engines that compute by themselves (store/duckdb) read the same tree and give
// equal values.
//
// Meaning, the same in all engines:
//   - A value that is not there (null) makes the result null, except in IfNull.
//   - An expression over a multi-valued field is computed for each of its values, in their order, repetitions kept; what is null
//     is left out, and nothing left is null. At most one operand has several values (Check).
//   - Numbers are float64 throughout. A result that is not finite, or of type Int and 2^53 or more in size, is null; zero
//     has no sign.
//   - Instants count to the microsecond, in the years 1 to 9999 of UTC; a result outside of them is null. Clocks in a zone may
//     show a day before or after these. Engines need not agree about clocks before 1970.
//   - Which expressions there are, Check says. JSON (JSONOf, JSON literals) is only shown: nothing is computed from it.
package scalar

import (
	"time"

	"github.com/boamp/boamp/internal/field"
)

// Expr is an expression over one record. It is one of the types below.
type Expr interface {
	Type() field.Type // of its values
	String() string   // canonical text: equal expressions have equal texts
	eval(r field.Record) []field.Value
}

type (
	// Ref is a field; of one that is computed, what it is computed from (see Of).
	Ref struct{ Field *field.Field }
	// Lit is a value, or null without one.
	Lit struct {
		T     field.Type
		Value *field.Value
	}
	// Neg is a number with the other sign, 0 - X.
	Neg struct{ X Expr }
	// Arith is +, -, * or / of numbers. Whole numbers stay whole except under /; what has no finite result, such as a division
	// by zero, is null.
	Arith struct {
		Op   byte
		L, R Expr
	}
	// Compare is =, !=, <, <=, > or >= of two values of types that can be compared (Comparable); Bool. Text compares byte by byte.
	Compare struct {
		Op   string
		L, R Expr
	}
	// Length is the number of characters (code points) of a text; Int.
	Length struct{ X Expr }
	// Lower is a text in lower case: each character by itself (Unicode's simple mapping).
	Lower struct{ X Expr }
	// Part is a part of a day or an instant as a clock in Zone shows it: year, month, day, hour, minute, second; Int. Hours,
	// minutes and seconds of a day are 0.
	Part struct {
		Unit string
		X    Expr
		Zone *time.Location // nil is UTC; of no effect on days
	}
	// Format is a day or an instant as text, see Layout; Text.
	Format struct {
		X      Expr
		Layout Layout
		Zone   *time.Location
	}
	// IfNull is X, or Else when X is null. Both have the same type, or are numbers.
	IfNull struct{ X, Else Expr }
	// JSONOf is a text as JSON when it is a JSON document, else Else (null without one); JSON.
	JSONOf struct {
		X    Expr
		Else *string // a JSON document
	}
	// Shuffle is a text that puts records into an order decided by the seed: MD5 of seed, colon, record id, in hexadecimal.
	Shuffle struct {
		Seed int64
		ID   *field.Field // text that no two records share
	}
	// Step is the lower end of the range of equal width that holds a number: floor(X/Width)*Width.
	Step struct {
		X     Expr
		Width float64
	}
	// TimeStep is the first instant of the range of N units that holds a day or an instant, by the calendar of Zone; DateTime.
	// Units are ms, s, m, h, d, w, M, q, y. What the clock of Zone shows (for a day: its midnight) goes down to the beginning of the
	// range: for ms to d to a multiple of N units from what it showed at the beginning of 1970, for w to Monday, for M, q and y (of
	// these and w N is 1) to their first day. The result is the instant at which the clock shows that: the earlier of two; of a time
	// that clocks are set forward over, the instant that would have it had they not been changed.
	TimeStep struct {
		X    Expr
		N    int
		Unit string
		Zone *time.Location
	}
	// Bounds is the number of the range that holds a value: 0 below Bounds[0], i from Bounds[i-1] (included) to Bounds[i], and
	// len(Bounds) from the last on; Int. Ranges 0 and len(Bounds) only count with OpenStart and OpenEnd: else null. Bounds ascend
	// and have the type of X: numbers, days, instants or text.
	Bounds struct {
		X                  Expr
		Bounds             []field.Value
		OpenStart, OpenEnd bool
	}
	// First is the smallest of the values of a multi-valued expression: to sort by. Of its type, with one value.
	First struct{ X Expr }
	// Segments is the beginning of a text of several levels, up to and without the separator behind level N (from 1); a text
	// with fewer levels is null. An empty last level, as in "Avis de marche/", is none (of "a//" the last two levels are "a" and "").
	Segments struct {
		X         Expr
		Separator string
		N         int
	}
)

// Field makes a computed field. It can be used wherever a field of a catalogue can, except by words.
func Field(name string, e Expr) *field.Field {
	f := &field.Field{Name: name, Label: name, LabelEN: name, Type: e.Type(), Multi: Multi(e), From: e, Get: func(r field.Record) []field.Value { return Eval(e, r) }}
	if ref, ok := e.(Ref); ok { // another name for a field
		f.Label, f.LabelEN, f.Opaque, f.Flat = ref.Field.Label, ref.Field.LabelEN, ref.Field.Opaque, ref.Field.Flat
	}
	return f
}

// Of is the expression of a field: what it is computed from, or the field itself.
func Of(f *field.Field) Expr {
	if e, ok := f.From.(Expr); ok {
		return e
	}
	return Ref{f}
}

// Eval computes the values of an expression for a record: nil is null.
func Eval(e Expr, r field.Record) []field.Value { return e.eval(r) }
