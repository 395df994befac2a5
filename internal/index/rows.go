package index

import (
	"iter"
	"math"
	"runtime"
	"sync"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
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
	if long(lanes, q) {
		return nil, notHere("many rows with long texts, which the store has in columns")
	}
	return lanes, nil
}

// maxSplit is the most rows for which JSON of packed notices is read: one takes a tenth of a millisecond, which is little for a page, but
// more than the store takes for one of many. Where gestion and donnees are enough there is no such limit.
const maxSplit = 1000

// long reports whether more rows than that are read from notices.
func long(lanes []*lane, q query.Query) bool {
	n, packed := 0, false
	for _, l := range lanes {
		n += int(l.found.count(l.order.seg.Len()))
		packed = packed || l.read.notice && l.read.part != store.Halves
	}
	if n = max(0, n-q.Offset); q.Limit >= 0 {
		n = min(n, q.Limit)
	}
	return packed && n > maxSplit
}

// wanted is how many documents of each part may be among the rows; negative for all.
func wanted(q query.Query) int {
	if q.Limit < 0 || q.Offset > math.MaxInt-q.Limit {
		return -1
	}
	return q.Offset + q.Limit
}

// stream gives the rows of the lanes in order. It ends with an error of the last thing it did, or nil.
func stream(lanes []*lane, keys []query.Key, q query.Query, yield func(store.Row, error) bool) error {
	if q.Limit == 0 {
		return nil
	}
	g := &giver{skip: q.Offset, left: q.Limit, yield: yield, room: 1}
	for _, l := range lanes {
		g.ahead = g.ahead || l.read.notice
	}
	return g.end(inOrder(lanes, keys, wanted(q), func(i int, doc uint32) bool { return g.give(lanes[i], doc) }))
}

// inOrder calls yield with the first documents of the lanes in order, all of them when want is negative. A document comes with the number of its lane.
func inOrder(lanes []*lane, keys []query.Key, want int, yield func(lane int, doc uint32) bool) error {
	if len(lanes) == 1 {
		return lanes[0].order.documents(lanes[0].found, want, func(doc uint32) bool { return yield(0, doc) })
	}
	merged := merge(lanes, keys, want)
	defer merged.stop()
	for {
		h, doc, ok, failed := merged.next()
		if failed != nil || !ok || !yield(h, doc) {
			return failed
		}
	}
}

// mostAhead is the most notices that are unpacked before their rows are asked for.
const mostAhead = 64

// giver gives rows. When notices have to be unpacked it does so ahead, on all processors: for the first row, then for twice as many
// each time.
type giver struct {
	skip, left int
	yield      func(store.Row, error) bool
	ahead      bool
	room       int
	waiting    []waiting
	err        error
	over       bool // the caller wants no more
}

// waiting is a document whose row is to be given.
type waiting struct {
	*lane
	doc uint32
	n   *notice.Notice
	err error
}

// give takes the next document in order and reports whether more are wanted.
func (g *giver) give(l *lane, doc uint32) bool {
	if g.skip > 0 {
		g.skip--
		return true
	}
	if g.err = ended(l.order.ctx); g.err != nil {
		return false
	}
	g.waiting = append(g.waiting, waiting{lane: l, doc: doc})
	if g.left > 0 {
		g.left--
	}
	if !g.ahead || len(g.waiting) >= g.room || g.left == 0 {
		g.flush()
		g.room = min(2*g.room, mostAhead)
	}
	return g.left != 0 && g.err == nil && !g.over
}

// flush gives the rows that wait.
func (g *giver) flush() {
	unpackAll(g.waiting)
	for i := range g.waiting {
		w := &g.waiting[i]
		if w.err == nil && i > 0 {
			w.err = ended(w.order.ctx)
		}
		var row store.Row
		if w.err == nil {
			row = w.read.read(w.doc, w.n)
			w.err = w.order.seg.Err() // what is damaged is not shown
		}
		if g.err = w.err; g.err != nil {
			break
		}
		if !g.yield(row, nil) {
			g.over = true
			break
		}
	}
	g.waiting = g.waiting[:0]
}

// unpackAll unpacks the notices that rows need.
func unpackAll(list []waiting) {
	unpack := func(from, step int) {
		for i := from; i < len(list); i += step {
			w := &list[i]
			w.n, w.err = w.read.unpacked(w.doc)
		}
	}
	workers := min(runtime.GOMAXPROCS(0), len(list)/4)
	if workers < 2 || !list[0].read.notice {
		unpack(0, 1)
		return
	}
	var wait sync.WaitGroup
	for k := range workers {
		wait.Go(func() { unpack(k, workers) })
	}
	wait.Wait()
}

// end gives what still waits after the last document.
func (g *giver) end(failed error) error {
	if g.err == nil && !g.over && failed == nil {
		g.flush()
	}
	if g.err == nil {
		g.err = failed
	}
	return g.err
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

// next gives the next document and the number of its lane.
func (m *merger) next() (int, uint32, bool, error) {
	var best *head
	at := 0
	for i, h := range m.heads {
		if h.err != nil {
			return 0, 0, false, h.err
		}
		if h.ok && (best == nil || query.ComparePositions(m.keys, h.at, best.at) < 0) {
			best, at = h, i
		}
	}
	if best == nil {
		return 0, 0, false, nil
	}
	doc := best.doc
	best.advance()
	return at, doc, true, nil
}

func (m *merger) stop() {
	for _, h := range m.heads {
		h.halt()
	}
}
