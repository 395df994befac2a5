// Package odsql is the query language of the Explore API, versions 2.0 and 2.1: the texts of select, where, group_by and
// order_by become one query.Table. docs/odsql.md describes the language; the table of functions there is made from the one
// here (functions.go).
//
// A text goes through four stages: scan (scan.go) cuts it into tokens, the parser makes a tree of it (Select, Predicate, ...), whose
// String is the canonical text, the compiler checks the tree against a catalogue of fields and makes computed fields and
// predicates of it. Every refusal is an *Error in the words that the portal uses.
package odsql

import (
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// Env is what a request means by its names and times. Nothing in it is changed.
type Env struct {
	Fields  *field.Catalogue // what may be named
	Columns []*field.Field   // what * stands for, in order; include and exclude choose among them
	Text    []*field.Field   // what a search without a field, and one of an opaque field, looks through
	Dataset string           // id of the data set: the value of datasetid, unless Fields has a field of that name
	ID      *field.Field     // text that no two records share, for random(); nil: the field recordid
	Now     time.Time        // what now() gives
	Zone    *time.Location   // of clocks, and of dates and times without offset; nil is UTC
	Lang    string           // of the names of months and days in date_format; "" is "fr"
	V20     bool             // version 2.0: no group for null, days and instants as keys are milliseconds since 1970
}

// Request is one request for records, groups or an export. Empty texts ask for nothing.
type Request struct {
	Select  string
	Where   []string // all of them hold
	GroupBy string
	OrderBy string
	Limit   int // rows wanted; negative means all. Its bounds are the surface's
	Offset  int
	// Export asks for all rows at once: aggregates without group_by are one row, not one for each record.
	Export bool
	// PlainJSON leaves the text of json_format as it is: for formats that know no JSON.
	PlainJSON bool
	// AnyLimit orders groups by an aggregate whatever the limit: for files that are no answers of the portal (see MaxOrderedGroups).
	AnyLimit bool
	// Also is a further condition, such as that of refine; nil for none.
	Also query.Expr
}

// Limits on what is read. Beyond them a text is refused.
const (
	MaxBytes = 64 << 10 // of one text
	MaxDepth = 64       // of parentheses, calls and signs inside one another
	MaxTerms = 4096     // of values, names and calls in one text
	MaxWords = 256      // of words to look for in one text of a where

	MaxKeys       = 20  // of a group_by
	MaxMultiKeys  = 3   // of these, fields with several values: a record is in a group for each combination
	MaxAggregates = 100 // different ones in one request
	MaxOrders     = 50  // of an order_by

	// MaxOrderedGroups is the largest limit of a request that orders its groups by an aggregate, at the portal.
	MaxOrderedGroups = 20000
)
