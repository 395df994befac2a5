package explore_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzQuery sends raw query strings to pages, facets and files: whatever stands there, it is no failure of the server, and a refusal
// is an error of the usual shape.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "limit=1&offset=2", `where=objet like "x" and not(a in ("b", 'c'))`, "select=count(*) as n&group_by=range(dateparution,1 month)&order_by=-n", "refine=famille:MAPA&exclude=etat:x&facet=facet(name=\"dc\",disjunctive=true)",
		"qv1=(a:[b TO c] OR NOT #null(objet))", "where=%&;=%zz&%ff=%fe", "timezone=../../etc&lang=fr", "delimiter=%09&quote_all=1&compressed=1&with_bom=x",
		"select=json_format(gestion),length(objet)*2/0,date_format(dateparution,'E')", "limit=-1&rows=1&start=9223372036854775807&offset=9223372036854775807",
		"where=datelimitereponse>now(days=-1)&order_by=random(3)", "select=percentile(length(objet),50),include(d*)&group_by=lower(famille),ifnull(nature,'')",
		"include_links=1&include_app_metas=1&select=recordid,datasetid&limit=2",
	} {
		f.Add(seed)
	}
	if list, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "conformance", "explore-queries.tsv")); err == nil {
		for line := range strings.Lines(string(list)) {
			request, _, _ := strings.Cut(line, "\t")
			if _, query, ok := strings.Cut(request, "?"); ok {
				f.Add(query)
			}
		}
	}
	notices, err := invented()
	if err != nil {
		f.Fatal(err)
	}
	a := newAPI(f)
	a.Sets, _ = sets(f, notices[:20])
	h := a.Handler()
	targets := []string{
		v21 + "/catalog/datasets/boamp/records", v21 + "/catalog/datasets/boamp/facets", v21 + "/catalog/datasets/boamp/exports/csv", v20 + "/catalog/datasets/boamp/records",
		v20 + "/catalog/datasets/boamp/aggregates", v21 + "/catalog/datasets", v21 + "/catalog/datasets/boamp", v21 + "/catalog/exports/json", v21 + "/catalog/datasets/boamp/exports/jsonl",
	}
	f.Fuzz(func(t *testing.T, query string) {
		if strings.ContainsAny(query, "#?") { // the target of the test is cut there
			return
		}
		for _, target := range targets {
			got := ask(t, h, target+"?"+query)
			if got.status >= 500 {
				t.Fatalf("%s?%s: %d %s", target, query, got.status, got.body)
			}
			if got.status != http.StatusOK {
				got.fails(t, got.status, codeOf(got.body), "")
			}
		}
	})
}

// codeOf is the code of an error, "" when there is none.
func codeOf(body string) string {
	_, rest, _ := strings.Cut(body, `"error_code": "`)
	code, _, _ := strings.Cut(rest, `"`)
	if code == "" {
		return "an error code"
	}
	return code
}
