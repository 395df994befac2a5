package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFaults holds that every test exists that docs/architecture.md names for a fault, in the package that it names.
func TestFaults(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(page), "\n## Faults and the tests that make them\n")
	if !ok {
		t.Fatal("there is no section about faults")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	words := regexp.MustCompile("`[a-z0-9/]+`|\\bTest[A-Za-z]+")
	named := 0
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[2]) == "made by" {
			continue
		}
		var packages []string
		fresh := false // the names before were followed by tests: the next package is another
		for _, word := range words.FindAllString(cells[2], -1) {
			if name, ok := strings.CutPrefix(word, "`"); ok {
				if fresh {
					packages = nil
				}
				packages, fresh = append(packages, strings.TrimSuffix(name, "`")), false
				continue
			}
			fresh = true
			named++
			if len(packages) == 0 {
				t.Errorf("%s of %q stands in no package", word, cells[1])
			}
			for _, pkg := range packages {
				if !tests(t, pkg)[word] {
					t.Errorf("%s has no %s, which is said to make %q", pkg, word, strings.TrimSpace(cells[1]))
				}
			}
		}
	}
	if named < 50 {
		t.Errorf("only %d tests are named", named)
	}
}

// tests are the tests of a package.
func tests(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pkg), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
				found[fn.Name.Name] = true
			}
		}
	}
	return found
}
