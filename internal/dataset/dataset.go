// Package dataset says which data sets the server offers and what the Explore API tells of them: fields, annotations,
// metadata, facets, and what a refine means. The data set of the notices stands over the store; the small ones are tables in
// memory. Both answer the same requests (store.View).
package dataset

import (
	"context"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Set is one data set.
type Set struct {
	ID    string // as in paths, unescaped: it may end with a slash
	UID   string // "da_" and six characters
	Metas Metas
	// Columns are the fields that answers show, in the portal's order.
	Columns []*field.Field
	// Fields are those that a request may name: Columns, the technical fields (datasetid, recordid, record_timestamp, record_size),
	// and names that once were fields.
	Fields *field.Catalogue
	// Annotations by field name: what the portal says of each.
	Annotations map[string]Annotations
	// Descriptions by field name, French; a field without one is not in it.
	Descriptions map[string]string
	// Features are the kinds of use that the portal tells apart: "analyze", "timeserie". None has "geo".
	Features []string
	// Facets are those of a request that names none; nil stands for the columns that are annotated as facets.
	Facets []*field.Field
	// Text are the fields that a search without a field looks through. They need not be among Fields.
	Text []*field.Field
	// Order is the order of a request that names none. Ties are broken by record id in every engine.
	Order []query.Key
	// Open gives a view of the records, which the caller closes.
	Open func(ctx context.Context) (store.View, error)

	notices bool // stands over the store of the notices
}

// Annotations are what the Explore API tells of a field.
type Annotations struct {
	Facet        bool
	Disjunctive  bool   // repeated refines are alternatives
	Hierarchical string // separator of the levels, "" for none. Dates have levels without it
	Multivalued  bool
	Sortable     bool
	FacetSort    string // "", "count", "-count", "alphanum", "-alphanum", "num", "-num"
	TimeRange    bool   // timerangeFilter
}

// Annotation is one annotation as the Explore API prints it: the value is true or a text.
type Annotation struct {
	Name  string
	Value any
}

// List gives the annotations that are set, in the order in which the portal prints them.
func (a Annotations) List() []Annotation {
	list := []Annotation{}
	flag := func(name string, set bool) {
		if set {
			list = append(list, Annotation{name, true})
		}
	}
	flag("facet", a.Facet)
	flag("sortable", a.Sortable)
	flag("disjunctive", a.Disjunctive)
	if a.FacetSort != "" {
		list = append(list, Annotation{"facetsort", a.FacetSort})
	}
	flag("timerangeFilter", a.TimeRange)
	if a.Multivalued {
		list = append(list, Annotation{"multivalued", ","})
	}
	if a.Hierarchical != "" {
		list = append(list, Annotation{"hierarchical", a.Hierarchical})
	}
	return list
}

// TypeName is the type of a field as the Explore API calls it: text, int, double, boolean, date, datetime.
func TypeName(f *field.Field) string {
	switch f.Type {
	case field.Number:
		return "double"
	case field.Bool:
		return "boolean"
	case field.JSON:
		return "json_blob"
	}
	return f.Type.String()
}

// Catalogue is the list of the data sets, in order.
type Catalogue struct{ Sets []*Set }

// Find looks for a data set by its id.
func (c *Catalogue) Find(id string) (*Set, bool) {
	for _, s := range c.Sets {
		if s.ID == id {
			return s, true
		}
	}
	return nil, false
}
