// Package redact makes a document of several notices one without some of them: it cuts the smallest pieces out that hold what has to go,
// and leaves every other byte as it was. What a piece holds it asks of whoever reads documents, so it knows no generation.
package redact

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"unicode/utf16"

	"github.com/boamp/boamp/internal/tree"
)

// Reader gives the ids of the notices that a document holds, in their order, and nothing for what it cannot read.
type Reader func(src []byte) []string

// Limits of the search. Notices stand one or two levels below the root.
const (
	maxDepth  = 5
	maxPieces = 200_000
)

// span is a piece of a document, from start to end.
type span struct{ start, end int }

// Without gives src without the notices that have to go. What comes out reads as exactly the other notices. False says that they cannot be
// told apart: then nothing of the document can be kept.
func Without(src []byte, gone func(id string) bool, ids Reader) ([]byte, bool) {
	rest := slices.DeleteFunc(slices.Clone(ids(src)), gone)
	if len(rest) == 0 {
		return nil, false
	}
	text, back, ok := narrow(src)
	if !ok {
		return nil, false
	}
	c := cutter{form: formOf(text), gone: gone, read: func(b []byte) []string { return ids(back(b)) }}
	cuts, ok := c.search(text, nil, c.top(text), 0)
	if !ok {
		return nil, false
	}
	out := back(c.without(text, cuts))
	return out, slices.Equal(ids(out), rest)
}

// narrow gives a document in an encoding in which tags and braces are the bytes of ASCII, and the way back. Of the encodings that
// documents come in only UTF-16 is none.
func narrow(src []byte) (text []byte, back func([]byte) []byte, ok bool) {
	order, mark := wide(src)
	if order == nil {
		return src, func(b []byte) []byte { return b }, true
	}
	text, _, err := tree.Decode(src)
	if err != nil {
		return nil, nil, false
	}
	return text, func(b []byte) []byte {
		out := slices.Clone(src[:mark])
		for _, unit := range utf16.Encode([]rune(string(b))) {
			out = order.AppendUint16(out, unit)
		}
		return out
	}, true
}

func wide(src []byte) (order binary.AppendByteOrder, mark int) {
	switch {
	case bytes.HasPrefix(src, []byte("\xFF\xFE")):
		return binary.LittleEndian, 2
	case bytes.HasPrefix(src, []byte("\xFE\xFF")):
		return binary.BigEndian, 2
	case bytes.HasPrefix(src, []byte("<\x00")):
		return binary.LittleEndian, 0
	case bytes.HasPrefix(src, []byte("\x00<")):
		return binary.BigEndian, 0
	}
	return nil, 0
}

// form cuts documents of one form.
type form interface {
	// top gives the pieces of a document, in order; none when it cannot tell.
	top(text []byte) []span
	// pieces gives the pieces directly within a piece.
	pieces(text []byte, of span) []span
	// mend takes from kept, the text before a cut, or from rest, the text behind it, what has no place there any more.
	mend(kept, rest []byte) ([]byte, []byte)
}

func formOf(text []byte) form {
	start := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		return jsonForm{}
	}
	return xmlForm{}
}

type cutter struct {
	form
	gone func(id string) bool
	read Reader
}

// search finds what to cut of pieces that hold notices of both kinds together. removed is what has to be cut so that only they are left.
func (c cutter) search(text []byte, removed, siblings []span, depth int) (cuts []span, ok bool) {
	if len(siblings) == 0 || len(siblings) > maxPieces || depth > maxDepth {
		return nil, false
	}
	for i, piece := range siblings {
		others := slices.Concat(removed, siblings[:i], siblings[i+1:])
		held := c.read(c.without(text, others))
		switch stay := slices.DeleteFunc(slices.Clone(held), c.gone); {
		case len(stay) == len(held):
		case len(stay) == 0:
			cuts = append(cuts, piece)
		default:
			inner, ok := c.search(text, others, c.pieces(text, piece), depth+1)
			if !ok {
				return nil, false
			}
			cuts = append(cuts, inner...)
		}
	}
	return cuts, len(cuts) > 0
}

// without gives text without pieces of it, which do not overlap.
func (c cutter) without(text []byte, cuts []span) []byte {
	cuts = slices.SortedFunc(slices.Values(cuts), func(a, b span) int { return cmp.Compare(a.start, b.start) })
	out := make([]byte, 0, len(text))
	rest, at := text, 0
	for _, cut := range cuts {
		kept := max(0, cut.start-at)
		out = append(out, rest[:kept]...)
		out, rest = c.mend(out, text[cut.end:])
		at = len(text) - len(rest)
	}
	return append(out, rest...)
}
