package dataset_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

// catalogue is the catalogue as a data set.
func catalogue(t testing.TB) *dataset.Set {
	t.Helper()
	c := build(t)
	infos, err := c.Infos(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Table(infos)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestInfosOfOneView: the data sets of the notices are described by one view, so at one revision.
func TestInfosOfOneView(t *testing.T) {
	fields := field.NewCatalogue()
	db := memory.New(fields)
	t.Cleanup(func() { db.Close() })
	opened := 0
	c, err := dataset.Build(dataset.Options{
		Fields: fields, Open: func(ctx context.Context) (store.View, error) { opened++; return db.Snapshot(ctx) },
		HTML: func(*notice.Notice) string { return "" }, Summary: func(*notice.Notice) string { return "" },
	})
	if err != nil {
		t.Fatal(err)
	}
	infos, err := c.Infos(t.Context())
	if err != nil || len(infos) != len(c.Sets) || opened != 1 {
		t.Errorf("%d of %d descriptions, %d views, %v", len(infos), len(c.Sets), opened, err)
	}
	if infos[0] != infos[2] || infos[3].Notices == 0 {
		t.Errorf("%+v", infos)
	}
}

// TestStateOfTheCatalogue: the revision of the catalogue is that of the notices, from the first one on: the lists of the program would
// hide it.
func TestStateOfTheCatalogue(t *testing.T) {
	for want, notices := range [][]*notice.Notice{nil, {{ID: "26-1"}}} {
		c := build(t, notices...)
		infos, err := c.Infos(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.Table(infos)
		if err != nil {
			t.Fatal(err)
		}
		if got := open(t, s).Info(); got.Revision != int64(want) || got.LastUpdate.IsZero() != (want == 0) || c.State(infos).Revision != int64(want) {
			t.Errorf("%d notices: %+v", len(notices), got)
		}
	}
}

// ask answers a request of a data set: a line for each row, values between bars, several between commas.
func ask(t testing.TB, s *dataset.Set, r odsql.Request) (lines []string, err error) {
	t.Helper()
	r.Limit = -1
	table, err := odsql.Compile(odsql.Env{Fields: s.Fields, Columns: s.Columns, Text: s.Text, Dataset: s.ID, Now: committed, Zone: paris, Lang: "fr"}, r)
	if err != nil {
		return nil, err
	}
	if table.Groups == nil && len(table.Sort) == 0 {
		table.Sort = s.Order
	}
	for row, err := range search.Table(t.Context(), open(t, s), table) {
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for i, values := range row {
			cells = append(cells, export.Join(table.Columns[i].Type, values, ","))
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return lines, nil
}

func TestCatalogueAsTable(t *testing.T) {
	s := catalogue(t)
	for _, c := range []struct {
		name string
		r    odsql.Request
		want string // rows, one a line
	}{
		{"all, in order", odsql.Request{Select: "datasetid"},
			"boamp\nboamp-html\nboamp-enrichi\nliste-mots-descripteurs-boamp/\ntype_avis_list\ndepartements_regions_list\nliste-departements"},
		{"by id", odsql.Request{Select: "default.title", Where: []string{`datasetid:"boamp"`}}, "BOAMP"},
		{"by the other name of the id", odsql.Request{Select: "title", Where: []string{`dataset_id = "boamp"`}}, "BOAMP"},
		{"by a word of the title", odsql.Request{Select: "dataset_id", Where: []string{`default.title like "descripteurs"`}}, "liste-mots-descripteurs-boamp/"},
		{"template left out", odsql.Request{Select: "count(*)", Where: []string{`publisher like "dila" and default.publisher is not null`}, Export: true}, "7"},
		{"full text", odsql.Request{Select: "dataset_id", Where: []string{`"nomenclature types"`}}, "type_avis_list"},
		{"features", odsql.Request{Select: "dataset_id", Where: []string{`features = "timeserie"`}}, "boamp\nboamp-html\nboamp-enrichi"},
		{"no geography", odsql.Request{Select: "dataset_id", Where: []string{`features='geo'`}}, ""},
		{"groups", odsql.Request{Select: "features, count(*) as n", GroupBy: "features"}, "analyze|7\ntimeserie|3"},
		{"order", odsql.Request{Select: "title", OrderBy: "title desc", Where: []string{`title like "boamp"`, `not datasetid like "liste"`}}, "BOAMP enrichi\nBOAMP - avis en HTML\nBOAMP"},
		{"other templates are there and empty", odsql.Request{Select: "dcat.created, custom", Where: []string{`datasetid="boamp"`}}, "error: Unknown field: custom"},
		{"null", odsql.Request{Select: "dcat.created, default.license", Where: []string{`datasetid="boamp"`}}, "|Licence Ouverte / Open Licence version 2.0"},
		{"what the portal refuses", odsql.Request{Where: []string{`data_visible is true`}}, "error: Field data_visible is not allowed in the current clause"},
		{"unknown metadata", odsql.Request{Where: []string{`metas = "x"`}}, "error: Unknown field: metas"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines, err := ask(t, s, c.r)
			if want, ok := strings.CutPrefix(c.want, "error: "); ok {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%q, %v; want the error %q", lines, err, want)
				}
				return
			}
			got := strings.Join(lines, "\n")
			if err != nil || got != c.want {
				t.Errorf("got\n%s\n%v\nwant\n%s", got, err, c.want)
			}
		})
	}
}

// TestCatalogueColumns has the columns of the exports of the catalogue: those that were recorded from the platform, without the
// metadata of its owner.
func TestCatalogueColumns(t *testing.T) {
	var names []string
	for _, f := range catalogue(t).Columns {
		names = append(names, f.Name)
	}
	want := strings.Fields(`dcat.created dcat.issued dcat.creator dcat.contributor dcat.contact_name dcat.contact_email dcat.accrualperiodicity dcat.spatial dcat.temporal
		dcat.granularity dcat.dataquality dcat.publisher_type dcat.conforms_to dcat.temporal_coverage_start dcat.temporal_coverage_end dcat.accessRights dcat.relation
		default.title default.description default.theme default.keyword default.license default.license_url default.language default.metadata_languages
		default.timezone default.modified default.modified_updates_on_metadata_change default.modified_updates_on_data_change default.data_processed
		default.metadata_processed default.geographic_reference default.geographic_reference_auto default.territory default.geometry_types default.bbox default.publisher
		default.references default.records_count default.attributions default.source_domain default.source_domain_title default.source_domain_address
		default.source_dataset default.shared_catalog default.federated default.parent_domain default.update_frequency datasetid`)
	if !slices.Equal(names, want) {
		t.Errorf("columns\n%v\nwant\n%v", names, want)
	}
}

// TestCatalogueFacets has the facets of a request that names none, values in the order of the alphabet.
func TestCatalogueFacets(t *testing.T) {
	s := catalogue(t)
	groups, err := dataset.Facets(t.Context(), open(t, s), dataset.FacetQuery{Specs: s.DefaultSpecs(), Zone: paris})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, g := range groups {
		names = append(names, g.Field.Name)
		values := make([]string, len(g.Facets))
		for i, f := range g.Facets {
			values[i] = f.Path
		}
		if !slices.IsSorted(values) || len(values) == 0 {
			t.Errorf("facet %s has the values %q", g.Field.Name, values)
		}
	}
	if want := []string{"features", "modified", "publisher", "keyword", "theme", "language"}; !slices.Equal(names, want) {
		t.Errorf("facets %v, want %v", names, want)
	}
	if f := groups[0].Facets; len(f) != 2 || f[0].Name != "analyze" || f[0].Count != 7 || f[1].Count != 3 {
		doc, _ := json.Marshal(f)
		t.Errorf("features: %s", doc)
	}
	refs, err := s.Refinements([]string{"theme:Commande publique", `keyword:"annonces"`}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	n, err := open(t, s).Count(t.Context(), refs.Predicate(paris))
	if err != nil || n != 3 {
		t.Errorf("%d data sets with the keyword, %v; want 3", n, err)
	}
}

func TestCatalogueNeedsAllInformation(t *testing.T) {
	if _, err := build(t).Table(nil); err == nil {
		t.Error("no information of the data sets, and no error")
	}
}
