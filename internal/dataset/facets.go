package dataset

import (
	"context"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// State says whether a value of a facet is asked for.
type State string

const (
	Displayed State = "displayed"
	Refined   State = "refined"
	Excluded  State = "excluded" // such a value has no count
)

// Facet is one value of a facet.
type Facet struct {
	Name   string // last level of Path
	Path   string // what a refine takes
	Count  int64  // records; 0 when Excluded
	State  State
	Facets []Facet // next level, of values with a refinement on or below them
}

// FacetGroup is one facet with its values.
type FacetGroup struct {
	Field  *field.Field
	Facets []Facet // never nil
}

// FacetQuery asks for the facets of the records that match Where and Refinements.
type FacetQuery struct {
	Where       query.Expr // nil means all
	Refinements Refinements
	Specs       []Spec
	Zone        *time.Location // of instants; nil is UTC
}

// Facets counts the values of the facets, one group for each spec, in order.
func Facets(ctx context.Context, view store.View, q FacetQuery) ([]FacetGroup, error) {
	panic("not written yet")
}
