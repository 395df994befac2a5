// Package query is the neutral typed request: every surface (native parameters, ODSQL, the criterion language, a saved
// alert) becomes one Query, every engine answers it, and the reference evaluator in this package says what the answer is.
//
// Meaning, the same in all engines:
//   - A predicate is true or false, never unknown. On a null value every comparison is false, also !=; Not inverts.
//   - On a multi-valued field a comparison holds when it holds for one of the values.
//   - Text compares byte by byte, without folding; words fold accents and case (package text).
//   - Order: null values come last in either direction; ties are broken by notice id, ascending, byte by byte.
package query

import (
	"strings"

	"github.com/boamp/boamp/internal/field"
)

// Query is one request over the notices.
type Query struct {
	Where  Expr  // nil means all
	Sort   []Key // nil means the default order: dateparution descending
	Limit  int   // rows wanted; negative means all
	Offset int   // rows to skip, after After
	After  *Position
}

// Position is a place in an ordered result: the sort values of a row (nil is null), one for each key, and its id. A query
// with After continues with the first row behind it, whether or not that row still exists.
type Position struct {
	Keys [][]field.Value
	ID   string
}

// Key is one sort key.
type Key struct {
	Field *field.Field // single-valued
	Desc  bool
}

// Expr is a predicate over one notice. It is one of the types below.
type Expr interface{ expr() }

type (
	// And holds when all hold; an empty And is true.
	And []Expr
	// Or holds when one holds; an empty Or is false.
	Or []Expr
	// Not inverts.
	Not struct{ X Expr }
	// Compare compares a field with a value of its type.
	Compare struct {
		Field *field.Field
		Op    Op
		Value field.Value
	}
	// In holds when the field has one of the values.
	In struct {
		Field  *field.Field
		Values []field.Value
	}
	// Prefix holds when a text value starts with the prefix.
	Prefix struct {
		Field  *field.Field
		Prefix string
	}
	// Null holds when the field has no value.
	Null struct{ Field *field.Field }
	// Words holds when each of the tokens is found in one of the fields, which must be searchable by words
	// (field.Field.Words). No tokens match everything.
	Words struct {
		Fields []*field.Field
		Tokens []Token
	}
)

func (And) expr()     {}
func (Or) expr()      {}
func (Not) expr()     {}
func (Compare) expr() {}
func (In) expr()      {}
func (Prefix) expr()  {}
func (Null) expr()    {}
func (Words) expr()   {}

// Op is a comparison.
type Op int

const (
	Eq Op = iota
	Ne
	Lt
	Le
	Gt
	Ge
)

func (o Op) String() string { return [...]string{"=", "!=", "<", "<=", ">", ">="}[o] }

// Token is what a search by words looks for in the line of a field (field.Field.Line). It is found when one of its ways finds
// it.
type Token struct {
	// Terms are analysed words with one blank between them (text.Terms), found one behind the other; "" for none.
	Terms string
	// Text are folded words with one blank between them, found one behind the other as they are written; "" for none.
	Text string
	// OpenStart and OpenEnd let Text begin and end inside a word.
	OpenStart, OpenEnd bool
	// Fuzzy lets a word be found for Text that is at most so many edits away (Levenshtein, bytes); Text is one word then.
	Fuzzy int
}

// Phrase is the token of analysed words that stand together.
func Phrase(terms ...string) Token { return Token{Terms: strings.Join(terms, " ")} }

// Each are the tokens of analysed words wherever they stand.
func Each(terms ...string) []Token {
	list := make([]Token, len(terms))
	for i, t := range terms {
		list[i] = Token{Terms: t}
	}
	return list
}
