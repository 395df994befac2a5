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
	w      *bufio.Writer
	o      Options
	fields []*field.Field
	comma  string // the delimiter
	quoted [256]bool
	sep    string
	end    string
	cell   []byte
	line   []byte
}

func newCSV(w io.Writer, o Options) Encoder {
	e := &csvEncoder{w: bufio.NewWriterSize(w, bufferSize), o: o, comma: ";", sep: o.Separator(), end: "\n"}
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
		e.cell = append(e.cell[:0], name...)
		e.appendCell(true, len(fields) == 1)
	}
	return e.endLine()
}

func (e *csvEncoder) Row(values [][]field.Value) error {
	e.line = e.line[:0]
	for i, f := range e.fields {
		if i > 0 {
			e.line = append(e.line, e.comma...)
		}
		v := values[i]
		if len(v) == 0 {
			if len(e.fields) == 1 {
				e.line = append(e.line, `""`...)
			}
			continue
		}
		e.cell = e.o.AppendJoined(e.cell[:0], f.Type, v, e.sep)
		e.appendCell(len(v) > 1 || !f.Type.Numeric() && f.Type != field.Bool, len(e.fields) == 1)
	}
	return e.endLine()
}

func (e *csvEncoder) endLine() error {
	e.line = append(e.line, e.end...)
	_, err := e.w.Write(e.line)
	return err
}

func (e *csvEncoder) End() error { return e.w.Flush() }

// appendCell appends what is in e.cell to the line. Texts are what a spreadsheet may take for formulas.
func (e *csvEncoder) appendCell(text, alone bool) {
	defuse := text && e.o.Spreadsheet && formula(e.cell)
	quote := text && (e.o.QuoteAll || defuse) || alone && len(e.cell) == 0
	for _, c := range e.cell {
		if quote {
			break
		}
		quote = e.quoted[c]
	}
	if !quote {
		e.line = append(e.line, e.cell...)
		return
	}
	e.line = append(e.line, '"')
	if defuse {
		e.line = append(e.line, '\'')
	}
	for _, c := range e.cell {
		if c == '"' {
			e.line = append(e.line, '"')
		}
		e.line = append(e.line, c)
	}
	e.line = append(e.line, '"')
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
