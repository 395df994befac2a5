// Package fault is the vocabulary of failure: every error that a caller of boamp may have caused, or has to act
// on, is a *fault.Error of one Kind, with a message that is safe to show, a position, a hint and a hidden cause.
//
// Lower layers create and wrap faults; only the surfaces (HTTP, command line) turn a Kind into a status and a body.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is. Surfaces map it; see httpx.Status and cmd/boamp's exit codes.
type Kind int

const (
	Internal    Kind = iota // our mistake: shown as such, details only in the log
	Invalid                 // the caller's input is wrong; Message says where and what was expected
	NotFound                // nothing stands under that name
	Unsupported             // well formed, but not something boamp reads or answers
	TooLarge                // beyond a documented limit
	Timeout                 // the work did not end within its deadline
	Conflict                // the state of the data folder or of a version forbids it
	Unavailable             // a resource is not there now; trying again later may help
)

var kindNames = [...]string{"internal", "invalid", "not_found", "unsupported", "too_large", "timeout", "conflict", "unavailable"}

// String gives the stable machine name of the kind, as API bodies and the ledger write it.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "internal"
	}
	return kindNames[k]
}

// Error is a failure with all that its reader needs. The zero Pos means "no position".
type Error struct {
	Kind    Kind
	Message string // one sentence, safe for users, naming the thing and what was expected of it
	Pos     string // where: "line 12 column 3", "/ANNONCE/GESTION/DATE", "parameter cpv"; empty when unknown
	Hint    string // what to do next; empty when there is nothing useful to say
	Cause   error  // for the log only
}

func (e *Error) Error() string {
	s := e.Message
	if e.Pos != "" {
		s = e.Pos + ": " + s
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the hidden cause, so that errors.Is reaches through.
func (e *Error) Unwrap() error { return e.Cause }

// At returns a copy of e that stands at pos.
func (e *Error) At(pos string) *Error { c := *e; c.Pos = pos; return &c }

// WithHint returns a copy of e with a hint.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// New makes an error of a kind. A %w verb in format becomes the cause of the message's text, as with fmt.Errorf.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an error of a kind with a cause. The message must make sense without the cause, which users do not see.
func Wrap(k Kind, cause error, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// KindOf finds the kind of err: that of the first *Error in its chain, Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err carries a fault of kind k.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}
