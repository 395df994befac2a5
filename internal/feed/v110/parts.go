package v110

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// A bulk file holds thousands of notices, each in an ANNONCE_REF. It is cut into them by their tags, before any of it is
// parsed, for two reasons: a defect in one of them must not take the others with it, and the tree of one notice at a time
// keeps memory low. Each part is then parsed between the start and the end tag of the file's root, so that the places
// of elements are those in the whole file.

const (
	partOpen  = "<ANNONCE_REF"
	partClose = "</ANNONCE_REF"
)

// bulk is a file cut into parts.
type bulk struct {
	src   []byte
	head  []byte // start tag of the root on one line
	tail  string // end tag of the root
	parts []span
	gaps  []span // text between parts that is no layout
}

// span is a piece of the file, from start to end.
type span struct {
	start, end int
	open       bool // the part has no end tag
}

// isBulk reports whether a file has parts: a part that is the whole file is none.
func isBulk(src []byte) bool {
	if !bytes.Contains(src, []byte(partOpen)) {
		return false
	}
	start, _, err := rootTag(src)
	return err != nil || next(src, start, partOpen) != start
}

// cutBulk cuts a file into its notices. The error is Invalid when the file does not start as a parution.
func cutBulk(src []byte) (*bulk, error) {
	start, end, err := rootTag(src)
	if err != nil {
		return nil, err
	}
	name := rootName(src[start:end])
	b := &bulk{src: src, head: bytes.Map(oneLine, src[start:end]), tail: "</" + name + ">"}
	for pos := end; ; {
		open := next(src, pos, partOpen)
		if open < 0 {
			b.rest(pos)
			return b, nil
		}
		b.gap(pos, open)
		p := partFrom(src, open)
		b.parts = append(b.parts, p)
		pos = p.end
	}
}

// oneLine keeps the start tag on one line, which makes the lines of a part easy to place.
func oneLine(r rune) rune {
	if r == '\n' || r == '\r' {
		return ' '
	}
	return r
}

// rootTag finds the start tag of the root: the first tag that is no declaration, instruction or comment.
func rootTag(src []byte) (start, end int, err error) {
	i := 0
	for {
		k := bytes.IndexByte(src[i:], '<')
		if k < 0 {
			return 0, 0, fault.New(fault.Invalid, "no root element")
		}
		i += k
		switch rest := src[i:]; {
		case bytes.HasPrefix(rest, []byte("<!--")):
			i = after(src, i, "-->")
		case bytes.HasPrefix(rest, []byte("<?")):
			i = after(src, i, "?>")
		case bytes.HasPrefix(rest, []byte("<!")):
			return 0, 0, fault.New(fault.Unsupported, "a document type declaration, which no BOAMP document has").At(place(src, i)).
				WithHint("remove the DOCTYPE; entities are not read")
		default:
			end := tagEnd(src, i)
			if end < 0 {
				return 0, 0, fault.New(fault.Invalid, "document ends inside its first tag").At(place(src, i))
			}
			return i, end, nil
		}
	}
}

// tagEnd is the place behind the '>' of the tag at i, which may stand in quoted values too; -1 when there is none.
func tagEnd(src []byte, i int) int {
	quote := byte(0)
	for ; i < len(src); i++ {
		switch c := src[i]; {
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

func rootName(tag []byte) string {
	name, _, _ := strings.Cut(string(bytes.TrimLeft(tag, "<")), ">")
	if f := strings.Fields(name); len(f) > 0 {
		return strings.TrimRight(f[0], "/")
	}
	return ""
}

// partFrom finds the end of the part that starts at open: its end tag; else the start of the next part, or the end of the file.
func partFrom(src []byte, open int) span {
	pos := open + len(partOpen)
	end, other := next(src, pos, partClose), next(src, pos, partOpen)
	if end >= 0 && (other < 0 || end < other) {
		if e := tagEnd(src, end); e >= 0 {
			return span{open, e, false}
		}
	}
	if other >= 0 {
		return span{open, other, true}
	}
	return span{open, len(src), true}
}

// next finds a tag from pos on, outside of comments and CDATA sections. A comment or section without end hides nothing.
func next(src []byte, pos int, tag string) int {
	for pos < len(src) {
		k := bytes.IndexByte(src[pos:], '<')
		if k < 0 {
			return -1
		}
		pos += k
		switch rest := src[pos:]; {
		case bytes.HasPrefix(rest, []byte(tag)) && !nameGoesOn(rest[len(tag):]):
			return pos
		case bytes.HasPrefix(rest, []byte("<!--")):
			pos = after(src, pos, "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			pos = after(src, pos, "]]>")
		default:
			pos++
		}
	}
	return -1
}

// nameGoesOn reports whether a tag that starts with a name has a longer one.
func nameGoesOn(rest []byte) bool {
	return len(rest) > 0 && !bytes.ContainsRune([]byte(" \t\r\n/>"), rune(rest[0]))
}

// after is the place behind the next end mark from pos on, or behind the character at pos where none follows.
func after(src []byte, pos int, end string) int {
	if k := bytes.Index(src[pos:], []byte(end)); k >= 0 {
		return pos + k + len(end)
	}
	return pos + 1
}

// gap keeps what stands between parts and is neither white space nor a comment.
func (b *bulk) gap(from, to int) {
	for from < to {
		for from < to && strings.IndexByte(" \t\r\n", b.src[from]) >= 0 {
			from++
		}
		end := from
		switch rest := b.src[from:to]; {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end = after(b.src, from, "-->")
		case bytes.HasPrefix(rest, []byte("<?")):
			end = after(b.src, from, "?>")
		}
		if end == from || end > to {
			break
		}
		from = end
	}
	if from < to {
		b.gaps = append(b.gaps, span{start: from, end: to})
	}
}

// rest looks at what follows the last part: the end tag of the root and nothing else.
func (b *bulk) rest(pos int) {
	k := next(b.src, pos, strings.TrimSuffix(b.tail, ">"))
	if k < 0 {
		b.gap(pos, len(b.src))
		b.gaps = append(b.gaps, span{start: len(b.src), end: len(b.src), open: true})
		return
	}
	b.gap(pos, k)
	if end := tagEnd(b.src, k); end >= 0 {
		b.gap(end, len(b.src))
	}
}

// document is a part as a document of its own.
func (b *bulk) document(p span) []byte {
	doc := make([]byte, 0, len(b.head)+p.end-p.start+len(b.tail))
	doc = append(doc, b.head...)
	doc = append(doc, b.src[p.start:p.end]...)
	return append(doc, b.tail...)
}

// moved gives an error in the document of a part its place in the file.
func (b *bulk) moved(err *fault.Error, p span) *fault.Error {
	var line, column int
	if n, _ := fmt.Sscanf(err.Pos, "line %d column %d", &line, &column); n != 2 {
		return err.At(place(b.src, p.start))
	}
	startLine := 1 + bytes.Count(b.src[:p.start], []byte("\n"))
	if line == 1 {
		column += p.start - (bytes.LastIndexByte(b.src[:p.start], '\n') + 1) - len(b.head)
	}
	return err.At(fmt.Sprintf("line %d column %d", startLine+line-1, max(column, 1)))
}

// place says where byte i stands, counted from 1.
func place(src []byte, i int) string {
	return fmt.Sprintf("line %d column %d", 1+bytes.Count(src[:i], []byte("\n")), i-bytes.LastIndexByte(src[:i], '\n'))
}
