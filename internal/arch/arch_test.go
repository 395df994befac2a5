// Package arch holds the import rules of docs/architecture.md, as a test. It parses import clauses itself: a test that
// asks the go command would be answered from the test cache after a change elsewhere.
package arch_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/boamp/boamp/"

// floors lists the packages of each floor; a package imports only lower floors. A trailing "/*" stands for the packages
// below a folder.
var floors = [][]string{
	{"fault"},
	{"notice", "codelist", "tree", "text", "period", "disk", "fetch", "httpx", "obs", "lifecycle", "jsonschema", "limit", "config"},
	{"field", "render", "portal", "ledger", "raw", "datadir", "register", "redact", "disk/disktest"},
	{"query", "scalar", "backup"},
	{"segment", "lang/*", "feed", "source", "store", "export"},
	{"feed/*", "source/*", "store/*", "export/*", "index", "change", "syndicate", "synth", "provenance", "segment/segmenttest"},
	{"feed/detect", "search", "dataset", "odshttp", "procedure", "ingest", "inspection", "alert", "party", "bulk", "completeness"},
	{"alert/*", "api/*", "web", "mirror", "follow"},
}

func floorOf(pkg string) int {
	for i := len(floors) - 1; i >= 0; i-- {
		if slices.Contains(floors[i], pkg) {
			return i
		}
	}
	for i := len(floors) - 1; i >= 0; i-- {
		for _, pattern := range floors[i] {
			if dir, ok := strings.CutSuffix(pattern, "/*"); ok && strings.HasPrefix(pkg, dir+"/") {
				return i
			}
		}
	}
	return -1
}

// imports lists the packages that the files of each package import, tests apart.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "testdata" {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			out[pkg] = append(out[pkg], name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 10 {
		t.Fatalf("only %d packages found: the test looks in the wrong place", len(out))
	}
	return out
}

func TestFloors(t *testing.T) {
	for pkg, list := range imports(t) {
		floor := floorOf(pkg)
		if floor < 0 {
			t.Errorf("package %s stands on no floor: add it to the table here and to docs/architecture.md", pkg)
			continue
		}
		for _, name := range list {
			lower, ok := strings.CutPrefix(name, module+"internal/")
			if ok && floorOf(lower) >= floor {
				t.Errorf("%s (floor %d) imports %s (floor %d)", pkg, floor, lower, floorOf(lower))
			}
		}
	}
}

func TestForbiddenImports(t *testing.T) {
	under := func(pkg string, dirs ...string) bool {
		return slices.ContainsFunc(dirs, func(d string) bool { return pkg == d || strings.HasPrefix(pkg, d+"/") })
	}
	rules := []struct {
		name   string
		broken func(pkg, imported string) bool
	}{
		{"languages never reach a store", func(p, i string) bool { return under(p, "lang") && under(i, module+"internal/store") }},
		{"the domain, queries and encoders know no HTTP", func(p, i string) bool { return under(p, "notice", "query", "export") && i == "net/http" }},
		{"database drivers only below store/<engine>", func(p, i string) bool {
			driver := strings.Contains(i, "duckdb/duckdb-go") || i == "database/sql" || strings.Contains(i, "sqlite")
			return driver && !strings.HasPrefix(p, "store/")
		}},
		{"surfaces never reach ingest", func(p, i string) bool { return under(p, "api", "web") && i == module+"internal/ingest" }},
		{"the product never imports testing", func(p, i string) bool {
			return (i == "testing" || strings.HasPrefix(i, "testing/") && i != "testing/fstest") && !strings.HasSuffix(p, "test")
		}},
	}
	for pkg, list := range imports(t) {
		for _, name := range list {
			for _, r := range rules {
				if r.broken(pkg, name) {
					t.Errorf("%s imports %s: %s", pkg, name, r.name)
				}
			}
		}
	}
}
