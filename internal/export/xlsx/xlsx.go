// Package xlsx writes results as Excel workbooks (ECMA-376): true dates, a styled and frozen heading, filters, and a sheet
// that says where the data come from. The two limits of the format are met openly: a result of more rows than a sheet
// holds goes on in further sheets, and a text longer than a cell holds is shortened with a mark in the cell and a line on
// the last sheet.
package xlsx

import (
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
)

const (
	maxRows = excelize.TotalRows      // of a sheet, heading included
	maxCell = excelize.TotalCellChars // UTF-16 units of a cell
)

// Format describes the encoder.
func Format() export.Format {
	return export.Format{
		Name:      "xlsx",
		MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		New:       func(w io.Writer, o export.Options) export.Encoder { return &encoder{w: w, o: o, sheetRows: maxRows} },
	}
}

type encoder struct {
	w         io.Writer
	o         export.Options
	sheetRows int
	fields    []*field.Field
	file      *excelize.File
	sheet     *excelize.StreamWriter
	sheets    int
	row       int // last row written on the sheet
	total     int
	cells     []any
	head      int // style ids
	date      int
	dateTime  int
	shortened []string
}

func (e *encoder) Begin(fields []*field.Field) error {
	e.fields, e.cells, e.file = fields, make([]any, len(fields)), excelize.NewFile()
	for _, s := range []struct {
		id     *int
		format string
		bold   bool
	}{{&e.head, "", true}, {&e.date, "yyyy-mm-dd", false}, {&e.dateTime, "yyyy-mm-dd hh:mm", false}} {
		style := &excelize.Style{}
		if s.bold {
			style.Font = &excelize.Font{Bold: true}
			style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE6F0"}}
		} else {
			style.CustomNumFmt = &s.format
		}
		id, err := e.file.NewStyle(style)
		if err != nil {
			return err
		}
		*s.id = id
	}
	return e.newSheet()
}

// newSheet ends the current sheet and starts the next with its heading.
func (e *encoder) newSheet() error {
	if err := e.endSheet(); err != nil {
		return err
	}
	e.sheets++
	name := "Avis"
	if e.sheets > 1 {
		name = fmt.Sprintf("Avis (%d)", e.sheets)
	}
	if e.sheets == 1 {
		if err := e.file.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else if _, err := e.file.NewSheet(name); err != nil {
		return err
	}
	var err error
	if e.sheet, err = e.file.NewStreamWriter(name); err != nil {
		return err
	}
	for i, f := range e.fields {
		if err := e.sheet.SetColWidth(i+1, i+1, width(f)); err != nil {
			return err
		}
	}
	if err := e.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	heads := make([]any, len(e.fields))
	for i, f := range e.fields {
		text := f.Name
		if e.o.Labels {
			text = f.Label
		}
		heads[i] = excelize.Cell{StyleID: e.head, Value: text}
	}
	e.row = 1
	return e.sheet.SetRow("A1", heads)
}

// endSheet closes the rows of the sheet; a table around them gives the filters.
func (e *encoder) endSheet() error {
	if e.sheet == nil {
		return nil
	}
	if e.row > 1 && len(e.fields) > 0 {
		last, err := excelize.CoordinatesToCellName(len(e.fields), e.row)
		if err != nil {
			return err
		}
		table := &excelize.Table{Range: "A1:" + last, Name: fmt.Sprintf("Avis_%d", e.sheets), StyleName: "TableStyleLight1"}
		if err := e.sheet.AddTable(table); err != nil {
			return err
		}
	}
	return e.sheet.Flush()
}

func width(f *field.Field) float64 {
	switch {
	case f.Type == field.Date || f.Type.Numeric() || f.Type == field.Bool:
		return 12
	case f.Type == field.DateTime:
		return 17
	case f.Name == "title" || f.Name == "objet" || f.Name == "description":
		return 60
	}
	return 22
}

func (e *encoder) Row(values [][]field.Value) error {
	if e.row >= e.sheetRows {
		if err := e.newSheet(); err != nil {
			return err
		}
	}
	e.row++
	e.total++
	for i, f := range e.fields {
		e.cells[i] = e.cell(f, values[i])
	}
	at, err := excelize.CoordinatesToCellName(1, e.row)
	if err != nil {
		return err
	}
	return e.sheet.SetRow(at, e.cells)
}

// cell makes the cell of one field. Instants are shown on the clock of Paris, as Excel knows no zone.
func (e *encoder) cell(f *field.Field, values []field.Value) any {
	if len(values) == 0 {
		return nil
	}
	if !f.Multi {
		switch v := values[0]; f.Type {
		case field.Date:
			if day, err := time.Parse(time.DateOnly, v.Str); err == nil && day.Year() >= 1900 {
				return excelize.Cell{StyleID: e.date, Value: day}
			}
		case field.DateTime:
			if p := parisWall(v.Time); p.Year() >= 1900 {
				return excelize.Cell{StyleID: e.dateTime, Value: p}
			}
		case field.Number, field.Int:
			return v.Num
		case field.Bool:
			return v.Num != 0
		}
	}
	sep := e.o.ListSep
	if sep == "" {
		sep = ","
	}
	return e.fit(f, export.Join(f.Type, values, sep))
}

// fit shortens a text that no cell can hold, in the open.
func (e *encoder) fit(f *field.Field, s string) string {
	if len(s) <= maxCell {
		return s
	}
	units := 0
	for _, r := range s {
		units += utf16Len(r)
	}
	if units <= maxCell {
		return s
	}
	mark := fmt.Sprintf(" […] [texte abrégé : %d caractères, limite d'Excel %d]", utf8.RuneCountInString(s), maxCell)
	room := maxCell - utf8.RuneCountInString(mark)
	for i, r := range s {
		if room -= utf16Len(r); room < 0 {
			s = s[:i]
			break
		}
	}
	e.shortened = append(e.shortened, fmt.Sprintf("feuille %d, ligne %d, %s", e.sheets, e.row, f.Name))
	return s + mark
}

func utf16Len(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

func (e *encoder) End() error {
	defer e.file.Close()
	if err := e.endSheet(); err != nil {
		return err
	}
	if err := e.about(); err != nil {
		return err
	}
	return e.file.Write(e.w)
}

// about adds the sheet that says where the data come from and what was shortened.
func (e *encoder) about() error {
	const name = "Source"
	if _, err := e.file.NewSheet(name); err != nil {
		return err
	}
	m := e.o.Meta
	update := ""
	if !m.LastUpdate.IsZero() {
		update = m.LastUpdate.UTC().Format(time.RFC3339)
	}
	lines := [][2]any{
		{"Source", m.Source}, {"Adresse", m.SourceURL}, {"Licence", m.Licence}, {"Texte de la licence", m.LicenceURL},
		{"Dernière mise à jour", update}, {"Révision des données", m.Revision},
		{"Avis correspondants", m.Total}, {"Avis dans ce fichier", e.total},
	}
	const most = 1000
	for i, s := range e.shortened {
		if i == most {
			lines = append(lines, [2]any{"Textes abrégés", fmt.Sprintf("et %d autres", len(e.shortened)-most)})
			break
		}
		lines = append(lines, [2]any{"Texte abrégé", s})
	}
	for i, l := range lines {
		if err := e.file.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &[]any{l[0], l[1]}); err != nil {
			return err
		}
	}
	return e.file.SetColWidth(name, "A", "B", 30)
}
