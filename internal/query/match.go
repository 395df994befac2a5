package query

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/text"
)

// Match is the reference evaluator: it says whether a record satisfies a predicate. Engines answer equally.
func Match(e Expr, n field.Record) bool {
	switch e := e.(type) {
	case nil:
		return true
	case And:
		for _, x := range e {
			if !Match(x, n) {
				return false
			}
		}
		return true
	case Or:
		return slices.ContainsFunc(e, func(x Expr) bool { return Match(x, n) })
	case Not:
		return !Match(e.X, n)
	case Compare:
		return slices.ContainsFunc(e.Field.Get(n), func(v field.Value) bool {
			return e.Op.holds(e.Field.Type.Compare(v, e.Value))
		})
	case In:
		return slices.ContainsFunc(e.Field.Get(n), func(v field.Value) bool {
			return slices.ContainsFunc(e.Values, func(w field.Value) bool { return e.Field.Type.Compare(v, w) == 0 })
		})
	case Prefix:
		return slices.ContainsFunc(e.Field.Get(n), func(v field.Value) bool { return strings.HasPrefix(v.Str, e.Prefix) })
	case Null:
		return len(e.Field.Get(n)) == 0
	case Words:
		return e.in(n)
	}
	panic("query: unknown predicate")
}

func (w Words) in(r field.Record) bool {
	lines := make([]string, len(w.Fields))
	for i, f := range w.Fields {
		lines[i] = f.Line(f.Get(r))
	}
	for _, t := range w.Tokens {
		if !slices.ContainsFunc(w.Fields, func(f *field.Field) bool { return t.In(lines[slices.Index(w.Fields, f)], f.Bag) }) {
			return false
		}
	}
	return true
}

// Parts are the tokens to look for instead in a line that keeps no order (field.Field.Bag): one for each word, all required,
// for either way of finding them.
func (t Token) Parts() (terms, words []Token) {
	for s := range strings.FieldsSeq(t.Terms) {
		terms = append(terms, Token{Terms: s})
	}
	list := strings.Fields(t.Text)
	for i, s := range list {
		words = append(words, Token{Text: s, OpenStart: t.OpenStart && i == 0, OpenEnd: t.OpenEnd && i == len(list)-1, Fuzzy: t.Fuzzy})
	}
	return terms, words
}

// In reports whether the token is found in a line.
func (t Token) In(line string, bag bool) bool {
	if bag && strings.Contains(t.Terms+t.Text, " ") {
		all := func(list []Token) bool {
			return len(list) > 0 && !slices.ContainsFunc(list, func(p Token) bool { return !p.In(line, false) })
		}
		terms, words := t.Parts()
		return all(terms) || all(words)
	}
	if t.Terms != "" && strings.Contains(line, " "+t.Terms+" ") {
		return true
	}
	if t.Text == "" {
		return false
	}
	if strings.Contains(line, t.Needle()) {
		return true
	}
	near := false
	if t.Fuzzy > 0 {
		text.EachOfLine(line, func(word string) bool {
			near = text.Within(word, t.Text, t.Fuzzy)
			return !near
		})
	}
	return near
}

// Needle is what a line must hold for Text to be found.
func (t Token) Needle() string {
	needle := t.Text
	if !t.OpenStart {
		needle = " " + needle
	}
	if !t.OpenEnd {
		needle += " "
	}
	return needle
}

func (o Op) holds(c int) bool {
	switch o {
	case Eq:
		return c == 0
	case Ne:
		return c != 0
	case Lt:
		return c < 0
	case Le:
		return c <= 0
	case Gt:
		return c > 0
	}
	return c >= 0
}
