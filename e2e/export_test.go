package e2e_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExport: an export holds the same with and without a server, and what the Explore API gives for the same query.
func TestExport(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, documents(60)))
	query := []string{"--select", "idweb, dateparution, datelimitereponse, code_departement, length(objet) as l", "--where", "dateparution is not null", "--order-by", "idweb"}
	files := map[string][]byte{}
	export := func(name string, args ...string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		must(t, append(append([]string{"export", "--data", data, "-o", file}, args...), query...)...)
		b, err := os.ReadFile(file)
		if err != nil || len(b) == 0 {
			t.Fatalf("%s: %v, %d bytes", name, err, len(b))
		}
		if old, ok := files[name]; ok && !bytes.Equal(old, b) {
			t.Errorf("%s: another file beside a server", name)
		}
		files[name] = b
	}
	formats := []string{"csv", "json", "jsonl", "parquet", "turtle", "rdfxml", "geojson", "xlsx"}
	for _, f := range formats {
		export("out."+f, "--format", f)
	}
	s := serve(t, data)
	for _, f := range formats {
		export("out."+f, "--format", f)
	}
	values := url.Values{"select": {query[1]}, "where": {query[3]}, "order_by": {query[5]}, "with_bom": {"false"}}
	for _, f := range []string{"csv", "json", "jsonl"} {
		if _, body := s.get(t, "/api/explore/v2.1/catalog/datasets/boamp/exports/"+f+"?"+values.Encode()); body != string(files["out."+f]) {
			t.Errorf("%s: the Explore API gives\n%.300s\nthe command\n%.300s", f, body, files["out."+f])
		}
	}
	var rows []map[string]any
	if err := json.Unmarshal(files["out.json"], &rows); err != nil || len(rows) < 10 || len(rows[0]) != 5 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if got := strings.Fields(must(t, "export", "--data", data, "--select", "count(*) as n")); len(got) != 2 || got[0] != "n" || got[1] == "0" {
		t.Errorf("count: %q", got)
	}
}

// TestExportOrderedGroups: a file of groups is ordered by an aggregate without a limit, which the API needs as the portal does.
func TestExportOrderedGroups(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, documents(20)))
	out := must(t, "export", "--data", data, "--select", "count(*) as n", "--group-by", "idweb", "--order-by", "n desc, idweb desc")
	lines := strings.Fields(out)
	if len(lines) < 10 || lines[0] != "idweb;n" || !strings.HasSuffix(lines[1], ";1") || lines[1] < lines[2] {
		t.Errorf("%.300s", out)
	}
}

// TestPublicAddress: links begin with the address that clients use, and answers advertise the calls of the operator.
func TestPublicAddress(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, documents(2)))
	s := serve(t, data, "--public-url", "https://boamp.example/", "--daily-calls", "500")
	for path, want := range map[string]string{
		"/api/explore/v2.1/catalog/datasets/boamp/exports": `"href": "https://boamp.example/api/explore/v2.1/catalog/datasets/boamp/exports/csv"`,
		"/api/datasets/1.0/search/?format=rss&rows=1":      "<link>https://boamp.example</link>",
	} {
		res, body := s.get(t, path)
		if res.Header.Get("X-RateLimit-Limit") != "500" || !strings.Contains(body, want) {
			t.Errorf("%s: %v %.300s", path, res.Header, body)
		}
	}
	for _, wrong := range [][]string{{"--public-url", "boamp.example"}, {"--public-url", "https://boamp.example/?a"}, {"--daily-calls", "0"}} {
		if r := boamp(t, append([]string{"serve", "--data", data}, wrong...)...); r.code == 0 || !strings.Contains(r.err, wrong[0]) {
			t.Errorf("%v: exit code %d, %s", wrong, r.code, r.err)
		}
	}
}

// TestExportFails: after an error no file is there, and one that was there before stays as it was.
func TestExportFails(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, documents(5)))
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown field":    {[]string{"--where", "foo = 1"}, "Unknown field: foo"},
		"syntax":           {[]string{"--where", "objet like like"}, "position 11"},
		"geometry":         {[]string{"--format", "kml"}, "geometry"},
		"unknown format":   {[]string{"--format", "parket"}, "did you mean parquet?"},
		"unknown data set": {[]string{"--dataset", "baomp"}, "boamp-enrichi"},
		"zone":             {[]string{"--timezone", "Mars"}, "Europe/Paris"},
		"limit":            {[]string{"--limit", "-5"}, "--limit"},
		"no column":        {[]string{"--format", "parquet", "--select", "exclude(*)"}, ""},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "out")
		if err := os.WriteFile(file, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		r := boamp(t, append([]string{"export", "--data", data, "-o", file}, c.args...)...)
		if r.code == 0 || !strings.Contains(r.err, c.want) {
			t.Errorf("%s: exit code %d, %s", name, r.code, r.err)
		}
		left, _ := filepath.Glob(filepath.Join(dir, "*"))
		if b, err := os.ReadFile(file); err != nil || string(b) != "before" || len(left) != 1 {
			t.Errorf("%s: %q, %v; files %v", name, b, err, left)
		}
	}
}
