package export

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"

	"github.com/boamp/boamp/internal/field"
)

// csvEncoder writes RFC 4180 with line feeds, a heading line, and ';' between cells unless asked otherwise. Null and an
// empty text look alike in CSV: both are an empty cell.
type csvEncoder struct {
	out    *bufio.Writer
	w      *csv.Writer
	o      Options
	fields []*field.Field
	cells  []string
}

func newCSV(w io.Writer, o Options) Encoder {
	out := bufio.NewWriterSize(w, 64<<10)
	e := &csvEncoder{out: out, w: csv.NewWriter(out), o: o}
	e.w.Comma = ';'
	if o.Delimiter != 0 {
		e.w.Comma = o.Delimiter
	}
	return e
}

func (e *csvEncoder) Begin(fields []*field.Field) error {
	e.fields, e.cells = fields, make([]string, len(fields))
	if e.o.BOM {
		if _, err := e.out.WriteString("\uFEFF"); err != nil {
			return err
		}
	}
	for i, f := range fields {
		e.cells[i] = heading(f, e.o.Labels)
	}
	return e.w.Write(e.cells)
}

func (e *csvEncoder) Row(values [][]field.Value) error {
	for i, f := range e.fields {
		e.cells[i] = Join(f.Type, values[i], e.o.listSep())
		if e.o.Spreadsheet && f.Type == field.Text {
			e.cells[i] = defuse(e.cells[i])
		}
	}
	return e.w.Write(e.cells)
}

func (e *csvEncoder) End() error {
	e.w.Flush()
	if err := e.w.Error(); err != nil {
		return err
	}
	return e.out.Flush()
}

// defuse keeps a spreadsheet from taking a text for a formula (OWASP, CSV injection).
func defuse(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
