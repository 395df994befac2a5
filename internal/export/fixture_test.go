package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
)

// fixture reads a recorded answer of a live portal.
func fixture(t *testing.T, name string) []byte {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "conformance", "explore-fixtures")
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("no recorded answers of the portal: %s is missing", dir)
	}
	return b
}

// TestRecordedCSV reads recorded CSV files and writes their cells again: the same bytes come out.
func TestRecordedCSV(t *testing.T) {
	for _, name := range []string{"data-public-trees-csv.body", "data-property-tax-report.body", "catalog-export.body"} {
		t.Run(name, func(t *testing.T) {
			want := fixture(t, name)
			r := csv.NewReader(bytes.NewReader(want))
			r.Comma = ';'
			lines, err := r.ReadAll()
			if err != nil || len(lines) < 2 {
				t.Fatal(err, len(lines))
			}
			fields := make([]*field.Field, len(lines[0]))
			for i, h := range lines[0] {
				fields[i] = &field.Field{Name: h}
			}
			rows := make([][][]field.Value, len(lines)-1)
			for i, line := range lines[1:] {
				for _, cell := range line {
					rows[i] = append(rows[i], []field.Value{field.Str(cell)})
				}
			}
			got := write(t, "csv", export.Options{Style: export.Style{Portal: true}}, fields, rows...)
			// The reader of the standard library takes line ends within quotes for line feeds.
			if a, b := bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n")); !bytes.Equal(a, b) {
				for i := range min(len(a), len(b)) {
					if a[i] != b[i] {
						t.Fatalf("byte %d: got %q, recorded %q", i, a[max(0, i-40):min(len(a), i+40)], b[max(0, i-40):min(len(b), i+40)])
					}
				}
				t.Fatalf("got %d bytes, recorded %d", len(a), len(b))
			}
			if !bytes.Equal(got[:bytes.IndexByte(got, '\n')], want[:bytes.IndexByte(want, '\n')]) {
				t.Error("lines end otherwise")
			}
		})
	}
}

// document reads JSON into a document whose members keep their order.
func document(t *testing.T, d *jsontext.Decoder) any {
	t.Helper()
	token, err := d.ReadToken()
	if err != nil {
		t.Fatal(err)
	}
	switch token.Kind() {
	case '{':
		o := export.Object{}
		for d.PeekKind() != '}' {
			name := document(t, d).(string)
			o = append(o, export.Member{Name: name, Value: document(t, d)})
		}
		closed(t, d)
		return o
	case '[':
		l := export.List{}
		for d.PeekKind() != ']' {
			l = append(l, document(t, d))
		}
		closed(t, d)
		return l
	case '"':
		return token.String()
	case '0':
		return json.RawMessage(token.String())
	case 't', 'f':
		return token.Bool()
	}
	return nil
}

// closed reads the end of an object or array.
func closed(t *testing.T, d *jsontext.Decoder) {
	t.Helper()
	if _, err := d.ReadToken(); err != nil {
		t.Fatal(err)
	}
}

// TestRecordedJSON reads recorded answers and writes them again: the same bytes come out.
func TestRecordedJSON(t *testing.T) {
	portal := export.Style{Portal: true, ASCII: true}
	for _, name := range []string{
		"aggregate-ungrouped.body", "facets-catalog.body", "facets-public-trees.body", "metadata-property-tax-report.body", "metadata-public-trees.body",
	} {
		t.Run(name, func(t *testing.T) {
			want := fixture(t, name)
			got := portal.Append(nil, document(t, jsontext.NewDecoder(bytes.NewReader(want))))
			if string(got) != strings.TrimSuffix(string(want), "\n") {
				t.Errorf("got\n%s\nrecorded\n%s", got, want)
			}
		})
	}
	for _, name := range []string{"error-not-found.body", "error-odsql.body"} {
		want := fixture(t, name)
		if got := portal.AppendIndented(nil, document(t, jsontext.NewDecoder(bytes.NewReader(want)))); string(got) != strings.TrimSuffix(string(want), "\n") {
			t.Errorf("%s: got\n%s\nrecorded\n%s", name, got, want)
		}
	}
}

// TestRecordedGroups writes a recorded export of groups again.
func TestRecordedGroups(t *testing.T) {
	want := fixture(t, "aggregate-grouped.body")
	var groups []struct {
		Name  *string `json:"genus_name"`
		Count float64 `json:"count"`
	}
	if err := json.Unmarshal(want, &groups); err != nil {
		t.Fatal(err)
	}
	fields := []*field.Field{{Name: "genus_name"}, {Name: "count", Type: field.Int}}
	var rows [][][]field.Value
	for _, g := range groups {
		row := [][]field.Value{nil, {field.Num(g.Count)}}
		if g.Name != nil {
			row[0] = []field.Value{field.Str(*g.Name)}
		}
		rows = append(rows, row)
	}
	if got := write(t, "json", export.Options{Style: export.Style{Portal: true}}, fields, rows...); string(got) != strings.TrimSuffix(string(want), "\n") {
		t.Errorf("%d bytes, recorded %d", len(got), len(want))
	}
}
