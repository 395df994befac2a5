package segment

import (
	"bytes"
	"cmp"
	"io"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// Part is a segment to be merged, without the documents that are deleted (nil for none).
type Part struct {
	Segment Segment
	Deleted *roaring.Bitmap
}

// Merge makes one segment of several, without their store, and writes it to w. All must be of the catalogue and size (small or
// not) of o. Of each id one document at most may be left, else a fault of kind Invalid.
func Merge(w io.Writer, parts []Part, o Options) error {
	m := merger{options: o, words: newInverter(o.Temp, o.Memory)}
	defer m.words.close()
	info := Info{o.Build, Fingerprint(o.Catalogue), o.Small}
	for _, p := range parts {
		s, ok := p.Segment.(*coded)
		if !ok || s.dir.Info.Catalogue != info.Catalogue || s.dir.Info.Small != info.Small {
			return fault.New(fault.Internal, "a segment of other fields cannot be merged")
		}
		m.parts = append(m.parts, &mergePart{s: s, deleted: p.Deleted})
	}
	m.a = newAssembler(newOutput(w), info)
	for _, step := range []func() error{m.order, m.notices, m.columns, m.lines} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := m.a.wordsOfValues(m.words, Columns(o.Catalogue), m.worded); err != nil {
		return err
	}
	for _, p := range m.parts {
		if err := p.s.Err(); err != nil {
			return err
		}
	}
	return m.a.close()
}

type merger struct {
	options Options
	parts   []*mergePart
	a       *assembler
	docs    []origin // of the new documents
	words   *inverter
	worded  []int
}

// origin is where a document comes from.
type origin struct{ part, doc uint32 }

type mergePart struct {
	s       *coded
	deleted *roaring.Bitmap
	place   *lazyPlaces
	docs    []uint32 // the new number of each document; gone for none
}

const gone = math.MaxUint32

// each gives the new documents of some.
func (p *mergePart) each(docs *roaring.Bitmap, to []uint32) []uint32 {
	eachPart(docs, func(part []uint32) {
		for _, d := range part {
			if d := p.docs[d]; d != gone {
				to = append(to, d)
			}
		}
	})
	return to
}

// order numbers the documents that are left.
func (m *merger) order() error {
	days := make([][]uint32, len(m.parts))
	at := make([]uint32, len(m.parts))
	for i, p := range m.parts {
		if p.place = p.s.place(); p.place == nil {
			return p.s.places.err
		}
		p.docs = make([]uint32, p.s.Len())
		var err error
		if days[i], err = p.s.days(); err != nil {
			return err
		}
	}
	id := func(i int) []byte { p := m.parts[i].place; return p.ids.at(p.ranks[at[i]]) }
	for {
		best := -1
		for i, p := range m.parts {
			for int(at[i]) < len(p.docs) && p.deleted != nil && p.deleted.Contains(at[i]) {
				p.docs[at[i]] = gone
				at[i]++
			}
			if int(at[i]) == len(p.docs) {
				continue
			}
			if best < 0 || cmp.Or(cmp.Compare(days[i][at[i]], days[best][at[best]]), bytes.Compare(id(i), id(best))) < 0 {
				best = i
			}
		}
		if best < 0 {
			return nil
		}
		m.parts[best].docs[at[best]] = uint32(len(m.docs))
		m.docs = append(m.docs, origin{uint32(best), at[best]})
		at[best]++
	}
}

// days are those by which documents are numbered.
func (s *coded) days() ([]uint32, error) {
	days := make([]uint32, s.Len())
	c, err := s.column(DayField)
	if err != nil {
		return nil, err
	}
	for d := range days {
		days[d] = math.MaxUint32
		if c == nil {
			continue
		}
		if code := c.Code(uint32(d)); code != 0 {
			days[d] = dayNumber(c.Value(code).Str)
		}
	}
	return days, nil
}

// notices writes the packed notices in the order of documents.
func (m *merger) notices() error {
	for _, o := range m.docs {
		s := m.parts[o.part].s
		data, err := s.Packed(o.doc)
		if err != nil {
			return err
		}
		if err := m.a.add(s.ID(o.doc), data); err != nil {
			return err
		}
	}
	return m.a.number(nil)
}

func (m *merger) columns() error {
	for i, f := range Columns(m.options.Catalogue) {
		c := &mergeColumn{m: m, f: f}
		for _, p := range m.parts {
			column, err := p.s.column(f.Name)
			if err != nil {
				return err
			}
			if column == nil {
				return p.s.file.damaged("it has no column %s", f.Name)
			}
			c.parts = append(c.parts, column)
			c.codes = append(c.codes, make([]uint32, column.dir.Values+1))
		}
		if err := c.write(i); err != nil {
			return err
		}
	}
	return nil
}

// mergeColumn is a column of all parts.
type mergeColumn struct {
	m     *merger
	f     *field.Field
	parts []*column
	codes [][]uint32 // of each part, the new code of each
}

func (c *mergeColumn) write(place int) error {
	plain := false
	values := uint32(0)
	err := c.each(func(key []byte, _ []uint32) error {
		values++
		plain = plain || !isHex(unsafeString(key))
		return nil
	})
	if err != nil {
		return err
	}
	worded := c.f.Words && !Few(values, len(c.m.docs))
	if worded {
		c.m.worded = append(c.m.worded, place)
	}
	w := c.m.a.column(c.f, !plain && textual(c.f.Type))
	err = c.each(func(key []byte, docs []uint32) error {
		w.add(key, docs)
		if worded {
			if err := addWords(c.m.words, place, c.f, key, docs); err != nil {
				return err
			}
		}
		return c.m.a.out.err
	})
	if err != nil {
		return err
	}
	if !c.f.Multi {
		return w.end(nil, nil)
	}
	starts, codes := make([]uint32, 1, len(c.m.docs)+1), []uint32{}
	var buf []uint32
	for _, o := range c.m.docs {
		buf = c.parts[o.part].Codes(o.doc, buf[:0])
		for _, code := range buf {
			codes = append(codes, c.codes[o.part][code])
		}
		starts = append(starts, uint32(len(codes)))
	}
	return w.end(starts, codes)
}

// each gives the values that are left in order, each with its new documents, and remembers their new codes.
func (c *mergeColumn) each(f func(key []byte, docs []uint32) error) error {
	at := make([]uint32, len(c.parts))
	keys := make([][]byte, len(c.parts))
	read := func(i int) {
		if at[i]++; at[i] <= c.parts[i].dir.Values {
			keys[i] = c.parts[i].appendKey(keys[i][:0], at[i])
		}
	}
	for i := range c.parts {
		read(i)
	}
	code := uint32(0)
	var docs []uint32
	var least []byte
	for {
		best := -1
		for i, p := range c.parts {
			if at[i] <= p.dir.Values && (best < 0 || bytes.Compare(keys[i], keys[best]) < 0) {
				best = i
			}
		}
		if best < 0 {
			return nil
		}
		least, docs = append(least[:0], keys[best]...), docs[:0]
		for i, p := range c.parts {
			if at[i] > p.dir.Values || !bytes.Equal(keys[i], least) {
				continue
			}
			own, err := p.read(at[i])
			if err != nil {
				return err
			}
			docs = c.m.parts[i].each(own, docs)
			c.codes[i][at[i]] = code + 1
			read(i)
		}
		if len(docs) == 0 {
			continue
		}
		code++
		if err := f(least, docs); err != nil {
			return err
		}
	}
}

// appendKey writes the value of a code as appendKey does.
func (c *column) appendKey(to []byte, code uint32) []byte {
	if textual(c.kind) && !c.texts.hex {
		return append(to, c.texts.at(code-1)...)
	}
	return appendKey(to, c.kind, c.value(code))
}

// lines writes the words of lines.
func (m *merger) lines() error {
	for _, f := range Lines(m.options.Catalogue, m.options.Small) {
		var streams []*wordStream
		for i, p := range m.parts {
			words, err := p.s.wordsOf(f.Name)
			if err != nil {
				return err
			}
			if words == nil {
				return p.s.file.damaged("it has no words of %s", f.Name)
			}
			if s := (&wordStream{words: words, part: m.parts[i]}); s.next() {
				streams = append(streams, s)
			}
		}
		if err := m.line(m.a.words(f.Name), streams); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) line(w *wordWriter, streams []*wordStream) error {
	var word []byte
	var docs []uint32
	for len(streams) > 0 {
		least := slices.MinFunc(streams, func(a, b *wordStream) int { return bytes.Compare(a.c.word, b.c.word) })
		word, docs = append(word[:0], least.c.word...), docs[:0]
		for i := 0; i < len(streams); i++ {
			s := streams[i]
			if !bytes.Equal(s.c.word, word) {
				continue
			}
			own, err := s.words.docs(&s.c)
			if err != nil {
				return err
			}
			docs = s.part.each(own, docs)
			if !s.next() {
				streams = slices.Delete(streams, i, i+1)
				i--
			}
		}
		if len(docs) > 0 {
			w.add(word, docs)
		}
	}
	return w.end()
}

// wordStream goes through all words of a field.
type wordStream struct {
	words *words
	part  *mergePart
	block int
	c     wordCursor
}

func (s *wordStream) next() bool {
	for !s.c.next() {
		if s.c.bad {
			s.words.damaged()
			return false
		}
		if s.block == len(s.words.blocks) {
			return false
		}
		s.words.cursor(s.block, &s.c)
		s.block++
	}
	return true
}
