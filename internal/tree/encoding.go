package tree

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/boamp/boamp/internal/fault"
)

// Decode makes UTF-8 without byte-order mark of a document, XML or other. The encoding is that of the byte-order mark,
// else the one that the XML declaration names (UTF-8, UTF-16, US-ASCII, ISO-8859-1, ISO-8859-15, Windows-1252), else UTF-8. The
// result may be a piece of src, or take up to three times its size.
//
// repaired says that the bytes were not in the encoding they claimed, and were read as what they most likely are:
//
//   - Bytes that are no UTF-8 are read as Windows-1252, what French programs write when they forget to convert. Valid
//     sequences of the same document stay as they are: bodies are put together from forms of several platforms.
//     A document without any sequence that is typical of UTF-8 is Windows-1252 as a whole.
//   - A document that claims a one-byte encoding, but is UTF-8 without exception, was converted without its declaration
//     being changed.
//   - ISO-8859-1 and -15 have no letters in 0x80 to 0x9F; those bytes are read as Windows-1252.
//
// That is done only for what is plausibly text: no control characters, and at most a quarter of the bytes not UTF-8.
//
// Errors are faults with line and column: Unsupported for another encoding, Invalid for a zero byte, for broken UTF-16 and for
// what is no text.
func Decode(src []byte) (text []byte, repaired bool, err error) {
	if order, mark := wide(src); order != nil {
		if text, err = decodeUTF16(src[mark:], order); err != nil {
			return nil, false, err
		}
		name, _ := declaredEncoding(text)
		return text, name != "" && encodings[name] != utf16Bytes, nil
	}
	if at := bytes.IndexByte(src, 0); at >= 0 {
		if bytes.HasPrefix(src, []byte("\xFF\xFE\x00\x00")) || bytes.HasPrefix(src, []byte("\x00\x00\xFE\xFF")) {
			return nil, false, unsupported("UTF-32", src, 0)
		}
		return nil, false, fault.New(fault.Invalid, "a zero byte, which no text holds").At(position(string(src), at))
	}
	name, at := declaredEncoding(src)
	claim, known := encodings[name]
	if body, marked := bytes.CutPrefix(src, []byte(bom)); marked {
		src, repaired, claim, known = body, !known || claim != utf8Bytes, utf8Bytes, true
	}
	if !known {
		return nil, false, unsupported(name, src, at)
	}
	text, odd, err := decodeBytes(src, claim)
	return text, repaired || odd, err
}

// claimed is what a document's bytes are said to be.
type claimed int

const (
	utf8Bytes claimed = iota
	utf16Bytes
	asciiBytes
	latin1
	latin9
	windows1252
)

// encodings are the names that an XML declaration may give, in lower case.
var encodings = map[string]claimed{
	"": utf8Bytes, "utf-8": utf8Bytes, "utf8": utf8Bytes,
	"utf-16": utf16Bytes, "utf-16le": utf16Bytes, "utf-16be": utf16Bytes,
	"us-ascii": asciiBytes, "ascii": asciiBytes,
	"iso-8859-1": latin1, "iso8859-1": latin1, "iso_8859-1": latin1, "latin1": latin1, "latin-1": latin1,
	"iso-8859-15": latin9, "iso8859-15": latin9, "iso_8859-15": latin9, "latin9": latin9, "latin-9": latin9,
	"windows-1252": windows1252, "cp1252": windows1252, "cp-1252": windows1252,
}

func unsupported(name string, src []byte, at int) error {
	return fault.New(fault.Unsupported, "the encoding %q", name).At(position(string(src), at)).
		WithHint("convert the document to UTF-8")
}

// declaredEncoding finds the encoding that an XML declaration names, in lower case, and its place; "" when there is none.
func declaredEncoding(src []byte) (name string, at int) {
	head := string(src[:min(len(src), 512)])
	rest := strings.TrimPrefix(head, bom)
	if !isDeclaration(rest) {
		return "", 0
	}
	rest, _, _ = strings.Cut(rest[len("<?xml"):], "?>")
	for ok := true; ok; {
		var key, value string
		key, value, rest, ok = pseudoAttribute(rest)
		if ok && key == "encoding" {
			return strings.ToLower(value), strings.Index(head, value)
		}
	}
	return "", 0
}

// decodeBytes reads bytes that are said to be in an encoding with ASCII at its base; odd says that they were not.
func decodeBytes(src []byte, claim claimed) (text []byte, odd bool, err error) {
	if claim == utf8Bytes && utf8.Valid(src) {
		return src, false, nil
	}
	c := census(src)
	switch claim {
	case latin1, latin9, windows1252:
		if c.high == 0 {
			return src, false, nil
		}
		if c.invalid == 0 && c.typical > 0 {
			return src, true, nil
		}
		odd = claim != windows1252 && c.c1 > 0
		return decodeHigh(src, oneByte(claim)), odd, nil
	}
	odd = claim == utf16Bytes || claim == asciiBytes && c.high > 0
	if c.invalid == 0 {
		return src, odd, nil
	}
	if c.control >= 0 || c.invalid > len(src)/4 {
		at := c.firstInvalid
		return nil, false, fault.New(fault.Invalid, "byte 0x%02X, which is not UTF-8, in what is no text", src[at]).At(position(string(src), at))
	}
	if c.typical == 0 {
		return decodeHigh(src, oneByte(windows1252)), true, nil
	}
	return decodeInvalid(src, oneByte(windows1252)), true, nil
}

// counts tells how the bytes of a document look.
type counts struct {
	high         int // bytes beyond ASCII
	c1           int // bytes 0x80 to 0x9F
	invalid      int // bytes that are no part of a UTF-8 sequence
	firstInvalid int
	typical      int // sequences of UTF-8 that no French text in a one-byte encoding would have: Ã, Â or â before a sign
	control      int // place of the first control character other than tab and line end, -1 for none
}

func census(src []byte) counts {
	c := counts{control: -1}
	for i := 0; i < len(src); {
		b := src[i]
		if b < utf8.RuneSelf {
			if b < 0x20 && !isSpace(b) && c.control < 0 {
				c.control = i
			}
			i++
			continue
		}
		_, n := utf8.DecodeRune(src[i:])
		switch {
		case n == 1:
			if c.invalid++; c.invalid == 1 {
				c.firstInvalid = i
			}
		case b == 0xC2 || b == 0xC3 || b == 0xE2:
			c.typical++
		}
		c.high += n
		for ; n > 0; n-- {
			if src[i] < 0xA0 {
				c.c1++
			}
			i++
		}
	}
	return c
}

// oneByte gives the characters of the bytes 0x80 to 0xFF. What an encoding leaves open is the control character of that number.
func oneByte(claim claimed) (t [128]rune) {
	for i := range t {
		b := byte(0x80 + i)
		t[i] = charmap.Windows1252.DecodeByte(b)
		if claim == latin9 && b >= 0xA0 {
			t[i] = charmap.ISO8859_15.DecodeByte(b)
		}
		if t[i] == utf8.RuneError {
			t[i] = rune(b)
		}
	}
	return t
}

// decodeHigh reads every byte beyond ASCII by a table.
func decodeHigh(src []byte, table [128]rune) []byte {
	text := make([]byte, 0, len(src)+len(src)/8)
	for _, b := range src {
		if b < utf8.RuneSelf {
			text = append(text, b)
		} else {
			text = utf8.AppendRune(text, table[b-0x80])
		}
	}
	return text
}

// decodeInvalid reads the bytes that are not UTF-8 by a table.
func decodeInvalid(src []byte, table [128]rune) []byte {
	text := make([]byte, 0, len(src)+len(src)/8)
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			r = table[src[i]-0x80]
		}
		text = utf8.AppendRune(text, r)
		i += n
	}
	return text
}

// wide tells whether src is UTF-16, by its byte-order mark or by how "<" looks, and how long the mark is.
func wide(src []byte) (order binary.ByteOrder, mark int) {
	switch {
	case bytes.HasPrefix(src, []byte("\xFF\xFE\x00\x00")):
		return nil, 0 // UTF-32; no text starts with U+0000
	case bytes.HasPrefix(src, []byte("\xFF\xFE")):
		return binary.LittleEndian, 2
	case bytes.HasPrefix(src, []byte("\xFE\xFF")):
		return binary.BigEndian, 2
	case len(src) >= 4 && src[0] == '<' && src[1] == 0 && src[2] != 0 && src[3] == 0:
		return binary.LittleEndian, 0
	case len(src) >= 4 && src[0] == 0 && src[1] == '<' && src[2] == 0 && src[3] != 0:
		return binary.BigEndian, 0
	}
	return nil, 0
}

func decodeUTF16(src []byte, order binary.ByteOrder) ([]byte, error) {
	text := make([]byte, 0, len(src)/2+len(src)/8)
	broken := func(what string) error {
		return fault.New(fault.Invalid, "broken UTF-16: %s", what).At(position(string(text), len(text)))
	}
	for i := 0; i < len(src); i += 2 {
		if i+1 == len(src) {
			return nil, broken("half a character at the end")
		}
		r := rune(order.Uint16(src[i:]))
		if utf16.IsSurrogate(r) {
			second := rune(0)
			if i+3 < len(src) {
				second = rune(order.Uint16(src[i+2:]))
			}
			if r = utf16.DecodeRune(r, second); r == utf8.RuneError {
				return nil, broken("half a pair of surrogates")
			}
			i += 2
		}
		if r == 0 {
			return nil, broken("a character U+0000, which no text holds")
		}
		text = utf8.AppendRune(text, r)
	}
	return text, nil
}
