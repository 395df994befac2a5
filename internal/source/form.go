package source

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Form is what bytes are, as far as their beginning tells.
type Form int

const (
	Unknown Form = iota // nothing that boamp reads: Describe names it
	Empty
	XML
	HTML // a page, not a notice; XHTML too
	JSON // an object or array, or JSON Lines
	CSV  // a table whose header line holds the column idweb
	Gzip
	Zip
	Tar
)

// HeadSize is how many bytes FormOf wants to see, when there are as many: enough for the header block of a tar, for
// comments before the root element of XML, and for the header line of an export with all fields.
const HeadSize = 4096

// Archive reports whether f is a form that holds other files.
func (f Form) Archive() bool { return f == Gzip || f == Zip || f == Tar }

// FormOf tells the form of a file from its first bytes.
func FormOf(head []byte) Form {
	switch {
	case len(head) == 0:
		return Empty
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return Gzip
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")), bytes.HasPrefix(head, []byte("PK\x07\x08")):
		return Zip
	case isTar(head):
		return Tar
	case utf16(head):
		return XML // the reader finds out whether it is; no other form of the feed was ever written in UTF-16
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(text) == 0:
		if len(head) < HeadSize {
			return Empty
		}
		return Unknown
	case text[0] == '<':
		if isPage(text) {
			return HTML
		}
		if len(text) > 1 && !startsMarkup(text[1]) {
			return Unknown
		}
		return XML
	case bytes.HasPrefix(text, []byte(`{\`)):
		return Unknown // RTF
	case text[0] == '{' || text[0] == '[':
		return JSON
	case hasIdwebColumn(text):
		return CSV
	}
	return Unknown
}

// startsMarkup reports whether c may follow the first "<" of an XML document.
func startsMarkup(c byte) bool {
	return c == '?' || c == '!' || c == '_' || c == ':' || c >= utf8.RuneSelf || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// utf16 recognises the byte order marks, and "<?" without one.
func utf16(head []byte) bool {
	for _, m := range [...]string{"\xff\xfe", "\xfe\xff", "<\x00?\x00", "\x00<\x00?"} {
		if bytes.HasPrefix(head, []byte(m)) {
			return true
		}
	}
	return false
}

// isPage tells a page from a document. Behind an XML declaration only the root html makes a page.
func isPage(text []byte) bool {
	root := strings.ToLower(rootName(text))
	return root == "html" || pageElements[root] && !bytes.HasPrefix(text, []byte("<?xml"))
}

// pageElements are the elements with which a page, or the piece of one, begins. No notice has such a root.
var pageElements = map[string]bool{
	"head": true, "body": true, "meta": true, "title": true, "link": true, "style": true, "script": true,
	"div": true, "span": true, "p": true, "table": true, "h1": true, "h2": true, "h3": true, "center": true, "font": true, "br": true,
}

// rootName finds the name of the first element after XML declaration, comments and document type; for a document type
// without an element in sight, the name that it declares. Empty when there is neither.
func rootName(text []byte) string {
	declared := ""
	for {
		text = bytes.TrimLeft(text, " \t\r\n")
		var end string
		switch {
		case bytes.HasPrefix(text, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(text, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(text, []byte("<!")):
			if f := bytes.Fields(text[:min(len(text), 200)]); len(f) > 1 && strings.EqualFold(string(f[0]), "<!doctype") {
				declared = strings.TrimRight(string(f[1]), ">")
			}
			end = ">"
		case bytes.HasPrefix(text, []byte("<")):
			n := bytes.IndexAny(text[1:], " \t\r\n/>")
			if n < 0 {
				return declared
			}
			return string(text[1 : 1+n])
		default:
			return declared
		}
		i := bytes.Index(text, []byte(end))
		if i < 0 {
			return declared
		}
		text = text[i+len(end):]
	}
}

// hasIdwebColumn reports whether the first line is the header of an export of the Explore API.
func hasIdwebColumn(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	for _, cell := range bytes.FieldsFunc(line, func(r rune) bool { return r == ';' || r == ',' || r == '\t' || r == '|' }) {
		if strings.EqualFold(string(bytes.Trim(cell, "\" \r")), "idweb") {
			return true
		}
	}
	return false
}

// isTar checks the header's sum, which every tar since the seventh edition of Unix has; an archive without members is
// two blocks of zeros.
func isTar(head []byte) bool {
	const block, sumAt, sumEnd = 512, 148, 156
	if len(head) < block {
		return false
	}
	if allZero(head[:min(len(head), 2*block)]) {
		return len(head) >= 2*block
	}
	want, err := strconv.ParseInt(strings.Trim(string(head[sumAt:sumEnd]), " \x00"), 8, 64)
	if err != nil {
		return false
	}
	var sum, signed int64
	for i, c := range head[:block] {
		if i >= sumAt && i < sumEnd {
			c = ' '
		}
		sum += int64(c)
		signed += int64(int8(c))
	}
	return sum == want || signed == want
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// Describe names what a file that boamp does not read seems to be, for the message that sets it aside.
func Describe(head []byte) string {
	for _, k := range [...]struct{ magic, name string }{
		{"\x1f\x9d", "a file packed by compress (.Z)"}, {"BZh", "a bzip2 file"}, {"\xfd7zXZ\x00", "an xz file"}, {"\x28\xb5\x2f\xfd", "a Zstandard file"},
		{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"}, {"Rar!", "a RAR archive"}, {"%PDF", "a PDF document"}, {"PAR1", "a Parquet file"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document"}, {"\x89PNG", "a PNG image"}, {"\xff\xd8\xff", "a JPEG image"}, {"GIF8", "a GIF image"},
		{"{\\rtf", "an RTF document"}, {"MZ", "a Windows program"}, {"\x7fELF", "a Linux program"}, {"SQLite format 3\x00", "an SQLite database"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.name
		}
	}
	start := head[:min(len(head), 40)]
	for len(start) > 0 && len(start) < len(head) && !utf8.Valid(start) && len(start) > 36 {
		start = start[:len(start)-1]
	}
	if utf8.Valid(start) && bytes.IndexFunc(start, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) }) < 0 {
		return "text that begins " + strconv.Quote(string(start))
	}
	return "bytes that begin " + strconv.Quote(string(head[:min(len(head), 16)]))
}
