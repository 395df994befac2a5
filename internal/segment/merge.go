package segment

import (
	"bytes"
	"cmp"
	"io"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/fault"
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
	places  []uint32 // of each word of a line the place among the new ones; of one that is left out, that of the next
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
