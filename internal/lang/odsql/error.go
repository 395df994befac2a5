package odsql

import (
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// Codes of errors, as the portal calls them.
const (
	SyntaxError    = "ODSQLSyntaxError" // the text is not of the language
	SemanticsError = "ODSQLError"       // the text is, but asks for what is not there or cannot be
)

// Error says why a text is refused. In its chain stands a *fault.Error of kind Invalid.
type Error struct {
	Code     string // SyntaxError or SemanticsError
	Message  string // as the portal words it, with the clause
	Clause   string // select, where, group_by, order_by
	Position int    // 0-based, in characters, of what is wrong in the text of the clause
	Hint     string // what to do about it, in our words; empty when there is nothing useful to say
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the same failure in the vocabulary of package fault.
func (e *Error) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Pos: fmt.Sprintf("%s, character %d", e.Clause, e.Position), Hint: e.Hint}
}

func malformed(c Clause, pos int, format string, args ...any) *Error {
	return &Error{
		Code:     SemanticsError,
		Message:  "ODSQL query is malformed: " + fmt.Sprintf(format, args...) + "." + inClause(c),
		Clause:   c.String(),
		Position: pos,
	}
}

func unexpected(c Clause, what string, pos int, text, hint string) *Error {
	return &Error{
		Code:     SyntaxError,
		Message:  fmt.Sprintf("ODSQL syntax exception: unexpected %s at position %d in %s.", what, pos, text) + inClause(c),
		Clause:   c.String(),
		Position: pos,
		Hint:     hint,
	}
}

func inClause(c Clause) string { return " Clause(s) containing the error(s): " + c.String() + "." }

// unknownField names a field that is not there, with those that resemble it.
func unknownField(c Clause, pos int, name string, fields *field.Catalogue) *Error {
	e := malformed(c, pos, "Unknown field: %s", name)
	var names []string
	for _, f := range fields.All() {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	if near := field.Nearest(name, names, 3); len(near) > 0 {
		e.Hint = "did you mean " + strings.Join(near, ", ") + "?"
	}
	return e
}

// notAllowed says that a field is there but not for this clause.
func notAllowed(c Clause, pos int, name, hint string) *Error {
	e := malformed(c, pos, "Field %s is not allowed in the current clause", name)
	e.Hint = hint
	return e
}
