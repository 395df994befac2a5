package dataset

import (
	"errors"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// Names of the clauses that a fault of this package has as its position: the portal prints "Clause(s) containing the error(s)".
const (
	ClauseRefine  = "refine"
	ClauseExclude = "exclude"
	ClauseFacet   = "facet"
)

// ErrSyntax is in the chain of a fault that says that a parameter is not well formed (the portal's ODSQLSyntaxError); other
// faults of kind Invalid say that it names or asks something wrong (ODSQLError).
var ErrSyntax = errors.New("syntax")

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

// Refinements reads the parameters refine and exclude (FIELD:VALUE). specs are the facet parameters of the same request, which
// may change what refining a field means. Faults are of kind Invalid, with the clause as position.
func (s *Set) Refinements(refine, exclude []string, specs []Spec) (Refinements, error) {
	panic("not written yet")
}

// Refine reads one value of one field, as refine.FIELD=VALUE of the Explore API v1 gives it: without quotes.
func (s *Set) Refine(name, value string, exclude bool, specs []Spec) (Refinement, error) {
	panic("not written yet")
}

// Predicate is what the refinements together ask of a record. nil asks nothing. Days and instants are parts of the calendar of
// zone (nil is UTC).
func (l Refinements) Predicate(zone *time.Location) query.Expr { panic("not written yet") }

// Without gives the refinements without the refines of a field; its excludes stay. The values of a disjunctive facet are counted
// with them.
func (l Refinements) Without(f *field.Field) Refinements { panic("not written yet") }
