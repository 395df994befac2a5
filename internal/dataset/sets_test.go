package dataset_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

func names(fields []*field.Field) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.Name
	}
	return list
}

// rows reads columns of a whole data set in its own order, lists joined by commas, null as "-".
func rows(t *testing.T, s *dataset.Set, columns ...string) []string {
	t.Helper()
	fields := make([]*field.Field, len(columns))
	for i, name := range columns {
		f, ok := s.Fields.Lookup(name)
		if !ok {
			t.Fatalf("%s has no field %s", s.ID, name)
		}
		fields[i] = f
	}
	var list []string
	for r, err := range open(t, s).Rows(t.Context(), query.Query{Sort: s.Order, Limit: -1}, fields) {
		if err != nil {
			t.Fatal(err)
		}
		cells := make([]string, len(fields))
		for i, values := range r.Values {
			var texts []string
			for _, v := range values {
				switch fields[i].Type {
				case field.DateTime:
					texts = append(texts, v.Time.Format(time.RFC3339))
				case field.Int:
					texts = append(texts, strconv.Itoa(int(v.Num)))
				default:
					texts = append(texts, v.Str)
				}
			}
			cells[i] = strings.Join(texts, ",")
			if values == nil {
				cells[i] = "-"
			}
		}
		list = append(list, strings.Join(cells, " | "))
	}
	return list
}

func TestSets(t *testing.T) {
	c := build(t)
	var ids []string
	uids := map[string]bool{}
	for _, s := range c.Sets {
		ids = append(ids, s.ID)
		if uids[s.UID] || !strings.HasPrefix(s.UID, "da_") || len(s.UID) != 9 {
			t.Errorf("%s has the uid %q", s.ID, s.UID)
		}
		uids[s.UID] = true
		if s.Metas.Title == "" || s.Metas.Description == "" || len(s.Metas.Keyword) == 0 || len(s.Metas.Theme) == 0 {
			t.Errorf("%s is not described: %+v", s.ID, s.Metas)
		}
		for _, f := range s.Columns {
			if s.Descriptions[f.Name] == "" || f.Label == "" {
				t.Errorf("%s: field %s has no description or label", s.ID, f.Name)
			}
			if _, ok := s.Annotations[f.Name]; !ok {
				t.Errorf("%s: field %s has no annotations", s.ID, f.Name)
			}
		}
		for _, name := range []string{"datasetid", "recordid", "record_timestamp", "record_size"} {
			if _, ok := s.Fields.Lookup(name); !ok {
				t.Errorf("%s has no technical field %s", s.ID, name)
			}
			if slices.Contains(names(s.Columns), name) {
				t.Errorf("%s shows the technical field %s", s.ID, name)
			}
		}
		if len(s.Text) == 0 {
			t.Errorf("%s has nothing to search in", s.ID)
		}
	}
	if got, want := strings.Join(ids, " "), "boamp boamp-html boamp-enrichi liste-mots-descripteurs-boamp/ type_avis_list departements_regions_list liste-departements"; got != want {
		t.Errorf("data sets %s, want %s", got, want)
	}
}

// The data set boamp has the 41 fields of the portal and no other; those that boamp adds are in boamp-enrichi.
func TestFieldsOfBoamp(t *testing.T) {
	c := build(t)
	s := set(t, c, "boamp")
	if got := names(s.Columns); len(got) != 41 || !slices.Equal(got, portal.Names()) {
		t.Errorf("fields %v, want those of the portal", got)
	}
	for _, name := range []string{"annonces_anterieures_schema_v110", "annonce_reference_schema_v110"} {
		if _, ok := s.Fields.Lookup(name); !ok {
			t.Errorf("the former field %s is not known", name)
		}
	}
	for _, name := range []string{"cpv", "amount", "texte", "departement", "published"} {
		if _, ok := s.Fields.Lookup(name); ok {
			t.Errorf("the portal has no field %s", name)
		}
	}
	enriched := set(t, c, "boamp-enrichi")
	if got := names(enriched.Columns); !slices.Equal(got[:41], names(s.Columns)) || len(got) < 60 || slices.Contains(got, "texte") {
		t.Errorf("fields of boamp-enrichi %v", got)
	}
	if got := names(set(t, c, "boamp-html").Columns); !slices.Equal(got, []string{"idweb", "html", "htmlsynthese"}) {
		t.Errorf("fields of boamp-html %v", got)
	}
}

// What is not known of the portal's annotations is chosen here and nowhere else.
func TestAnnotationsOfBoamp(t *testing.T) {
	s := boamp(t)
	with := func(has func(a dataset.Annotations) bool) string {
		var list []string
		for _, f := range s.Columns {
			if has(s.Annotations[f.Name]) {
				list = append(list, f.Name)
			}
		}
		return strings.Join(list, " ")
	}
	for name, c := range map[string]struct {
		has  func(a dataset.Annotations) bool
		want string
	}{
		"disjunctive":     {func(a dataset.Annotations) bool { return a.Disjunctive }, "famille code_departement descripteur_code dc type_marche type_avis"},
		"hierarchical":    {func(a dataset.Annotations) bool { return a.Hierarchical == "/" }, "procedure_categorise nature_categorise nature_categorise_libelle"},
		"multivalued":     {func(a dataset.Annotations) bool { return a.Multivalued }, "code_departement titulaire criteres descripteur_code dc descripteur_libelle type_marche type_marche_facette type_avis annonce_lie"},
		"timerangeFilter": {func(a dataset.Annotations) bool { return a.TimeRange }, "dateparution datefindiffusion datelimitereponse"},
		"facetsort":       {func(a dataset.Annotations) bool { return a.FacetSort != "" || a.Sortable }, ""},
	} {
		if got := with(c.has); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
	want := []dataset.Annotation{{"facet", true}, {"sortable", true}, {"disjunctive", true}, {"facetsort", "-count"}, {"timerangeFilter", true}, {"multivalued", ","}, {"hierarchical", "/"}}
	all := dataset.Annotations{Facet: true, Disjunctive: true, Hierarchical: "/", Multivalued: true, Sortable: true, FacetSort: "-count", TimeRange: true}
	if got := all.List(); !slices.Equal(got, want) {
		t.Errorf("annotations are printed as %v", got)
	}
	if got := (dataset.Annotations{}).List(); got == nil || len(got) != 0 {
		t.Errorf("no annotations are %v", got)
	}
}

// Notices stand oldest first, ties by id, those without a day last; technical fields can be shown; former fields are null.
func TestRowsOfNotices(t *testing.T) {
	c := build(t, few()...)
	got := rows(t, set(t, c, "boamp"), "idweb", "datasetid", "recordid", "annonces_anterieures_schema_v110")
	want := []string{"24-5", "24-4", "24-1", "24-2", "24-3", "24-6"}
	for i, id := range want {
		want[i] = id + " | boamp | " + field.RecordIDOf(id) + " | -"
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := rows(t, set(t, c, "boamp-html"), "idweb", "html", "htmlsynthese", "datasetid")[2]; got != "24-1 | <h1>24-1</h1> | <p>24-1</p> | boamp-html" {
		t.Errorf("pages: %s", got)
	}
	if got := rows(t, set(t, c, "boamp-enrichi"), "idweb", "lots", "datasetid")[2]; got != "24-1 | 2 | boamp-enrichi" {
		t.Errorf("enriched: %s", got)
	}
}

func TestLists(t *testing.T) {
	c := build(t)
	for id, want := range map[string]struct {
		columns string
		rows    int
		first   string
		last    string
	}{
		"liste-mots-descripteurs-boamp/": {"mc_code mc_libelle", 363, "1 | Abris", ""},
		"type_avis_list":                 {"code libelle groupe", 10, "5 | Tous les appels d'offres | -", "9 | Avis d'intention de conclure - Concessions | 10"},
		"departements_regions_list":      {"code_departement departement code_region region", 108, "1 | Ain | 84 | Auvergne-Rhône-Alpes", "988 | Nouvelle-Calédonie | - | -"},
		"liste-departements":             {"code libelle", 108, "1 | Ain", "988 | Nouvelle-Calédonie"},
	} {
		s := set(t, c, id)
		if got := strings.Join(names(s.Columns), " "); got != want.columns {
			t.Errorf("%s has the columns %s", id, got)
		}
		got := rows(t, s, names(s.Columns)...)
		if len(got) != want.rows || got[0] != want.first || want.last != "" && got[len(got)-1] != want.last {
			t.Errorf("%s has %d rows, first %s, last %s", id, len(got), got[0], got[len(got)-1])
		}
		technical := rows(t, s, "datasetid", "recordid", "record_timestamp", "record_size")
		if !strings.HasPrefix(technical[0], id+" | ") || !strings.Contains(technical[0], " | 2026-01-04T00:00:00Z | ") {
			t.Errorf("%s: technical fields %s", id, technical[0])
		}
		ids := rows(t, s, "recordid")
		slices.Sort(ids)
		if len(slices.Compact(ids)) != want.rows || len(ids[0]) != 40 {
			t.Errorf("%s: record ids are not 40 digits that differ", id)
		}
		if info := open(t, s).Info(); info.Notices != int64(want.rows) || !info.LastUpdate.Equal(codelist.Compiled()) {
			t.Errorf("%s: %+v", id, info)
		}
	}
}

func TestListsAreSearched(t *testing.T) {
	s := set(t, build(t), dataset.KeyWords)
	v := open(t, s)
	n, err := v.Count(t.Context(), query.Words{Fields: s.Text, Tokens: []query.Token{{Text: "peinture", OpenEnd: true}}})
	if err != nil || n == 0 {
		t.Errorf("%d key words of painting (%v)", n, err)
	}
}

func TestMetas(t *testing.T) {
	c := build(t, few()...)
	s := set(t, c, "boamp")
	list := s.List(open(t, s).Info())
	var keys []string
	values := map[string]dataset.Meta{}
	for _, m := range list {
		keys = append(keys, m.Template+"."+m.Name)
		values[m.Template+"."+m.Name] = m
	}
	want := "dcat.created dcat.issued dcat.creator dcat.contributor dcat.contact_name dcat.contact_email dcat.accrualperiodicity dcat.spatial dcat.temporal dcat.granularity " +
		"dcat.dataquality dcat.publisher_type dcat.conforms_to dcat.temporal_coverage_start dcat.temporal_coverage_end dcat.accessRights dcat.relation " +
		"default.title default.description default.theme default.keyword default.license default.license_url default.language default.metadata_languages default.timezone " +
		"default.modified default.modified_updates_on_metadata_change default.modified_updates_on_data_change default.data_processed default.metadata_processed " +
		"default.geographic_reference default.geographic_reference_auto default.territory default.geometry_types default.bbox default.publisher default.references " +
		"default.records_count default.attributions default.source_domain default.source_domain_title default.source_domain_address default.source_dataset " +
		"default.shared_catalog default.federated default.parent_domain default.update_frequency"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("metadata\n%s\nwant\n%s", got, want)
	}
	if v := values["default.records_count"]; v.Values[0].Num != 6 || v.Type != field.Int {
		t.Errorf("records_count %+v", v)
	}
	for _, name := range []string{"default.modified", "default.data_processed"} {
		if v := values[name]; !v.Values[0].Time.Equal(committed) {
			t.Errorf("%s %+v, want the last update", name, v)
		}
	}
	if v := values["default.license"]; v.Values[0].Str != "Licence Ouverte / Open Licence version 2.0" {
		t.Errorf("licence %+v", v)
	}
	if v := values["default.publisher"]; !strings.Contains(v.Values[0].Str, "DILA") {
		t.Errorf("publisher %+v", v)
	}
	if v := values["default.source_domain"]; v.Values != nil {
		t.Errorf("source_domain %+v, want null", v)
	}
	words := set(t, c, dataset.KeyWords)
	for _, m := range words.List(open(t, words).Info()) {
		if m.Name == "modified" && !m.Values[0].Time.Equal(codelist.Compiled()) {
			t.Errorf("a list was modified at %v, want the day it was compiled", m.Values)
		}
	}
	empty := boamp(t)
	for _, m := range empty.List(open(t, empty).Info()) {
		if m.Name == "modified" && m.Values != nil {
			t.Errorf("an empty store was modified at %v", m.Values)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	fields := field.NewCatalogue()
	view := func(context.Context) (store.View, error) { return nil, nil }
	page := func(*notice.Notice) string { return "" }
	for name, o := range map[string]dataset.Options{
		"nothing":           {},
		"no pages":          {Fields: fields, Open: view},
		"no store":          {Fields: fields},
		"another catalogue": {Fields: field.CatalogueOf(fields.Flat()...), Open: view, HTML: page, Summary: page},
		"no fields":         {Open: view, HTML: page, Summary: page},
	} {
		if _, err := dataset.Build(o); err == nil {
			t.Errorf("%s: built all the same", name)
		}
	}
}

func TestTypeName(t *testing.T) {
	s := set(t, build(t), "boamp-enrichi")
	for name, want := range map[string]string{"idweb": "text", "dateparution": "date", "datelimitereponse": "datetime", "amount": "double", "lots": "int", "framework": "boolean", "donnees": "text"} {
		f, _ := s.Fields.Lookup(name)
		if got := dataset.TypeName(f); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
