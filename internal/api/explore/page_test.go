package explore_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/explore"
	"github.com/boamp/boamp/internal/api/explorev1"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/lang/odsql"
)

var update = flag.Bool("update", false, "write the tables of docs/explore-compatibility.md instead of comparing them")

// TestPage holds docs/explore-compatibility.md to the tables of the program.
func TestPage(t *testing.T) {
	const path = "../../../docs/explore-compatibility.md"
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(old)
	for name, body := range map[string]string{
		"endpoints": endpointTable(), "parameters": parameterTable(), "formats": formatTable(newAPI(t)), "functions": functionTable(), "choices": choiceTable(), "v1": v1Table(),
	} {
		start, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		before, rest, ok := strings.Cut(page, start)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("marks of %s are missing", name)
		}
		page = before + start + body + end + after
	}
	switch {
	case page == string(old):
	case *update:
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is out of date: go test ./internal/api/explore -run TestPage -update", path)
	}
}

// row writes a row of a table. A bar would end a cell.
func row(b *strings.Builder, cells ...string) {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(strings.ReplaceAll(c, "|", `\|`), "\n", "<br>")
	}
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func head(cells ...string) *strings.Builder {
	var b strings.Builder
	row(&b, cells...)
	row(&b, strings.Split(strings.Repeat("---,", len(cells)-1)+"---", ",")...)
	return &b
}

func code(names ...string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "` `") + "`"
}

func endpointTable() string {
	b := head("path", "versions", "what it answers", "parameters", "state", "note")
	for _, e := range explore.Endpoints() {
		row(b, code(e.Path), e.Versions(), e.Doc, code(e.Params...), string(e.State), e.Note)
	}
	return b.String()
}

func parameterTable() string {
	b := head("parameter", "value", "default", "meaning", "state", "note")
	for _, p := range explore.Parameters() {
		row(b, code(p.Name), p.Type, p.Default, p.Doc, string(p.State), p.Note)
	}
	return b.String()
}

func formatTable(a *explore.API) string {
	b := head("format", "content type", "state", "note")
	for _, f := range a.Formats {
		note := ""
		if f.Name == "geojson" {
			note = "features without geometry"
		}
		row(b, code(f.Name), f.MediaType, string(explore.Done), note)
	}
	for _, m := range export.Unsupported() {
		row(b, code(m.Name), "", string(explore.Deviates), "400: "+m.Reason)
	}
	return b.String()
}

func functionTable() string {
	b := head("function", "meaning", "state", "note")
	for _, f := range odsql.Functions() {
		state, note := explore.Done, ""
		switch {
		case f.Family == odsql.Geometry:
			state, note = explore.Deviates, "read, and refused with 400: no field here has a geometry"
		case f.Name == "count":
			note = "`count(distinct)` is exact; the portal's is an approximation"
		}
		row(b, strings.ReplaceAll("`"+f.Usage+"`", "\n", "`\n`"), f.Doc, string(state), note)
	}
	return b.String()
}

func choiceTable() string {
	b := head("open", "chosen", "place in the code")
	for _, c := range explore.Choices() {
		row(b, c.Open, c.Chosen, code(c.Place))
	}
	return b.String()
}

func v1Table() string {
	b := head("path", "what it answers", "parameters", "note")
	for _, r := range explorev1.Routes() {
		row(b, code(r.Path), r.Doc, code(r.Params...), r.Note)
	}
	return b.String()
}

// TestTables: every parameter of an endpoint is described, every description belongs to one, and a state that needs a note has it.
func TestTables(t *testing.T) {
	described, used := map[string]bool{"apikey": true}, map[string]bool{"apikey": true}
	for _, p := range explore.Parameters() {
		described[p.Name] = true
		if p.State != explore.Done && p.Note == "" {
			t.Errorf("parameter %s is %s without a note", p.Name, p.State)
		}
	}
	for _, e := range explore.Endpoints() {
		if e.State != explore.Done && e.Note == "" {
			t.Errorf("endpoint %s is %s without a note", e.Path, e.State)
		}
		for _, name := range e.Params {
			used[name] = true
			if !described[name] {
				t.Errorf("parameter %s of %s is not described", name, e.Path)
			}
		}
	}
	for name := range described {
		if !used[name] {
			t.Errorf("parameter %s belongs to no endpoint", name)
		}
	}
}

// TestEveryEndpointAnswers asks every path of the table in every version that has it.
func TestEveryEndpointAnswers(t *testing.T) {
	h := server(t)
	id := ask(t, h, records("limit", "1", "select", "recordid")).page(t).Results[0]["recordid"].(string)
	fill := strings.NewReplacer("{dataset_id}", "boamp", "{record_id}", id, "{format}", "csv")
	for _, e := range explore.Endpoints() {
		for name, prefix := range map[string]string{"2.1": v21, "2.0": v20} {
			a := ask(t, h, prefix+fill.Replace(e.Path)+"?select=count(*)")
			if strings.Contains(e.Path, "{record_id}") || e.Path == "/catalog/datasets/{dataset_id}" {
				a = ask(t, h, prefix+fill.Replace(e.Path))
			}
			want := 200
			switch {
			case e.Answers() || name == "2.0" && strings.Contains(e.Doc, "410"):
			case strings.Contains(e.Doc, "410"):
				want = 410
			default:
				want = 404
			}
			if a.status != want {
				t.Errorf("%s %s: %d, want %d: %.200s", name, e.Path, a.status, want, a.body)
			}
		}
	}
}
