package e2e_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// Programs written for the platform and not for the BOAMP, pointed at this server.

// link is a link of an answer.
type link struct{ Rel, Href string }

// facetList is an answer of /facets.
type facetList struct {
	Links  []link
	Facets []struct {
		Name   string
		Facets []struct {
			Name, State, Value string
			Count              int
		}
	}
}

// counts counts the records that a predicate holds for by the values of a field.
func (p portal) counts(name string, holds func(r raw) bool) map[string]int {
	m := map[string]int{}
	for _, r := range p.records {
		if holds(r) {
			for _, v := range slices.Compact(slices.Sorted(slices.Values(r.values(name)))) {
				m[v]++
			}
		}
	}
	return m
}

func everyRecord(raw) bool { return true }

// v20Records is a page of version 2.0.
type v20Records struct {
	Total   int    `json:"total_count"`
	Links   []link `json:"links"`
	Records []struct {
		Links  []link
		Record struct {
			ID        string
			Timestamp time.Time
			Size      int
			Fields    raw
		}
	}
}

// odsExplore: version 2.0, conditions of its lookups, all pages.
func odsExplore(t *testing.T, p portal) {
	fam, from := p.often("famille")[0], p.middle("dateparution")
	q := url.Values{"where": {`famille = "` + fam + `" and dateparution >= date'` + from + `'`, `(nature = "` + strings.Join(p.often("nature"), `" or nature = "`) + `")`},
		"exclude": {"etat:AVIS_ANNULE"}, "order_by": {"-dateparution"}, "limit": {"100"}, "timezone": {"Europe/Paris"}}
	var all []raw
	for offset := 0; ; offset += 100 {
		q.Set("offset", fmt.Sprint(offset))
		var page v20Records
		h := p.read(t, "/api/v2/catalog/datasets/boamp/records", q, &page)
		for _, r := range page.Records {
			if len(r.Record.ID) != 40 || r.Record.Size <= 0 || r.Record.Timestamp.IsZero() || len(r.Record.Fields) != 41 || len(r.Links) == 0 {
				t.Fatalf("record %+v", r)
			}
			all = append(all, r.Record.Fields)
		}
		if h.Get("ODS-Explore-API-Deprecation") == "" || len(page.Links) == 0 {
			t.Error("no warning that the version is old, or no links")
		}
		if len(page.Records) < 100 {
			break
		}
	}
	same(t, "all pages", idsOf(all), p.holding(func(r raw) bool {
		return r.str("famille") == fam && r.str("dateparution") >= from && r.str("etat") != "AVIS_ANNULE"
	}))
	var sets struct {
		Total    int `json:"total_count"`
		Links    []link
		Datasets []struct {
			Links   []link
			Dataset struct {
				Attachments  []any
				DataVisible  bool   `json:"data_visible"`
				ID           string `json:"dataset_id"`
				UID          string `json:"dataset_uid"`
				Features     []string
				Fields       []raw
				HasRecords   bool `json:"has_records"`
				Metas        map[string]raw
				Visibility   string
				Alternatives any `json:"alternative_exports"`
			}
		}
	}
	p.read(t, "/api/v2/catalog/datasets", url.Values{"where": {`dataset_id = "boamp"`}, "limit": {"10"}, "offset": {"0"}, "timezone": {"UTC"}}, &sets)
	if sets.Total != 1 || len(sets.Datasets) != 1 || sets.Datasets[0].Dataset.ID != "boamp" || len(sets.Datasets[0].Dataset.Fields) != 41 || sets.Datasets[0].Dataset.Metas["default"].str("title") == "" {
		t.Errorf("data sets: %+v", sets)
	}
}

// ukpyn: version 2.1 into typed models.
func ukpyn(t *testing.T, p portal) {
	sets := ask[struct {
		Total   int `json:"total_count"`
		Results []struct {
			ID     string `json:"dataset_id"`
			Fields []struct {
				Name, Label, Type string
				Description       *string
				Annotations       map[string]any
			}
			Metas    struct{ Default raw }
			Features []string
		}
	}](t, p.s, "/api/explore/v2.1/catalog/datasets", url.Values{"limit": {"10"}, "offset": {"0"}, "search": {"boamp"}})
	for _, s := range sets.Results {
		if s.ID == "" || len(s.Fields) == 0 || s.Metas.Default.str("title") == "" || s.Metas.Default.str("description") == "" || s.Metas.Default["records_count"] == nil {
			t.Errorf("data set %+v", s)
		}
	}
	fam := p.often("famille")[0]
	var page recordPage
	p.read(t, dataset+"/records", url.Values{"limit": {"100"}, "offset": {"0"}, "refine": {"famille:" + fam, "etat:INITIAL"}, "geofilter.distance": {"1,2,3"}}, &page) // version 2 knows no geofilter: ignored
	if n := len(p.holding(func(r raw) bool { return r.str("famille") == fam && r.str("etat") == "INITIAL" })); page.Total != n || sets.Total < 4 {
		t.Errorf("%d records, want %d; %d data sets", page.Total, n, sets.Total)
	}
	for format, begins := range map[string]string{"json": "[{", "csv": "\uFEFFidweb", "xlsx": "PK", "geojson": `{"type": "FeatureCollection"`} {
		if _, body := p.text(t, dataset+"/exports/"+format, url.Values{"limit": {"2"}, "select": {"idweb"}}); !strings.HasPrefix(body, begins) {
			t.Errorf("%s: %.60q", format, body)
		}
	}
	p.refused(t, dataset+"/exports/shapefile", nil, 404, "does not exist")
	p.refused(t, dataset+"/exports/kml", nil, 400, "geometry")
	p.refused(t, dataset+"/records", url.Values{"where": {"nope = 1"}}, 400, "Unknown field: nope")
}

// koop: features of version 2.0, with the names of version 1 for a part of them.
func koop(t *testing.T, p portal) {
	type collection struct {
		Type     string
		Features []struct {
			Type       string
			Geometry   any
			Properties raw
		}
	}
	var all, part collection
	p.read(t, "/api/v2/catalog/datasets/boamp/exports/geojson", nil, &all)
	p.read(t, "/api/v2/catalog/datasets/boamp/exports/geojson", url.Values{"rows": {"3"}, "start": {"2"}}, &part)
	if all.Type != "FeatureCollection" || len(all.Features) != len(p.records) || len(part.Features) != 3 {
		t.Fatalf("%s: %d features, %d with rows=3", all.Type, len(all.Features), len(part.Features))
	}
	for i, f := range part.Features {
		if f.Type != "Feature" || f.Geometry != nil || f.Properties.str("idweb") != all.Features[i+2].Properties.str("idweb") {
			t.Errorf("feature %d: %+v", i, f)
		}
	}
}

// qgis: the list of data sets with several where, the fields of one, a trial of the request, then the file.
func qgis(t *testing.T, p portal) {
	type set struct {
		ID     string `json:"dataset_id"`
		Fields []struct{ Name, Type string }
	}
	type catalogue struct {
		Total   int `json:"total_count"`
		Results []set
	}
	path := "/api/v2/catalog/query"
	list := ask[catalogue](t, p.s, path, url.Values{"select": {"dataset_id"}, "limit": {"100"}, "order_by": {"dataset_id"}})
	if list.Total != len(list.Results) || list.Total < 4 || !slices.IsSortedFunc(list.Results, func(a, b set) int { return strings.Compare(a.ID, b.ID) }) {
		t.Errorf("data sets: %+v", list)
	}
	if list = ask[catalogue](t, p.s, path, url.Values{"select": {"dataset_id"}, "limit": {"100"}, "where": {`"boamp"`, "features='geo'"}}); list.Total != 0 || list.Results == nil {
		t.Errorf("data sets with places: %+v", list)
	}
	one := ask[catalogue](t, p.s, path, url.Values{"where": {`datasetid:"boamp"`}})
	if one.Total != 1 || len(one.Results) != 1 || one.Results[0].ID != "boamp" || len(one.Results[0].Fields) != 41 {
		t.Errorf("fields: %+v", one)
	}
	q := url.Values{"where": {"famille='" + p.often("famille")[0] + "'"}, "select": {"idweb,objet"}}
	var trial recordPage
	p.read(t, "/api/v2/catalog/datasets/boamp/query", q, &trial)
	var file struct {
		Type     string
		Features []struct {
			Type       string
			Geometry   any
			Properties struct{ Idweb, Objet string }
		}
	}
	q.Set("limit", "-1")
	p.read(t, "/api/v2/catalog/datasets/boamp/exports/geojson", q, &file)
	if n := p.counts("famille", everyRecord)[p.often("famille")[0]]; trial.Total != n || len(file.Features) != n {
		t.Errorf("%d in the trial, %d features, want %d", trial.Total, len(file.Features), n)
	}
	p.refused(t, "/api/v2/catalog/datasets/boamp/query", url.Values{"where": {"famille=="}}, 400, "ODSQL")
	p.refused(t, "/api/v2/catalog/datasets/nope/query", url.Values{"limit": {"1"}}, 404, "nope")
}

// dsfrData: pages of 100, groups in order, facets with a condition of chosen values.
func dsfrData(t *testing.T, p portal) {
	same(t, "pages", idsOf(p.everywhere(t, dataset+"/records", url.Values{"order_by": {"dateparution DESC"}}, 100)), p.holding(everyRecord))
	var groups struct {
		Results []struct {
			Nature string
			N      int `json:"nature__count"`
		}
	}
	p.read(t, dataset+"/records", url.Values{"select": {"count(*) as nature__count, nature"}, "group_by": {"nature"}, "order_by": {"nature__count DESC"}, "limit": {"100"}}, &groups)
	if len(groups.Results) == 0 || groups.Results[0].Nature != p.often("nature")[0] || groups.Results[0].N != p.counts("nature", everyRecord)[groups.Results[0].Nature] {
		t.Errorf("groups: %+v", groups)
	}
	dep := p.often("code_departement")[:3]
	var facets facetList
	p.read(t, dataset+"/facets", url.Values{"facet": {"famille", "nature"}, "where": {`code_departement IN ("` + strings.Join(dep, `", "`) + `") AND etat = "INITIAL"`}}, &facets)
	holds := func(r raw) bool {
		return r.str("etat") == "INITIAL" && slices.ContainsFunc(dep, func(d string) bool { return r.has("code_departement", d) })
	}
	for _, f := range facets.Facets {
		got := map[string]int{}
		for _, v := range f.Facets {
			got[v.Value] = v.Count
		}
		if !maps.Equal(got, p.counts(f.Name, holds)) {
			t.Errorf("facet %s: %v, want %v", f.Name, got, p.counts(f.Name, holds))
		}
	}
	var page recordPage
	if p.read(t, dataset+"/records", url.Values{"where": {`search("` + p.word() + `")`}, "limit": {"25"}}, &page); page.Total == 0 || len(facets.Facets) != 2 {
		t.Errorf("search: %d, %d facets", page.Total, len(facets.Facets))
	}
}

// odsMCP: catalogue, records, groups, facets as repeated parameters; the text of its search is not quoted, which is an error.
func odsMCP(t *testing.T, p portal) {
	sets := ask[recordPage](t, p.s, "/api/explore/v2.1/catalog/datasets", url.Values{"limit": {"10"}, "offset": {"0"}, "where": {`"html" AND publisher="Direction de l'information légale et administrative (DILA)"`}})
	if sets.Total != 1 || sets.Results[0].str("dataset_id") != "boamp-html" {
		t.Errorf("data sets: %+v", sets)
	}
	title := ask[struct {
		Metas struct{ Default struct{ Title string } }
	}](t, p.s, dataset, nil)
	if title.Metas.Default.Title != "BOAMP" {
		t.Errorf("title %+v", title)
	}
	var groups struct {
		Results []struct {
			Famille string
			N       int `json:"count(*)"`
		}
	}
	p.read(t, dataset+"/records", url.Values{"limit": {"100"}, "offset": {"0"}, "select": {"count(*)"}, "group_by": {"famille"}}, &groups)
	got := map[string]int{}
	for _, g := range groups.Results {
		got[g.Famille] = g.N
	}
	if !maps.Equal(got, p.counts("famille", everyRecord)) {
		t.Errorf("groups: %v", got)
	}
	p.refused(t, dataset+"/records", url.Values{"where": {"search(nettoyage)"}, "limit": {"10"}, "offset": {"0"}}, 400, "unexpected ) at position 16")
}
