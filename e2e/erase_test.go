package e2e_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/synth"
)

// TestErase takes notices out beside a server and without one, by id and by a register, and looks wherever they could be left.
func TestErase(t *testing.T) {
	t.Parallel()
	docs := documents(40)
	ids := names(docs)
	in, data := tree(t, docs), filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, in)
	must(t, "index", "--data", data)
	s := serve(t, data)
	if out := must(t, "erase", "--data", data, "--reason", "request of the person", ids[3], "99-9"); !strings.Contains(out, "1 taken out of 2 named") || !strings.Contains(out, "1 were not there") {
		t.Errorf("erase beside a server:\n%s", out)
	}
	res, body := s.get(t, "/api/v1/notices/"+ids[3])
	if res.StatusCode != http.StatusGone || !strings.Contains(body, `"reason": "request of the person"`) {
		t.Errorf("%d\n%s", res.StatusCode, body)
	}
	if res, _ := s.get(t, "/api/v1/notices/"+ids[4]); res.StatusCode != http.StatusOK {
		t.Errorf("another notice: %d", res.StatusCode)
	}
	if out := must(t, "verify", "--deep", "--data", data); strings.Contains(out, "FAULT") || !strings.Contains(out, "1 of them taken out") {
		t.Errorf("verify beside a server:\n%s", out)
	}
	s.stop(t)
	list := filepath.Join(t.TempDir(), "list.jsonl")
	write(t, list, []byte(`{"id":"`+ids[5]+`","reason":"court order"}`+"\n"))
	must(t, "erase", "--data", data, "--register", list)
	if out := must(t, "erase", "--data", data, "--list"); strings.Count(out, "\n") != 3 || !strings.Contains(out, "court order") {
		t.Errorf("the list:\n%s", out)
	}
	if r := boamp(t, "get", "--data", data, ids[5]); r.code == 0 || !strings.Contains(r.err, "court order") {
		t.Errorf("get of what was erased: %d %s", r.code, r.err)
	}
	if r := boamp(t, "erase", "--data", data, ids[6]); r.code != 1 && r.code != 2 || !strings.Contains(r.err, "reason") {
		t.Errorf("without a reason: %d %s", r.code, r.err)
	}
	must(t, "import", "--data", data, in)
	must(t, "rebuild", "--data", data)
	must(t, "verify", "--deep", "--data", data)
	served := must(t, "query", "--data", data, "--format", "csv", "--fields", "idweb", "--limit", "1000")
	for i, id := range ids {
		if erased := i == 3 || i == 5; strings.Contains(served, id+"\n") == erased || kept(t, data, docs, id) == erased {
			t.Errorf("%s should be erased: %v", id, erased)
		}
	}
}

// kept reports whether the archives of a folder hold the document of a notice.
func kept(t *testing.T, data string, docs []synth.Document, id string) bool {
	t.Helper()
	at := slices.IndexFunc(docs, func(d synth.Document) bool { return strings.HasSuffix(d.Path, "/"+id+".xml") })
	files, _ := filepath.Glob(filepath.Join(data, "raw", "*", "*.zip"))
	for _, name := range files {
		z, err := zip.OpenReader(name)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if at >= 0 && bytes.Equal(b, docs[at].Bytes) {
				return true
			}
		}
	}
	return at < 0
}
