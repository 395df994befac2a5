package odsql

import (
	"fmt"

	"github.com/boamp/boamp/internal/fault"
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
