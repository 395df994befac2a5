package explore_test

import (
	"strings"
	"testing"
)

// TestBoundaries are the boundary cases of the reference with their expected answers.
func TestBoundaries(t *testing.T) {
	h := server(t)
	const total = `"total_count": `
	malformed := func(what, clause string) string {
		return "ODSQL query is malformed: " + what + ". Clause(s) containing the error(s): " + clause + "."
	}
	all := *ask(t, h, records("limit", "0")).page(t).TotalCount
	t.Logf("%d notices", all)
	base := v21 + "/catalog/datasets/boamp"

	rows := func(target string, want int) {
		t.Helper()
		p := ask(t, h, target).page(t)
		if len(p.Results) != want || p.TotalCount == nil || *p.TotalCount != all {
			t.Errorf("%s: %d rows of %v, want %d of %d", target, len(p.Results), p.TotalCount, want, all)
		}
	}
	rows(base+"/records?limit=100", 100)
	rows(base+"/records?limit=0", 0)
	if a := ask(t, h, base+"/records?limit=0"); !strings.HasSuffix(a.body, `, "results": []}`) || !strings.HasPrefix(a.body, "{"+total) {
		t.Errorf("limit=0: %s", a.body)
	}
	rows(base+"/records?limit=-1", 100)
	if a := ask(t, h, base+"/records?limit=100&offset=9900"); a.status != 200 {
		t.Errorf("9900+100: %d %s", a.status, a.body)
	}
	rows(base+"/records?limt=1&bogus_param=1", 10)
	rows(base+"/records?q=x", 10)
	rows(base+"/records?rows=3&start=2&sort=-dateparution&facets=famille", 10)

	for _, c := range []struct {
		target        string
		status        int
		code, message string
	}{
		{base + "/records?limit=101", 400, "InvalidRESTParameterError", "Invalid value for limit API parameter: 101 was found but -1 <= limit <= 100 is expected."},
		{base + "/records?limit=1&offset=10000", 400, "InvalidRESTParameterError", "Invalid value for sum of offset + limit API parameter: 10001 was found but <= 10000 is expected."},
		{base + "/records?select=no_such_field", 400, "ODSQLError", malformed("Unknown field: no_such_field", "select")},
		{base + `/records?where=contains(objet,+"espaces+verts")`, 400, "ODSQLSyntaxError",
			`ODSQL syntax exception: unexpected ( at position 8 in contains(objet, "espaces verts"). Clause(s) containing the error(s): where.`},
		{base + `/records?where=departement="75"`, 400, "ODSQLError", malformed("Unknown field: departement", "where")},
		{base + `/records?where=objet not like "x"`, 400, "ODSQLSyntaxError", ""},
		{base + "/exports/json?group_by=objet&select=count(*)&order_by=count(*) desc", 400, "ODSQLError",
			"ODSQL query is malformed: aggregation function in order by is not supported with a limit > 20000. Please remove the order by or set a limit parameter lower than 20001. Clause(s) containing the error(s): order_by."},
		{base + "/exports/csv?group_by=objet&select=count(*)&order_by=count(*) desc&limit=20001", 400, "ODSQLError", ""},
		{v21 + "/catalog/datasets/does-not-exist", 404, "NotFoundResource", "The requested dataset does-not-exist does not exist."},
		{base + "/aggregates", 410, "GoneResource", ""},
		{v21 + "/openapi.json", 404, "NotFoundURI", "The requested URI does not exist."},
	} {
		t.Run(c.target, func(t *testing.T) { ask(t, h, c.target).fails(t, c.status, c.code, c.message) })
	}

	if a := ask(t, h, records("where", `NOT objet like "x"`)); a.status != 200 {
		t.Errorf("NOT ... like: %d %s", a.status, a.body)
	}
	if p := ask(t, h, records("where", `nature="NOPE"`)).page(t); *p.TotalCount != 0 || p.Results == nil {
		t.Errorf("no match: %+v", p)
	}
	one := ask(t, h, records("select", "count(*) as total", "limit", "1"))
	if p := one.page(t); len(p.Results) != 1 || p.Results[0]["total"] != float64(all) || *p.TotalCount != all {
		t.Errorf("count: %s", one.body)
	}
	if p := ask(t, h, records("select", "count(*) as total", "limit", "3")).page(t); len(p.Results) != 3 || p.Results[2]["total"] != float64(all) {
		t.Errorf("count thrice: %+v", p)
	}
	groups := ask(t, h, records("group_by", "nature"))
	if !strings.HasPrefix(groups.body, `{"results": [{"nature": "APPEL_OFFRE"}, {"nature": "`) || groups.page(t).TotalCount != nil {
		t.Errorf("groups: %s", groups.body)
	}
	if p := ask(t, h, records("group_by", "contractfolderid")).page(t); len(p.Results) < 11 || p.Results[0]["contractfolderid"] != nil {
		t.Errorf("null is not the first group, or the default limit counted: %d groups", len(p.Results))
	}
	file := ask(t, h, base+"/exports/json?group_by=nature&select=count(*) as n")
	if file.status != 200 || !strings.HasPrefix(file.body, `[{"nature": "APPEL_OFFRE", "n": `) || !strings.Contains(file.body, "},{") || !strings.HasSuffix(file.body, "}]") {
		t.Errorf("groups as a file: %d %s", file.status, file.body)
	}
	if p := ask(t, h, records("where", `nature_categorise_libelle="Résultat de marché"`)).page(t); *p.TotalCount != 0 {
		t.Errorf("%d notices with a label without its slash", *p.TotalCount)
	}
	if p := ask(t, h, records("refine", `nature_categorise_libelle:"Résultat de marché"`)).page(t); *p.TotalCount == 0 {
		t.Error("no notice refined by a label without its slash")
	}
	if a := ask(t, h, v21+"/swagger.json"); a.status != 200 {
		t.Errorf("description: %d", a.status)
	}
	for _, target := range []string{base + "/records", base + "/records/", v21 + "/nowhere"} {
		a := do(t, h, "OPTIONS", target)
		if a.status != 204 || a.body != "" || a.header.Get("Access-Control-Allow-Methods") != "POST, GET, OPTIONS" || a.header.Get("Access-Control-Max-Age") != "1000" {
			t.Errorf("OPTIONS %s: %d %v", target, a.status, a.header)
		}
	}
}
