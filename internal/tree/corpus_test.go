package tree_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus is the folder of real documents beside the checkout; the test is skipped where it is missing.
func corpus(tb testing.TB, folder string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("no go.mod above the test")
		}
		dir = up
	}
	path := filepath.Join(dir, "..", "shared", "corpus", filepath.FromSlash(folder))
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("no corpus of real documents: %s is missing", filepath.Join("..", "shared", "corpus", folder))
	}
	return path
}

// xmlFiles reads the XML documents of one corpus folder, by base name.
func xmlFiles(tb testing.TB, folder string) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(corpus(tb, folder), "*.xml"))
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no XML in %s: %v", folder, err)
	}
	files := make(map[string][]byte, len(paths))
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		files[filepath.Base(path)] = src
	}
	return files
}

// record is what the tests use of a record of the Explore API.
type record struct {
	IDWeb   string `json:"idweb"`
	Gestion string `json:"gestion"`
	Donnees string `json:"donnees"`
}

// records reads the records of one file of the corpus.
func records(tb testing.TB, name string) []record {
	tb.Helper()
	f, err := os.Open(filepath.Join(corpus(tb, "records"), name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var list []record
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var r struct {
			record
			Fields *record `json:"fields"` // API v1 wraps the fields
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			tb.Fatal(err)
		}
		if r.Fields != nil {
			r.record = *r.Fields
		}
		list = append(list, r.record)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	if len(list) == 0 {
		tb.Fatalf("%s is empty", name)
	}
	return list
}
