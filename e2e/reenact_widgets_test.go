package e2e_test

import (
	"encoding/csv"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// widgets: the tables, charts and downloads of ods-widgets over version 1.
func widgets(t *testing.T, p portal) {
	widgetSets(t, p)
	widgetCharts(t, p)
	widgetFiles(t, p)
}

// always makes parameters as ods-widgets does, which never forgets the time zone and the language.
func always(pairs ...string) url.Values {
	q := url.Values{"timezone": {"Europe/Paris"}, "lang": {"fr"}}
	for i := 0; i < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return q
}

// widgetSets looks a data set up, and counts those of the catalogue.
func widgetSets(t *testing.T, p portal) {
	t.Helper()
	type annotation struct {
		Name string
		Args []string
	}
	var set struct {
		ID           string         `json:"datasetid"`
		Metas        map[string]any `json:"metas"`
		HasRecords   bool           `json:"has_records"`
		DataVisible  bool           `json:"data_visible"`
		Features     []string
		Attachments  []any
		Alternatives []any          `json:"alternative_exports"`
		Extra        map[string]any `json:"extra_metas"`
		Interop      map[string]any `json:"interop_metas"`
		Fields       []struct {
			Name, Label, Type, Description string
			Annotations                    []annotation
		}
	}
	h := p.read(t, "/api/datasets/1.0/boamp/", always("extrametas", "true", "interopmetas", "true"), &set, "ODS-Widgets-Version", "2.0.11")
	marks := map[string]string{}
	for _, f := range set.Fields {
		for _, a := range f.Annotations {
			marks[f.Name] += a.Name + " "
		}
	}
	if set.ID != "boamp" || !set.HasRecords || !set.DataVisible || len(set.Fields) != 41 || set.Metas["title"] == "" || marks["code_departement"] != "facet disjunctive multivalued " ||
		!strings.Contains(marks["nature_categorise_libelle"], "hierarchical") || h.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("data set %s: %d fields, marks %v", set.ID, len(set.Fields), marks)
	}
	var catalogue struct {
		Hits       int `json:"nhits"`
		Parameters any
		Datasets   []any
		Groups     []any `json:"facet_groups"`
	}
	if p.read(t, "/api/datasets/1.0/search/", always("rows", "0", "facet", "features"), &catalogue); catalogue.Hits < 4 || len(catalogue.Datasets) != 0 || len(catalogue.Groups) != 1 {
		t.Errorf("catalogue: %+v", catalogue)
	}
}

// widgetCharts draws a line by months and a bar chart that is cut.
func widgetCharts(t *testing.T, p portal) {
	t.Helper()
	var months []struct {
		X struct{ Year, Month int }
		N int `json:"serie1-1"`
	}
	p.read(t, "/api/records/1.0/analyze/", always("dataset", "boamp", "x", "dateparution", "precision", "month", "y.serie1-1.func", "COUNT", "y.serie1-1.expr", "idweb", "y.serie1-1.cumulative", "false", "maxpoints", ""), &months)
	want, total := map[string]int{}, 0
	for _, r := range p.records {
		want[r.str("dateparution")[:7]]++
	}
	for _, m := range months {
		total += m.N
		if want[time.Date(m.X.Year, time.Month(m.X.Month), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")] != m.N {
			t.Errorf("month %+v", m)
		}
	}
	if total != len(p.records) || len(months) != len(want) {
		t.Errorf("%d months of %d, %d records of %d", len(months), len(want), total, len(p.records))
	}
	var cut []struct {
		X string
		A int
	}
	h := p.read(t, "/api/records/1.0/analyze/", always("dataset", "boamp", "x", "nature", "y.a.func", "COUNT", "sort", "a", "maxpoints", "2"), &cut)
	if len(cut) != 2 || cut[0].X != p.often("nature")[0] || cut[0].A < cut[1].A || h.Get("ods-analyze-truncated") == "" {
		t.Errorf("cut chart: %+v", cut)
	}
}

// widgetFiles downloads a table, and asks for a call as pages of other hosts do.
func widgetFiles(t *testing.T, p portal) {
	t.Helper()
	_, body := p.text(t, "/api/records/1.0/download/", always("dataset", "boamp", "format", "csv", "fields", "idweb,objet,code_departement", "refine.famille", p.often("famille")[0]))
	r := csv.NewReader(strings.NewReader(body))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if n := len(p.holding(func(r raw) bool { return r.str("famille") == p.often("famille")[0] })); err != nil || len(rows) != n+1 || strings.Join(rows[0], ",") != "idweb,objet,code_departement" {
		t.Errorf("download: %v, %d rows, want %d", err, len(rows)-1, n)
	}
	res, text := p.s.get(t, v1Search+"?dataset=boamp&rows=0&format=jsonp&callback=angular.callbacks._0")
	if !strings.HasPrefix(text, "/**/angular.callbacks._0({") || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/javascript") {
		t.Errorf("jsonp: %.100s", text)
	}
}

// widgetsV2: ods-widgets translates its parameters of version 1 for version 2 (q becomes qv1), and takes facets and files from 2.1.
func widgetsV2(t *testing.T, p portal) {
	fam, from := p.often("famille")[0], p.middle("dateparution")
	q := url.Values{"timezone": {"Europe/Paris"}, "lang": {"fr"}, "qv1": {`(famille:` + fam + `) AND (dateparution:[` + from + ` TO 2100-01-01])`}}
	holds := func(r raw) bool { return r.str("famille") == fam && r.str("dateparution") >= from }
	want := p.holding(holds)
	var wrapped v20Records
	q.Set("limit", "0")
	if p.read(t, "/api/v2/catalog/datasets/boamp/records", q, &wrapped); wrapped.Total != len(want) || len(want) == 0 {
		t.Errorf("records of version 2.0: %d, want %d", wrapped.Total, len(want))
	}
	var page recordPage
	if p.read(t, dataset+"/records", q, &page); page.Total != len(want) {
		t.Errorf("records: %d, want %d", page.Total, len(want))
	}
	q.Del("limit")
	var sums struct {
		Aggregations []struct {
			Nature string
			N      int `json:"serie1"`
		}
	}
	g := maps.Clone(q)
	g.Set("select", "count(*) as serie1")
	g.Set("group_by", "nature")
	p.read(t, "/api/v2/catalog/datasets/boamp/aggregates", g, &sums)
	got := map[string]int{}
	for _, a := range sums.Aggregations {
		got[a.Nature] = a.N
	}
	if !maps.Equal(got, p.counts("nature", holds)) {
		t.Errorf("aggregates %v, want %v", got, p.counts("nature", holds))
	}
	var facets facetList
	f := maps.Clone(q)
	f["facet"] = []string{`facet(name="nature", sort="-count", limit=2)`, "famille"}
	p.read(t, dataset+"/facets", f, &facets, "ODS-Widgets-Version", "2.0.11")
	if len(facets.Facets) != 2 || len(facets.Facets[0].Facets) != min(2, len(got)) || facets.Facets[0].Facets[0].Count != got[facets.Facets[0].Facets[0].Value] || facets.Facets[1].Facets[0].Count != len(want) {
		t.Errorf("facets: %+v", facets)
	}
	var list []raw
	q["refine"], q["facet"] = []string{"nature:" + p.often("nature")[0], "nature:" + p.often("nature")[1]}, []string{`facet(name="nature", disjunctive=true)`}
	p.read(t, dataset+"/exports/json", q, &list)
	same(t, "export with alternatives", idsOf(list), p.holding(func(r raw) bool { return holds(r) && slices.Contains(p.often("nature")[:2], r.str("nature")) }))
}

// vancouvR: the catalogue as CSV without a byte-order mark, fields of a data set, whole files, one row of aggregates; old and new.
func vancouvR(t *testing.T, p portal) {
	sets := 0
	for _, c := range []struct{ path, bom string }{{"/api/v2/catalog/exports/csv", ""}, {"/api/explore/v2.1/catalog/exports/csv", "false"}} {
		q := url.Values{}
		if c.bom != "" {
			q.Set("with_bom", c.bom)
		}
		h, body := p.text(t, c.path, q)
		r := csv.NewReader(strings.NewReader(body))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil || strings.HasPrefix(body, "\uFEFF") || rows[0][len(rows[0])-1] != "datasetid" || !slices.Contains(rows[0], "default.title") || h.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Fatalf("%s: %v %.100s", c.path, err, body)
		}
		sets = len(rows) - 1
	}
	if sets < 4 {
		t.Errorf("%d data sets", sets)
	}
	vancouvRFiles(t, p)
	vancouvRCounts(t, p)
}

// vancouvRFiles reads files of records.
func vancouvRFiles(t *testing.T, p portal) {
	t.Helper()
	h, body := p.text(t, dataset+"/exports/csv", url.Values{"where": {"famille = '" + p.often("famille")[0] + "'"}, "select": {"idweb, objet as titre, code_departement"}, "with_bom": {"false"}})
	r := csv.NewReader(strings.NewReader(body))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if n := p.counts("famille", everyRecord)[p.often("famille")[0]]; err != nil || len(rows) != n+1 || strings.Join(rows[0], " ") != "idweb titre code_departement" || !strings.Contains(body, "\r\n") {
		t.Errorf("csv: %v, %d rows, want %d", err, len(rows)-1, n)
	}
	for _, name := range []string{"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"} {
		if h.Get(name) == "" {
			t.Errorf("no header %s", name)
		}
	}
	if _, body = p.text(t, "/api/v2/catalog/datasets/boamp/exports/csv", url.Values{"select": {"*"}, "rows": {"3"}}); strings.Count(body, "\r\n") < 4 || strings.HasPrefix(body, "\uFEFF") {
		t.Errorf("rows=3: %.200s", body)
	}
}

// vancouvRCounts counts records and groups, and reads what refusals say.
func vancouvRCounts(t *testing.T, p portal) {
	t.Helper()
	var one struct {
		Total   int `json:"total_count"`
		Results []struct{ Total int }
	}
	if p.read(t, dataset+"/records", url.Values{"limit": {"1"}, "select": {"count(*) as total"}}, &one); one.Total != len(p.records) || len(one.Results) != 1 || one.Results[0].Total != one.Total {
		t.Errorf("total: %+v", one)
	}
	var old struct{ Aggregations []struct{ Count int } }
	if p.read(t, "/api/v2/catalog/datasets/boamp/aggregates", url.Values{"select": {"count(*) as count"}}, &old); len(old.Aggregations) != 1 || old.Aggregations[0].Count != len(p.records) {
		t.Errorf("aggregates: %+v", old)
	}
	var groups []struct {
		Famille string
		N       int
	}
	p.read(t, dataset+"/exports/json", url.Values{"select": {"count(*) as n"}, "group_by": {"famille"}}, &groups)
	got := map[string]int{}
	for _, g := range groups {
		got[g.Famille] = g.N
	}
	if !maps.Equal(got, p.counts("famille", everyRecord)) {
		t.Errorf("groups %v", got)
	}
	p.refused(t, dataset+"/exports/csv", url.Values{"select": {"no_such_field"}}, 400, "Unknown field: no_such_field. Clause(s) containing the error(s): select.")
	p.refused(t, "/api/explore/v2.1/catalog/datasets/does-not-exist", nil, 404, "The requested dataset does-not-exist does not exist.")
}
