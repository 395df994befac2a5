package index

import (
	"iter"
	"math"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// lane is the answer of one part to a question for rows.
type lane struct {
	order *order
	read  *rowReader
	found docs
}

// lanes gives those of all parts in which something is found.
func (v *View) lanes(list []*asked, found []docs, q query.Query, keys []query.Key, fields []*field.Field) ([]*lane, error) {
	var lanes []*lane
	for i, a := range list {
		o, err := a.order(keys, q.After)
		if err != nil {
			return nil, err
		}
		read, err := a.rowReader(o.keys, fields)
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, &lane{o, read, found[i]})
	}
	return lanes, nil
}

// wanted is how many documents of each part may be among the rows; negative for all.
func wanted(q query.Query) int {
	if q.Limit < 0 || q.Offset > math.MaxInt-q.Limit {
		return -1
	}
	return q.Offset + q.Limit
}

// stream gives the rows of the lanes in order. It ends with an error of the last thing it did, or nil; stopped says that the
// caller wanted no more.
func stream(lanes []*lane, keys []query.Key, q query.Query, yield func(store.Row, error) bool) (err error) {
	skip, left := q.Offset, q.Limit
	if left == 0 {
		return nil
	}
	row := func(l *lane, doc uint32) bool {
		if skip > 0 {
			skip--
			return true
		}
		if err = ended(l.order.ctx); err != nil {
			return false
		}
		var r store.Row
		if r, err = l.read.read(doc); err == nil {
			err = l.order.seg.Err() // what is damaged is not shown
		}
		if err != nil || !yield(r, nil) {
			return false
		}
		left--
		return left != 0
	}
	if len(lanes) == 1 {
		failed := lanes[0].order.documents(lanes[0].found, wanted(q), func(doc uint32) bool { return row(lanes[0], doc) })
		if err == nil {
			err = failed
		}
		return err
	}
	merged := merge(lanes, keys, wanted(q))
	defer merged.stop()
	for {
		l, doc, ok, failed := merged.next()
		if failed != nil {
			return failed
		}
		if !ok || !row(l, doc) {
			return err
		}
	}
}

// merger brings the documents of several parts into one order.
type merger struct {
	keys  []query.Key
	heads []*head
}

// head is the next document of a lane.
type head struct {
	*lane
	pull func() (uint32, bool)
	halt func()
	err  error
	doc  uint32
	ok   bool
	at   query.Position
}

func merge(lanes []*lane, keys []query.Key, want int) *merger {
	m := &merger{keys: keys}
	for _, l := range lanes {
		h := &head{lane: l}
		h.pull, h.halt = iter.Pull(func(yield func(uint32) bool) { h.err = l.order.documents(l.found, want, yield) })
		h.advance()
		m.heads = append(m.heads, h)
	}
	return m
}

// advance takes the next document of a lane.
func (h *head) advance() {
	if h.doc, h.ok = h.pull(); !h.ok {
		return
	}
	h.at = query.Position{ID: h.order.seg.ID(h.doc), Keys: make([][]field.Value, len(h.order.keys))}
	for i, k := range h.order.keys {
		if code := k.c.Code(h.doc); code != 0 {
			h.at.Keys[i] = []field.Value{k.c.Value(code)}
		}
	}
}

func (m *merger) next() (*lane, uint32, bool, error) {
	var best *head
	for _, h := range m.heads {
		if h.err != nil {
			return nil, 0, false, h.err
		}
		if h.ok && (best == nil || query.ComparePositions(m.keys, h.at, best.at) < 0) {
			best = h
		}
	}
	if best == nil {
		return nil, 0, false, nil
	}
	doc := best.doc
	best.advance()
	return best.lane, doc, true, nil
}

func (m *merger) stop() {
	for _, h := range m.heads {
		h.halt()
	}
}
