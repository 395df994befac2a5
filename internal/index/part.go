package index

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/segment"
)

// part is one segment of a generation with what has been replaced in it since.
type part struct {
	*handle
	deleted *roaring.Bitmap // never changed; nil for none
	purge   int             // notices in it that were taken out of the store: it is to be written again without them (see tidy)
}

// live are the documents that stand.
func (p *part) live() docs {
	if p.deleted == nil {
		return all()
	}
	return docs{bm: p.deleted, not: true}
}

// size is the number of documents that stand.
func (p *part) size() int64 {
	n := int64(p.seg.Len())
	if p.deleted != nil {
		n -= int64(p.deleted.GetCardinality())
	}
	return n
}

// stands reports whether a document has not been replaced.
func (p *part) stands(doc uint32) bool { return p.deleted == nil || !p.deleted.Contains(doc) }

// find looks for a notice.
func (p *part) find(id string) (uint32, bool) {
	doc, ok := p.seg.Find(id)
	return doc, ok && p.stands(doc)
}

// maxMemo is the most bytes that one segment's computed columns and lines of words take in memory between questions.
const maxMemo = 64 << 20

// handle is an open segment with what has been worked out from it. It is closed when nobody uses it any more.
type handle struct {
	seg   segment.Segment
	name  string // of its file; "" for one that is only in memory
	build string // what it must say that it is

	mu    sync.Mutex
	uses  int
	gone  func() // called when it is closed: removes a file that was replaced
	size  int64
	memo  map[string]*derived
	lines map[string][]string
	seen  map[string][]atomic.Pointer[field.Value] // by code less one, of columns of few values: those that were read
}

func newHandle(seg segment.Segment, name, build string) *handle {
	return &handle{seg: seg, name: name, build: build, memo: map[string]*derived{}, lines: map[string][]string{}, seen: map[string][]atomic.Pointer[field.Value]{}}
}

// replaced says what to do once nobody uses it any more.
func (h *handle) replaced(gone func()) {
	h.mu.Lock()
	h.gone = gone
	h.mu.Unlock()
}

func (h *handle) retain() {
	h.mu.Lock()
	h.uses++
	h.mu.Unlock()
}

// release gives up a use.
func (h *handle) release() {
	h.mu.Lock()
	h.uses--
	last, gone := h.uses == 0, h.gone
	h.mu.Unlock()
	if !last {
		return
	}
	_ = h.seg.Close() // nothing was written to it
	if gone != nil {
		gone()
	}
}

// room makes room for size bytes: when there is none everything is worked out again as it is needed. mu is held.
func (h *handle) room(size int64) bool {
	if size > maxMemo/2 {
		return false
	}
	if h.size+size > maxMemo {
		clear(h.memo)
		clear(h.lines)
		h.size = 0
	}
	h.size += size
	return true
}

// column gives the column of a field, stored or computed; a notHere when the segment has none.
func (h *handle) column(ctx context.Context, f *field.Field) (segment.Column, error) {
	if f.Hidden || f.Opaque {
		return nil, notHere("field " + f.Name + " has no column")
	}
	e, computed := f.From.(scalar.Expr)
	if !computed {
		if f.From != nil {
			return nil, notHere("a field of groups")
		}
		c, err := h.seg.Column(f)
		if err == nil && c == nil {
			err = notHere("field " + f.Name + " has no column")
		}
		return c, err
	}
	return h.computed(ctx, e)
}

// computed gives the column of an expression over at most one column.
func (h *handle) computed(ctx context.Context, e scalar.Expr) (segment.Column, error) {
	switch x := e.(type) {
	case scalar.Ref:
		return h.column(ctx, x.Field)
	case scalar.First:
		c, err := h.computed(ctx, x.X)
		if err == nil && scalar.Multi(x.X) {
			return first{c}, nil
		}
		return c, err
	}
	fields := scalar.Fields(e)
	if len(fields) == 0 {
		return constant{scalar.Eval(e, nil), e.Type(), h.seg.Len()}, nil
	}
	if len(fields) > 1 {
		return nil, notHere("computed from several fields")
	}
	base, err := h.column(ctx, fields[0])
	if err != nil {
		return nil, err
	}
	if !scalar.Each(e) {
		return nil, notHere("computed from all values of a field together")
	}
	if base.Values() > maxDerived {
		return nil, notHere("computed from a field of too many values")
	}
	return h.derive(ctx, e, fields[0], base)
}

// derive gives a computed column, as it was worked out before when there still is one.
func (h *handle) derive(ctx context.Context, e scalar.Expr, f *field.Field, base segment.Column) (segment.Column, error) {
	key := e.String()
	h.mu.Lock()
	d, ok := h.memo[key]
	h.mu.Unlock()
	if ok {
		return d, nil
	}
	d, err := newDerived(ctx, e, f, base, h.seg.Len())
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.room(d.size()) {
		h.memo[key] = d
	}
	return d, nil
}

// manyValues is the number of values up to which those of a column that were read stay at hand.
const manyValues = 4096

// seenOf is where the values of a stored column are kept once they are read; nil when it has too many.
func (h *handle) seenOf(f *field.Field, c segment.Column) []atomic.Pointer[field.Value] {
	if f.From != nil || c.Values() > manyValues {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	list, ok := h.seen[f.Name]
	if !ok {
		list = make([]atomic.Pointer[field.Value], c.Values())
		h.seen[f.Name] = list
	}
	return list
}

// linesOf gives the lines of words of the values of a column, by code from 1 on; false when they are too many to keep.
func (h *handle) linesOf(ctx context.Context, f *field.Field, c segment.Column) ([]string, bool, error) {
	h.mu.Lock()
	list, ok := h.lines[f.Name]
	h.mu.Unlock()
	if ok {
		return list, true, nil
	}
	if c.Values() > maxLines {
		return nil, false, nil
	}
	list = make([]string, c.Values())
	size := int64(16 * len(list))
	for i := range list {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, false, ended(ctx)
		}
		list[i] = f.Line([]field.Value{c.Value(uint32(i) + 1)})
		size += int64(len(list[i]))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.room(size) {
		h.lines[f.Name] = list
	}
	return list, true, nil
}

// maxLines is the most values of a column whose lines of words are kept.
const maxLines = 1 << 17
