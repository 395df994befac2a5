package index

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/segment"
)

// first is the smallest value of a column of several values.
type first struct{ segment.Column }

func (f first) Sorted() bool { return false }

// Docs implements segment.Column.
func (f first) Docs(code uint32) (*roaring.Bitmap, error) {
	if code == 0 {
		return f.Column.Docs(0)
	}
	return f.Range(code, code+1)
}

// Range implements segment.Column.
func (f first) Range(from, to uint32) (*roaring.Bitmap, error) {
	bm, err := f.Column.Range(from, to)
	if err != nil || from <= 1 {
		return bm, err
	}
	smaller, err := f.Column.Range(1, from)
	if err != nil {
		return nil, err
	}
	bm.AndNot(smaller)
	return bm, nil
}

// Count implements segment.Column.
func (f first) Count(code uint32) uint64 {
	bm, err := f.Docs(code)
	if err != nil {
		return 0
	}
	return bm.GetCardinality()
}

// Code implements segment.Column.
func (f first) Code(doc uint32) uint32 {
	var buf [16]uint32
	list := f.Column.Codes(doc, buf[:0])
	if len(list) == 0 {
		return 0
	}
	return slices.Min(list)
}

// Codes implements segment.Column.
func (f first) Codes(doc uint32, buf []uint32) []uint32 {
	if c := f.Code(doc); c != 0 {
		buf = append(buf, c)
	}
	return buf
}

// Tally implements segment.Column.
func (f first) Tally(bm *roaring.Bitmap, counts []uint64) { tally(f, bm, counts) }

// constant is a value that all documents have, or none.
type constant struct {
	values []field.Value // one or none
	t      field.Type
	length int
}

func (c constant) Values() uint32                { return uint32(len(c.values)) }
func (c constant) Value(code uint32) field.Value { return c.values[code-1] }
func (c constant) Sorted() bool                  { return true }
func (c constant) Code(uint32) uint32            { return c.Values() }
func (c constant) Search(v field.Value) (uint32, bool) {
	i, ok := slices.BinarySearchFunc(c.values, v, c.t.Compare)
	return uint32(i + 1), ok
}

// Docs implements segment.Column.
func (c constant) Docs(code uint32) (*roaring.Bitmap, error) {
	bm := roaring.New()
	if code == c.Values() {
		bm.AddRange(0, uint64(c.length))
	}
	return bm, nil
}

// Count implements segment.Column.
func (c constant) Count(code uint32) uint64 {
	if code == c.Values() {
		return uint64(c.length)
	}
	return 0
}

// Range implements segment.Column.
func (c constant) Range(from, to uint32) (*roaring.Bitmap, error) {
	if from <= c.Values() && c.Values() < to {
		return c.Docs(c.Values())
	}
	return roaring.New(), nil
}

// Tally implements segment.Column.
func (c constant) Tally(bm *roaring.Bitmap, counts []uint64) {
	counts[c.Values()] += bm.GetCardinality()
}

// Span implements segment.Column.
func (c constant) Span(from, to uint32) (uint32, uint32) {
	if from <= c.Values() && c.Values() < to {
		return 0, uint32(c.length)
	}
	return 0, 0
}

// Codes implements segment.Column.
func (c constant) Codes(_ uint32, buf []uint32) []uint32 {
	if c.Values() > 0 {
		buf = append(buf, 1)
	}
	return buf
}
