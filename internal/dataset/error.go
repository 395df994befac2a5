package dataset

import (
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
)

// Clauses that errors of this package name.
const (
	ClauseRefine  = "refine"
	ClauseExclude = "exclude"
	ClauseFacet   = "facet"
)

// Field finds a field that a clause of a request names. An unknown name is an *odsql.Error.
func (s *Set) Field(clause, name string) (*field.Field, error) {
	if f, ok := s.Fields.Lookup(name); ok {
		return f, nil
	}
	names := make([]string, len(s.Columns))
	for i, f := range s.Columns {
		names[i] = f.Name
	}
	hint := ""
	if near := field.Nearest(name, names, 3); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return nil, malformed(clause, hint, "Unknown field: %s", name)
}

func notAllowed(clause string, f *field.Field) error {
	return malformed(clause, "", "Field %s is not allowed in the current clause", f.Name)
}

// malformed says, as the portal words it, that a parameter asks for what is not there or cannot be.
func malformed(clause, hint, format string, args ...any) error {
	return &odsql.Error{Code: odsql.SemanticsError, Clause: clause, Hint: hint,
		Message: fmt.Sprintf("ODSQL query is malformed: %s. Clause(s) containing the error(s): %s.", fmt.Sprintf(format, args...), clause)}
}

// unexpected says, as the portal words it, that a parameter is not well formed: what stands at the position, in characters from 0.
func unexpected(clause, what string, position int, text, hint string) error {
	return &odsql.Error{Code: odsql.SyntaxError, Clause: clause, Position: position, Hint: hint,
		Message: fmt.Sprintf("ODSQL syntax exception: unexpected %s at position %d in %s. Clause(s) containing the error(s): %s.", what, position, text, clause)}
}
