// Package feedtest is what the tests of the readers share: the invented documents of their testdata, and the real ones of the
// shared corpus, which stands beside the checkout and not in it.
package feedtest

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/boamp/boamp/internal/notice"
)

// Root is the folder of the module, above the folder of the test.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// Shared gives the path of a folder or file of the shared material, which stands beside the checkout, or skips the test where it is
// missing.
func Shared(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{Root(t), "..", "shared"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the shared material is not here: %s is missing", path)
	}
	return path
}

// Corpus is Shared for the shared corpus.
func Corpus(t testing.TB, elem ...string) string {
	t.Helper()
	return Shared(t, append([]string{"corpus"}, elem...)...)
}

// Lines reads a file of one JSON text a line.
func Lines(t testing.TB, path string) (lines [][]byte) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		lines = append(lines, []byte(s.Text()))
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// Files reads the files of the corpus that patterns match, by their paths below folder.
func Files(t testing.TB, folder string, patterns ...string) map[string][]byte {
	t.Helper()
	dir := Corpus(t, folder)
	docs := map[string][]byte{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s in %s: %v", pattern, dir, err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			docs[strings.TrimPrefix(file, dir+string(filepath.Separator))] = src
		}
	}
	return docs
}

// Fixtures reads the archives of testdata by their names without ending.
func Fixtures(t testing.TB) map[string]*txtar.Archive {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures in testdata", err)
	}
	all := map[string]*txtar.Archive{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".txtar")] = a
	}
	return all
}

// Rewrite writes the archive of a fixture.
func Rewrite(t testing.TB, name string, a *txtar.Archive) {
	t.Helper()
	if err := os.WriteFile(filepath.Join("testdata", name+".txtar"), txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Part is a file of an archive, made where it is not there yet. It is good until the next call.
func Part(a *txtar.Archive, name string) *txtar.File {
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		a.Files = append(a.Files, txtar.File{Name: name})
		i = len(a.Files) - 1
	}
	return &a.Files[i]
}

// Origins lists origins one a line: field, kind, path and rule.
func Origins(origins map[string]notice.Origin) []byte {
	var b strings.Builder
	for _, field := range slices.Sorted(maps.Keys(origins)) {
		o := origins[field]
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", field, o.Kind, o.Path, o.How)
	}
	return []byte(b.String())
}

// Compare fails the test at the first line in which two texts differ.
func Compare(t testing.TB, want, got string) {
	t.Helper()
	if want == got {
		return
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			t.Errorf("line %d:\nwant %s\ngot  %s\n(-update rewrites the fixture)", i+1, a, b)
			return
		}
	}
}
