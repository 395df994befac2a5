package e2e_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/synth"
)

func tarOf(t *testing.T, docs []synth.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, d := range docs {
		if err := w.WriteHeader(&tar.Header{Name: filepath.Base(d.Path), Mode: 0o644, Size: int64(len(d.Bytes))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(d.Bytes); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipOf(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(t *testing.T, name string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err == nil {
		_, err = f.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestInputForms imports the same kind of notices in every form that there is.
func TestInputForms(t *testing.T) {
	t.Parallel()
	docs := documents(80)
	first := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", first, tree(t, docs))
	var records []string
	for id := range strings.Lines(must(t, "query", "--data", first, "--format", "csv", "--fields", "idweb", "--version", "v325", "--limit", "5")) {
		if id = strings.TrimSpace(id); strings.HasPrefix(id, "26-") {
			records = append(records, strings.TrimSpace(must(t, "get", "--data", first, "--as", "record", id)))
		}
	}
	if len(records) != 5 {
		t.Fatalf("%d records", len(records))
	}
	jsonl := strings.Join(records, "\n") + "\n"
	answer := `{"total_count": 5, "results": [` + strings.Join(records, ",\n") + "]}"
	for name, c := range map[string]struct {
		file    string
		body    []byte
		notices int
	}{
		"taz, gzip tar":        {"BOAMP-J-AO_2026_250001.taz", gzipOf(t, tarOf(t, docs[:10])), 10},
		"taz, zip holding tar": {"BOAMP-J-AO_2026_250002.taz", zipOf(t, "inner.tar", tarOf(t, docs[:10])), 10},
		"tar":                  {"a.bin", tarOf(t, docs[:10]), 10},
		"gzip XML":             {"a.xml.gz", gzipOf(t, docs[0].Bytes), 1},
		"JSON Lines":           {"export.jsonl", []byte(jsonl), 5},
		"JSON array":           {"export.json", []byte("[" + strings.Join(records, ",") + "]"), 5},
		"answer of the API":    {"records", []byte(answer), 5},
		"CSV":                  {"boamp.csv", csvOf(t, records), 5},
	} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			path := write(t, filepath.Join(t.TempDir(), c.file), c.body)
			out := must(t, "import", "--data", data, "--strict", path)
			n := number(t, out, `\((\d+) new, 0 updated, (\d+) unchanged\)`)
			var fresh, same int
			if _, err := fmt.Sscan(n, &fresh, &same); err != nil || fresh+same < c.notices {
				t.Errorf("%s notices of %d\n%s", n, c.notices, out)
			}
			again := must(t, "import", "--data", data, path)
			if number(t, again, `notices served +(\d+) `) != fmt.Sprint(fresh+same) || !strings.Contains(again, "(0 new, 0 updated,") {
				t.Errorf("the second time:\n%s", again)
			}
			if got := strings.TrimSpace(must(t, "query", "--data", data, "--count")); got != fmt.Sprint(fresh) {
				t.Errorf("%s notices can be found, %d came", got, fresh)
			}
		})
	}
}

// csvOf writes records as the portal exports them: semicolons, texts as they are, lists joined by commas.
func csvOf(t *testing.T, records []string) []byte {
	t.Helper()
	var names []string
	for _, f := range field.NewCatalogue().Flat() {
		names = append(names, f.Name)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	_ = w.Write(names)
	for _, r := range records {
		var m map[string]any
		if err := json.Unmarshal([]byte(r), &m); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(names))
		for i, n := range names {
			switch v := m[n].(type) {
			case string:
				row[i] = v
			case []any:
				for k, x := range v {
					if k > 0 {
						row[i] += ","
					}
					row[i] += fmt.Sprint(x)
				}
			}
		}
		_ = w.Write(row)
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBadDocuments: what cannot be read is named, and the others are served.
func TestBadDocuments(t *testing.T) {
	t.Parallel()
	docs := documents(10)
	dir := tree(t, docs)
	write(t, filepath.Join(dir, "2026/09/11/cut.xml"), docs[0].Bytes[:len(docs[0].Bytes)/2])
	write(t, filepath.Join(dir, "2026/09/11/liste.pdf"), []byte("%PDF-1.4 ..."))
	// A zip that was cut off is set aside itself, and the entry that is cut off, too.
	write(t, filepath.Join(dir, "broken.zip"), zipOf(t, "a.xml", docs[0].Bytes)[:100])
	data := filepath.Join(t.TempDir(), "data")
	out := must(t, "import", "--data", data, dir)
	if number(t, out, `set aside +(\d+)`) != "4" || !strings.Contains(out, "set aside because:") {
		t.Errorf("summary:\n%s", out)
	}
	for range 2 { // a second import says the same of them
		list := must(t, "status", "--data", data, "--quarantined")
		for _, want := range []string{"cut.xml\tinvalid: line ", "liste.pdf\tunsupported: ", "broken.zip\t"} {
			if !strings.Contains(list, want) {
				t.Errorf("status lacks %q:\n%s", want, list)
			}
		}
		r := boamp(t, "import", "--data", data, "--strict", dir)
		if r.code != 1 || !strings.Contains(r.err, "4 documents were set aside") || !strings.Contains(r.err, "hint:") {
			t.Errorf("--strict: %d %s", r.code, r.err)
		}
	}
}

// TestPathOrder: flags may stand behind the paths, and "--" ends them.
func TestPathOrder(t *testing.T) {
	t.Parallel()
	dir := tree(t, documents(5))
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", dir, "--data", data)
	if got := must(t, "query", "--count", "--data", data); strings.TrimSpace(got) == "0" {
		t.Error("nothing was imported")
	}
	if r := boamp(t, "import", "--data", data, "--", "--strict"); r.code != 1 || !strings.Contains(r.err, "no such file or folder") {
		t.Errorf("a path that looks like a flag: %d %s", r.code, r.err)
	}
}

// TestRealDocuments imports the corpus twice: the second time nothing changes.
func TestRealDocuments(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "shared", "corpus")
	var paths []string
	for _, name := range []string{"xml-325", "xml-v230", "xml-v230-derived", "xml-v110-derived", "records", "eforms", "legacy-json"} {
		if p, err := filepath.Abs(filepath.Join(root, name)); err == nil {
			if _, err := os.Stat(p); err == nil {
				paths = append(paths, p)
			}
		}
	}
	if len(paths) == 0 {
		t.Skipf("no folder of real documents at %s", root)
	}
	data := filepath.Join(t.TempDir(), "data")
	args := append([]string{"import", "--data", data}, paths...)
	first := must(t, args...)
	info := must(t, "status", "--data", data)
	second := must(t, args...)
	if !strings.Contains(second, "(0 new, 0 updated,") || number(t, first, `documents read +(\d+)`) != number(t, second, `documents read +(\d+)`) ||
		number(t, first, `notices served +(\d+)`) != number(t, second, `notices served +(\d+)`) || number(t, first, `set aside +(\d+)`) != number(t, second, `set aside +(\d+)`) {
		t.Errorf("the first time:\n%sthe second time:\n%s", first, second)
	}
	after := must(t, "status", "--data", data)
	for _, what := range []string{`notices +(\d+ +revision \d+)`, `last update +(\S+)`} {
		if number(t, info, what) != number(t, after, what) {
			t.Errorf("status before:\n%safter:\n%s", info, after)
		}
	}
	digest := contents(t, data)
	must(t, "rebuild", "--data", data)
	rebuilt := must(t, "status", "--data", data)
	if contents(t, data) != digest || rebuilt != after {
		t.Errorf("after the rebuild:\n%sbefore:\n%s", rebuilt, after)
	}
}

// contents is a hash of every column of every notice.
func contents(t *testing.T, data string) string {
	t.Helper()
	return hash([]byte(must(t, "query", "--data", data, "--format", "csv", "--sort", "idweb", "--fields", strings.Join(columns(), ","))))
}

// columns names everything that can be shown of a notice, but for the time at which it was fetched.
func columns() (names []string) {
	for _, f := range field.NewCatalogue().Columns() {
		if f.Name != field.RecordTimestamp {
			names = append(names, f.Name)
		}
	}
	return names
}
