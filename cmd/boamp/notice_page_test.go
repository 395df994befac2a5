package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/synth"
)

// TestPagesNotice holds the page of the typed notice to the comments of package notice, and its example to what the readers
// make of an invented document.
func TestPagesNotice(t *testing.T) {
	page(t, "../../docs/notice.md", func(old string) string {
		d := parseDomain(t, "../../internal/notice")
		old = section(t, old, "members", d.types(t))
		return section(t, old, "example", exampleNotice(t))
	})
}

// TestPagesStorage holds the tables of the page on storage to the lines of the ledger and the tables of the database.
func TestPagesStorage(t *testing.T) {
	page(t, "../../docs/storage.md", func(old string) string {
		d := parseDomain(t, "../../internal/ledger")
		var b strings.Builder
		b.WriteString("| member | value | stands | meaning |\n|---|---|---|---|\n")
		for _, f := range d.structs["Line"].Type.(*ast.StructType).Fields.List {
			d.member(t, &b, "Line", f)
		}
		old = section(t, old, "ledger", strings.ReplaceAll(b.String(), "[Outcome](#outcome)", "outcome, see below"))
		b.Reset()
		table(&b, "", "", d.values["Outcome"])
		old = section(t, old, "outcomes", strings.TrimSpace(b.String())+"\n")
		return section(t, old, "side tables", sideTableRows(t, "../../internal/store/duckdb/side.go"))
	})
}

// sideTableRows lists the tables that the file declares, each with its columns, by the literals that declare them.
func sideTableRows(t *testing.T, path string) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| table | columns behind `notice` and `position` |\n|---|---|\n")
	ast.Inspect(file, func(n ast.Node) bool {
		pair, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		switch key, _ := pair.Key.(*ast.Ident); {
		case key == nil:
		case key.Name == "name":
			fmt.Fprintf(&b, "| `%s` | ", literal(pair.Value))
		case key.Name == "columns":
			for i, e := range pair.Value.(*ast.CompositeLit).Elts {
				name, sql, _ := strings.Cut(literal(e), " ")
				fmt.Fprintf(&b, "%s`%s` %s", []string{"", ", "}[min(i, 1)], name, sql)
			}
			b.WriteString(" |\n")
		}
		return true
	})
	if strings.Count(b.String(), "\n") < 5 {
		t.Fatalf("the tables were not found in %s:\n%s", path, b.String())
	}
	return b.String()
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

// domain is the declarations of a package.
type domain struct {
	structs map[string]*ast.TypeSpec
	docs    map[string]string      // of types
	values  map[string][][2]string // constants of a string type, with their meanings
	names   []string               // of untyped groups, in order
	groups  map[string][][2]string
}

func parseDomain(t *testing.T, dir string) *domain {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := &domain{structs: map[string]*ast.TypeSpec{}, docs: map[string]string{}, values: map[string][][2]string{}, groups: map[string][][2]string{}}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), dir+"/"+e.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if g, ok := decl.(*ast.GenDecl); ok {
				d.add(g)
			}
		}
	}
	return d
}

func (d *domain) add(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			d.docs[s.Name.Name] = comment(s.Doc, g.Doc)
			if _, ok := s.Type.(*ast.StructType); ok {
				d.structs[s.Name.Name] = s
			}
		case *ast.ValueSpec:
			d.constant(g, s)
		}
	}
}

func (d *domain) constant(g *ast.GenDecl, s *ast.ValueSpec) {
	if g.Tok != token.CONST || !s.Names[0].IsExported() || len(s.Values) != 1 {
		return
	}
	lit, ok := s.Values[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	v, _ := strconv.Unquote(lit.Value)
	entry := [2]string{v, comment(s.Comment, s.Doc)}
	if typ, ok := s.Type.(*ast.Ident); ok {
		d.values[typ.Name] = append(d.values[typ.Name], entry)
		return
	}
	title := comment(g.Doc)
	if d.groups[title] == nil {
		d.names = append(d.names, title)
	}
	d.groups[title] = append(d.groups[title], entry)
}

// comment is the text of the first comment that there is, on one line.
func comment(groups ...*ast.CommentGroup) string {
	for _, c := range groups {
		if text := strings.Join(strings.Fields(c.Text()), " "); text != "" {
			return text
		}
	}
	return ""
}

// types writes a section for each object of the document, as they are met from the notice on, then the lists of values.
func (d *domain) types(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	todo, seen := []string{"Notice"}, map[string]bool{"Notice": true}
	var lists []string
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		spec, ok := d.structs[name]
		if !ok {
			lists = append(lists, name)
			continue
		}
		fmt.Fprintf(&b, "### %s\n\n%s\n\n| member | value | stands | meaning |\n|---|---|---|---|\n", name, sentence(name, d.docs[name]))
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			for _, met := range d.member(t, &b, name, f) {
				if !seen[met] {
					seen[met] = true
					todo = append(todo, met)
				}
			}
		}
		b.WriteByte('\n')
	}
	for _, name := range lists {
		if len(d.values[name]) > 0 {
			table(&b, name, sentence(name, d.docs[name]), d.values[name])
		}
	}
	b.WriteString("### Other words\n\n")
	for _, title := range d.names {
		table(&b, "", title, d.groups[title])
	}
	return b.String()
}

// member writes the row of a field and gives the types of the domain that its value has.
func (d *domain) member(t *testing.T, b *strings.Builder, owner string, f *ast.Field) []string {
	t.Helper()
	value, met := kindOf(f.Type)
	if len(f.Names) == 0 {
		fmt.Fprintf(b, "| *all members of* | %s | | |\n", value)
		return met
	}
	if !f.Names[0].IsExported() {
		return nil
	}
	tag := ""
	if f.Tag != nil {
		raw, _ := strconv.Unquote(f.Tag.Value)
		tag = reflect.StructTag(raw).Get("json")
	}
	name, options, _ := strings.Cut(tag, ",")
	if name == "-" {
		return nil
	}
	doc := comment(f.Comment, f.Doc)
	if doc == "" {
		t.Errorf("%s.%s has no comment that says what it is", owner, f.Names[0].Name)
	}
	stands := "always"
	if options != "" {
		stands = "when known"
	}
	fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, value, stands, cell(doc))
	return met
}

// kindOf says in words what a value is in JSON.
func kindOf(e ast.Expr) (words string, met []string) {
	switch x := e.(type) {
	case *ast.StarExpr:
		return kindOf(x.X)
	case *ast.ArrayType:
		words, met = kindOf(x.Elt)
		return "list of " + words, met
	case *ast.MapType:
		words, met = kindOf(x.Value)
		return "object: path to " + words, met
	case *ast.SelectorExpr:
		return "instant", nil
	case *ast.Ident:
		plain := map[string]string{"string": "text", "bool": "true or false", "int": "whole number", "int64": "whole number", "float64": "number", "Date": "day"}
		if w, ok := plain[x.Name]; ok {
			return w, nil
		}
		return fmt.Sprintf("[%s](#%s)", x.Name, strings.ToLower(x.Name)), []string{x.Name}
	}
	return "?", nil
}

// sentence turns the comment of a type into one about the object: "Place is a place of..." stays readable without its name.
func sentence(name, doc string) string { return strings.TrimSpace(strings.TrimPrefix(doc, name+" ")) }

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func table(b *strings.Builder, name, doc string, values [][2]string) {
	if name != "" {
		fmt.Fprintf(b, "### %s\n\n", name)
	}
	if doc != "" {
		fmt.Fprintf(b, "%s\n\n", doc)
	}
	b.WriteString("| value | meaning |\n|---|---|\n")
	for _, v := range values {
		fmt.Fprintf(b, "| `%s` | %s |\n", v[0], cell(v[1]))
	}
	b.WriteByte('\n')
}

// exampleNotice is an invented award as the API gives it, but for most of its origins.
func exampleNotice(t *testing.T) string {
	t.Helper()
	reader := detect.New()
	day := notice.Date{Year: 2026, Month: time.September, Day: 11}
	for doc := range synth.Generate(synth.Options{Seed: 1, Notices: 200, Today: day}) {
		res, err := reader.Read(feed.Document{Bytes: doc.Bytes, Name: "example", Fetched: day.In(time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range res.Notices {
			if n.Version != notice.V230 || n.Stage != notice.StageAward || len(n.Results) != 1 {
				continue
			}
			maps.DeleteFunc(n.Origins, func(path string, _ notice.Origin) bool {
				return !slices.Contains([]string{"cpv.main", "places.departement", "results.amount", "results.outcome"}, path)
			})
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(n); err != nil {
				t.Fatal(err)
			}
			return "```json\n" + b.String() + "```\n"
		}
	}
	t.Fatal("no award among the invented notices")
	return ""
}
