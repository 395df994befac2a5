package segment

import (
	"sort"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
)

// column is a column over the bytes of a file.
type column struct {
	file    *file
	dir     columnDir
	docs    int
	kind    field.Type
	codes8  []byte // codes in one of these, by their width
	codes16 []uint16
	codes32 []uint32
	starts  []uint32
	texts   texts
	numbers []uint64
	firsts  []uint32
	slots   []uint32
	lists   []listRef
	zones   []uint32
	kept    []field.Value                    // the values, when there are few
	bitmaps []atomic.Pointer[roaring.Bitmap] // of the codes, when there are few
}

var _ Column = (*column)(nil)

// fewKept is the number of values that are kept on the heap as they are, and of bitmaps that are read once.
const fewKept = 4096

func newColumn(f *file, d columnDir, of *field.Field, docs int) (*column, error) {
	c := &column{file: f, dir: d, docs: docs, kind: of.Type}
	for _, read := range []func() error{c.readCodes, c.readValues, c.readLists} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	if d.Values <= fewKept {
		kept := make([]field.Value, d.Values)
		for i := range kept {
			kept[i] = c.value(uint32(i + 1))
		}
		c.kept = kept
		c.bitmaps = make([]atomic.Pointer[roaring.Bitmap], d.Values+1)
	}
	return c, f.err()
}

func (c *column) readCodes() (err error) {
	switch c.dir.Width {
	case 1:
		c.codes8, err = c.file.part(c.dir.Codes, 0, uint64(c.dir.Codes.Len))
	case 2:
		c.codes16, err = numbers[uint16](c.file, c.dir.Codes)
	default:
		c.codes32, err = numbers[uint32](c.file, c.dir.Codes)
	}
	if err == nil {
		c.starts, err = numbers[uint32](c.file, c.dir.Starts)
	}
	return err
}

func (c *column) readValues() (err error) {
	if textual(c.kind) {
		c.texts, err = newTexts(c.file, c.dir.Strings)
		return err
	}
	c.numbers, err = numbers[uint64](c.file, c.dir.Numbers)
	return err
}

func (c *column) readLists() (err error) {
	if c.dir.Sorted {
		c.firsts, err = numbers[uint32](c.file, c.dir.Firsts)
		return err
	}
	if c.slots, err = numbers[uint32](c.file, c.dir.Slots); err != nil {
		return err
	}
	if c.lists, err = numbers[listRef](c.file, c.dir.Lists); err != nil {
		return err
	}
	c.zones, err = numbers[uint32](c.file, c.dir.Zones)
	return err
}

func (c *column) Values() uint32 { return c.dir.Values }
func (c *column) Sorted() bool   { return c.dir.Sorted }

func (c *column) Value(code uint32) field.Value {
	if c.kept != nil {
		return c.kept[code-1]
	}
	return c.value(code)
}

// Lend implements Lender.
func (c *column) Lend(code uint32) field.Value {
	if c.kept != nil {
		return c.kept[code-1]
	}
	if !textual(c.kind) || c.texts.hex {
		return c.value(code)
	}
	return field.Str(unsafeString(c.texts.at(code - 1)))
}

func (c *column) value(code uint32) field.Value {
	if !textual(c.kind) {
		return valueOf(c.kind, c.numbers[code-1])
	}
	s := c.texts.at(code - 1)
	if c.texts.hex {
		return field.Str(hexText(s))
	}
	return field.Str(string(s))
}

func hexText(s []byte) string {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, 2*len(s))
	for _, c := range s {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return unsafeString(b)
}

func (c *column) Search(v field.Value) (code uint32, equal bool) {
	if textual(c.kind) {
		place, equal := c.texts.search(v.Str)
		return place + 1, equal
	}
	n := sort.Search(len(c.numbers), func(i int) bool { return c.kind.Compare(valueOf(c.kind, c.numbers[i]), v) >= 0 })
	return uint32(n + 1), n < len(c.numbers) && c.kind.Compare(valueOf(c.kind, c.numbers[n]), v) == 0
}

func (c *column) Span(from, to uint32) (first, end uint32) {
	if from == 0 {
		return c.firsts[c.dir.Values], uint32(c.docs)
	}
	return c.firsts[from-1], c.firsts[to-1]
}

func (c *column) Docs(code uint32) (*roaring.Bitmap, error) {
	if c.bitmaps != nil {
		if b := c.bitmaps[code].Load(); b != nil {
			return b, nil
		}
	}
	b, err := c.read(code)
	if err == nil && c.bitmaps != nil {
		c.bitmaps[code].Store(b)
	}
	return b, err
}

func (c *column) read(code uint32) (*roaring.Bitmap, error) {
	if c.dir.Sorted {
		b := roaring.New()
		first, end := c.Span(code, code+1)
		b.AddRange(uint64(first), uint64(end))
		return b, nil
	}
	slot := c.slots[code]
	if slot&inline != 0 {
		return roaring.BitmapOf(slot &^ inline), nil
	}
	l := c.lists[slot]
	data, err := c.file.part(c.dir.Heap, l.Off, uint64(l.Size))
	if err != nil {
		return nil, err
	}
	b, ok := bitmapOf(data, l.Docs)
	if !ok {
		return nil, c.unreadable()
	}
	return b, nil
}

func (c *column) unreadable() error {
	return c.file.damaged("the documents of a value of %s are not readable", c.dir.Field)
}

func (c *column) Count(code uint32) uint64 {
	if c.dir.Sorted {
		first, end := c.Span(code, code+1)
		return uint64(end - first)
	}
	slot := c.slots[code]
	if slot&inline != 0 {
		return 1
	}
	return uint64(c.lists[slot].Docs)
}

func (c *column) Codes(doc uint32, buf []uint32) []uint32 {
	if c.dir.Multi {
		for i := c.starts[doc]; i < c.starts[doc+1]; i++ {
			buf = append(buf, c.at(i))
		}
		return buf
	}
	if code := c.at(doc); code != 0 {
		return append(buf, code)
	}
	return buf
}

func (c *column) Code(doc uint32) uint32 {
	if c.dir.Multi {
		if c.starts[doc] == c.starts[doc+1] {
			return 0
		}
		doc = c.starts[doc]
	}
	return c.at(doc)
}

// at is the code in a place.
func (c *column) at(i uint32) uint32 {
	switch {
	case c.codes8 != nil:
		return uint32(c.codes8[i])
	case c.codes16 != nil:
		return uint32(c.codes16[i])
	}
	return c.codes32[i]
}
