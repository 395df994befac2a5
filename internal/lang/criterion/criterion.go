// Package criterion is the language of the search of DILA's first API, its parameter "criterion":
//
//	query   = and { ( "OR" | "OU" ) and }
//	and     = unary { [ "AND" | "ET" ] unary }
//	unary   = ( "NOT" | "SAUF" ) unary | primary
//	primary = "(" query ")" | "#all" | field operator value | phrase | word
//	value   = word | phrase | "(" query ")"                  (operators ":" and "=" allow the last)
//
// Operators are : = != > >= < <=, with blanks around them or not. Words side by side are all required. AND, OR, NOT and their French
// forms are operators in capitals only, as "ou" and "et" are words. Names of fields are read in any case; Fields lists them. Words and
// phrases without a field are looked for in the texts of a notice, accents and case apart; a word is found by its stem or as
// the beginning of another.
//
// Days are yyyy/MM/dd, yyyyMMdd or yyyy-MM-dd, as well as dd/MM/yyyy; a shorter form is the month or the year. "dateparution:2016/01" is
// a day in January, "> 2016/01" begins with February.
//
// What is known of the language comes from what clients wrote. Phrases, NOT, != , parentheses behind a field and * are additions.
package criterion

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// Limits on what is read. Beyond them a criterion is refused. The old service broke at 164 characters.
const (
	MaxBytes = 16 << 10
	MaxDepth = 64  // of parentheses and NOT inside one another
	MaxTerms = 512 // of words and conditions together
)

// Env is what a criterion means by its names. Nothing in it is changed.
type Env struct {
	Fields *field.Catalogue // that of the notices
	Zone   *time.Location   // of days compared with instants: that of Paris
}

// Error says why a criterion is refused. In its chain stands a *fault.Error of kind Invalid.
type Error struct {
	Message  string // one sentence for users, without the position
	Position int    // in characters; the first is 1
	Hint     string // what to do about it; empty when there is nothing useful to say
}

func (e *Error) Error() string { return fmt.Sprintf("%s (at character %d)", e.Message, e.Position) }

// Unwrap gives the same failure in the vocabulary of package fault.
func (e *Error) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Pos: fmt.Sprintf("character %d", e.Position), Hint: e.Hint}
}

// Parse makes the predicate of a criterion. An error is an *Error.
func Parse(env Env, text string) (query.Expr, error) {
	p := &parser{env: env, src: text}
	switch {
	case len(text) > MaxBytes:
		return nil, p.fail(0, "a criterion has at most %d bytes", MaxBytes)
	case !utf8.ValidString(text):
		return nil, p.fail(0, "a criterion is text in UTF-8")
	case strings.TrimSpace(text) == "":
		return nil, hinted(p.fail(0, "the criterion is empty"), "#all asks for everything")
	}
	x, err := p.query(nil)
	if err != nil {
		return nil, err
	}
	if p.blank(); p.at < len(p.src) {
		return nil, p.fail(p.at, "unexpected %s", p.src[p.at:p.at+1])
	}
	return query.Simplify(x), nil
}

// parser reads a criterion from the left.
type parser struct {
	env   Env
	src   string
	at    int // bytes read
	depth int
	terms int
}

// fail makes an error at a byte of the text.
func (p *parser) fail(at int, format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...), Position: 1 + utf8.RuneCountInString(p.src[:min(at, len(p.src))])}
}

func hinted(e *Error, format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// condition is an expression with the field that it compares, when it is a plain equality of one that a notice has once only.
type condition struct {
	x      query.Expr
	either string
}

// merge joins conditions that are all required. Two values of a field that a notice has once, such as famille_cat, are never true
// together; the counts of the old service show that it took either.
func merge(list []condition) query.Expr {
	var all query.And
	var done []string
	for i, c := range list {
		switch {
		case c.either == "":
			all = append(all, c.x)
		case !slices.Contains(done, c.either):
			done = append(done, c.either)
			var any query.Or
			for _, other := range list[i:] {
				if other.either == c.either {
					any = append(any, other.x)
				}
			}
			all = append(all, any)
		}
	}
	return all
}
