package detect

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf16"
)

// form is what a document is at first sight.
type form int

const (
	formOther form = iota
	formEmpty
	formXML
	formJSON
)

// shape is what the first bytes of a document tell.
type shape struct {
	form  form
	start string   // first bytes, for an error message
	names []string // XML: local names of the first start tags, in order
	key   string   // JSON: first key of the first object
}

// lookBytes and lookTags bound the look. Root, header and the first identifiers of every generation stand well before.
const (
	lookBytes = 16 << 10
	lookTags  = 12
)

func (s shape) name(i int) string {
	if i < len(s.names) {
		return s.names[i]
	}
	return ""
}

func (s shape) has(name string) bool { return slices.Contains(s.names, name) }

// look reads the start of a document without judging it: the reader that is chosen does that.
func look(doc []byte) shape {
	b := bytes.TrimPrefix(plain(doc[:min(len(doc), lookBytes)]), []byte("\ufeff"))
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 {
		return shape{form: formEmpty}
	}
	switch b[0] {
	case '<':
		return shape{form: formXML, names: tags(b)}
	case '{', '[':
		return shape{form: formJSON, key: firstKey(b)}
	}
	return shape{start: string(b[:min(len(b), 24)])}
}

// plain turns UTF-16, which a byte-order mark announces, into UTF-8; everything else comes back as it is.
func plain(b []byte) []byte {
	if len(b) < 2 || !(b[0] == 0xFF && b[1] == 0xFE || b[0] == 0xFE && b[1] == 0xFF) {
		return b
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 2; i+1 < len(b); i += 2 {
		if b[0] == 0xFF {
			units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
		} else {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		}
	}
	return []byte(string(utf16.Decode(units)))
}

// tags lists the local names of the first start tags; comments, declarations and CDATA are passed over.
func tags(b []byte) []string {
	var names []string
	for len(names) < lookTags {
		k := bytes.IndexByte(b, '<')
		if k < 0 {
			return names
		}
		b = b[k+1:]
		skip := map[string]string{"!--": "-->", "![CDATA[": "]]>", "?": "?>", "!": ">"}
		passed := false
		for _, start := range []string{"!--", "![CDATA[", "?", "!"} {
			if bytes.HasPrefix(b, []byte(start)) {
				end := bytes.Index(b, []byte(skip[start]))
				if end < 0 {
					return names
				}
				b, passed = b[end:], true
				break
			}
		}
		if passed || len(b) == 0 || b[0] == '/' {
			continue
		}
		end := bytes.IndexAny(b, " \t\r\n/>")
		if end < 0 {
			return names
		}
		name := string(b[:end])
		if _, local, ok := strings.Cut(name, ":"); ok {
			name = local
		}
		names = append(names, name)
	}
	return names
}

// objectKey marks a key whose value is an object.
const objectKey = "{}"

// firstKey is the first key of the first object, "" when there is none near the start. One whose value is an object ends in
// objectKey: "gestion" is a text in records, and an object in the first API's notices.
func firstKey(b []byte) string {
	_, b, ok := bytes.Cut(b, []byte("{"))
	if !ok {
		return ""
	}
	_, b, ok = bytes.Cut(b, []byte(`"`))
	if !ok {
		return ""
	}
	key, rest, ok := bytes.Cut(b, []byte(`"`))
	if !ok {
		return ""
	}
	if rest = bytes.TrimLeft(rest, " \t\r\n:"); bytes.HasPrefix(rest, []byte("{")) {
		return string(key) + objectKey
	}
	return string(key)
}
