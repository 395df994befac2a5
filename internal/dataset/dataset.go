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
	// Text are the fields that a search without a field looks through.
	Text []*field.Field
	// Order is the order of a request that names none. Ties are broken by record id in every engine.
	Order []query.Key
	// Open gives a view of the records.
	Open func(ctx context.Context) (store.View, error)
}

// Annotations are what the Explore API tells of a field.
type Annotations struct {
	Facet        bool
	Disjunctive  bool   // repeated refines are alternatives
	Hierarchical string // separator of the levels, "" for none
	Multivalued  bool
	Sortable     bool
	FacetSort    string // "", "count", "-count", "alphanum", "-alphanum", "num", "-num"
}

// Metas are the metadata of a data set.
type Metas struct {
	Title       string
	Description string // HTML
	Theme       []string
	Keyword     []string
	Publisher   string
	License     string
	LicenseURL  string
	Language    string
	References  string
	Frequency   string // update_frequency
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
