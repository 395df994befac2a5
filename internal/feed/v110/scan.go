package v110

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/boamp/boamp/internal/fault"
)

// markup is XML that is searched for tags without being parsed. Every search goes over a byte a bounded number of times,
// whatever the bytes are.
type markup struct {
	src    []byte
	barren map[string]int // end marks of which none stands from that place on
	lines  []int          // places of the line feeds, once they are asked for
}

// rootTag finds the start tag of the root: the first tag that is no declaration, instruction or comment.
func (t *markup) rootTag() (start, end int, err error) {
	for i := 0; ; {
		k := bytes.IndexByte(t.src[i:], '<')
		if k < 0 {
			return 0, 0, fault.New(fault.Invalid, "no root element")
		}
		i += k
		if end := t.passed(i); end > i {
			i = end
			continue
		}
		if bytes.HasPrefix(t.src[i:], []byte("<!")) {
			return 0, 0, fault.New(fault.Unsupported, "a document type declaration, which no BOAMP document has").At(t.place(i)).
				WithHint("remove the DOCTYPE; entities are not read")
		}
		if end = t.tagEnd(i); end < 0 {
			return 0, 0, fault.New(fault.Invalid, "document ends inside its first tag").At(t.place(i))
		}
		return i, end, nil
	}
}

// tagEnd is the place behind the '>' of the tag at i, which may stand in quoted values too; -1 when there is none.
func (t *markup) tagEnd(i int) int {
	quote := byte(0)
	for ; i < len(t.src); i++ {
		switch c := t.src[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return -1
}

// next finds the first of some tags from pos on, outside of comments and CDATA sections. A comment or section without end
// hides nothing.
func (t *markup) next(pos int, tags ...string) int {
	for pos < len(t.src) {
		k := bytes.IndexByte(t.src[pos:], '<')
		if k < 0 {
			return -1
		}
		pos += k
		for _, tag := range tags {
			if rest, ok := bytes.CutPrefix(t.src[pos:], []byte(tag)); ok && !nameGoesOn(rest) {
				return pos
			}
		}
		if end := t.passed(pos); end > pos {
			pos = end
		} else {
			pos++
		}
	}
	return -1
}

// nameGoesOn reports whether a tag that starts with a name has a longer one.
func nameGoesOn(rest []byte) bool {
	return len(rest) > 0 && bytes.IndexByte([]byte(" \t\r\n/>"), rest[0]) < 0
}

// passed is the place behind the comment, instruction or CDATA section at i; i itself when none with an end stands there.
func (t *markup) passed(i int) int {
	for _, m := range [...]struct{ start, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if !bytes.HasPrefix(t.src[i:], []byte(m.start)) {
			continue
		}
		if from, ok := t.barren[m.end]; ok && i >= from {
			return i
		}
		if k := bytes.Index(t.src[i+len(m.start):], []byte(m.end)); k >= 0 {
			return i + len(m.start) + k + len(m.end)
		}
		if t.barren == nil {
			t.barren = map[string]int{}
		}
		t.barren[m.end] = i
		return i
	}
	return i
}

// lineOf gives line and column of byte i, counted from 1; columns are bytes.
func (t *markup) lineOf(i int) (line, column int) {
	if t.lines == nil {
		t.lines = []int{-1}
		for k, c := range t.src {
			if c == '\n' {
				t.lines = append(t.lines, k)
			}
		}
	}
	n, _ := slices.BinarySearch(t.lines, i) // line feeds before i, and the one before the text
	return n, i - t.lines[n-1]
}

// place says where byte i stands.
func (t *markup) place(i int) string {
	line, column := t.lineOf(i)
	return fmt.Sprintf("line %d column %d", line, column)
}
