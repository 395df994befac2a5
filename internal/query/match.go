package query

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
)

// Match is the reference evaluator: it says whether a notice satisfies a predicate. Engines answer equally.
func Match(e Expr, n *notice.Notice) bool {
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
		return e.in(text.Index(strs(e.Field.Get(n))))
	}
	panic("query: unknown predicate")
}

// in looks for the terms in an index line (text.Index).
func (w Words) in(line string) bool {
	if len(w.Terms) == 0 {
		return true
	}
	if w.Phrase {
		return strings.Contains(line, " "+strings.Join(w.Terms, " ")+" ")
	}
	for _, t := range w.Terms {
		if !strings.Contains(line, " "+t+" ") {
			return false
		}
	}
	return true
}

func strs(values []field.Value) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.Str
	}
	return list
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
