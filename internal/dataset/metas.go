package dataset

import (
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/store"
)

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
	Frequency   string    // update_frequency
	Modified    time.Time // when a list was compiled; zero: the last update of the data
}

// Meta is one item of metadata as the portal names it: Template "dcat" or "default", and its value: no Values is null, several
// are a list when Multi.
type Meta struct {
	Template, Name string
	Type           field.Type
	Multi          bool
	Values         []field.Value
}

// List gives all metadata in the portal's order: those of template dcat, then default. There are none of template custom. info
// is that of a view of the data set.
func (s *Set) List(info store.Info) []Meta {
	m := s.Metas
	modified := info.LastUpdate
	if !m.Modified.IsZero() {
		modified = m.Modified
	}
	list := make([]Meta, 0, len(dcat)+32)
	for _, name := range dcat {
		list = append(list, Meta{Template: "dcat", Name: name})
	}
	text := func(name string, v string) {
		list = append(list, Meta{"default", name, field.Text, false, optional(v)})
	}
	texts := func(name string, v []string) { list = append(list, Meta{"default", name, field.Text, true, strs(v)}) }
	flag := func(name string, v bool) {
		list = append(list, Meta{"default", name, field.Bool, false, []field.Value{field.Flag(v)}})
	}
	at := func(name string, t time.Time) {
		v := Meta{Template: "default", Name: name, Type: field.DateTime}
		if !t.IsZero() {
			v.Values = []field.Value{field.Instant(t)}
		}
		list = append(list, v)
	}
	text("title", m.Title)
	text("description", m.Description)
	texts("theme", m.Theme)
	texts("keyword", m.Keyword)
	text("license", m.License)
	text("license_url", m.LicenseURL)
	text("language", m.Language)
	texts("metadata_languages", []string{m.Language})
	text("timezone", "")
	at("modified", modified)
	flag("modified_updates_on_metadata_change", false)
	flag("modified_updates_on_data_change", m.Modified.IsZero())
	at("data_processed", modified)
	at("metadata_processed", modified)
	text("geographic_reference", "")
	list = append(list, Meta{Template: "default", Name: "geographic_reference_auto", Type: field.Bool})
	texts("territory", nil)
	texts("geometry_types", nil)
	list = append(list, Meta{Template: "default", Name: "bbox", Type: field.JSON})
	text("publisher", m.Publisher)
	text("references", m.References)
	list = append(list, Meta{"default", "records_count", field.Int, false, []field.Value{field.Num(float64(info.Notices))}})
	texts("attributions", nil)
	text("source_domain", "")
	text("source_domain_title", "")
	text("source_domain_address", "")
	text("source_dataset", "")
	text("shared_catalog", "")
	flag("federated", false)
	text("parent_domain", "")
	text("update_frequency", m.Frequency)
	return list
}

// dcat names the metadata of template dcat, which no data set here fills.
var dcat = []string{"created", "issued", "creator", "contributor", "contact_name", "contact_email", "accrualperiodicity", "spatial", "temporal",
	"granularity", "dataquality", "publisher_type", "conforms_to", "temporal_coverage_start", "temporal_coverage_end", "accessRights", "relation"}

func optional(s string) []field.Value {
	if s == "" {
		return nil
	}
	return []field.Value{field.Str(s)}
}

func strs(list []string) []field.Value {
	var values []field.Value
	for _, s := range list {
		values = append(values, field.Str(s))
	}
	return values
}
