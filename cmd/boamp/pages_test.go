package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/params"
)

var update = flag.Bool("update", false, "write the generated pages instead of comparing them")

// TestPages holds the documents that describe the program to what the program says of itself: the page of commands, the
// page of fields, and the table of parameters.
func TestPages(t *testing.T) {
	page(t, "../../docs/cli.md", func(string) string { return commandPage(t) })
	page(t, "../../docs/fields.md", func(string) string { return fieldPage() })
	page(t, "../../docs/api.md", func(old string) string { return section(t, old, "parameters", parameterRows()) })
}

func page(t *testing.T, path string, make func(old string) string) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := make(string(old))
	if want == string(old) {
		return
	}
	if !*update {
		t.Fatalf("%s is out of date: go test ./cmd/boamp -run TestPages -update", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
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

func commandPage(t *testing.T) string {
	t.Setenv("BOAMP_DATA", "")
	var b strings.Builder
	b.WriteString("# Commands\n\nThis page is generated from the program: `go test ./cmd/boamp -run TestPages -update`.\n")
	help := func(args ...string) {
		var out bytes.Buffer
		if code := run(context.Background(), stdio{out: &out, err: &out}, args); code != 0 {
			t.Fatalf("boamp %v: code %d\n%s", args, code, out.String())
		}
		fmt.Fprintf(&b, "\n```\n%s\n```\n", strings.TrimSpace(out.String()))
	}
	help("help")
	for _, c := range commands() {
		fmt.Fprintf(&b, "\n## boamp %s\n", c.name)
		help(c.name, "--help")
	}
	return b.String()
}

func fieldPage() string {
	var b strings.Builder
	b.WriteString("# Fields\n\nThis page is generated from the catalogue: `go test ./cmd/boamp -run TestPages -update`.\n\n")
	catalogue := field.NewCatalogue()
	table := func(title string, flat bool) {
		fmt.Fprintf(&b, "## %s\n\n| name | type | label | meaning and source |\n|---|---|---|---|\n", title)
		for _, f := range catalogue.Columns() {
			if f.Flat != flat {
				continue
			}
			kind := f.Type.String()
			if f.Multi {
				kind = "list of " + kind
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, kind, f.Label, f.Doc)
		}
		b.WriteByte('\n')
	}
	table("The 41 fields of the Explore data set", true)
	table("The fields that boamp adds", false)
	return strings.TrimSpace(b.String()) + "\n"
}

func parameterRows() string {
	var b strings.Builder
	for _, p := range params.Table() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.Name, p.Value, p.Doc)
	}
	for _, o := range params.Options() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", o.Name, o.Value, o.Doc)
	}
	return b.String()
}
