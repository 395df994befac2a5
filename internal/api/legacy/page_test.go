package legacy_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/lang/criterion"
)

// TestPage holds the tables of docs/legacy-api.md to those of the program. With -update it writes them.
func TestPage(t *testing.T) {
	const file = "../../../docs/legacy-api.md"
	src := string(load(t, file))
	var parameters, fields strings.Builder
	parameters.WriteString("| parameter | meaning |\n|---|---|\n")
	for _, r := range legacy.Routes() {
		if !strings.Contains(src, r.Path) {
			t.Errorf("%s is not on the page", r.Path)
		}
		for _, p := range r.Params {
			fmt.Fprintf(&parameters, "| `%s` | %s |\n", p.Name, p.Doc)
		}
	}
	fields.WriteString("| field | meaning | example | |\n|---|---|---|---|\n")
	for _, f := range criterion.Fields() {
		added := "added"
		if f.Seen {
			added = ""
		}
		fmt.Fprintf(&fields, "| `%s` | %s | `%s` | %s |\n", f.Name, f.Doc, f.Example, added)
	}
	want := section(t, section(t, src, "parameters", parameters.String()), "fields", fields.String())
	switch {
	case want == src:
	case *update:
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is out of date: go test ./internal/api/legacy -run TestPage -update", file)
	}
}

// section replaces what stands between the two marks of a name.
func section(t *testing.T, page, name, body string) string {
	t.Helper()
	start, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, ok := strings.Cut(page, start)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("marks of section %s are missing", name)
	}
	return before + start + body + end + after
}
