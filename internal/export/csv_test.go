package export_test

import (
	"bytes"
	"encoding/csv"
	"reflect"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
)

func TestCSVOptions(t *testing.T) {
	fields := []*field.Field{
		{Name: "a", Label: "A b"}, {Name: "n", Type: field.Number}, {Name: "l", Multi: true}, {Name: "b", Type: field.Bool}, {Name: "d", Type: field.Date},
	}
	row := [][]field.Value{{field.Str("x;y")}, {field.Num(-2)}, {field.Str("1"), field.Str("2")}, {field.Flag(true)}, {field.Str("2026-01-02")}}
	empty := [][]field.Value{{field.Str("")}, nil, {}, nil, nil}
	for name, c := range map[string]struct {
		o    export.Options
		want string
	}{
		"native":         {export.Options{}, "a;n;l;b;d\n\"x;y\";-2;1,2;true;2026-01-02\n;;;;\n"},
		"portal":         {export.Options{Style: export.Style{Portal: true}}, "a;n;l;b;d\r\n\"x;y\";-2.0;1,2;True;2026-01-02\r\n;;;;\r\n"},
		"comma":          {export.Options{Delimiter: ','}, "a,n,l,b,d\nx;y,-2,\"1,2\",true,2026-01-02\n,,,,\n"},
		"tab":            {export.Options{Delimiter: '\t', ListSep: " "}, "a\tn\tl\tb\td\nx;y\t-2\t1 2\ttrue\t2026-01-02\n\t\t\t\t\n"},
		"quotes":         {export.Options{QuoteAll: true}, "\"a\";\"n\";\"l\";\"b\";\"d\"\n\"x;y\";-2;\"1,2\";true;\"2026-01-02\"\n\"\";;;;\n"},
		"mark and label": {export.Options{BOM: true, Labels: true}, "\uFEFFA b;n;l;b;d\n\"x;y\";-2;1,2;true;2026-01-02\n;;;;\n"},
	} {
		if got := string(write(t, "csv", c.o, fields, row, empty)); got != c.want {
			t.Errorf("%s: got\n%q\nwant\n%q", name, got, c.want)
		}
	}
}

// TestCSVAlone: a line of one empty cell is not an empty line, which readers pass over.
func TestCSVAlone(t *testing.T) {
	got := string(write(t, "csv", export.Options{}, sample[:1], [][]field.Value{nil}, [][]field.Value{{field.Str("x")}}))
	if got != "idweb\n\"\"\nx\n" {
		t.Errorf("%q", got)
	}
}

// TestFormulas: the flavour for spreadsheets defuses texts that begin like formulas, wherever they come from, and no numbers.
func TestFormulas(t *testing.T) {
	text, list := &field.Field{Name: "t"}, &field.Field{Name: "l", Multi: true}
	o := export.Options{Spreadsheet: true}
	for _, s := range []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\x00=1", "＝1+1", "＋1", "－1", "＠x", " =1", "\u00A0=1", "\uFEFF=1", "  -x", "=HYPERLINK(\"http://x\")",
	} {
		for _, f := range []*field.Field{text, list} {
			got := string(write(t, "csv", o, []*field.Field{f}, [][]field.Value{{field.Str(s)}}))
			r := csv.NewReader(strings.NewReader(got))
			lines, err := r.ReadAll()
			if err != nil || len(lines) != 2 || lines[1][0] != "'"+strings.ReplaceAll(s, "\r\n", "\n") {
				t.Errorf("%q is written %q (%v)", s, got, err)
			}
		}
	}
	for _, s := range []string{"", "x=1", "a-b", "'=1", "1", "é", "\u200Bx"} {
		if got := string(write(t, "csv", o, []*field.Field{text, text}, [][]field.Value{{field.Str(s)}, nil})); got != "t;t_2\n"+s+";\n" {
			t.Errorf("%q is written %q", s, got)
		}
	}
	number := &field.Field{Name: "n", Type: field.Number}
	if got := string(write(t, "csv", o, []*field.Field{number}, [][]field.Value{{field.Num(-5)}})); got != "n\n-5\n" {
		t.Errorf("a number is written %q", got)
	}
	// The name of a column may come from a request.
	if got := string(write(t, "csv", o, []*field.Field{{Name: "=1+1"}})); got != "\"'=1+1\"\n" {
		t.Errorf("a heading is written %q", got)
	}
}

// FuzzCSV: every text comes back through the reader of the standard library.
func FuzzCSV(f *testing.F) {
	f.Add("a;b", "\"x\"\n", ";")
	f.Add("", "é\u2028", ",")
	f.Add(" x", "=1", "\t")
	f.Fuzz(func(t *testing.T, a, b, comma string) {
		d, err := export.CheckDelimiter(comma)
		if err != nil {
			return // refused: nothing is written
		}
		got := write(t, "csv", export.Options{Delimiter: d}, sample[:2], [][]field.Value{{field.Str(a)}, {field.Str(b)}})
		r := csv.NewReader(bytes.NewReader(got))
		r.Comma = d
		lines, err := r.ReadAll()
		// The reader takes CR LF for LF.
		clean := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
		if err != nil || len(lines) != 2 || !reflect.DeepEqual(lines[1], []string{clean(a), clean(b)}) {
			t.Errorf("%q %q %q: %q, %v", a, b, comma, lines, err)
		}
	})
}
