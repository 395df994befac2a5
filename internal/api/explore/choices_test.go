package explore_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/explore"
)

// TestChoices holds every choice by its name.
func TestChoices(t *testing.T) {
	h := server(t)
	base := v21 + "/catalog/datasets/boamp"
	count := func(t *testing.T, where string) int {
		t.Helper()
		return *ask(t, h, records("where", where, "limit", "0")).page(t).TotalCount
	}
	equal := func(t *testing.T, a, b string) {
		t.Helper()
		if x, y := count(t, a), count(t, b); x != y || x == 0 {
			t.Errorf("%s gives %d, %s gives %d", a, x, b, y)
		}
	}
	cases := map[string]func(t *testing.T){
		"like": func(t *testing.T) {
			equal(t, `objet like "VOIRIE"`, `objet like "%oiri%"`)
			equal(t, `nature_categorise_libelle like "rectifi"`, `startswith(nature_categorise_libelle, "Rectificatif")`)
		},
		"folding": func(t *testing.T) {
			equal(t, `search(objet, "REFECTION")`, `search(objet, "réfection")`)
			equal(t, `"réfection"`, `"refection"`)
			if n := count(t, `nature = "appel_offre"`); n != 0 {
				t.Errorf("%d notices found in the wrong case", n)
			}
		},
		"group limit": func(t *testing.T) {
			if n := len(ask(t, h, records("group_by", "idweb")).page(t).Results); n <= 100 {
				t.Errorf("%d groups", n)
			}
			ask(t, h, records("group_by", "idweb", "limit", "20001")).fails(t, 400, "InvalidRESTParameterError",
				"Invalid value for limit API parameter: 20001 was found but -1 <= limit <= 20000 is expected.")
		},
		"unknown record": func(t *testing.T) {
			ask(t, h, base+"/records/abc").fails(t, 404, "NotFoundResource", "The requested record abc does not exist.")
		},
		"timezone": func(t *testing.T) {
			ask(t, h, records("timezone", "Mars/Phobos")).fails(t, 400, "InvalidRESTParameterError", "")
			ask(t, h, records("timezone", "Local")).fails(t, 400, "InvalidRESTParameterError", "")
		},
		"lang": func(t *testing.T) {
			ask(t, h, records("lang", "xx")).fails(t, 400, "InvalidRESTParameterError", "")
			months := func(pairs ...string) string {
				return ask(t, h, records(append(pairs, "select", "date_format(dateparution, 'MMMM') as m", "where", "date_format(dateparution, 'MM') = '08'", "limit", "1")...)).body
			}
			if fr, en := months(), months("lang", "en"); !strings.Contains(fr, `"m": "ao\u00fbt"`) || !strings.Contains(en, `"m": "August"`) {
				t.Errorf("%s and %s", fr, en)
			}
		},
		"refine of an unknown field": func(t *testing.T) {
			for _, clause := range []string{"refine", "exclude"} {
				ask(t, h, records(clause, "cpv:71221")).fails(t, 400, "ODSQLError", "ODSQL query is malformed: Unknown field: cpv. Clause(s) containing the error(s): "+clause+".")
			}
			ask(t, h, at(base+"/facets", "facet", "cpv")).fails(t, 400, "ODSQLError", "ODSQL query is malformed: Unknown field: cpv. Clause(s) containing the error(s): facet.")
		},
		"refine of no facet": func(t *testing.T) {
			id := ask(t, h, records("limit", "1")).page(t).Results[0]["idweb"].(string)
			if p := ask(t, h, records("refine", "idweb:"+id)).page(t); *p.TotalCount != 1 {
				t.Errorf("%d notices", *p.TotalCount)
			}
		},
		"unknown format": func(t *testing.T) {
			ask(t, h, base+"/exports/nope").fails(t, 404, "NotFoundURI", "The requested URI does not exist.")
			ask(t, h, v21+"/catalog/exports/nope").fails(t, 404, "NotFoundURI", "The requested URI does not exist.")
		},
		"geographic formats": func(t *testing.T) {
			list := ask(t, h, base+"/exports").body
			for _, f := range []string{"kml", "shp", "gpx", "fgb", "ov2"} {
				ask(t, h, base+"/exports/"+f).fails(t, 400, "InvalidRESTParameterError", "")
				if strings.Contains(list, `"`+f+`"`) {
					t.Errorf("%s is listed", f)
				}
			}
			if a := ask(t, h, base+"/exports/geojson?limit=1&select=idweb"); !strings.HasPrefix(a.body, `{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, "properties": {"idweb": "`) {
				t.Errorf("geojson: %s", a.body)
			}
		},
		"list of formats": func(t *testing.T) {
			var list struct{ Links []struct{ Rel, Href string } }
			ask(t, h, base+"/exports").decode(t, &list)
			if l := list.Links; l[0].Rel != "self" || l[1].Rel != "dataset" || l[2].Rel != "csv" || l[2].Href != host+base+"/exports/csv" {
				t.Errorf("links %v", l)
			}
		},
		"links": func(t *testing.T) {
			a := ask(t, h, records("include_links", "true", "limit", "1", "select", "idweb")).body
			if !strings.HasPrefix(a, `{"total_count": `) || !strings.Contains(a, `"_links": [{"rel": "self", "href": "`+host+base+`/records/`) || !strings.Contains(a, `{"rel": "next", "href": "`+host+base+`/records?`) {
				t.Errorf("links in %s", a)
			}
		},
		"content types": func(t *testing.T) {
			for format, want := range map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8", "jsonl": "application/jsonl", "geojson": "application/geo+json",
				"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "parquet": "application/vnd.apache.parquet"} {
				a := ask(t, h, base+"/exports/"+format+"?limit=1")
				if got := a.header.Get("Content-Type"); a.status != 200 || got != want || a.header.Get("Content-Disposition") != `attachment; filename="boamp.`+format+`"` {
					t.Errorf("%s: %d %s %s", format, a.status, got, a.header.Get("Content-Disposition"))
				}
			}
		},
		"booleans in CSV": func(t *testing.T) {
			a := ask(t, h, v21+"/catalog/datasets/boamp-enrichi/exports/csv?select=framework&where=framework%20is%20not%20null&limit=3&with_bom=false")
			if !strings.Contains(a.body, "True\r\n") && !strings.Contains(a.body, "False\r\n") {
				t.Errorf("%d %s", a.status, a.body)
			}
		},
		"annotations": func(t *testing.T) {
			a := ask(t, h, base).body
			for _, want := range []string{`"famille", "description": "Code du seuil : MAPA, FNS, JOUE, DSP ou DIVERS.", "annotations": {"facet": true, "disjunctive": true}`, `"hierarchical": "/"`} {
				if !strings.Contains(a, want) {
					t.Errorf("no %s", want)
				}
			}
		},
		"quota": func(t *testing.T) {
			a := ask(t, h, records("limit", "1")).header
			if a.Get("X-RateLimit-Limit") != "2000000" || a.Get("X-RateLimit-Remaining") != "2000000" || a.Get("X-RateLimit-Reset") != "2026-09-12 00:00:00+00:00" {
				t.Errorf("headers %v", a)
			}
		},
		"date literals": func(t *testing.T) {
			equal(t, "dateparution = date'2026-09-10'", "dateparution = date'2026-09-10T23:30:00'")
			a := ask(t, h, records("where", "datelimitereponse > '2026-09-01'", "limit", "0", "timezone", "Pacific/Auckland"))
			if a.status != 200 {
				t.Errorf("%d %s", a.status, a.body)
			}
		},
		"default order": func(t *testing.T) {
			p := ask(t, h, records("limit", "100", "select", "dateparution")).page(t)
			for i, r := range p.Results[1:] {
				if before := p.Results[i]["dateparution"].(string); r["dateparution"].(string) < before {
					t.Fatalf("%v behind %s", r, before)
				}
			}
		},
		"ties": func(t *testing.T) {
			seen := map[any]bool{}
			for _, offset := range []string{"0", "100", "200"} {
				for _, r := range ask(t, h, records("order_by", "famille", "limit", "100", "offset", offset)).page(t).Results {
					if seen[r["idweb"]] {
						t.Errorf("%v twice", r["idweb"])
					}
					seen[r["idweb"]] = true
				}
			}
			if len(seen) < 200 {
				t.Errorf("only %d notices", len(seen))
			}
		},
		"doubled quote": func(t *testing.T) { equal(t, `objet like 'l''inventé'`, `objet like "l'inventé"`) },
		"number and text": func(t *testing.T) {
			equal(t, `code_departement=75`, `code_departement="75"`)
		},
		"OR in search": func(t *testing.T) {
			if n := count(t, `search(objet, "voirie OR assurances")`); n != 0 {
				t.Errorf("%d notices", n)
			}
		},
		"total of groups": func(t *testing.T) {
			if a := ask(t, h, records("group_by", "famille")).body; strings.Contains(a, "total_count") {
				t.Error(a)
			}
		},
		"limit of -1": func(t *testing.T) {
			if n := len(ask(t, h, records("limit", "-1")).page(t).Results); n != 100 {
				t.Errorf("%d rows", n)
			}
		},
		"escapes": func(t *testing.T) {
			for _, target := range []string{records("limit", "100"), base, base + "/exports/json?limit=100", base + "/facets", records("select", "é")} {
				for _, c := range ask(t, h, target).body {
					if c >= 0x80 {
						t.Errorf("%s has %q", target, c)
						break
					}
				}
			}
		},
		"OPTIONS": func(t *testing.T) {
			if a := do(t, h, "OPTIONS", base); a.status != 204 {
				t.Errorf("%d", a.status)
			}
		},
		"repeated parameter": func(t *testing.T) {
			if n := len(ask(t, h, base+"/records?limit=3&limit=5").page(t).Results); n != 5 {
				t.Errorf("%d rows", n)
			}
		},
		"empty parameter": func(t *testing.T) {
			if n := len(ask(t, h, base+"/records?limit=&where=&select=&group_by=&order_by=&offset=&refine=&timezone=&lang=&facet=&include_links=").page(t).Results); n != 10 {
				t.Errorf("%d rows", n)
			}
		},
		"slashes": func(t *testing.T) {
			for _, id := range []string{"boamp", "boamp/", "boamp//", "boamp%2F", "liste-mots-descripteurs-boamp", "liste-mots-descripteurs-boamp%2F", "liste-mots-descripteurs-boamp/", "liste-mots-descripteurs-boamp//"} {
				for _, rest := range []string{"", "/records", "/records/", "/exports/csv/", "/facets"} {
					if a := ask(t, h, v21+"/catalog/datasets/"+id+rest); a.status != 200 {
						t.Errorf("%s%s: %d %s", id, rest, a.status, a.body)
					}
				}
			}
		},
		"app metas": func(t *testing.T) {
			a := ask(t, h, records("include_links", "1", "include_app_metas", "1", "limit", "1", "select", "idweb")).body
			at := -1
			for _, key := range []string{`"results": [{"_links": `, `"_id": "`, `"_timestamp": "`, `"_size": `, `"idweb": "`} {
				next := strings.Index(a, key)
				if next <= at {
					t.Fatalf("%s stands at %d in %s", key, next, a)
				}
				at = next
			}
		},
		"removed endpoints": func(t *testing.T) {
			for _, p := range []string{base + "/aggregates", base + "/query", v21 + "/catalog/aggregates", v21 + "/catalog/query/"} {
				ask(t, h, p).fails(t, 410, "GoneResource", "")
			}
		},
		"other sources": func(t *testing.T) {
			for _, p := range []string{"/monitoring", "/monitoring/datasets/", "/opendatasoft/datasets/x/records", "/catalog/assets/"} {
				ask(t, h, v21+p).fails(t, 404, "NotFoundURI", "The requested URI does not exist.")
			}
		},
		"query of 2.0": func(t *testing.T) {
			if p := ask(t, h, v20+"/catalog/datasets/boamp/query?limit=2").page(t); len(p.Results) != 2 || *p.TotalCount == 0 {
				t.Errorf("%+v", p)
			}
			if p := ask(t, h, v20+"/catalog/query?limit=2&select=dataset_id").page(t); len(p.Results) != 2 {
				t.Errorf("%+v", p)
			}
			query, list := ask(t, h, v20+"/catalog/query?where=datasetid:%22boamp%22"), ask(t, h, v21+"/catalog/datasets?where=datasetid:%22boamp%22")
			if query.body != list.body || !strings.HasPrefix(query.body, `{"total_count": 1, "results": [{"visibility": `) {
				t.Errorf("the data sets without wrapping: %.200s", query.body)
			}
		},
		"clock of Excel": func(t *testing.T) {
			for zone, want := range map[string]string{"": "UTC", "Europe/Paris": "Europe/Paris"} {
				if got := cell(t, ask(t, h, at(base+"/exports/xlsx", "limit", "1", "timezone", zone)), "Source", "B8"); got != want {
					t.Errorf("timezone=%s: %q", zone, got)
				}
			}
		},
		"packed files": func(t *testing.T) {
			a := ask(t, h, base+"/exports/csv?compressed=true&limit=2")
			if a.header.Get("Content-Type") != "application/gzip" || a.header.Get("Content-Disposition") != `attachment; filename="boamp.csv.gzip"` || !strings.HasPrefix(a.body, "\x1f\x8b") {
				t.Errorf("%v", a.header)
			}
		},
	}
	for _, c := range explore.Choices() {
		check := cases[c.Name]
		if check == nil {
			t.Errorf("the choice %q has no test", c.Name)
			continue
		}
		t.Run(c.Name, check)
		delete(cases, c.Name)
	}
	for name := range cases {
		t.Errorf("a test of %q, which is no choice", name)
	}
}
