package xlsx

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
)

func (e *encoder) Row(values [][]field.Value) error {
	if e.row >= e.sheetRows {
		if err := e.newSheet(); err != nil {
			return err
		}
	}
	e.row++
	e.total++
	e.buf = append(strconv.AppendInt(append(e.buf, `<row r="`...), int64(e.row), 10), `">`...)
	for i, f := range e.fields {
		if len(values[i]) > 0 {
			e.cell(i, f, values[i])
		}
	}
	e.buf = append(e.buf, "</row>"...)
	return e.flush()
}

// cell appends the cell of one field.
func (e *encoder) cell(i int, f *field.Field, values []field.Value) {
	if !f.Multi {
		switch v := values[0]; f.Type {
		case field.Date:
			if day, err := time.Parse(time.DateOnly, v.Str); err == nil && datable(day) {
				e.number(i, styleDate, serial(day))
				return
			}
		case field.DateTime:
			if t := wall(v.Time.In(e.o.Zone)); datable(t) {
				e.number(i, styleDateTime, serial(t))
				return
			}
		case field.Number, field.Int:
			e.number(i, 0, v.Num)
			return
		case field.Bool:
			e.start(i, 0, "b")
			e.buf = append(append(append(e.buf, "<v>"...), '0'+byte(v.Num)), "</v></c>"...)
			return
		}
	}
	e.text = e.o.AppendJoined(e.text[:0], f.Type, values, e.o.Separator())
	e.string(i, 0, e.fit(f, e.text))
}

// start appends the start tag of a cell.
func (e *encoder) start(column, style int, kind string) {
	e.buf = append(append(e.buf, `<c r="`...), e.letters[column]...)
	e.buf = strconv.AppendInt(e.buf, int64(e.row), 10)
	if style > 0 {
		e.buf = strconv.AppendInt(append(e.buf, `" s="`...), int64(style), 10)
	}
	if kind != "" {
		e.buf = append(append(e.buf, `" t="`...), kind...)
	}
	e.buf = append(e.buf, `">`...)
}

// number appends a number; what is none stays empty.
func (e *encoder) number(column, style int, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	e.start(column, style, "")
	e.buf = strconv.AppendFloat(append(e.buf, "<v>"...), v, 'g', -1, 64)
	e.buf = append(e.buf, "</v></c>"...)
}

func (e *encoder) string(column, style int, s []byte) {
	e.start(column, style, "inlineStr")
	e.buf = append(e.buf, `<is><t xml:space="preserve">`...)
	e.buf = appendText(e.buf, s)
	e.buf = append(e.buf, "</t></is></c>"...)
}

// appendText appends the text of an element. Control characters have the form of the standard, _x0001_ (ST_Xstring), and so has the
// underline of a text that looks like one.
func appendText(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(s[i:])
			if r == 0xFFFE || r == 0xFFFF {
				r = utf8.RuneError
			}
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		switch {
		case c == '<':
			dst = append(dst, "&lt;"...)
		case c == '>':
			dst = append(dst, "&gt;"...)
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c == '_' && escaped(s[i:]):
			dst = append(dst, "_x005F_"...)
		case c < ' ' && c != '\n' && c != '\t':
			dst = fmt.Appendf(dst, "_x%04X_", c)
		default:
			dst = append(dst, c)
		}
		i++
	}
	return dst
}

// escaped reports whether s begins like an escaped character, "_x0041_".
func escaped(s []byte) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range s[2:6] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// fit shortens a text that no cell can hold, in the open.
func (e *encoder) fit(f *field.Field, s []byte) []byte {
	if len(s) <= maxCell || utf16Len(s) <= maxCell {
		return s
	}
	mark := fmt.Sprintf(" […] [texte abrégé : %d caractères, limite d'Excel %d]", utf8.RuneCount(s), maxCell)
	room := maxCell - utf16Len([]byte(mark))
	end := 0
	for end < len(s) {
		r, size := utf8.DecodeRune(s[end:])
		if room -= units(r); room < 0 {
			break
		}
		end += size
	}
	const most = 1000
	if len(e.shortened) < most {
		e.shortened = append(e.shortened, fmt.Sprintf("feuille %d, ligne %d, %s", len(e.names), e.row, f.Name))
	} else {
		e.more++
	}
	return append(s[:end:end], mark...)
}

// utf16Len is the length of a text as Excel counts it.
func utf16Len(s []byte) (n int) {
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		n, s = n+units(r), s[size:]
	}
	return n
}

func units(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

// wall is what the clock of t shows, as a time in UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// datable reports whether Excel can show a day: it knows none before 1900, and takes 1900 for a leap year.
func datable(t time.Time) bool {
	return !t.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) && t.Year() <= 9999
}

// serial is a day, with its time as a fraction, as Excel counts: days since the end of 1899.
func serial(t time.Time) float64 { return float64(t.Unix()-epoch) / 86400 }

// epoch is 30 December 1899, in Unix seconds.
const epoch = -25569 * 86400

// letters is the name of a column: A to Z, AA and so on.
func letters(i int) string {
	name := ""
	for i++; i > 0; i /= 26 {
		i--
		name = string(rune('A'+i%26)) + name
	}
	return name
}
