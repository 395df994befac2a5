package explorev1_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/explorev1"
)

// TestChoices holds every choice by its name.
func TestChoices(t *testing.T) {
	h := newAPI(t).Handler()
	finds := func(t *testing.T, want string, pairs ...string) {
		t.Helper()
		if got := ask(t, h, search(pairs...)).page(t).ids(); got != want {
			t.Errorf("%v found %q, want %q", pairs, got, want)
		}
	}
	all := "24-100 24-200 25-300 25-400 26-500 26-50"
	cases := map[string]func(t *testing.T){
		"unknown refine or sort": func(t *testing.T) {
			for _, name := range []string{"refine.cpv", "exclude.cpv"} {
				ask(t, h, search(name, "1")).fails(t, 400, "Unknown field: cpv")
			}
			ask(t, h, search("sort", "cpv")).fails(t, 400, "Unknown field: cpv")
		},
		"unknown facet": func(t *testing.T) {
			if p := ask(t, h, search("facet", "procedure")).page(t); len(p.FacetGroups) != 0 {
				t.Errorf("groups: %+v", p.FacetGroups)
			}
		},
		"unknown column": func(t *testing.T) {
			if p := ask(t, h, search("fields", "idweb,cpv", "rows", "1")).page(t); len(p.Records[0].Fields) != 1 {
				t.Errorf("fields: %v", p.Records[0].Fields)
			}
			ask(t, h, search("fields", "cpv")).fails(t, 400, "Unknown field: cpv")
		},
		"error body": func(t *testing.T) { ask(t, h, search("format", "rss", "rows", "x")).fails(t, 400, "an integer") },
		"lists": func(t *testing.T) {
			if p := ask(t, h, search("q", "idweb:25-300")).page(t); string(p.Records[0].Fields["dc"]) != `["365"]` {
				t.Errorf("dc: %s", p.Records[0].Fields["dc"])
			}
		},
		"date ranges": func(t *testing.T) {
			finds(t, "24-200 25-300", "q", "dateparution:[2024-09-10 TO 2025-01-15]")
			finds(t, "24-200 25-300", "q", "dateparution:[2024/09/10 TO 2025/01/15]")
		},
		"equality of texts": func(t *testing.T) {
			finds(t, "24-100 25-400", "q", "objet:travaux")
			finds(t, "", "q", "objet=travaux")
			finds(t, "26-500", "q", "objet==Étude")
		},
		"operators": func(t *testing.T) {
			finds(t, "24-200 25-300", "q", "nettoyage OR repas")
			finds(t, "", "q", "nettoyage or repas")
		},
		"disjunctive": func(t *testing.T) {
			finds(t, "", "refine.famille", "MAPA", "refine.famille", "FNS")
			finds(t, "24-100 24-200 25-400 26-500 26-50", "refine.famille", "MAPA", "refine.famille", "FNS", "disjunctive.famille", "true")
			finds(t, "24-100 24-200 25-400 26-500 26-50", "refine.famille", "MAPA", "refine.famille", "FNS", "disjunctive.famille", "")
			finds(t, "", "refine.famille", "MAPA", "refine.famille", "FNS", "disjunctive.famille", "false")
		},
		"several data sets": func(t *testing.T) {
			finds(t, all, "dataset", "boamp")
			ask(t, h, search("dataset", "boamp-html")).fails(t, 400, "One data set")
		},
		"all rows": func(t *testing.T) { finds(t, all, "rows", "-1") },
		"order of an analysis": func(t *testing.T) {
			if a := ask(t, h, analysis("x", "famille", "y.n.func", "COUNT")); !strings.HasPrefix(a.body, `[{"x": "MAPA"`) {
				t.Errorf("got %s", a.body)
			}
		},
		"direction of an analysis": func(t *testing.T) {
			for sort, first := range map[string]string{"x": "MAPA", "-x": "FNS", "x.famille": "FNS", "-x.famille": "MAPA", "n": "MAPA", "-n": "JOUE", "y.n": "MAPA"} {
				if a := ask(t, h, analysis("x", "famille", "y.n.func", "COUNT", "sort", sort)); !strings.HasPrefix(a.body, `[{"x": "`+first+`"`) {
					t.Errorf("sort=%s gives %s", sort, a.body)
				}
			}
		},
		"points of an analysis": func(t *testing.T) {
			a := ask(t, h, analysis("x", "famille", "y.n.func", "COUNT", "maxpoints", "30000"))
			if a.StatusCode != 200 || a.Header.Get("ods-analyze-truncated") != "" {
				t.Errorf("%d %v", a.StatusCode, a.Header)
			}
		},
		"null of an analysis": func(t *testing.T) {
			if a := ask(t, h, analysis("x", "etat", "y.n.func", "COUNT")); strings.Contains(a.body, "null") {
				t.Errorf("got %s", a.body)
			}
		},
		"pretty print": func(t *testing.T) {
			if a := ask(t, h, search("pretty_print", "true", "rows", "1000")); !strings.HasPrefix(a.body, "{\n") {
				t.Errorf("1000 rows: %.20s", a.body)
			}
			if a := ask(t, h, search("pretty_print", "true", "rows", "1001")); !strings.HasPrefix(a.body, `{"nhits"`) {
				t.Errorf("1001 rows: %.20s", a.body)
			}
		},
		"byte-order mark": func(t *testing.T) {
			if a := ask(t, h, "/explore/dataset/boamp/download/"); !strings.HasPrefix(a.body, "idweb;") {
				t.Errorf("begins %.20q", a.body)
			}
		},
		"feeds": func(t *testing.T) {
			a := ask(t, h, search("format", "rss", "q", "idweb:24-100"))
			for _, part := range []string{"<title>Travaux de rénovation énergétique du groupe scolaire</title>", "<link>https://avis.example/24-100</link>", "Mon, 05 Aug 2024"} {
				if !strings.Contains(a.body, part) {
					t.Errorf("no %s in %s", part, a.body)
				}
			}
			if strings.Contains(a.body, "45454000") {
				t.Error("the whole document is in the feed")
			}
		},
		"callback": func(t *testing.T) {
			if a := ask(t, h, search("format", "jsonp", "callback", "app.$show", "rows", "0")); !strings.HasPrefix(a.body, "/**/app.$show({") {
				t.Errorf("got %s", a.body)
			}
			ask(t, h, search("format", "jsonp", "callback", "a;b")).fails(t, 400, "the name of a function")
		},
		"unknown version 2 parameters": func(t *testing.T) { finds(t, all, "where", "famille='MAPA'", "limit", "1", "offset", "3") },
	}
	for _, c := range explorev1.Choices() {
		check := cases[c.Name]
		if check == nil {
			t.Errorf("choice %q has no test", c.Name)
			continue
		}
		delete(cases, c.Name)
		t.Run(c.Name, check)
	}
	for name := range cases {
		t.Errorf("test %q is of no choice", name)
	}
}

// TestRoutes: every route answers, and the parameters that it names are described.
func TestRoutes(t *testing.T) {
	h := newAPI(t).Handler()
	var described []string
	for _, p := range explorev1.Parameters() {
		described = append(described, p.Name)
		if p.Doc == "" || p.Type == "" {
			t.Errorf("parameter %s is not described", p.Name)
		}
	}
	used := map[string]bool{}
	for _, r := range explorev1.Routes() {
		for _, p := range r.Params {
			used[p] = true
			if !slices.Contains(described, p) {
				t.Errorf("%s names %s, which is not described", r.Path, p)
			}
		}
		path := strings.NewReplacer("{dataset}", "boamp", "{record}", "0", "{file}", "0").Replace(r.Path)
		for _, slash := range []string{"", "/"} {
			a := ask(t, h, path+slash+"?dataset=boamp&x=famille&y.n.func=COUNT&rows=1")
			if a.StatusCode == 404 && strings.Contains(a.body, "URI") || a.StatusCode >= 500 || a.StatusCode == 200 != (r.Params != nil && !strings.Contains(r.Path, "{record}")) {
				t.Errorf("%s: %d %s", path+slash, a.StatusCode, a.body)
			}
		}
	}
	for _, p := range described {
		if !used[p] {
			t.Errorf("no route has the parameter %s", p)
		}
	}
}

// TestStrange: whatever stands in a path or a query, the answer is one of this API and no failure of it.
func TestStrange(t *testing.T) {
	h := newAPI(t).Handler()
	for _, target := range []string{
		"/api/records/1.0/search/?dataset=boamp&q=%zz&rows=1", "/api/records/1.0/search/?dataset=boamp&q=%ff&rows=1", "/api/records/1.0/search/?&&=&dataset=boamp",
		"/api/records/1.0/search/?dataset=boamp&sort=-", "/api/records/1.0/search/?dataset=boamp&sort=,,", "/api/records/1.0/search/?dataset=boamp&facet=,",
		"/api/records/1.0/search/?dataset=boamp&sort=html", "/api/records/1.0/search/?dataset=boamp-html&sort=html", "/api/records/1.0/search/?dataset=boamp-html&refine.html=x",
		"/api/records/1.0/search/?dataset=boamp-html&q=nettoyage&facet=html", "/api/records/1.0/analyze/?dataset=boamp-html&x=html&y.a.func=COUNT",
		"/api/records/1.0/analyze/?dataset=boamp&x=famille&y.func=COUNT", "/api/records/1.0/analyze/?dataset=boamp&x=famille&y..func=COUNT",
		"/api/records/1.0/analyze/?dataset=boamp&x=famille&y.a.b.func=COUNT", "/api/records/1.0/analyze/?dataset=boamp-enrichi&x=famille&y.a.func=SUM&y.a.expr=" + strings.Repeat("(", 500),
		"/api/records/1.0/search/?dataset=boamp&refine.dateparution=" + strings.Repeat("9", 300), "/api/records/1.0/search/?dataset=boamp&rows=99999999999999999999",
		"/api/datasets/1.0/%2F/records/%2F", "/api/datasets/1.0////", "/explore/dataset/%00/download", "/api/datasets/1.0/search/?q=title:[a%20TO%20b]&sort=title",
		"/api/records/1.0/search/?dataset=boamp&exclude.datelimitereponse=2024-10-01T22:30:00Z&refine.datelimitereponse=2024", "/api/records/1.0/search/?dataset=boamp&q=%23null(html)",
	} {
		if a := ask(t, h, target); a.StatusCode >= 500 {
			t.Errorf("%s: %d %s", target, a.StatusCode, a.body)
		}
	}
}
