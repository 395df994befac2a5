package dataset

import (
	"context"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// CatalogueID is the id of the catalogue as a data set: the source in the paths of the Explore API.
const CatalogueID = "catalog"

// catalogueFacets are the facets of the catalogue, in order. Those of the portal are not known; these are the platform's.
var catalogueFacets = []string{"features", "modified", "publisher", "keyword", "theme", "language"}

// catalogueText are the metadata that a search without a field looks through.
var catalogueText = []string{"default.title", "default.description", "default.keyword", "default.theme", "default.publisher", "default.references", datasetID}

// Infos describes the data of every set, in their order. The sets of notices share one view: they are described at one revision.
func (c *Catalogue) Infos(ctx context.Context) ([]store.Info, error) {
	infos := make([]store.Info, len(c.Sets))
	of := -1 // the first set of notices
	for i, s := range c.Sets {
		if s.notices && of >= 0 {
			infos[i] = infos[of]
			continue
		}
		var err error
		if infos[i], err = s.Info(ctx); err != nil {
			return nil, err
		}
		if s.notices {
			of = i
		}
	}
	return infos, nil
}

// Info describes the data of a set.
func (s *Set) Info(ctx context.Context) (store.Info, error) {
	view, err := s.Open(ctx)
	if err != nil {
		return store.Info{}, err
	}
	info := view.Info()
	return info, view.Close()
}

// Part is a part of what an API says of a data set, such as its fields: select can name it, nothing else.
type Part struct {
	Name string
	JSON func(set int) string // of the set in that place
}

// Table makes the catalogue itself a data set, in which each data set is a record: what /catalog/datasets selects, filters, groups and
// counts. infos is what Infos gave.
//
// Its columns are the metadata by their dotted names ("default.title") and, last, datasetid, as the exports of the catalogue have
// them. A request may also name metadata without the template, and dataset_id, dataset_uid, features, has_records, data_visible.
// recordid is that of the data set's id; record_size is 0. parts are shown when they are asked for.
func (c *Catalogue) Table(infos []store.Info, parts ...Part) (*Set, error) {
	if len(infos) != len(c.Sets) {
		return nil, fault.New(fault.Internal, "the catalogue has %d data sets, information is of %d", len(c.Sets), len(infos))
	}
	t := catalogueTable{set: &Set{ID: CatalogueID, Annotations: map[string]Annotations{}, Descriptions: map[string]string{}, Features: []string{}}}
	t.rows = make([]field.Row, len(c.Sets))
	t.metas(c, infos)
	t.identity(c, infos)
	for _, p := range parts {
		t.also = append(t.also, t.column(p.Name, field.JSON, false, func(row int) []field.Value { return []field.Value{field.Str(p.JSON(row))} }))
	}
	return t.finish(c.State(infos))
}

// catalogueTable is the catalogue on its way to a data set.
type catalogueTable struct {
	set  *Set
	all  []*field.Field // every field that rows have a value for, in the order of the values
	also []*field.Field // fields that a request may name beyond the columns
	rows []field.Row
}

// column adds a field with its value in every row.
func (t *catalogueTable) column(name string, typ field.Type, multi bool, value func(row int) []field.Value) *field.Field {
	f := rowField(name, name, name, typ, len(t.all))
	f.Multi, f.Words = multi, typ == field.Text
	t.all = append(t.all, f)
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], value(i))
	}
	t.set.Annotations[name] = Annotations{Multivalued: multi}
	return f
}

// metas adds the metadata: with the template as columns, without it as further names.
func (t *catalogueTable) metas(c *Catalogue, infos []store.Info) {
	lists := make([][]Meta, len(c.Sets))
	for i, s := range c.Sets {
		lists[i] = s.List(infos[i])
	}
	if len(lists) == 0 {
		return
	}
	for k, m := range lists[0] {
		f := t.column(m.Template+"."+m.Name, m.Type, m.Multi, func(row int) []field.Value { return lists[row][k].Values })
		t.set.Columns = append(t.set.Columns, f)
		t.alias(f, m.Name)
	}
}

// alias lets a request name a field otherwise. The first field of a name keeps it.
func (t *catalogueTable) alias(f *field.Field, name string) {
	if slices.ContainsFunc(t.also, func(x *field.Field) bool { return x.Name == name }) {
		return
	}
	other := *f
	other.Name, other.Label, other.LabelEN = name, name, name
	t.also = append(t.also, &other)
	t.set.Annotations[name] = t.set.Annotations[f.Name]
}

// identity adds what the data sets are told apart by and what they can do.
func (t *catalogueTable) identity(c *Catalogue, infos []store.Info) {
	text := func(name string, get func(s *Set) string) *field.Field {
		return t.column(name, field.Text, false, func(row int) []field.Value { return []field.Value{field.Str(get(c.Sets[row]))} })
	}
	yes := func(int) []field.Value { return []field.Value{field.Flag(true)} }
	id := text(datasetID, func(s *Set) string { return s.ID })
	t.set.Columns = append(t.set.Columns, id)
	t.alias(id, "dataset_id")
	visible := t.column("data_visible", field.Bool, false, yes)
	visible.Opaque = true // the portal refuses it in conditions
	t.also = append(t.also,
		text("dataset_uid", func(s *Set) string { return s.UID }),
		t.column("features", field.Text, true, func(row int) []field.Value { return strs(c.Sets[row].Features) }),
		t.column("has_records", field.Bool, false, yes),
		visible,
		text(field.RecordID, func(s *Set) string { return field.RecordIDOf(s.ID) }),
		t.column(field.RecordTimestamp, field.DateTime, false, func(row int) []field.Value {
			if infos[row].LastUpdate.IsZero() {
				return nil
			}
			return []field.Value{field.Instant(infos[row].LastUpdate)}
		}),
		t.column(field.RecordSize, field.Int, false, func(int) []field.Value { return []field.Value{field.Num(0)} }),
	)
}

// finish completes the data set: names, facets, order, view.
func (t *catalogueTable) finish(state store.Info) (*Set, error) {
	s := t.set
	s.Fields = field.CatalogueOf(slices.Concat(s.Columns, t.also)...)
	for _, name := range catalogueFacets {
		if f, ok := s.Fields.Lookup(name); ok {
			a := s.Annotations[name]
			a.Facet, a.FacetSort = true, "alphanum"
			s.Annotations[name], s.Annotations["default."+name] = a, a
			s.Facets = append(s.Facets, f)
		}
	}
	for _, name := range catalogueText {
		if f, ok := s.Fields.Lookup(name); ok {
			s.Text = append(s.Text, f)
		}
	}
	rank := t.column("rang", field.Int, false, func(row int) []field.Value { return []field.Value{field.Num(float64(row))} })
	s.Order = []query.Key{{Field: rank}}
	s.Open = table(t.all, t.rows, s.Order, state)
	return s, nil
}

// State is the state of the catalogue: that of the notices, as nothing else changes while a program runs; without any, of the set that
// changed last. infos is what Infos gave.
func (c *Catalogue) State(infos []store.Info) store.Info {
	var last store.Info
	for i, info := range infos {
		if c.Sets[i].notices {
			return store.Info{Revision: info.Revision, LastUpdate: info.LastUpdate}
		}
		last.Revision = max(last.Revision, info.Revision)
		if info.LastUpdate.After(last.LastUpdate) {
			last.LastUpdate = info.LastUpdate
		}
	}
	return last
}
