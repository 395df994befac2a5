package segment

import (
	"bytes"

	"github.com/boamp/boamp/internal/field"
)

// columns writes the columns and collects their words.
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
