package search

import (
	"container/heap"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// top keeps the first rows of groups in an order: the last of them stands at the root of a heap and gives way to better ones.
type top struct {
	keys []query.Key
	most int // rows to keep
	seen int
	list []ranked
}

// ranked is a row with its place in the order; seq is its place in that of the engine.
type ranked struct {
	row query.Group
	at  query.Position
	seq int
}

func (t *top) compare(a, b ranked) int {
	if c := query.ComparePositions(t.keys, a.at, b.at); c != 0 {
		return c
	}
	return a.seq - b.seq
}

// Len, Less, Swap, Push and Pop are those of a heap.
func (t *top) Len() int           { return len(t.list) }
func (t *top) Less(i, j int) bool { return t.compare(t.list[i], t.list[j]) > 0 }
func (t *top) Swap(i, j int)      { t.list[i], t.list[j] = t.list[j], t.list[i] }
func (t *top) Push(x any)         { t.list = append(t.list, x.(ranked)) }
func (t *top) Pop() any {
	last := t.list[len(t.list)-1]
	t.list = t.list[:len(t.list)-1]
	return last
}

// add takes a row, which is copied when it is kept.
func (t *top) add(row query.Group) error {
	if t.most == 0 {
		return nil
	}
	r := ranked{row, query.PositionIn("", row, t.keys), t.seen}
	t.seen++
	if len(t.list) == t.most {
		if t.compare(r, t.list[0]) >= 0 {
			return nil
		}
		r.keep()
		t.list[0] = r
		heap.Fix(t, 0)
		return nil
	}
	if len(t.list) == MaxSorted {
		return fault.New(fault.TooLarge, "more than %d groups cannot be sorted by what is computed from them", MaxSorted).
			WithHint("ask for fewer rows, or sort by a column as it is")
	}
	r.keep()
	heap.Push(t, r)
	return nil
}

// keep makes the row outlive the next one.
func (r *ranked) keep() {
	r.row = query.Group(cloneValues(r.row))
	r.at.Keys = cloneValues(r.at.Keys)
}

// sorted empties the heap into its order.
func (t *top) sorted() []query.Group {
	slices.SortFunc(t.list, t.compare)
	rows := make([]query.Group, len(t.list))
	for i, r := range t.list {
		rows[i] = r.row
	}
	return rows
}

var _ heap.Interface = (*top)(nil)

// cloneValues copies the values of a row.
func cloneValues(values [][]field.Value) [][]field.Value {
	out := make([][]field.Value, len(values))
	for i, v := range values {
		if v != nil {
			out[i] = append(make([]field.Value, 0, len(v)), v...)
		}
	}
	return out
}
