package tree

import (
	"sort"
	"unicode/utf8"
)

// qname is a qualified name as a place in the document; at == end when there is none.
type qname struct {
	at, local, end int // local is where the local part starts: at when the name has no prefix
}

// kinds of bytes in a name
const (
	notName = iota
	nameStart
	nameOther // digits, '-' and '.', which start no name
	nameColon
	nameWide // first byte of a character beyond ASCII
)

// nameKind sorts bytes by what they may do in a name.
var nameKind = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c >= 0x80:
			t[c] = nameWide
		case c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_':
			t[c] = nameStart
		case c >= '0' && c <= '9' || c == '-' || c == '.':
			t[c] = nameOther
		case c == ':':
			t[c] = nameColon
		}
	}
	return t
}()

func nameByte(c byte) bool { return nameKind[c] != notName }

// qname reads the name at the parser's place.
func (p *xmlParser) qname() (qname, error) {
	q := qname{at: p.i, local: p.i}
	i := p.i
scan:
	for i < len(p.s) {
		size, starts := 1, false
		switch nameKind[p.s[i]] {
		case notName:
			break scan
		case nameStart:
			i++
			continue
		case nameColon:
			if q.local != q.at || i == q.at {
				return q, p.fail(i, "':' in a name other than between prefix and local name")
			}
			i++
			q.local = i
			continue
		case nameWide:
			var r rune
			r, size = utf8.DecodeRuneInString(p.s[i:])
			if starts = inRanges(wideStart, r); !starts && !inRanges(wideOther, r) {
				break scan
			}
		}
		if i == q.local && !starts {
			if i == q.at {
				break scan // no name at all: the caller says what was expected
			}
			return q, p.fail(i, "local name that starts with a digit or a mark")
		}
		i += size
	}
	q.end = i
	switch {
	case q.local == q.end && q.local != q.at:
		return q, p.fail(q.at, "name that ends in ':'")
	case q.end-q.at > p.lim.Name:
		return q, p.tooLarge(q.at, "name longer than %d bytes", p.lim.Name)
	}
	p.i = i
	return q, nil
}

// Characters beyond ASCII that may start a name, and those that may only follow (XML 1.0, 5th edition, productions 4
// and 4a): pairs of first and last.
var (
	wideStart = []rune{
		0xC0, 0xD6, 0xD8, 0xF6, 0xF8, 0x2FF, 0x370, 0x37D, 0x37F, 0x1FFF, 0x200C, 0x200D, 0x2070, 0x218F, 0x2C00, 0x2FEF,
		0x3001, 0xD7FF, 0xF900, 0xFDCF, 0xFDF0, 0xFFFD, 0x10000, 0xEFFFF,
	}
	wideOther = []rune{0xB7, 0xB7, 0x300, 0x36F, 0x203F, 0x2040}
)

// inRanges tells whether r is in one of the ranges.
func inRanges(ranges []rune, r rune) bool {
	k := sort.Search(len(ranges), func(i int) bool { return ranges[i] >= r })
	return k < len(ranges) && (k%2 == 1 || ranges[k] == r)
}
