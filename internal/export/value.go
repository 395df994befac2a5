package export

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
)

// AppendObject appends a row as a JSON object in boamp's own style.
func AppendObject(dst []byte, fields []*field.Field, values [][]field.Value) []byte {
	return Style{}.AppendObject(dst, fields, values)
}

// AppendObject appends a row as a JSON object: the fields by name, in order, null included.
func (s Style) AppendObject(dst []byte, fields []*field.Field, values [][]field.Value) []byte {
	dst = append(dst, '{')
	for i, f := range fields {
		if i > 0 {
			dst = s.appendComma(dst)
		}
		dst = s.appendColon(s.AppendString(dst, f.Name))
		dst = s.AppendValues(dst, f, values[i])
	}
	return append(dst, '}')
}

// AppendValues appends the values of a field: null, one value, or an array for a multi-valued field.
func (s Style) AppendValues(dst []byte, f *field.Field, values []field.Value) []byte {
	switch {
	case values == nil, !f.Multi && len(values) == 0:
		return append(dst, "null"...)
	case !f.Multi:
		return s.AppendValue(dst, f.Type, values[0])
	}
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = s.appendComma(dst)
		}
		dst = s.AppendValue(dst, f.Type, v)
	}
	return append(dst, ']')
}

// AppendValue appends one value. What a field of type JSON holds is written as JSON in the spacing of the style, as a string when it
// is no JSON document.
func (s Style) AppendValue(dst []byte, t field.Type, v field.Value) []byte {
	switch t {
	case field.DateTime:
		return append(s.AppendInstant(append(dst, '"'), v.Time), '"')
	case field.Number:
		return s.AppendNumber(dst, v.Num)
	case field.Int:
		if !finite(v.Num) {
			return append(dst, "null"...)
		}
		return strconv.AppendFloat(dst, v.Num, 'f', -1, 64)
	case field.Bool:
		return strconv.AppendBool(dst, v.Num != 0)
	case field.JSON:
		if json.Valid([]byte(v.Str)) {
			return s.respace(dst, v.Str)
		}
	}
	return s.AppendString(dst, v.Str)
}

func (s Style) appendComma(dst []byte) []byte {
	if s.Portal {
		return append(dst, ", "...)
	}
	return append(dst, ',')
}

func (s Style) appendColon(dst []byte) []byte {
	if s.Portal {
		return append(dst, ": "...)
	}
	return append(dst, ':')
}

// respace appends a JSON document with the white space of the style between its tokens. Numbers and the order and repetition of
// members stay as they are written.
func (s Style) respace(dst []byte, doc string) []byte {
	inString := false
	for i := 0; i < len(doc); {
		c := doc[i]
		switch {
		case c >= utf8.RuneSelf: // only in strings
			r, size := utf8.DecodeRuneInString(doc[i:])
			dst = s.appendRune(dst, r)
			i += size
			continue
		case inString && c == '\\': // an escape: the next byte belongs to it
			dst = append(dst, c, doc[i+1])
			i += 2
			continue
		case c == '"':
			inString = !inString
			dst = append(dst, c)
		case inString:
			dst = append(dst, c)
		case c == ',':
			dst = s.appendComma(dst)
		case c == ':':
			dst = s.appendColon(dst)
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			dst = append(dst, c)
		}
		i++
	}
	return dst
}

// AppendString appends a JSON string. Only the quote, the backslash and control characters are escaped, as Python's json.dumps
// does; ASCII escapes all that is not ASCII too. What is not UTF-8 becomes U+FFFD.
func (s Style) AppendString(dst []byte, text string) []byte {
	plain := &plainUTF8
	if s.ASCII || !utf8.ValidString(text) {
		plain = &plainASCII
	}
	dst = append(slices.Grow(dst, len(text)+len(text)/8+2), '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if plain[c] {
			i++
			continue
		}
		dst = append(dst, text[start:i]...)
		size := 1
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < utf8.RuneSelf:
			dst = s.appendEscape(dst, c)
		default:
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			dst = s.appendRune(dst, r)
		}
		i += size
		start = i
	}
	return append(append(dst, text[start:]...), '"')
}

// plainUTF8 and plainASCII are the bytes that stand in a JSON string as they are, in a text of which it is known that it is UTF-8, and
// in any.
var plainUTF8, plainASCII = plainBytes(0xFF), plainBytes(0x7E)

func plainBytes(last byte) (t [256]bool) {
	for c := range t {
		t[c] = c >= 0x20 && c <= int(last) && c != '"' && c != '\\'
	}
	return t
}

// appendRune appends a character of a string that is not ASCII.
func (s Style) appendRune(dst []byte, r rune) []byte {
	switch {
	case !s.ASCII:
		return utf8.AppendRune(dst, r)
	case r >= 0x10000: // a pair of UTF-16
		r -= 0x10000
		return appendHex(appendHex(dst, 0xD800|uint16(r>>10)), 0xDC00|uint16(r&0x3FF))
	}
	return appendHex(dst, uint16(r))
}

// appendEscape appends a control character.
func (s Style) appendEscape(dst []byte, c byte) []byte {
	switch c {
	case 0x7F:
		if !s.ASCII {
			return append(dst, c)
		}
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	}
	return appendHex(dst, uint16(c))
}

func appendHex(dst []byte, c uint16) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[c>>12], digits[c>>8&15], digits[c>>4&15], digits[c&15])
}
