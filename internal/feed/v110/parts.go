package v110

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/tree"
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
	markup
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
	t := markup{src: src}
	start, _, err := t.rootTag()
	return err != nil || t.next(start, partOpen) != start
}

// cutBulk cuts a file into its notices. The error is Invalid when the file does not start as a parution.
func cutBulk(src []byte) (*bulk, error) {
	b := &bulk{markup: markup{src: src}}
	start, end, err := b.rootTag()
	if err != nil {
		return nil, err
	}
	b.head, b.tail = bytes.Map(oneLine, src[start:end]), "</"+rootName(src[start:end])+">"
	for pos := end; ; {
		open := b.next(pos, partOpen)
		if open < 0 {
			b.rest(pos)
			return b, nil
		}
		b.gap(pos, open)
		p := b.partFrom(open)
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

func rootName(tag []byte) string {
	name, _, _ := strings.Cut(string(bytes.TrimLeft(tag, "<")), ">")
	if f := strings.Fields(name); len(f) > 0 {
		return strings.TrimRight(f[0], "/")
	}
	return ""
}

// partFrom finds the end of the part that starts at open: its end tag; else the start of the next part, or the end of the file.
func (b *bulk) partFrom(open int) span {
	at := b.next(open+len(partOpen), partClose, partOpen)
	if at < 0 {
		return span{open, len(b.src), true}
	}
	if bytes.HasPrefix(b.src[at:], []byte(partClose)) {
		if end := b.tagEnd(at); end >= 0 {
			return span{open, end, false}
		}
		return span{open, len(b.src), true}
	}
	return span{open, at, true}
}

// gap keeps what stands between parts and is neither white space nor a comment.
func (b *bulk) gap(from, to int) {
	for from < to {
		for from < to && strings.IndexByte(" \t\r\n", b.src[from]) >= 0 {
			from++
		}
		end := b.passed(from)
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
	k := b.next(pos, strings.TrimSuffix(b.tail, ">"))
	if k < 0 {
		b.gap(pos, len(b.src))
		b.gaps = append(b.gaps, span{start: len(b.src), end: len(b.src), open: true})
		return
	}
	b.gap(pos, k)
	if end := b.tagEnd(k); end >= 0 {
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
		return err.At(b.place(p.start))
	}
	startLine, startColumn := b.lineOf(p.start)
	if line == 1 {
		column += startColumn - 1 - len(b.head)
	}
	return err.At(fmt.Sprintf("line %d column %d", startLine+line-1, max(column, 1)))
}

// Part gives one notice of a file of many as a document of its own: the parution around that notice alone. false when src is no such
// file, or holds no notice of that identity which can be read.
func Part(src []byte, id string) ([]byte, bool) {
	src, _, err := decode(src)
	if err != nil || !isBulk(src) {
		return nil, false
	}
	b, err := cutBulk(src)
	if err != nil {
		return nil, false
	}
	for _, p := range b.parts {
		if p.open || !bytes.Contains(src[p.start:p.end], []byte(id)) {
			continue
		}
		doc := b.document(p)
		d, err := tree.ParseXML(doc, nil, tree.Limits{Bytes: maxBytes})
		if err != nil {
			continue
		}
		if got, _, err := identity(d.Root().First().Child("GESTION")); err == nil && got == id {
			return doc, true
		}
	}
	return nil, false
}
