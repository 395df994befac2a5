package segment

import "github.com/RoaringBitmap/roaring/v2"

// Range gives the documents of codes: of a sorted column a range, else the union of their lists when these are few or short,
// else those found by going through the codes of all, where a zone does not tell already.
func (c *column) Range(from, to uint32) (*roaring.Bitmap, error) {
	to = min(to, c.dir.Values+1)
	if from >= to {
		return roaring.New(), nil
	}
	if from == 0 {
		none, err := c.Docs(0)
		if err != nil {
			return nil, err
		}
		rest, err := c.Range(1, to)
		if err != nil {
			return nil, err
		}
		rest.Or(none)
		return rest, nil
	}
	if c.dir.Sorted {
		b := roaring.New()
		first, end := c.Span(from, to)
		b.AddRange(uint64(first), uint64(end))
		return b, nil
	}
	if c.short(from, to) {
		return c.union(from, to)
	}
	marks := newDense(c.docs)
	switch {
	case c.dir.Multi && c.codes8 != nil:
		scanMany(c.codes8, c.starts, from, to, marks)
	case c.dir.Multi && c.codes16 != nil:
		scanMany(c.codes16, c.starts, from, to, marks)
	case c.dir.Multi:
		scanMany(c.codes32, c.starts, from, to, marks)
	case c.codes8 != nil:
		scan(c.codes8, c.zones, from, to, marks)
	case c.codes16 != nil:
		scan(c.codes16, c.zones, from, to, marks)
	default:
		scan(c.codes32, c.zones, from, to, marks)
	}
	return marks.bitmap(), nil
}

// fewLists is the number of lists that are always united.
const fewLists = 16

// short reports whether the lists of codes are quicker than going through all codes.
func (c *column) short(from, to uint32) bool {
	if to-from <= fewLists {
		return true
	}
	all := uint64(0)
	for code := from; code < to; code++ {
		if all += 4 + c.Count(code); all > uint64(c.docs)/8 {
			return false
		}
	}
	return true
}

func (c *column) union(from, to uint32) (*roaring.Bitmap, error) {
	if to-from <= fewLists {
		list := make([]*roaring.Bitmap, 0, fewLists)
		for code := from; code < to; code++ {
			b, err := c.Docs(code)
			if err != nil {
				return nil, err
			}
			list = append(list, b)
		}
		if len(list) == 1 {
			return list[0].Clone(), nil
		}
		return roaring.FastOr(list...), nil
	}
	marks := newDense(c.docs)
	var few [fewDocs]uint32
	for code := from; code < to; code++ {
		slot := c.slots[code]
		if slot&inline != 0 {
			marks.add(slot &^ inline)
			continue
		}
		if l := c.lists[slot]; l.Docs <= fewDocs {
			data, err := c.file.part(c.dir.Heap, l.Off, uint64(l.Size))
			if err != nil {
				return nil, err
			}
			docs, ok := appendDocs(few[:0], data, l.Docs)
			if !ok {
				return nil, c.unreadable()
			}
			marks.addAll(docs)
			continue
		}
		b, err := c.Docs(code)
		if err != nil {
			return nil, err
		}
		marks.addBitmap(b)
	}
	return marks.bitmap(), nil
}

// scan marks the documents whose code is in a range.
func scan[T uint8 | uint16 | uint32](codes []T, zones []uint32, from, to uint32, marks dense) {
	n := to - from
	for z := 0; z*zoneDocs < len(codes); z++ {
		if low, high := zones[2*z], zones[2*z+1]; high < from || low >= to {
			continue
		}
		first := z * zoneDocs
		for i, own := 0, codes[first:min(first+zoneDocs, len(codes))]; i < len(own); i += 64 {
			var word uint64
			for j, code := range own[i:min(i+64, len(own))] {
				if uint32(code)-from < n {
					word |= 1 << j
				}
			}
			marks[(first+i)/64] = word
		}
	}
}

// scanMany is scan for a column of several values.
func scanMany[T uint8 | uint16 | uint32](codes []T, starts []uint32, from, to uint32, marks dense) {
	n := to - from
	for doc := range len(starts) - 1 {
		for _, code := range codes[starts[doc]:starts[doc+1]] {
			if uint32(code)-from < n {
				marks.add(uint32(doc))
				break
			}
		}
	}
}
