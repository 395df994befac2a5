package index

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

var _ store.Chunker = (*View)(nil)

// Chunks implements store.Chunker.
func (v *View) Chunks(ctx context.Context, q query.Query, fields []*field.Field, size func() int) iter.Seq2[store.Chunk, error] {
	keys := store.Keys(q, v.ix.catalogue)
	if v.usable(ctx) != nil || store.CheckQuery(q, keys, fields) != nil {
		return nil
	}
	begun := time.Now()
	lanes, why, err := v.answers(ctx, q, keys, fields)
	if why != "" || err != nil {
		return nil
	}
	c := &cutter{lanes: lanes, fields: fields, size: size, skip: q.Offset, left: q.Limit}
	if !c.readable() {
		return nil
	}
	return func(yield func(store.Chunk, error) bool) {
		if err := v.usable(ctx); err != nil {
			yield(nil, err)
			return
		}
		v.streaming = true
		defer func() { v.streaming = false }()
		v.step("rows", plan(lanes), "", begun)
		c.yield = yield
		if err := v.late(c.cut(keys, q)); err != nil && !c.over {
			yield(nil, err)
		}
	}
}

// plan says who gives the rows of some lanes.
func plan(lanes []*lane) string {
	for _, l := range lanes {
		if l.read.notice {
			return "split"
		}
	}
	return "index"
}

// laneDoc is where a row is read.
type laneDoc struct{ lane, doc uint32 }

// cutter cuts the documents of a query, in their order, into chunks.
type cutter struct {
	lanes      []*lane
	fields     []*field.Field
	size       func() int
	skip, left int // left is negative for all
	yield      func(store.Chunk, error) bool
	list       []laneDoc
	room       int
	over       bool // the caller wants no more

	mu   sync.Mutex
	free [][]*rowReader // readers of all lanes that nobody uses
}

// readable reads a row of each lane: damage that shows there shows before the answer has begun.
func (c *cutter) readable() bool {
	for i, l := range c.lanes {
		doc, ok := l.found.first(l.order.seg.Len())
		if !ok {
			continue
		}
		for _, err := range (&chunk{c, []laneDoc{{uint32(i), doc}}}).Rows() {
			if err != nil {
				return false
			}
		}
	}
	return true
}

// cut gives the chunks. It ends with an error, or nil.
func (c *cutter) cut(keys []query.Key, q query.Query) error {
	if c.left == 0 {
		return nil
	}
	if err := inOrder(c.lanes, keys, wanted(q), c.take); err != nil || c.over {
		return err
	}
	if len(c.list) > 0 {
		c.over = !c.yield(&chunk{c, c.list}, nil)
	}
	return nil
}

// take takes the next document and reports whether more are wanted.
func (c *cutter) take(lane int, doc uint32) bool {
	if c.skip > 0 {
		c.skip--
		return true
	}
	if c.list == nil {
		c.room = max(1, c.size())
		c.list = make([]laneDoc, 0, c.room)
	}
	c.list = append(c.list, laneDoc{uint32(lane), doc})
	if c.left > 0 {
		c.left--
	}
	if len(c.list) >= c.room {
		full := &chunk{c, c.list}
		c.list = nil
		c.over = !c.yield(full, nil)
	}
	return c.left != 0 && !c.over
}

// readers gives readers for all lanes to one goroutine.
func (c *cutter) readers() ([]*rowReader, error) {
	c.mu.Lock()
	if n := len(c.free); n > 0 {
		list := c.free[n-1]
		c.free = c.free[:n-1]
		c.mu.Unlock()
		return list, nil
	}
	c.mu.Unlock()
	list := make([]*rowReader, len(c.lanes))
	for i, l := range c.lanes {
		r, err := l.order.rowReader(nil, c.fields)
		if err != nil {
			return nil, err
		}
		r.lend()
		list[i] = r
	}
	return list, nil
}

func (c *cutter) giveBack(list []*rowReader) {
	c.mu.Lock()
	c.free = append(c.free, list)
	c.mu.Unlock()
}

// chunk is some documents in order.
type chunk struct {
	*cutter
	places []laneDoc
}

// Rows implements store.Chunk.
func (c *chunk) Rows() iter.Seq2[[][]field.Value, error] {
	return func(yield func([][]field.Value, error) bool) {
		readers, err := c.readers()
		if err != nil {
			yield(nil, err)
			return
		}
		defer c.giveBack(readers)
		for _, p := range c.places {
			r := readers[p.lane]
			values, err := r.values(p.doc)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(values, nil) {
				return
			}
		}
	}
}

// values reads the values of a document alone.
func (r *rowReader) values(doc uint32) ([][]field.Value, error) {
	if err := ended(r.ctx); err != nil {
		return nil, err
	}
	n, err := r.unpacked(doc)
	if err != nil {
		return nil, err
	}
	for i, f := range r.fields {
		r.row.Values[i] = f.read(doc, n)
	}
	return r.row.Values, r.seg.Err() // what is damaged is not shown
}
