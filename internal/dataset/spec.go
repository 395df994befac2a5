package dataset

import "github.com/boamp/boamp/internal/field"

// Limits of facets.
const (
	DefaultValues = 100  // values of a facet that names no limit
	MaxValues     = 1000 // most that limit= may ask for
	MaxFacets     = 100  // facets of one request
)

// Spec is one facet asked for: the field, and the annotations of the field unless the request says otherwise.
type Spec struct {
	Field       *field.Field
	Disjunctive bool
	Separator   string // of a hierarchical text, "" for none
	Flat        bool   // days as they are: facet(hierarchical=false) on a date
	Sort        string // "count", "-count", "alphanum", "-alphanum", "num", "-num"; "" is "-count"
	Limit       int    // values wanted, on each level
}

// Specs reads the parameters facet: names, or facet(name="f", disjunctive=true, hierarchical=true, separator="/", sort="-count",
// limit=20), several with commas between them. No parameters: no specs (see DefaultSpecs). An error is an *odsql.Error of
// the clause facet.
func (s *Set) Specs(params []string) ([]Spec, error) { panic("not written yet") }

// SpecOf is the facet of a field with its annotations alone.
func (s *Set) SpecOf(f *field.Field) Spec { panic("not written yet") }

// DefaultSpecs are all fields annotated as facets, in the order of the fields.
func (s *Set) DefaultSpecs() []Spec { panic("not written yet") }
