package tree

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
)

// checkText refuses what no XML document may hold: bytes that are not UTF-8, control characters, U+FFFE and U+FFFF. One
// pass over the whole document here spares every later step the question.
func checkText(src []byte) error {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for i := 0; i < len(src); {
		if len(src)-i >= 8 {
			// Eight bytes at once: none beyond ASCII and none below the blank (a borrow into the high bit tells).
			w := binary.LittleEndian.Uint64(src[i:])
			if (w|(w-0x20*ones))&high == 0 {
				i += 8
				continue
			}
		}
		for end := min(i+8, len(src)); i < end; {
			if c := src[i]; c >= 0x20 && c < utf8.RuneSelf || isSpace(c) {
				i++
				continue
			}
			r, n := utf8.DecodeRune(src[i:])
			switch {
			case r == utf8.RuneError && n == 1:
				return fault.New(fault.Invalid, "byte 0x%02X, which is not UTF-8", src[i]).At(position(string(src), i))
			case !isChar(r):
				return fault.New(fault.Invalid, "character U+%04X, which XML does not allow", r).At(position(string(src), i))
			}
			i += n
		}
	}
	return nil
}

// isChar tells the characters that XML 1.0 allows (production 2).
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD ||
		r >= 0x10000 && r <= 0x10FFFF
}

// unixLines copies the document and makes every line end a single line feed, as XML 1.0 section 2.11 asks.
func unixLines(src []byte) string {
	if bytes.IndexByte(src, '\r') < 0 {
		return string(src)
	}
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	for i, c := range src {
		if c == '\r' {
			src[i] = '\n'
		}
	}
	return string(src)
}

// piece is a run of an element's character data: between two tags, references or comments in XML's terms.
type piece = span

// charData adds the text between two pieces of markup to the open element.
func (p *xmlParser) charData(from, to int) error {
	s := p.s[from:to]
	blank := 0
	for blank < len(s) && isSpace(s[blank]) {
		blank++
	}
	if blank == len(s) {
		p.pieces = append(p.pieces, span{int32(from), int32(len(s))})
		return nil
	}
	p.stack[len(p.stack)-1].ink = true
	if p.brackets {
		if k := strings.Index(s, "]]>"); k >= 0 {
			return p.fail(from+k, "']]>' outside a CDATA section")
		}
	}
	if strings.IndexByte(s, '&') < 0 {
		p.pieces = append(p.pieces, span{int32(from), int32(len(s))})
		return nil
	}
	t, err := p.decode(from, to, false)
	p.pieces = append(p.pieces, t)
	return err
}

// cdata adds a CDATA section to the open element.
func (p *xmlParser) cdata() error {
	from := p.i + len("<![CDATA[")
	end := strings.Index(p.s[from:], "]]>")
	if end < 0 {
		return p.fail(p.i, "CDATA section without end")
	}
	if end > 0 {
		o := &p.stack[len(p.stack)-1]
		o.ink = o.ink || strings.Trim(p.s[from:from+end], " \t\n") != ""
		p.pieces = append(p.pieces, span{int32(from), int32(end)})
	}
	p.i = from + end + len("]]>")
	return nil
}

// join makes one text of the pieces of an element.
func (p *xmlParser) join(pieces []piece) span {
	if len(pieces) == 1 {
		return pieces[0]
	}
	at := len(p.extra)
	for _, t := range pieces {
		if t.at < 0 {
			p.extra = append(p.extra, p.extra[^t.at:^t.at+t.n]...)
		} else {
			p.extra = append(p.extra, p.s[t.at:t.at+t.n]...)
		}
	}
	return span{^int32(at), int32(len(p.extra) - at)}
}

// decode resolves the references in a piece of the document. In attribute values (attr) white space becomes a blank, as
// XML 1.0 section 3.3.3 asks.
func (p *xmlParser) decode(from, to int, attr bool) (span, error) {
	at := len(p.extra)
	for i := from; i < to; {
		c := p.s[i]
		switch {
		case c == '&':
			next, err := p.reference(i, to)
			if err != nil {
				return span{}, err
			}
			i = next
			continue
		case attr && (c == '\n' || c == '\t'):
			c = ' '
		}
		p.extra = append(p.extra, c)
		i++
	}
	return span{^int32(at), int32(len(p.extra) - at)}, nil
}

// reference decodes the reference at place i into extra and gives the place behind it.
func (p *xmlParser) reference(i, to int) (int, error) {
	s := p.s[i+1 : to]
	end := strings.IndexByte(s[:min(len(s), 64)], ';')
	if end < 1 {
		return 0, p.fail(i, "'&' that starts no reference (a plain '&' is written &amp;)")
	}
	name := s[:end]
	switch name {
	case "amp":
		p.extra = append(p.extra, '&')
	case "lt":
		p.extra = append(p.extra, '<')
	case "gt":
		p.extra = append(p.extra, '>')
	case "quot":
		p.extra = append(p.extra, '"')
	case "apos":
		p.extra = append(p.extra, '\'')
	default:
		if name[0] != '#' {
			return 0, p.fail(i, "unknown entity &%s;", name)
		}
		r, ok := charNumber(name[1:])
		if !ok || !isChar(r) {
			return 0, p.fail(i, "character reference &%s; to no character that XML allows", name)
		}
		p.extra = utf8.AppendRune(p.extra, r)
	}
	return i + end + 2, nil
}

// charNumber reads the number of a character reference, "233" or "xE9".
func charNumber(s string) (r rune, ok bool) {
	base := rune(10)
	if strings.HasPrefix(s, "x") {
		s, base = s[1:], 16
	}
	for i := range len(s) {
		var digit rune
		switch c := rune(s[i]); {
		case c >= '0' && c <= '9':
			digit = c - '0'
		case base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f':
			digit = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		if r = r*base + digit; r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, s != ""
}
