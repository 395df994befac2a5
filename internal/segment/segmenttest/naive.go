// Package segmenttest is a segment that is obviously right: notices in a slice, every question answered by looking at each. Tests
// hold the real one against it, and what is built on segments runs on it.
package segmenttest

import (
	"iter"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/text"
)

// Naive is a segment of documents.
type Naive struct {
	info   segment.Info
	list   []segment.Document // in the order of documents
	ranks  []uint32
	fields map[string]int // place of a column
	typed  []*field.Field
	lines  map[string]int
}

var _ segment.Segment = (*Naive)(nil)

// New makes a segment of documents with the columns and lines of a catalogue.
func New(documents []segment.Document, o segment.Options) *Naive {
	n := &Naive{list: slices.Clone(documents), fields: map[string]int{}, lines: map[string]int{}, typed: segment.Columns(o.Catalogue)}
	n.info = segment.Info{Build: o.Build, Catalogue: segment.Fingerprint(o.Catalogue), Small: o.Small}
	for i, f := range n.typed {
		n.fields[f.Name] = i
	}
	for i, f := range segment.Lines(o.Catalogue, o.Small) {
		n.lines[f.Name] = i
	}
	day := func(d segment.Document) string {
		if i, ok := n.fields[segment.DayField]; ok && len(d.Values[i]) > 0 {
			return d.Values[i][0].Str
		}
		return "\xff"
	}
	slices.SortFunc(n.list, func(a, b segment.Document) int {
		if c := strings.Compare(day(a), day(b)); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	ids := make([]string, len(n.list))
	for i, d := range n.list {
		ids[i] = d.ID
	}
	slices.Sort(ids)
	for _, d := range n.list {
		rank, _ := slices.BinarySearch(ids, d.ID)
		n.ranks = append(n.ranks, uint32(rank))
	}
	return n
}

func (n *Naive) Len() int                          { return len(n.list) }
func (n *Naive) Info() segment.Info                { return n.info }
func (n *Naive) ID(doc uint32) string              { return n.list[doc].ID }
func (n *Naive) IDRank(doc uint32) uint32          { return n.ranks[doc] }
func (n *Naive) Packed(doc uint32) ([]byte, error) { return n.list[doc].Data, nil }
func (n *Naive) Size() int64                       { return int64(len(n.list)) }
func (n *Naive) Forget()                           {}
func (n *Naive) Err() error                        { return nil }
func (n *Naive) Close() error                      { return nil }
func (n *Naive) Find(id string) (doc uint32, ok bool) {
	i := slices.IndexFunc(n.list, func(d segment.Document) bool { return d.ID == id })
	return uint32(max(i, 0)), i >= 0
}

// Column implements segment.Segment.
func (n *Naive) Column(f *field.Field) (segment.Column, error) {
	at, ok := n.fields[f.Name]
	if !ok {
		return nil, nil
	}
	c := &column{t: n.typed[at].Type}
	for _, d := range n.list {
		c.docs = append(c.docs, d.Values[at])
		c.values = append(c.values, d.Values[at]...)
	}
	slices.SortFunc(c.values, c.t.Compare)
	c.values = slices.CompactFunc(c.values, func(a, b field.Value) bool { return c.t.Compare(a, b) == 0 })
	c.single = !n.typed[at].Multi
	return c, nil
}

// Words implements segment.Segment.
func (n *Naive) Words(f *field.Field) (segment.Words, error) {
	if at, ok := n.lines[f.Name]; ok {
		w := words{}
		for _, d := range n.list {
			w = append(w, d.Lines[at])
		}
		if !f.Bag {
			return lines{w}, nil
		}
		return w, nil
	}
	c, err := n.Column(f)
	if err != nil || c == nil || !f.Words || segment.Few(c.Values(), n.Len()) {
		return nil, err
	}
	w := words{}
	for _, d := range n.list {
		w = append(w, f.Line(d.Values[n.fields[f.Name]]))
	}
	return w, nil
}

type column struct {
	t      field.Type
	single bool
	values []field.Value
	docs   [][]field.Value
}

func (c *column) Values() uint32                { return uint32(len(c.values)) }
func (c *column) Value(code uint32) field.Value { return c.values[code-1] }
func (c *column) Search(v field.Value) (uint32, bool) {
	i, ok := slices.BinarySearchFunc(c.values, v, c.t.Compare)
	return uint32(i + 1), ok
}
func (c *column) Docs(code uint32) (*roaring.Bitmap, error) { return c.Range(code, code+1) }
func (c *column) Count(code uint32) uint64 {
	bm, _ := c.Docs(code)
	return bm.GetCardinality()
}

// Range implements segment.Column.
func (c *column) Range(from, to uint32) (*roaring.Bitmap, error) {
	bm := roaring.New()
	for doc := range c.docs {
		codes := c.Codes(uint32(doc), nil)
		if len(codes) == 0 {
			codes = []uint32{0}
		}
		if slices.ContainsFunc(codes, func(code uint32) bool { return from <= code && code < to }) {
			bm.Add(uint32(doc))
		}
	}
	return bm, nil
}

// Codes implements segment.Column.
func (c *column) Codes(doc uint32, buf []uint32) []uint32 {
	for _, v := range c.docs[doc] {
		code, _ := c.Search(v)
		buf = append(buf, code)
	}
	return buf
}

// Code implements segment.Column.
func (c *column) Code(doc uint32) uint32 {
	if codes := c.Codes(doc, nil); len(codes) > 0 {
		return codes[0]
	}
	return 0
}

// Tally implements segment.Column.
func (c *column) Tally(docs *roaring.Bitmap, counts []uint64) {
	for code := range counts {
		bm, _ := c.Docs(uint32(code))
		counts[code] += bm.AndCardinality(docs)
	}
}

// Sorted implements segment.Column.
func (c *column) Sorted() bool {
	last := uint32(1)
	for doc := range c.docs {
		code := c.Code(uint32(doc))
		if code == 0 {
			code = c.Values() + 1
		}
		if code < last || !c.single {
			return false
		}
		last = code
	}
	return true
}

// Span implements segment.Column.
func (c *column) Span(from, to uint32) (first, end uint32) {
	bm, _ := c.Range(from, to)
	if bm.IsEmpty() {
		return 0, 0
	}
	return bm.Minimum(), bm.Maximum() + 1
}

// words are lines.
type words []string

func (w words) each(f func(doc int, word string)) {
	for doc, line := range w {
		text.EachOfLine(line, func(word string) bool { f(doc, word); return true })
	}
}

func (w words) list(takes func(word string) bool) iter.Seq[string] {
	var list []string
	w.each(func(_ int, word string) {
		if takes(word) {
			list = append(list, word)
		}
	})
	slices.Sort(list)
	return slices.Values(slices.Compact(list))
}

// Len implements segment.Words.
func (w words) Len() int { return len(slices.Collect(w.list(func(string) bool { return true }))) }

// Docs implements segment.Words.
func (w words) Docs(word string) (*roaring.Bitmap, error) {
	bm := roaring.New()
	w.each(func(doc int, other string) {
		if word == other {
			bm.Add(uint32(doc))
		}
	})
	return bm, nil
}

// Frequency implements segment.Words.
func (w words) Frequency(word string) uint64 {
	bm, _ := w.Docs(word)
	return bm.GetCardinality()
}

// Phrase implements segment.Words.
func (w words) Phrase([]string, bool, bool) func(doc uint32) bool { return nil }

// lines are words whose order counts.
type lines struct{ words }

// Phrase implements segment.Words.
func (l lines) Phrase(list []string, openStart, openEnd bool) func(doc uint32) bool {
	t := query.Token{Text: strings.Join(list, " "), OpenStart: openStart, OpenEnd: openEnd}
	return func(doc uint32) bool { return t.In(l.words[doc], false) }
}

// Matching implements segment.Words.
func (w words) Matching(piece string, openStart, openEnd bool) iter.Seq[string] {
	return w.list(func(word string) bool {
		switch {
		case openStart && openEnd:
			return strings.Contains(word, piece)
		case openStart:
			return strings.HasSuffix(word, piece)
		case openEnd:
			return strings.HasPrefix(word, piece)
		}
		return word == piece
	})
}

// Near implements segment.Words.
func (w words) Near(word string, edits int) iter.Seq[string] {
	return w.list(func(other string) bool { return text.Distance(word, other) <= edits })
}
