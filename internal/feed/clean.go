package feed

import (
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// CleanText repairs two defects that platforms leave in the texts of documents, for typed values only (the flat record
// keeps what the portal shows):
//
//   - texts encoded twice ("D&amp;#039;AVRIL" in the XML): what still holds a character or entity reference after the
//     document was decoded is decoded once more, and never again. References need their semicolon, so that the
//     parameters of an address ("?a=1&copy=2") stay what they are.
//   - control characters U+0080 to U+009F, which are bytes of Windows-1252 taken for Latin-1: they become the character
//     that was meant. unclear reports that some occurred; the five that Windows-1252 does not define stay.
//
// Line ends become "\n": records and references in XML bring "\r\n".
func CleanText(s string) (text string, unclear bool) {
	if strings.IndexByte(s, '&') >= 0 {
		s = decodeReferences(s)
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if !hasControls(s) {
		return s, false
	}
	return strings.Map(func(r rune) rune {
		if r < 0x80 || r > 0x9f {
			return r
		}
		if meant := charmap.Windows1252.DecodeByte(byte(r)); meant != utf8.RuneError {
			return meant
		}
		return r
	}, s), true
}

// hasControls looks for U+0080 to U+009F, which UTF-8 writes as 0xC2 and a byte below 0xA0.
func hasControls(s string) bool {
	for i := strings.IndexByte(s, 0xC2); i >= 0 && i+1 < len(s); {
		if s[i+1] < 0xA0 {
			return true
		}
		next := strings.IndexByte(s[i+1:], 0xC2)
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// maxReference is the length of the longest reference that is looked for, "&thetasym;" with room to spare.
const maxReference = 12

func decodeReferences(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			break
		}
		end := strings.IndexByte(s[i:min(len(s), i+maxReference)], ';')
		if end < 0 {
			b.WriteString(s[:i+1])
			s = s[i+1:]
			continue
		}
		b.WriteString(s[:i])
		if ref := s[i : i+end+1]; strings.IndexByte(ref[1:], '&') < 0 {
			b.WriteString(character(ref))
			s = s[i+end+1:]
		} else { // "&a&b;": only the second may be a reference
			b.WriteByte('&')
			s = s[i+1:]
		}
	}
	b.WriteString(s)
	return b.String()
}

// character is what a reference ("&eacute;", "&#039;") stands for; what is none comes back as it is. The library also
// takes references that lack their semicolon, as in "&copyright;", and leaves the rest standing: those are none here.
func character(ref string) string {
	if c := html.UnescapeString(ref); !strings.HasSuffix(c, ";") {
		return c
	}
	return ref
}
