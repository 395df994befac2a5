// Package v1q is the query language of the Explore API v1: the parameters q and q.NAME there, and qv1 of version 2.1.
//
//	query   = and { "OR" and }                      (an empty query asks nothing)
//	and     = unary { [ "AND" ] unary }
//	unary   = "NOT" unary | primary
//	primary = "(" query ")" | "*" | "#" function | name operator value | phrase | word
//	value   = word | phrase | range | "#now" ... | "(" query ")"     (operator ":" allows the last)
//	range   = ( "[" | "]" | "{" ) bound "TO" bound ( "]" | "[" | "}" )
//
// Operators are : = == != > >= < <=. Words and phrases search, accents and case apart: a word is found by its stem or as the
// beginning of a word, with * also by its end or a part of it; a phrase as it is written. They search all fields, or the one that
// a "name:" in front of them says. On a text "=" and "==" ask for the whole value as it is, on numbers and dates ":" does too.
// AND, OR and NOT are operators in capitals only: "or" is French for gold.
//
// A date is a period (package period): a day is in a year that equals it, "> 2024" begins with 2025, and both ends of a range are
// in it. A field of days is compared with the days as written, a field of instants with instants; dates without offset stand in
// the zone of the request. NOW and #now(...) are instants.
//
// What the portal does with the rest of the signs is not known; here signs outside of phrases stand between words, so that
// what people type into a search box ("Travaux : lot n° 2 - voirie") is searched for.
package v1q

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// Env is what a query means by its names and times. Nothing in it is changed.
type Env struct {
	Fields *field.Catalogue // what may be named
	Text   []*field.Field   // what words without a field are looked for in
	Now    time.Time        // what NOW and #now() give
	Zone   *time.Location   // of dates and times without offset, and of #now(); nil is UTC
}

// Limits on what is read. Beyond them a query is refused.
const (
	MaxBytes = 64 << 10
	MaxDepth = 64   // of parentheses and NOT inside one another
	MaxTerms = 2048 // of words and conditions together
)

// Codes of errors, as version 2.1 calls them.
const (
	SyntaxError    = "ODSQLSyntaxError" // the text is not of the language
	SemanticsError = "ODSQLError"       // the text is, but asks for what is not there or cannot be
)

// Error says why a query is refused. In its chain stands a *fault.Error of kind Invalid.
type Error struct {
	Code     string // SyntaxError or SemanticsError
	Message  string // one sentence for users, without the position
	Position int    // 0-based, in characters
	Hint     string // what to do about it; empty when there is nothing useful to say
}

func (e *Error) Error() string { return fmt.Sprintf("%s (at character %d)", e.Message, e.Position) }

// Unwrap gives the same failure in the vocabulary of package fault.
func (e *Error) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Pos: fmt.Sprintf("character %d", e.Position), Hint: e.Hint}
}

// Parse makes the predicate of a query; nil means that it asks nothing. An error is an *Error.
func Parse(env Env, text string) (query.Expr, error) {
	if env.Zone == nil {
		env.Zone = time.UTC
	}
	p := &parser{env: env, src: text}
	switch {
	case len(text) > MaxBytes:
		return nil, p.syntax(0, "a query has at most %d bytes", MaxBytes)
	case !utf8.ValidString(text):
		return nil, p.syntax(0, "a query is text in UTF-8")
	}
	x, err := p.query(nil)
	if err != nil {
		return nil, err
	}
	if p.blank(); p.at < len(p.src) {
		return nil, p.syntax(p.at, "unexpected %s", p.src[p.at:p.at+1])
	}
	return query.Simplify(x), nil
}

// syntax makes an error at a byte of the text.
func (p *parser) syntax(at int, format string, args ...any) *Error {
	return p.fail(SyntaxError, at, fmt.Sprintf(format, args...))
}

// wrong makes an error about what a part of the text asks for.
func (p *parser) wrong(at int, format string, args ...any) *Error {
	return p.fail(SemanticsError, at, fmt.Sprintf(format, args...))
}

func (p *parser) fail(code string, at int, message string) *Error {
	return &Error{Code: code, Message: message, Position: utf8.RuneCountInString(p.src[:min(at, len(p.src))])}
}
