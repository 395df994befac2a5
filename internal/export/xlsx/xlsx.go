// Package xlsx writes results as Excel workbooks (ECMA-376): true dates, a styled and frozen heading, filters, and a sheet
// that says where the data come from. The two limits of the format are met openly: a result of more rows than a sheet
// holds goes on in further sheets, and a text longer than a cell holds is shortened with a mark in the cell and a line on
// the last sheet. Texts are stored as texts: none can become a formula.
//
// The parts of the workbook are written in the order in which they become known, the sheets first and the list of them last, so
// that rows go out as they come and nothing is kept, neither in memory nor in files.
package xlsx

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

const (
	maxRows    = 1_048_576 // of a sheet, heading included
	maxColumns = 16_384    // of a sheet
	maxCell    = 32_767    // UTF-16 units of a cell
)

// Format describes the encoder. Excel knows no time zones: instants are shown on the clock of Options.Zone, of Paris when there is none.
func Format() export.Format {
	return export.Format{
		Name: "xlsx", Ext: "xlsx", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		New: func(w io.Writer, o export.Options) export.Encoder { return newEncoder(w, o, maxRows) },
	}
}

type encoder struct {
	o         export.Options
	sheetRows int
	fields    []*field.Field
	letters   []string // of the columns
	zip       *zip.Writer
	sheet     io.Writer // the open part, nil before the first
	names     []string  // of the sheets so far
	areas     []string  // of their filters
	row       int       // last row written on the sheet
	total     int
	shortened []string
	more      int // shortened texts that are not in the list
	buf       []byte
	text      []byte
}

func newEncoder(w io.Writer, o export.Options, rows int) *encoder {
	if o.Zone == nil {
		o.Zone = notice.Paris
	}
	e := &encoder{o: o, sheetRows: rows, zip: zip.NewWriter(w)}
	e.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return e
}

func (e *encoder) Begin(fields []*field.Field) error {
	if len(fields) > maxColumns {
		return fault.New(fault.TooLarge, "%d columns are too many for Excel, which holds %d", len(fields), maxColumns).WithHint("select fewer fields, or take csv")
	}
	e.fields, e.letters = fields, make([]string, max(len(fields), 2)) // the last sheet has two
	for i := range e.letters {
		e.letters[i] = letters(i)
	}
	for _, p := range [][2]string{{"_rels/.rels", relations}, {"xl/styles.xml", styles}} {
		if err := e.part(p[0], p[1]); err != nil {
			return err
		}
	}
	return e.newSheet()
}

// part writes a part of the package.
func (e *encoder) part(name, body string) error {
	w, err := e.zip.Create(name)
	if err == nil {
		_, err = io.WriteString(w, body)
	}
	return err
}

// newSheet ends the current sheet and starts the next with its heading.
func (e *encoder) newSheet() error {
	if err := e.endSheet(); err != nil {
		return err
	}
	name := title(e.o.Title)
	if n := len(e.names) + 1; n > 1 {
		name = fmt.Sprintf("%s (%d)", name, n)
	}
	return e.open(name, true, e.heading)
}

// open starts a sheet; first writes its first rows.
func (e *encoder) open(name string, frozen bool, first func()) (err error) {
	e.names = append(e.names, name)
	if e.sheet, err = e.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(e.names))); err != nil {
		return err
	}
	e.buf = append(e.buf[:0], sheetHead...)
	selected := ""
	if len(e.names) == 1 {
		selected = ` tabSelected="1"`
	}
	e.buf = append(e.buf, "<sheetViews><sheetView"+selected+` workbookViewId="0">`...)
	if frozen {
		e.buf = append(e.buf, `<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`...)
	}
	e.buf = append(e.buf, "</sheetView></sheetViews>"...)
	first()
	return e.flush()
}

// heading appends the widths of the columns and the row of their names.
func (e *encoder) heading() {
	if len(e.fields) > 0 {
		e.buf = append(e.buf, "<cols>"...)
		for i, f := range e.fields {
			e.buf = fmt.Appendf(e.buf, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width(f))
		}
		e.buf = append(e.buf, "</cols>"...)
	}
	e.buf = append(e.buf, `<sheetData><row r="1">`...)
	e.row = 1
	for i, name := range export.Headings(e.fields, e.o.Labels) {
		e.string(i, styleHead, []byte(name))
	}
	e.buf = append(e.buf, "</row>"...)
}

// endSheet closes the sheet; its filters are known with its last row.
func (e *encoder) endSheet() error {
	if e.sheet == nil {
		return nil
	}
	e.buf = append(e.buf[:0], "</sheetData>"...)
	if len(e.fields) > 0 {
		last := e.letters[len(e.fields)-1]
		e.buf = fmt.Appendf(e.buf, `<autoFilter ref="A1:%s%d"/>`, last, e.row)
		e.areas = append(e.areas, fmt.Sprintf("$A$1:$%s$%d", last, e.row))
	}
	e.buf = append(e.buf, "</worksheet>"...)
	return e.flush()
}

func (e *encoder) flush() error {
	_, err := e.sheet.Write(e.buf)
	e.buf = e.buf[:0]
	return err
}

func width(f *field.Field) int {
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

// End writes the sheet that says where the data come from and what was shortened, and the list of the sheets.
func (e *encoder) End() error {
	if err := e.endSheet(); err != nil {
		return err
	}
	if err := e.open("Source", false, e.about); err != nil {
		return err
	}
	for _, p := range [][2]string{
		{"xl/workbook.xml", workbook(e.names, e.areas)}, {"xl/_rels/workbook.xml.rels", workbookRelations(len(e.names))},
		{"[Content_Types].xml", contentTypes(len(e.names))},
	} {
		if err := e.part(p[0], p[1]); err != nil {
			return err
		}
	}
	return e.zip.Close()
}

// about appends the rows of the last sheet and closes it.
func (e *encoder) about() {
	m := e.o.Meta
	update := ""
	if !m.LastUpdate.IsZero() {
		update = m.LastUpdate.UTC().Format(time.RFC3339)
	}
	lines := [][2]any{
		{"Source", m.Source}, {"Adresse", m.SourceURL}, {"Licence", m.Licence}, {"Texte de la licence", m.LicenceURL},
		{"Dernière mise à jour", update}, {"Révision des données", m.Revision},
	}
	if m.Total != export.Uncounted {
		lines = append(lines, [2]any{"Avis correspondants", m.Total})
	}
	lines = append(lines, [2]any{"Lignes dans ce fichier", int64(e.total)}, [2]any{"Heures affichées", e.o.Zone.String()})
	for _, s := range e.shortened {
		lines = append(lines, [2]any{"Texte abrégé", s})
	}
	if e.more > 0 {
		lines = append(lines, [2]any{"Textes abrégés", fmt.Sprintf("et %d autres", e.more)})
	}
	e.buf = append(e.buf, `<cols><col min="1" max="2" width="30" customWidth="1"/></cols><sheetData>`...)
	for i, l := range lines {
		e.row = i + 1
		e.buf = fmt.Appendf(e.buf, `<row r="%d">`, e.row)
		for c, v := range l {
			switch v := v.(type) {
			case string:
				e.string(c, 0, []byte(v))
			case int64:
				e.number(c, 0, float64(v))
			}
		}
		e.buf = append(e.buf, "</row>"...)
	}
	e.buf = append(e.buf, "</sheetData></worksheet>"...)
}

// title makes the name of a sheet: Excel bears 31 characters, some of them not. Room is left for the number of a further sheet.
func title(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`[]:*?/\'`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(s, "_"))
	if r := []rune(s); len(r) > 25 {
		s = string(r[:25])
	}
	if s == "" || strings.EqualFold(s, "source") {
		return "Avis"
	}
	return s
}
