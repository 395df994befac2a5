package index

import (
	"context"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/segment"
)

// maxDerived is the most values of a column from which a computed field is worked out; one of more is the store's to compute.
const maxDerived = 1 << 19

// derived is a computed field over one column: worked out once for each value of that column, and again a column.
type derived struct {
	base   segment.Column
	length int           // documents of the segment
	multi  bool          // the base has several values
	t      field.Type    // of the values
	values []field.Value // ascending; code 1 is values[0]
	of     []uint32      // code of the base -> code; of[0] is that of no value

	once  sync.Once
	start []uint32 // of the codes of the base with each code, in from
	from  []uint32
}

// newDerived works out an expression over the values of a column.
func newDerived(ctx context.Context, e scalar.Expr, f *field.Field, base segment.Column, length int) (*derived, error) {
	d := &derived{base: base, length: length, multi: f.Multi, t: e.Type(), of: make([]uint32, base.Values()+1)}
	read := scalar.Replace(e, func(*field.Field) *field.Field { return &field.Field{Name: f.Name, Type: f.Type, Get: one} })
	results := make([]field.Value, 0, len(d.of))
	at := make([]uint32, 0, len(d.of)) // the code of the base of each result
	for code := range d.of {
		if code%4096 == 0 && ctx.Err() != nil {
			return nil, ended(ctx)
		}
		var in []field.Value
		if code > 0 {
			in = []field.Value{base.Value(uint32(code))}
		}
		if out := scalar.Eval(read, in); len(out) > 0 {
			results, at = append(results, out[0]), append(at, uint32(code))
		}
	}
	d.number(results, at)
	return d, nil
}

// one reads a record that is the values of one field.
func one(r field.Record) []field.Value { return r.([]field.Value) }

// number gives equal results one code, in their order.
func (d *derived) number(results []field.Value, at []uint32) {
	order := make([]int, len(results))
	for i := range order {
		order[i] = i
	}
	byValue := func(a, b int) int { return d.t.Compare(results[a], results[b]) }
	if !slices.IsSortedFunc(order, byValue) {
		slices.SortFunc(order, byValue)
	}
	for _, i := range order {
		if n := len(d.values); n == 0 || d.t.Compare(d.values[n-1], results[i]) != 0 {
			v := results[i]
			v.Str = cloned(v.Str)
			d.values = append(d.values, v)
		}
		d.of[at[i]] = uint32(len(d.values))
	}
}

// size is about what it takes in memory.
func (d *derived) size() int64 {
	n := int64(len(d.of))*8 + int64(len(d.values))*52
	for _, v := range d.values {
		n += int64(len(v.Str))
	}
	return n
}

// sources are the codes of the base that have a code, ascending.
func (d *derived) sources(code uint32) []uint32 {
	d.once.Do(func() {
		d.start = make([]uint32, len(d.values)+2)
		for _, c := range d.of {
			d.start[c]++
		}
		sum := uint32(0)
		for i, n := range d.start {
			d.start[i] = sum
			sum += n
		}
		next := slices.Clone(d.start)
		d.from = make([]uint32, len(d.of))
		for b, c := range d.of {
			d.from[next[c]] = uint32(b)
			next[c]++
		}
	})
	return d.from[d.start[code]:d.start[code+1]]
}

func (d *derived) Values() uint32                { return uint32(len(d.values)) }
func (d *derived) Value(code uint32) field.Value { return d.values[code-1] }
func (d *derived) Sorted() bool                  { return false }
func (d *derived) Search(v field.Value) (uint32, bool) {
	i, ok := slices.BinarySearchFunc(d.values, v, d.t.Compare)
	return uint32(i + 1), ok
}

// Docs implements segment.Column.
func (d *derived) Docs(code uint32) (*roaring.Bitmap, error) {
	if code == 0 && d.multi { // none of the values has a result
		some, err := d.Range(1, d.Values()+1)
		if err != nil {
			return nil, err
		}
		some.Flip(0, uint64(d.length))
		return some, nil
	}
	return union(d.base, d.sources(code))
}

// Count implements segment.Column.
func (d *derived) Count(code uint32) (n uint64) {
	if !d.multi {
		for _, c := range d.sources(code) {
			n += d.base.Count(c)
		}
		return n
	}
	bm, err := d.Docs(code)
	if err != nil {
		return 0
	}
	return bm.GetCardinality()
}

// Range implements segment.Column.
func (d *derived) Range(from, to uint32) (*roaring.Bitmap, error) {
	var codes []uint32
	for c := from; c < to; c++ {
		codes = append(codes, d.sources(c)...)
	}
	slices.Sort(codes)
	return union(d.base, codes)
}

// Codes implements segment.Column.
func (d *derived) Codes(doc uint32, buf []uint32) []uint32 {
	first := len(buf)
	buf = d.base.Codes(doc, buf)
	if len(buf) == first {
		if d.of[0] != 0 {
			buf = append(buf, d.of[0])
		}
		return buf
	}
	out := buf[:first]
	for _, c := range buf[first:] {
		if c = d.of[c]; c != 0 {
			out = append(out, c)
		}
	}
	return out
}

// Code implements segment.Column.
func (d *derived) Code(doc uint32) uint32 { return d.of[d.base.Code(doc)] }

// Tally implements segment.Column.
func (d *derived) Tally(bm *roaring.Bitmap, counts []uint64) {
	if !d.multi {
		below := make([]uint64, len(d.of))
		d.base.Tally(bm, below)
		for c, n := range below {
			counts[d.of[c]] += n
		}
		return
	}
	tally(d, bm, counts)
}

// Span implements segment.Column: it is never sorted.
func (d *derived) Span(uint32, uint32) (uint32, uint32) { return 0, 0 }

// tally counts by looking at each document.
func tally(c segment.Column, bm *roaring.Bitmap, counts []uint64) {
	var codes []uint32
	for it := bm.Iterator(); it.HasNext(); {
		codes = c.Codes(it.Next(), codes[:0])
		if len(codes) == 0 {
			counts[0]++
		}
		for i, code := range codes {
			if !slices.Contains(codes[:i], code) {
				counts[code]++
			}
		}
	}
}

// union are the documents with one of some codes, ascending. The bitmap is the caller's.
func union(c segment.Column, codes []uint32) (*roaring.Bitmap, error) {
	acc := roaring.New()
	var batch []*roaring.Bitmap
	flush := func() {
		acc.Or(roaring.FastOr(batch...))
		batch = batch[:0]
	}
	for i := 0; i < len(codes); {
		j := i + 1
		for j < len(codes) && codes[j] == codes[j-1]+1 {
			j++
		}
		var bm *roaring.Bitmap
		var err error
		if j == i+1 {
			bm, err = c.Docs(codes[i])
		} else {
			bm, err = c.Range(codes[i], codes[j-1]+1)
		}
		if err != nil {
			return nil, err
		}
		if batch = append(batch, bm); len(batch) == 512 {
			flush()
		}
		i = j
	}
	flush()
	return acc, nil
}
