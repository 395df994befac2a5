package dataset

import (
	"context"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

// Ids of the data sets of notices.
const (
	Boamp    = "boamp"         // the 41 fields of the portal
	HTML     = "boamp-html"    // the notices as pages
	Enriched = "boamp-enrichi" // the 41 fields and those that boamp adds
)

// Technical fields, which every data set has and no answer shows unless asked.
const datasetID = "datasetid"

// former are names that once were fields of the data set boamp: answers of February 2024 still had them. They are null.
var former = []string{"annonces_anterieures_schema_v110", "annonce_reference_schema_v110"}

// disjunctive are the facets of which the search page of www.boamp.fr lets several values be chosen.
var disjunctive = []string{"famille", "code_departement", "descripteur_code", "dc", "type_marche", "type_avis"}

// hierarchical are the fields whose values are paths. Their last level may be empty: "Avis de marché/".
var hierarchical = []string{"nature_categorise", "nature_categorise_libelle", "procedure_categorise"}

// notices makes the data sets of notices.
type notices struct {
	fields *field.Catalogue
	flat   []*field.Field
	added  []*field.Field // typed fields that answers show
	record []*field.Field // recordid, record_timestamp, record_size
	open   func(ctx context.Context) (store.View, error)
}

func newNotices(o Options) (*notices, error) {
	if o.Fields == nil || o.Open == nil || o.HTML == nil || o.Summary == nil {
		return nil, fault.New(fault.Internal, "the data sets need a catalogue of fields, a store and the pages of notices")
	}
	s := &notices{fields: o.Fields, flat: o.Fields.Flat(), open: o.Open}
	for _, name := range []string{field.RecordID, field.RecordTimestamp, field.RecordSize} {
		f, ok := o.Fields.Lookup(name)
		if !ok {
			return nil, fault.New(fault.Internal, "the catalogue of fields has no %s", name)
		}
		s.record = append(s.record, f)
	}
	for _, f := range o.Fields.Columns() {
		if !f.Flat && !slices.Contains(s.record, f) {
			s.added = append(s.added, f)
		}
	}
	return s, nil
}

// boamp is the data set of the portal: exactly its 41 fields.
func (n *notices) boamp() *Set {
	return n.set(&Set{ID: Boamp, UID: "da_boamp1", Columns: n.flat, Text: wordy(n.flat), Metas: boampMetas()}, n.formerFields()...)
}

// enriched is the data set with the fields that the portal does not have. It is ours.
func (n *notices) enriched() *Set {
	columns := slices.Concat(n.flat, n.added)
	also := n.formerFields()
	text := wordy(columns)
	if f, ok := n.fields.Lookup(field.Texte); ok {
		also, text = append(also, f), append(text, f)
	}
	s := n.set(&Set{ID: Enriched, UID: "da_boamp3", Columns: columns, Text: text, Metas: enrichedMetas()}, also...)
	for _, f := range n.added {
		a := s.Annotations[f.Name]
		a.Disjunctive = a.Facet && f.Type == field.Text
		s.Annotations[f.Name] = a
	}
	return s
}

// pages is the data set of rendered notices. The portal has DILA's pages there, which are not published anywhere else: these are
// our own, made when they are asked for.
func (n *notices) pages(html, summary func(*notice.Notice) string) *Set {
	page := func(name, label string, render func(*notice.Notice) string) *field.Field {
		return &field.Field{Name: name, Label: label, LabelEN: name, Opaque: true, Doc: "rendered from the notice",
			Get: func(r field.Record) []field.Value { return []field.Value{field.Str(render(r.(*notice.Notice)))} }}
	}
	columns := []*field.Field{n.fields.Must("idweb"), page("html", "Avis en HTML", html), page("htmlsynthese", "Synthèse en HTML", summary)}
	return n.set(&Set{ID: HTML, UID: "da_boamp2", Columns: columns, Text: wordy(n.flat), Metas: htmlMetas()})
}

// set completes a data set of notices: what a request may name beyond its columns, annotations, order, view.
func (n *notices) set(s *Set, also ...*field.Field) *Set {
	s.Fields = field.CatalogueOf(slices.Concat(s.Columns, technical(s.ID, n.record), also)...)
	s.Annotations, s.Descriptions = map[string]Annotations{}, descriptions(s.Columns)
	for _, f := range s.Columns {
		s.Annotations[f.Name] = annotate(f)
	}
	s.Features = []string{"analyze", "timeserie"}
	s.Order = []query.Key{{Field: n.fields.Must("dateparution")}} // oldest first, as the portal without order_by
	s.Open, s.notices = n.open, true
	return s
}

// annotate gives the annotations of a field of the notices. Those of the portal are not published: these follow from what its
// search page offers (facets and choices) and from the values (hierarchies).
func annotate(f *field.Field) Annotations {
	a := Annotations{Facet: f.Facet, Multivalued: f.Multi, Disjunctive: slices.Contains(disjunctive, f.Name)}
	a.TimeRange = f.Type == field.Date || f.Type == field.DateTime
	if slices.Contains(hierarchical, f.Name) {
		a.Hierarchical = "/"
	}
	return a
}

// technical are the fields that every data set has beside its columns. record are those that differ from record to record.
func technical(id string, record []*field.Field) []*field.Field {
	v := field.Str(id)
	f := scalar.Field(datasetID, scalar.Lit{T: field.Text, Value: &v})
	f.Label, f.LabelEN, f.Doc = "Jeu de données", "Data set", "id of the data set"
	return append([]*field.Field{f}, record...)
}

func (n *notices) formerFields() []*field.Field {
	var list []*field.Field
	for _, name := range former {
		f := scalar.Field(name, scalar.Lit{T: field.Text})
		f.Doc = "once a field of the portal; null"
		list = append(list, f)
	}
	return list
}

// wordy are the fields that can be searched by words.
func wordy(fields []*field.Field) []*field.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f *field.Field) bool { return !f.Words })
}
