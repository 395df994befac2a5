package index

import (
	"cmp"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/segment"
)

// sortKey is one key of an order in one part.
type sortKey struct {
	c     segment.Column
	desc  bool
	t     field.Type
	field *field.Field
}

// last is the place of null: behind everything, in either direction.
const last = math.MaxUint64

// at is the place of a document under the key: documents with a smaller one come before. Places of values are even, so that a
// value that no document has finds a place between them.
func (k sortKey) at(doc uint32) uint64 { return k.place(k.c.Code(doc)) }

func (k sortKey) place(code uint32) uint64 {
	switch {
	case code == 0:
		return last
	case k.desc:
		return 2 * uint64(k.c.Values()+1-code)
	}
	return 2 * uint64(code)
}

// placeOf is the place of a value that need not be there.
func (k sortKey) placeOf(values []field.Value) uint64 {
	if len(values) == 0 {
		return last
	}
	code, equal := k.c.Search(values[0])
	switch {
	case equal:
		return k.place(code)
	case k.desc:
		return 2*uint64(k.c.Values()+1-code) + 1
	}
	return 2*uint64(code) - 1
}

// order is an order of the documents of one part.
type order struct {
	*asked
	keys  []sortKey
	after *query.Position
	from  []uint64 // places of after
	list  []uint32 // buffer of numbered
}

func (a *asked) order(keys []query.Key, after *query.Position) (*order, error) {
	o := &order{asked: a, after: after}
	for i, k := range keys {
		c, err := a.column(a.ctx, k.Field)
		if err != nil {
			return nil, err
		}
		key := sortKey{c, k.Desc, k.Field.Type, k.Field}
		o.keys = append(o.keys, key)
		if after != nil {
			o.from = append(o.from, key.placeOf(after.Keys[i]))
		}
	}
	return o, nil
}

// behind reports whether a document comes after the position to continue behind.
func (o *order) behind(doc uint32) bool {
	if o.after == nil {
		return true
	}
	for i, k := range o.keys {
		if c := cmp.Compare(k.at(doc), o.from[i]); c != 0 {
			return c > 0
		}
	}
	return o.seg.ID(doc) > o.after.ID
}

// entry is a document with its place under the first key that is looked at.
type entry struct {
	place uint64
	doc   uint32
}

// before orders two entries under the keys; places are those of the first of them.
func (o *order) before(keys []sortKey, a, b entry) bool {
	if a.place != b.place {
		return a.place < b.place
	}
	for _, k := range keys[min(1, len(keys)):] {
		if x, y := k.at(a.doc), k.at(b.doc); x != y {
			return x < y
		}
	}
	return o.seg.IDRank(a.doc) < o.seg.IDRank(b.doc)
}

// sorted gives the first of some documents under some keys, all of them when want is negative.
func (o *order) sorted(found *roaring.Bitmap, keys []sortKey, want int) ([]uint32, error) {
	if want == 0 {
		return nil, nil
	}
	list := make([]entry, 0, min(uint64(max(want, 0)), found.GetCardinality()))
	less := func(a, b entry) bool { return o.before(keys, a, b) }
	limit, most := o.limit(found, keys, want), want
	if limit != last {
		most = -1 // few are left, which cost less to sort at once
	}
	var buf [1024]uint32
	for it := found.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			break
		}
		if err := ended(o.ctx); err != nil {
			return nil, err
		}
		for _, doc := range buf[:n] {
			e := entry{doc: doc}
			if len(keys) > 0 {
				e.place = keys[0].at(doc)
			}
			full := most >= 0 && len(list) == most
			if e.place > limit || full && e.place > list[0].place || !o.behind(doc) {
				continue
			}
			switch {
			case !full:
				list = append(list, e)
				if len(list) == most {
					heapify(list, less)
				}
			case less(e, list[0]):
				list[0] = e
				sink(list, 0, less)
			}
		}
	}
	slices.SortFunc(list, func(a, b entry) int {
		switch {
		case a == b:
			return 0
		case less(a, b):
			return -1
		}
		return 1
	})
	if want >= 0 {
		list = list[:min(want, len(list))]
	}
	docs := make([]uint32, len(list))
	for i, e := range list {
		docs[i] = e.doc
	}
	return docs, nil
}

// limit is the largest place under the first key of those wanted, by counting the values of all: worth it when many are wanted. It
// is last when nothing is known.
func (o *order) limit(found *roaring.Bitmap, keys []sortKey, want int) uint64 {
	if want < 256 || o.after != nil || len(keys) == 0 {
		return last
	}
	n, values := found.GetCardinality(), uint64(keys[0].c.Values())
	if n < 4*uint64(want) || values > 4*n {
		return last
	}
	counts := make([]uint64, values+1)
	keys[0].c.Tally(found, counts)
	seen := uint64(0)
	for i := uint32(1); uint64(i) <= values; i++ {
		code := i
		if keys[0].desc {
			code = uint32(values) + 1 - i
		}
		if seen += counts[code]; seen >= uint64(want) {
			return keys[0].place(code)
		}
	}
	return last
}

// heapify puts the last of a list at its root.
func heapify[T any](list []T, less func(a, b T) bool) {
	for i := len(list)/2 - 1; i >= 0; i-- {
		sink(list, i, less)
	}
}

func sink[T any](list []T, i int, less func(a, b T) bool) {
	for {
		child := 2*i + 1
		if child >= len(list) {
			return
		}
		if child+1 < len(list) && less(list[child], list[child+1]) {
			child++
		}
		if !less(list[i], list[child]) {
			return
		}
		list[i], list[child] = list[child], list[i]
		i = child
	}
}

// documents calls yield with the first of the found documents in order, all of them when want is negative.
func (o *order) documents(found docs, want int, yield func(doc uint32) bool) error {
	_, _, err := o.under(place{tight: o.after != nil}, found, want, yield)
	return err
}

// place is how far an order has been gone down: documents are equal under so many of its keys.
type place struct {
	depth int
	tight bool // and equal to the position to continue behind under them, so that the others decide
}

// under gives the first of some documents that are equal under the first keys, in the order of the others: how many there were, and
// whether more are wanted.
func (o *order) under(at place, found docs, want int, yield func(doc uint32) bool) (given int, more bool, err error) {
	keys := o.keys[at.depth:]
	if o.walks(at, found, want) {
		return o.walk(at, found, want, yield)
	}
	list, err := o.sorted(found.bitmap(o.seg.Len()), keys, want)
	return give(list, err, yield)
}

func give(list []uint32, err error, yield func(doc uint32) bool) (given int, more bool, _ error) {
	for i, doc := range list {
		if !yield(doc) {
			return i + 1, false, err
		}
	}
	return len(list), true, err
}

// What it takes to look at a document for a heap, and to take up the documents of a code, in nanoseconds: the plan is made of them.
const (
	docCost  = 15
	codeCost = 800
	spanCost = 200 // when they stand together
)

// walks says whether to go through the values of the next key one after the other rather than to look at every found document.
func (o *order) walks(at place, found docs, want int) bool {
	if at.depth == len(o.keys) {
		return false
	}
	c := o.keys[at.depth].c
	n := found.count(o.seg.Len())
	codes := float64(c.Values()) + 1
	if want >= 0 {
		codes = min(codes, 2*float64(want+1)*codes/float64(n+1)+1)
	}
	cost := float64(codeCost)
	if c.Sorted() {
		cost = spanCost
	}
	return want < 0 && c.Sorted() && at.depth == 0 || codes*cost < float64(n)*docCost
}

// walk goes through the values of the next key in their order.
func (o *order) walk(at place, found docs, want int, yield func(doc uint32) bool) (given int, more bool, err error) {
	key := o.keys[at.depth]
	values := key.c.Values()
	for i := uint32(1); i <= values+1 && want != 0; i++ {
		code := i
		switch {
		case i > values:
			code = 0
		case key.desc:
			code = values + 1 - i
		}
		next := place{depth: at.depth + 1, tight: at.tight}
		if at.tight {
			switch here := key.place(code); {
			case here < o.from[at.depth]:
				continue
			case here > o.from[at.depth]:
				next.tight = false
			}
		}
		n, more, err := o.next(next, found, code, want, yield)
		given += n
		if !more || err != nil {
			return given, more, err
		}
		if want > 0 {
			want -= n
		}
	}
	return given, true, ended(o.ctx)
}

// next gives the found documents of a code of the key before a place, in order.
func (o *order) next(at place, found docs, code uint32, want int, yield func(doc uint32) bool) (given int, more bool, err error) {
	key := o.keys[at.depth-1]
	if at.depth == len(o.keys) && key.field.Name == segment.DayField && key.field.From == nil && key.c.Sorted() {
		list, err := o.numbered(key, found, code, want) // documents are numbered in this order
		return give(list, err, yield)
	}
	group, err := o.group(found, key.c, code)
	if err != nil || group.IsEmpty() {
		return 0, true, err
	}
	return o.under(at, shared(group), want, yield)
}

// numbered gives the found documents of a code of a sorted column as they are numbered.
func (o *order) numbered(key sortKey, found docs, code uint32, want int) ([]uint32, error) {
	from, end := key.c.Span(code, code+1)
	o.list = o.list[:0]
	take := func(doc uint32) bool {
		if o.behind(doc) {
			o.list = append(o.list, doc)
		}
		return want < 0 || len(o.list) < want
	}
	if found.not {
		for doc := from; doc < end; doc++ {
			if !found.bm.Contains(doc) && !take(doc) {
				break
			}
		}
		return o.list, ended(o.ctx)
	}
	var it roaring.IntIterator
	it.Initialize(found.bm)
	for it.AdvanceIfNeeded(from); it.HasNext() && it.PeekNext() < end; {
		if !take(it.Next()) {
			break
		}
	}
	return o.list, ended(o.ctx)
}

// group are the found documents of a code.
func (o *order) group(found docs, c segment.Column, code uint32) (*roaring.Bitmap, error) {
	if !c.Sorted() {
		bm, err := c.Docs(code)
		if err != nil {
			return nil, err
		}
		return shareOf(shared(bm), found).bm, nil
	}
	from, end := c.Span(code, code+1)
	group := roaring.New()
	if found.not {
		group.AddRange(uint64(from), uint64(end))
		group.AndNot(found.bm)
		return group, nil
	}
	it := found.bm.Iterator()
	for it.AdvanceIfNeeded(from); it.HasNext() && it.PeekNext() < end; {
		group.Add(it.Next())
	}
	return group, nil
}
