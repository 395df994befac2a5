package record_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed/record"
	"github.com/boamp/boamp/internal/portal"
)

// rows reads an export into its records and the errors at their places.
func rows(r io.Reader) (list []string) {
	for row, err := range record.CSV(r) {
		if err != nil {
			list = append(list, "error: "+err.Error())
			continue
		}
		list = append(list, string(row))
	}
	return list
}

func TestCSV(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"semicolons", "idweb;objet;type_avis\n25-1;Sel;5,1,\n25-2;;\n", []string{
			`{"idweb": "25-1", "objet": "Sel", "type_avis": ["5", "1", ""]}`, `{"idweb": "25-2", "objet": null, "type_avis": null}`}},
		{"commas, byte order mark, CRLF", "\xef\xbb\xbfidweb,objet\r\n25-1,\"Sel, \"\"fin\"\"\"\r\n", []string{`{"idweb": "25-1", "objet": "Sel, \"fin\""}`}},
		{"tabs", "idweb\tobjet\n25-1\tSel\n", []string{`{"idweb": "25-1", "objet": "Sel"}`}},
		{"bars", "idweb|objet\n25-1|Sel\n", []string{`{"idweb": "25-1", "objet": "Sel"}`}},
		{"one column", "idweb\n25-1\n", []string{`{"idweb": "25-1"}`}},
		{"id alone", "id\n25_1\n", []string{`{"id": "25_1"}`}},
		{"line break in a cell", "idweb;objet\n25-1;\"Sel\nfin\"\n", []string{`{"idweb": "25-1", "objet": "Sel\nfin"}`}},
		{"labels with commas", "idweb;descripteur_libelle\n25-1;Cloison, faux plafond,Sel\n", []string{`{"idweb": "25-1", "descripteur_libelle": ["Cloison, faux plafond", "Sel"]}`}},
		{"array in a cell", "idweb;dc\n25-1;\"[\"\"1\"\", \"\"2\"\"]\"\n", []string{`{"idweb": "25-1", "dc": "[\"1\", \"2\"]"}`}},
		{"capitals and blanks", " Idweb ;OBJET;Mien\n25-1;Sel;x\n", []string{`{"idweb": "25-1", "objet": "Sel", "Mien": "x"}`}},
		{"column without heading", "idweb;\n25-1;x\n", []string{`{"idweb": "25-1"}`}},
		{"no rows", "idweb;objet\n", nil},
		{"short row", "idweb;objet\n25-1\n25-2;Sel\n", []string{"error: line 2: a row of 1 cells below 2 headings", `{"idweb": "25-2", "objet": "Sel"}`}},
		{"quote inside a cell", "idweb;objet\n25-1;Sel \"fin\"\n25-2;Sel\n", []string{`{"idweb": "25-1", "objet": "Sel \"fin\""}`, `{"idweb": "25-2", "objet": "Sel"}`}},
		{"text after a quote", "idweb;objet\n25-1;\"Sel\" fin\n25-2;\"Sel\"\rx\n25-3;\"Sel\"\r\n", []string{
			"error: line 2: not well-formed CSV: text after a closing quote", "error: line 3: not well-formed CSV: text after a closing quote", `{"idweb": "25-3", "objet": "Sel"}`}},
		{"line break of another system in a cell", "idweb;objet\n25-1;\"Sel\r\nfin\"\n", []string{`{"idweb": "25-1", "objet": "Sel\r\nfin"}`}},
		{"empty lines, no last line end", "idweb;objet\n\n\r\n25-1;Sel", []string{`{"idweb": "25-1", "objet": "Sel"}`}},
		{"quoted last cell", "idweb;objet\n25-1;\"\"", []string{`{"idweb": "25-1", "objet": null}`}},
		{"open quote", "idweb;objet\n25-1;Sel\n25-2;\"Sel\n25-3;Sable\n", []string{`{"idweb": "25-1", "objet": "Sel"}`, "error: line 3: not well-formed CSV: a quote is opened and never closed"}},
		{"empty", "", []string{"error: an empty export: no heading line"}},
		{"labels for names", "Référence;Objet\n25-1;Sel\n", []string{`error: line 1: an export needs the column idweb; its headings are ["Référence" "Objet"]`}},
		{"heading twice", "idweb;idweb\n1;2\n", []string{`error: line 1: the heading "idweb" occurs twice`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := rows(strings.NewReader(tt.src))
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// TestCSVStops checks that a row without end and a source that fails end the sequence with their reason.
func TestCSVStops(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("idweb;objet\n25-1;Sel\n25-2;\""), io.LimitReader(letters{}, 80<<20))
	var kinds []fault.Kind
	good := 0
	for _, err := range record.CSV(endless) {
		if err == nil {
			good++
			continue
		}
		kinds = append(kinds, fault.KindOf(err))
	}
	if good != 1 || len(kinds) != 1 || kinds[0] != fault.TooLarge {
		t.Errorf("%d rows, faults %v", good, kinds)
	}
	broken := io.MultiReader(strings.NewReader("idweb\n25-1\n"), failing{})
	got := rows(broken)
	if len(got) != 2 || !strings.Contains(got[1], "could not be read to its end") {
		t.Errorf("%q", got)
	}
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

// TestCSVOfRealRecords writes real records as the portal's CSV and reads them back: nothing may change.
func TestCSVOfRealRecords(t *testing.T) {
	for _, name := range []string{"v325.jsonl", "v230.jsonl"} {
		lines := corpusLines(t, "records", name)
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		w.Comma = ';'
		names := portal.Names()
		check(t, w.Write(names))
		for _, line := range lines {
			rec, _, err := portal.ParseRecord(line)
			check(t, err)
			check(t, w.Write(portal.Cells(&rec)))
		}
		w.Flush()
		i := 0
		for row, err := range record.CSV(&buf) {
			check(t, err)
			got, warnings, err := portal.ParseRecord(row)
			check(t, err)
			want, _, _ := portal.ParseRecord(lines[i])
			if d := portal.Diff(&got, &want); len(d) > 0 || len(warnings) > 0 {
				t.Errorf("%s: %v %v", want.Idweb, d, warnings)
			}
			i++
		}
		if i != len(lines) {
			t.Errorf("%d rows, want %d", i, len(lines))
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("idweb;objet;type_avis\n25-1;\"Sel;\";5,1,\n"))
	f.Add([]byte("\xef\xbb\xbfid,dc\r\n25_1,\"[\"\"1\"\"\"\r\n\"x\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		n := 0
		for row, err := range record.CSV(bytes.NewReader(src)) {
			if n++; n > len(src)+2 {
				t.Fatal("more rows than bytes")
			}
			if err != nil {
				if fault.KindOf(err) == fault.Internal {
					t.Errorf("no fault: %v", err)
				}
				continue
			}
			if _, _, err := portal.ParseRecord(row); err != nil {
				t.Errorf("%v in %s", err, row)
			}
		}
	})
}
