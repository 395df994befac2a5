package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// Canonical prints a predicate in one way only: equal predicates, however they were written, have equal texts. Cursors and
// caches are bound to it.
func Canonical(e Expr) string {
	var b strings.Builder
	print(&b, Simplify(e))
	return b.String()
}

func print(b *strings.Builder, e Expr) {
	switch e := e.(type) {
	case nil:
		b.WriteString("all")
	case And:
		printList(b, "and", e)
	case Or:
		printList(b, "or", e)
	case Not:
		b.WriteString("not(")
		print(b, e.X)
		b.WriteByte(')')
	case Compare:
		fmt.Fprintf(b, "%s %s %s", e.Field.Formula(), e.Op, literal(e.Field.Type, e.Value))
	case In:
		list := make([]string, len(e.Values))
		for i, v := range e.Values {
			list[i] = literal(e.Field.Type, v)
		}
		slices.Sort(list)
		fmt.Fprintf(b, "%s in (%s)", e.Field.Formula(), strings.Join(slices.Compact(list), ", "))
	case Prefix:
		fmt.Fprintf(b, "%s ^= %q", e.Field.Formula(), e.Prefix)
	case Null:
		fmt.Fprintf(b, "%s is null", e.Field.Formula())
	case Words:
		e.print(b)
	default:
		panic("query: unknown predicate")
	}
}

func (w Words) print(b *strings.Builder) {
	fields, tokens := make([]string, len(w.Fields)), make([]string, len(w.Tokens))
	for i, f := range w.Fields {
		fields[i] = f.Formula()
	}
	for i, t := range w.Tokens {
		tokens[i] = t.String()
	}
	slices.Sort(fields)
	slices.Sort(tokens)
	fmt.Fprintf(b, "words(%s: %s)", strings.Join(slices.Compact(fields), ", "), strings.Join(slices.Compact(tokens), ", "))
}

// String prints a token in one way only.
func (t Token) String() string {
	var ways []string
	if t.Terms != "" {
		ways = append(ways, strconv.Quote(t.Terms))
	}
	if t.Text != "" {
		way := strconv.Quote(t.Text)
		if t.OpenStart {
			way = "*" + way
		}
		if t.OpenEnd {
			way += "*"
		}
		if t.Fuzzy > 0 {
			way += "~" + strconv.Itoa(t.Fuzzy)
		}
		ways = append(ways, "as "+way)
	}
	return strings.Join(ways, "|")
}

func printList(b *strings.Builder, verb string, list []Expr) {
	items := make([]string, len(list))
	for i, x := range list {
		var s strings.Builder
		print(&s, x)
		items[i] = s.String()
	}
	slices.Sort(items)
	fmt.Fprintf(b, "%s(%s)", verb, strings.Join(slices.Compact(items), ", "))
}

func literal(t field.Type, v field.Value) string {
	switch t {
	case field.DateTime:
		return v.Time.UTC().Format(time.RFC3339Nano)
	case field.Number, field.Bool, field.Int:
		return strconv.FormatFloat(v.Num, 'g', -1, 64)
	}
	return strconv.Quote(v.Str)
}

// Simplify flattens nested lists, drops what decides nothing and folds double negation. The meaning stays.
func Simplify(e Expr) Expr {
	switch e := e.(type) {
	case And:
		list, decided := flatten(e, func(x Expr) ([]Expr, bool) { l, ok := x.(And); return l, ok }, isFalse)
		if decided {
			return Or{}
		}
		if len(list) == 0 {
			return nil
		}
		if len(list) == 1 {
			return list[0]
		}
		return And(list)
	case Or:
		list, decided := flatten(e, func(x Expr) ([]Expr, bool) { l, ok := x.(Or); return l, ok }, isTrue)
		if decided {
			return nil
		}
		if len(list) == 1 {
			return list[0]
		}
		return Or(list)
	case Not:
		x := Simplify(e.X)
		if n, ok := x.(Not); ok {
			return n.X
		}
		if x == nil {
			return Or{}
		}
		if isFalse(x) {
			return nil
		}
		return Not{x}
	case In:
		if len(e.Values) == 0 {
			return Or{}
		}
		if len(e.Values) == 1 {
			return Compare{e.Field, Eq, e.Values[0]}
		}
	case Words:
		if len(e.Tokens) == 0 {
			return nil
		}
	}
	return e
}

func isTrue(e Expr) bool  { return e == nil }
func isFalse(e Expr) bool { o, ok := e.(Or); return ok && len(o) == 0 }

// flatten simplifies the members of a list and lifts those of nested lists of the same kind. Members that change nothing
// are dropped; decided says that one of them decides the whole.
func flatten(list []Expr, nested func(Expr) ([]Expr, bool), decides func(Expr) bool) (out []Expr, decided bool) {
	for _, x := range list {
		x = Simplify(x)
		inner, ok := nested(x)
		switch {
		case decides(x):
			return nil, true
		case x == nil || isFalse(x):
			// true in an And, false in an Or: nothing to add
		case ok:
			out = append(out, inner...)
		default:
			out = append(out, x)
		}
	}
	return out, false
}
