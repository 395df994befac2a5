package export

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
)

// csvEncoder writes RFC 4180 with line feeds (in the portal's style carriage return and line feed), a heading line, and ';' between
// cells unless asked otherwise. Cells are quoted when they hold the delimiter, a quote or the end of a line. Null and an empty
// text look alike: both are an empty cell, or, as the only cell of a line, an empty pair of quotes.
type csvEncoder struct {
	texts
	csvRows
	w    *bufio.Writer
	line []byte
}

// csvRows makes lines.
type csvRows struct {
	o      Options
	fields []*field.Field
	comma  string // the delimiter
	quoted [256]bool
	sep    string
	end    string
	cell   []byte
}

func newCSV(w io.Writer, o Options) Encoder {
	e := &csvEncoder{w: bufio.NewWriterSize(w, bufferSize), csvRows: csvRows{o: o, comma: ";", sep: o.Separator(), end: "\n"}}
	if o.Delimiter != 0 {
		e.comma = string(o.Delimiter)
	}
	if o.Portal {
		e.end = "\r\n"
	}
	for _, c := range []byte{'"', '\n', '\r', e.comma[0]} {
		e.quoted[c] = true
	}
	return e
}

func (e *csvEncoder) Begin(fields []*field.Field) error {
	e.fields, e.line = fields, e.line[:0]
	if e.o.BOM {
		e.line = append(e.line, "\uFEFF"...)
	}
	for i, name := range Headings(fields, e.o.Labels) {
		if i > 0 {
			e.line = append(e.line, e.comma...)
		}
		e.line = e.close(append(e.line, name...), len(e.line), true, len(fields) == 1)
	}
	e.line = append(e.line, e.end...)
	_, err := e.w.Write(e.line)
	return err
}

func (e *csvEncoder) Row(values [][]field.Value) error {
	e.line = e.append(e.line[:0], values)
	_, err := e.w.Write(e.line)
	return err
}

func (e *csvEncoder) End() error { return e.w.Flush() }

// Piece implements Splitter.
func (e *csvEncoder) Piece() Piece {
	rows := e.csvRows
	rows.cell = nil
	return &textPiece{append: rows.append}
}

// Add implements Splitter.
func (e *csvEncoder) Add(p Piece) error {
	t := p.(*textPiece)
	defer t.reset()
	e.added(t.rows, len(t.buf))
	_, err := e.w.Write(t.buf)
	return err
}

// append appends a line.
func (e *csvRows) append(dst []byte, values [][]field.Value) []byte {
	alone := len(e.fields) == 1
	for i, f := range e.fields {
		if i > 0 {
			dst = append(dst, e.comma...)
		}
		v := values[i]
		if len(v) == 0 {
			if alone {
				dst = append(dst, `""`...)
			}
			continue
		}
		start := len(dst)
		dst = e.o.AppendJoined(dst, f.Type, v, e.sep)
		dst = e.close(dst, start, len(v) > 1 || !f.Type.Numeric() && f.Type != field.Bool, alone)
	}
	return append(dst, e.end...)
}

// close ends a cell that begins at start: with quotes where it needs them. Texts are what a spreadsheet may take for formulas.
func (e *csvRows) close(dst []byte, start int, text, alone bool) []byte {
	defuse := text && e.o.Spreadsheet && formula(dst[start:])
	quote := text && (e.o.QuoteAll || defuse) || alone && len(dst) == start || e.special(dst[start:])
	if !quote {
		return dst
	}
	e.cell = append(e.cell[:0], dst[start:]...)
	dst = append(dst[:start], '"')
	if defuse {
		dst = append(dst, '\'')
	}
	for _, c := range e.cell {
		if c == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

// special reports whether a cell holds a byte for which it needs quotes.
func (e *csvRows) special(cell []byte) bool {
	for _, c := range cell {
		if e.quoted[c] {
			return true
		}
	}
	return false
}

// formula reports whether a spreadsheet may take a text for a formula, or for a command of an older protocol: by its first
// character (OWASP, CSV injection), full-width forms included, which some take for the plain ones. White space before it does
// not count, as some programs drop it.
func formula(cell []byte) bool {
	for len(cell) > 0 {
		r, size := utf8.DecodeRune(cell)
		switch {
		case strings.ContainsRune("=+-@\t\r\n\x00＝＋－＠", r):
			return true
		case r != ' ' && r != '\u00A0' && r != '\u200B' && r != '\u3000' && r != '\uFEFF':
			return false
		}
		cell = cell[size:]
	}
	return false
}
