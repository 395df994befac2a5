package odsql_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/lang/odsql"
)

var update = flag.Bool("update", false, "write the table of functions into docs/odsql.md instead of comparing it")

// TestPage holds the page of the language against the table of functions.
func TestPage(t *testing.T) {
	path := filepath.Join(feedtest.Root(t), "docs", "odsql.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), "-update -->\n")
	_, after, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatal("the marks of the generated part are missing")
	}
	want := before + "-update -->\n" + functionTables() + "<!-- end -->" + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != want {
		t.Errorf("docs/odsql.md does not list the functions that there are: go test ./internal/lang/odsql -run TestPage -update")
	}
}

func functionTables() string {
	var b strings.Builder
	family := odsql.Family("")
	for _, f := range odsql.Functions() {
		if f.Family != family {
			family = f.Family
			fmt.Fprintf(&b, "\n### %s\n\n| function | in | gives |\n|---|---|---|\n", family)
		}
		usage := "`" + strings.Join(strings.Split(f.Usage, "\n"), "`<br>`") + "`"
		fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.ReplaceAll(usage, "|", `\|`), clauses(f.In), strings.ReplaceAll(f.Doc, "|", `\|`))
	}
	return b.String() + "\n"
}

func clauses(in odsql.Clause) string {
	if in == odsql.Anywhere {
		return "all"
	}
	var list []string
	for _, c := range []odsql.Clause{odsql.Select, odsql.Filter, odsql.GroupBy, odsql.OrderBy} {
		if in&c != 0 {
			list = append(list, c.String())
		}
	}
	return strings.Join(list, ", ")
}

// TestFunctionsAreDescribed: each has an example that reads in the clauses where it may stand, and in no other.
func TestFunctionsAreDescribed(t *testing.T) {
	parse := map[odsql.Clause]func(string) error{
		odsql.Select:  func(s string) error { _, err := odsql.ParseSelect(s); return err },
		odsql.Filter:  func(s string) error { _, err := odsql.ParseWhere("x = 1 and " + s); return err },
		odsql.GroupBy: func(s string) error { _, err := odsql.ParseGroupBy(s); return err },
		odsql.OrderBy: func(s string) error { _, err := odsql.ParseOrderBy(s); return err },
	}
	example := strings.NewReplacer("whole number", "5", "0 to 100", "50", "text, fallback", "text, \"x\"", "number, width", "number, 5", "unit(date)", "year(date)", "...", "x")
	for _, f := range odsql.Functions() {
		if f.Doc == "" || strings.ToLower(f.Name) != f.Name {
			t.Errorf("%s is not described", f.Name)
		}
		for usage := range strings.SplitSeq(f.Usage, "\n") {
			text := example.Replace(usage)
			for clause, read := range parse {
				if err := read(text); (err == nil) != (f.In&clause != 0) && (f.In&clause != 0 || !elsewhere(f.Name, clause)) {
					if err != nil && clause == odsql.Filter && read(text+" = 1") == nil {
						continue // a value, not a condition
					}
					t.Errorf("%s in %s: error %v", text, clause, err)
				}
			}
		}
	}
}

// elsewhere reports whether another function of that name stands in a clause.
func elsewhere(name string, clause odsql.Clause) bool {
	for _, f := range odsql.Functions() {
		if f.Name == name && f.In&clause != 0 {
			return true
		}
	}
	return false
}
