// Package field is the catalogue of what can be asked for: every field by which notices are filtered, sorted, counted and
// exported, with its type, its labels, its meaning and the way to read it from a notice. The 41 flat fields of the
// Explore data set come first, in the portal's order, then the typed fields that boamp adds.
package field

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
)

// Type is the type of a field's values.
type Type int

const (
	Text     Type = iota
	Date          // calendar day
	DateTime      // instant, UTC, second precision
	Number        // float64
	Bool
	Int  // whole number, exact up to 2^53
	JSON // a JSON document as text: shown as JSON where the format knows it
)

func (t Type) String() string {
	return [...]string{"text", "date", "datetime", "number", "bool", "int", "json"}[t]
}

// Numeric reports whether values of the type are numbers.
func (t Type) Numeric() bool { return t == Number || t == Int }

// Record is what a catalogue describes: a *notice.Notice for the notices, a Row for a small table, a row of groups for what a
// request computes of them. Each Get knows its own.
type Record any

// Row is a record of a small table: the values of its columns; nil is null.
type Row [][]Value

// Field is one entry of the catalogue.
type Field struct {
	Name    string // as APIs and exports call it
	Label   string // French, for headings
	LabelEN string
	Type    Type
	Multi   bool   // several values at once
	Flat    bool   // one of the 41 fields of the Explore data set
	Facet   bool   // worth counting by
	Words   bool   // can be searched by words (query.Words)
	Bag     bool   // its line of words holds each word once, in no order: a phrase is found wherever its words are
	Hidden  bool   // for filters only: not a column of answers
	Opaque  bool   // worked out from the whole record, never null: can be shown, not compared, sorted or grouped by
	Doc     string // meaning and source, English
	// From says what the field is computed from, when it is not a field of a catalogue (package scalar). Engines that compute
	// by themselves read it; Get does the same.
	From fmt.Stringer
	// Get reads the values: nil when null, one for a single-valued field. The slice is the caller's.
	Get func(r Record) []Value
}

// Formula says what a field is, whatever it is called: its name in the catalogue (quoted when it is no plain name), or what it is
// computed from. Canonical texts of requests are made of it.
func (f *Field) Formula() string {
	if f.From != nil {
		return f.From.String()
	}
	for i, c := range f.Name {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return "`" + strings.ReplaceAll(f.Name, "`", "``") + "`"
		}
	}
	return f.Name
}

// Line is what query.Words looks through: the words of the values, see package text.
func (f *Field) Line(values []Value) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.Str
	}
	if f.Bag {
		return text.Bag(texts)
	}
	return text.Index(texts)
}

// Value is one value of a field. Exactly one of its contents counts, by the type of the field: Text in Str, JSON likewise, Date in
// Str as "2006-01-02", DateTime in Time, Number and Int in Num, Bool in Num (0 or 1).
type Value struct {
	Str  string
	Time time.Time
	Num  float64
}

// Constructors of values.
func Str(s string) Value        { return Value{Str: s} }
func Day(d notice.Date) Value   { return Value{Str: d.String()} }
func Instant(t time.Time) Value { return Value{Time: t.UTC().Truncate(time.Second)} }
func Num(v float64) Value       { return Value{Num: v} }
func Flag(b bool) Value {
	if b {
		return Value{Num: 1}
	}
	return Value{}
}

// Compare orders two values of type t: text and dates byte by byte.
func (t Type) Compare(a, b Value) int {
	switch t {
	case DateTime:
		return a.Time.Compare(b.Time)
	case Number, Bool, Int:
		return cmp.Compare(a.Num, b.Num)
	}
	return strings.Compare(a.Str, b.Str)
}
