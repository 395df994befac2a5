package dataset

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
)

// Refinement is one refine or exclude of a request, read: a value of a facet, which records must have or must not have.
type Refinement struct {
	Field *field.Field
	// Path is the value asked for. Levels of dates are joined by "/" ("2024/05"); the path of a hierarchical text has no separator
	// at its end.
	Path      string
	Exclude   bool
	Separator string // of a hierarchical text, "" for none
	// Disjunctive makes several refines of the field alternatives.
	Disjunctive bool
}

// Refinements are those of a request.
type Refinements []Refinement

// Refinements reads the parameters refine and exclude (FIELD:VALUE; the field may stand in back-quotes, the value in quotes, and
// it may hold colons). specs are the facet parameters of the same request, which may change what refining a field means. Any
// field can be refined but those worked out from the whole record. An error is an *odsql.Error of the clause refine or exclude.
func (s *Set) Refinements(refine, exclude []string, specs []Spec) (Refinements, error) {
	var list Refinements
	for _, part := range []struct {
		params []string
		clause string
	}{{refine, ClauseRefine}, {exclude, ClauseExclude}} {
		for _, p := range part.params {
			name, value, err := splitRefine(p, part.clause)
			if err != nil {
				return nil, err
			}
			r, err := s.Refine(name, value, part.clause == ClauseExclude, specs)
			if err != nil {
				return nil, err
			}
			list = append(list, r)
		}
	}
	return list, nil
}

// splitRefine cuts FIELD:VALUE and takes the quotes off.
func splitRefine(p, clause string) (name, value string, err error) {
	trimmed := strings.TrimSpace(p)
	rest := ""
	if strings.HasPrefix(trimmed, "`") {
		end := closing(trimmed)
		if end < 0 {
			return "", "", unexpected(clause, "end", utf8.RuneCountInString(p), p, "the back-quote is not closed")
		}
		name, rest = unescape(trimmed[1:end]), strings.TrimLeft(trimmed[end+1:], " ")
	} else if i := strings.IndexByte(p, ':'); i >= 0 {
		name, rest = strings.TrimSpace(p[:i]), p[i:]
	}
	value, ok := strings.CutPrefix(rest, ":")
	if !ok || name == "" {
		return "", "", unexpected(clause, "end", utf8.RuneCountInString(p), p, "a refinement is written FIELD:VALUE")
	}
	if text, ok := quoted(strings.TrimSpace(value)); ok {
		return name, text, nil
	}
	return name, value, nil
}

// Refine reads one value of one field, as refine.FIELD=VALUE of the Explore API v1 gives it: without quotes. An error is an
// *odsql.Error.
func (s *Set) Refine(name, value string, exclude bool, specs []Spec) (Refinement, error) {
	clause := ClauseRefine
	if exclude {
		clause = ClauseExclude
	}
	f, err := s.Field(clause, name)
	if err != nil {
		return Refinement{}, err
	}
	if f.Opaque || f.Hidden {
		return Refinement{}, notAllowed(clause, f)
	}
	spec := s.SpecOf(f)
	if i := slices.IndexFunc(specs, func(x Spec) bool { return x.Field == f }); i >= 0 {
		spec = specs[i]
	}
	path, ok := pathOf(f.Type, value, spec.Separator)
	if !ok {
		return Refinement{}, malformed(clause, expected[f.Type], "Invalid value for field %s of type %s: %s", f.Name, TypeName(f), value)
	}
	return Refinement{Field: f, Path: path, Exclude: exclude, Separator: spec.Separator, Disjunctive: spec.Disjunctive}, nil
}

// expected says what a value of a type looks like.
var expected = map[field.Type]string{
	field.Date:     "a date is written 2024, 2024/05 or 2024/05/23",
	field.DateTime: "a time is written 2024, 2024/05, 2024/05/23 or 2024-05-23T12:00:00Z",
	field.Number:   "a number is written 1234.5",
	field.Int:      "a number is written 1234",
	field.Bool:     "write true or false",
}
