package xlsx_test

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/xlsx"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

var columns = []*field.Field{
	{Name: "idweb", Label: "Référence"},
	{Name: "published", Label: "Publié le", Type: field.Date},
	{Name: "deadline", Label: "Date limite", Type: field.DateTime},
	{Name: "amount", Label: "Montant", Type: field.Number},
	{Name: "cpv", Label: "CPV", Multi: true},
}

func write(t *testing.T, e export.Encoder, buf *bytes.Buffer, rows ...[][]field.Value) *excelize.File {
	t.Helper()
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
	f, err := excelize.OpenReader(bytes.NewReader(buf.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func row(id, text string) [][]field.Value {
	return [][]field.Value{
		{field.Str(id)}, {field.Str("2026-03-16")}, {field.Instant(time.Date(2026, 4, 16, 10, 0, 0, 0, time.UTC))},
		{field.Num(1234.5)}, {field.Str("45000000"), field.Str(text)},
	}
}

func TestTrueDatesAndSource(t *testing.T) {
	var buf bytes.Buffer
	o := export.Options{Labels: true, Meta: export.Meta{Source: "BOAMP, DILA", Licence: "Licence Ouverte 2.0", Revision: 7, Total: 3}}
	f := write(t, xlsx.Format().New(&buf, o), &buf, row("26-1", "x"), [][]field.Value{{field.Str("26-2")}, nil, nil, nil, nil})
	for cell, want := range map[string]string{
		"A1": "Référence", "A2": "26-1", "B2": "2026-03-16", "C2": "2026-04-16 12:00", "D2": "1234.5", "E2": "45000000,x", "A3": "26-2", "B3": "",
	} {
		if got, _ := f.GetCellValue("Avis", cell); got != want {
			t.Errorf("%s = %q, want %q", cell, got, want)
		}
	}
	if kind, _ := f.GetCellType("Avis", "B2"); kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("the date is stored as text (%v)", kind)
	}
	if got, _ := f.GetCellValue("Source", "B6"); got != "7" {
		t.Errorf("revision on the source sheet = %q, want 7", got)
	}
	if panes, _ := f.GetPanes("Avis"); !panes.Freeze {
		t.Error("the heading is not frozen")
	}
	if names := f.GetDefinedName(); len(names) != 1 || names[0].RefersTo != "'Avis'!$A$1:$E$3" {
		t.Errorf("filters: %+v", names)
	}
}

func TestMoreRowsThanASheet(t *testing.T) {
	var buf bytes.Buffer
	f := write(t, xlsx.NewSmall(&buf, export.Options{}, 3), &buf, row("1", ""), row("2", ""), row("3", ""), row("4", ""), row("5", ""))
	for at, want := range map[[2]string]string{{"Avis", "A3"}: "2", {"Avis (2)", "A2"}: "3", {"Avis (3)", "A2"}: "5", {"Avis (3)", "A1"}: "idweb"} {
		if got, _ := f.GetCellValue(at[0], at[1]); got != want {
			t.Errorf("%v = %q, want %q", at, got, want)
		}
	}
}

func TestLongTextIsShortenedInTheOpen(t *testing.T) {
	var buf bytes.Buffer
	f := write(t, xlsx.Format().New(&buf, export.Options{}), &buf, row("1", strings.Repeat("é", 40000)))
	cell, _ := f.GetCellValue("Avis", "E2")
	if n := len([]rune(cell)); n > 32767 || !strings.Contains(cell, "texte abrégé : 40009 caractères") {
		t.Errorf("%d characters, ending %q", n, cell[len(cell)-80:])
	}
	if got, _ := f.GetCellValue("Source", "B10"); got != "feuille 1, ligne 2, cpv" {
		t.Errorf("the source sheet says %q", got)
	}
}

// TestUncounted: where nobody counted the records, no number stands for theirs.
func TestUncounted(t *testing.T) {
	var buf bytes.Buffer
	f := write(t, xlsx.Format().New(&buf, export.Options{Meta: export.Meta{Total: export.Uncounted}}), &buf, row("1", ""))
	if got, _ := f.GetCellValue("Source", "A7"); got != "Lignes dans ce fichier" {
		t.Errorf("behind the revision stands %q", got)
	}
}

func TestNoRows(t *testing.T) {
	var buf bytes.Buffer
	f := write(t, xlsx.Format().New(&buf, export.Options{}), &buf)
	if got, _ := f.GetCellValue("Avis", "A1"); got != "idweb" {
		t.Errorf("heading %q", got)
	}
}

// TestTexts: texts come back as they were, and none is a formula.
func TestTexts(t *testing.T) {
	texts := []string{"=1+1", " x ", "a\nb\tc", "<&>\"'", "é \U0001F6A7", "_x0041_", "__x0041_", "_x00", "bell \x07", "cr\r\nlf"}
	var rows [][][]field.Value
	for _, s := range texts {
		rows = append(rows, row(s, ""))
	}
	var buf bytes.Buffer
	f := write(t, xlsx.Format().New(&buf, export.Options{}), &buf, rows...)
	got, err := f.GetRows("Avis")
	if err != nil || len(got) != len(texts)+1 {
		t.Fatal(err, len(got))
	}
	for i, want := range texts {
		if got[i+1][0] != want {
			t.Errorf("%q came back as %q", want, got[i+1][0])
		}
	}
	if formula, _ := f.GetCellFormula("Avis", "A2"); formula != "" {
		t.Errorf("a formula: %s", formula)
	}
}

// TestOddValues: days before Excel's calendar stay texts, what is no number stays empty, and the clock is that of the zone.
func TestOddValues(t *testing.T) {
	day := func(s string) [][]field.Value {
		return [][]field.Value{nil, {field.Str(s)}, {field.Instant(time.Date(2026, 1, 2, 23, 30, 0, 0, time.UTC))}, {field.Num(math.NaN())}, nil}
	}
	var buf bytes.Buffer
	o := export.Options{Style: export.Style{Zone: time.UTC}, Title: "a/b"}
	f := write(t, xlsx.Format().New(&buf, o), &buf, day("1899-12-31"), day("1900-03-01"), day("7017-01-01"))
	for cell, want := range map[string]string{"B2": "1899-12-31", "B3": "1900-03-01", "B4": "7017-01-01", "C2": "2026-01-02 23:30", "D2": "", "E2": ""} {
		if got, _ := f.GetCellValue("a_b", cell); got != want {
			t.Errorf("%s = %q, want %q", cell, got, want)
		}
	}
	for cell, want := range map[string]excelize.CellType{"B2": excelize.CellTypeInlineString, "B3": excelize.CellTypeUnset, "B4": excelize.CellTypeUnset} {
		if got, _ := f.GetCellType("a_b", cell); got != want {
			t.Errorf("%s has type %v, want %v", cell, got, want)
		}
	}
}

func TestTooManyColumns(t *testing.T) {
	fields := make([]*field.Field, 16385)
	for i := range fields {
		fields[i] = &field.Field{Name: "x"}
	}
	if err := xlsx.Format().New(io.Discard, export.Options{}).Begin(fields); !fault.Is(err, fault.TooLarge) {
		t.Error(err)
	}
}
