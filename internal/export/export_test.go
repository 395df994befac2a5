package export_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
)

var columns = []*field.Field{
	{Name: "idweb", Label: "Référence"},
	{Name: "objet", Label: "Objet"},
	{Name: "cpv", Label: "CPV", Multi: true},
	{Name: "deadline", Label: "Date limite", Type: field.DateTime},
	{Name: "amount", Label: "Montant", Type: field.Number},
	{Name: "framework", Label: "Accord-cadre", Type: field.Bool},
}

var rows = [][][]field.Value{
	{{field.Str("26-1")}, {field.Str("=SOMME; \"été\"\nligne")}, {field.Str("45000000"), field.Str("71000000")},
		{field.Instant(time.Date(2026, 4, 16, 10, 0, 0, 0, time.UTC))}, {field.Num(1e12)}, {field.Flag(true)}},
	{{field.Str("26-2")}, nil, {}, nil, nil, {field.Flag(false)}},
}

func encode(t *testing.T, name string, o export.Options, rows ...[][]field.Value) string {
	t.Helper()
	var buf bytes.Buffer
	for _, f := range export.Formats() {
		if f.Name != name {
			continue
		}
		e := f.New(&buf, o)
		if err := e.Begin(columns); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := e.Row(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.End(); err != nil {
			t.Fatal(err)
		}
		return buf.String()
	}
	t.Fatalf("no format %s", name)
	return ""
}

func TestCSV(t *testing.T) {
	cases := map[string]struct {
		o    export.Options
		want string
	}{
		"default": {export.Options{}, "idweb;objet;cpv;deadline;amount;framework\n" +
			"26-1;\"=SOMME; \"\"été\"\"\nligne\";45000000,71000000;2026-04-16T10:00:00Z;1000000000000;true\n26-2;;;;;false\n"},
		"spreadsheet": {export.Options{Spreadsheet: true, BOM: true, Labels: true, Delimiter: ',', ListSep: "|"}, "\uFEFFRéférence,Objet,CPV,Date limite,Montant,Accord-cadre\n" +
			"26-1,\"'=SOMME; \"\"été\"\"\nligne\",45000000|71000000,2026-04-16T10:00:00Z,1000000000000,true\n26-2,,,,,false\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := encode(t, "csv", c.o, rows...); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	got := encode(t, "json", export.Options{Meta: export.Meta{Source: "BOAMP", Revision: 3, Total: 2}}, rows...)
	var answer struct {
		Meta    map[string]any
		Notices []map[string]any
	}
	if err := json.Unmarshal([]byte(got), &answer); err != nil {
		t.Fatal(err, got)
	}
	if answer.Meta["revision"] != 3.0 || answer.Meta["last_update"] != nil || len(answer.Notices) != 2 {
		t.Errorf("answer %+v", answer)
	}
	if n := answer.Notices[0]; n["objet"] != "=SOMME; \"été\"\nligne" || n["framework"] != true || n["amount"] != 1e12 {
		t.Errorf("first notice %v", n)
	}
	if n := answer.Notices[1]; n["objet"] != nil || len(n["cpv"].([]any)) != 0 {
		t.Errorf("second notice %v", n)
	}
	if !strings.HasSuffix(encode(t, "json", export.Options{}), "\"notices\":[\n]}\n") {
		t.Error("an empty result is not an empty list")
	}
}

func TestJSONL(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(encode(t, "jsonl", export.Options{}, rows...), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("not JSON: %s", l)
		}
	}
}
