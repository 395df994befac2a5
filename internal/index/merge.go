package index

import (
	"context"
	"io"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/segment"
)

// Segments are merged so that each has more than mergeRatio times the notices of all that came after it: with a base of millions
// and editions of hundreds there are then about a dozen at most, and a notice is copied about as often. A segment of which
// a third was replaced is written again, and so is at once one that holds what was taken out of the store: afterwards it is on the
// disk no more, once the views that stand on the old segment are closed.
const mergeRatio = 2

// tidy merges what should be merged. Readers and writers go on meanwhile.
func (x *Index) tidy(ctx context.Context) {
	for {
		more, err := x.mergeOnce(ctx)
		if err != nil {
			if !fault.Is(err, fault.Timeout) {
				x.fail(err)
			}
			return
		}
		if !more {
			return
		}
	}
}

// toMerge says from which part on all are to be merged; len(parts) for none.
func toMerge(parts []*part) int {
	from := len(parts)
	sum := int64(0)
	for i := len(parts) - 1; i >= 0; i-- {
		n := parts[i].size()
		if sum > 0 && n <= mergeRatio*sum || 3*n < 2*int64(parts[i].seg.Len()) || parts[i].purge > 0 {
			from = i
		}
		sum += n
	}
	return from
}

// mergeOnce merges once, and reports whether there was anything to merge.
func (x *Index) mergeOnce(ctx context.Context) (bool, error) {
	if x.options.Behind != nil { // one at a time; in the caller's time there is only one
		x.merging.Lock()
		defer x.merging.Unlock()
	}
	x.mu.Lock()
	gen := x.current
	if gen != nil {
		gen.retain()
	}
	x.mu.Unlock()
	if gen == nil {
		return false, nil
	}
	defer gen.release()
	from := toMerge(gen.parts)
	if from == len(gen.parts) || ended(ctx) != nil {
		return false, ended(ctx)
	}
	old := gen.parts[from:]
	large := false
	list := make([]segment.Part, len(old))
	for i, p := range old {
		list[i] = segment.Part{Segment: p.seg, Deleted: p.deleted}
		large = large || p.seg.Len() > maxChanged
	}
	h, err := x.write(ctx, large, func(w io.Writer, o segment.Options) error { return segment.Merge(w, list, o) })
	if err != nil {
		return false, err
	}
	h.retain()
	defer h.release()
	if x.options.Behind != nil { // else the caller has it
		x.change.Lock()
		defer x.change.Unlock()
	}
	return true, x.replace(old, h)
}

// replace puts a merged segment in the place of what it was made of, with what has been deleted there since deleted in it, too.
// change is held.
func (x *Index) replace(old []*part, h *handle) error {
	x.mu.Lock()
	gen := x.current
	x.mu.Unlock()
	if gen == nil {
		return nil
	}
	next := make([]*part, 0, len(gen.parts))
	merged := &part{handle: h}
	placed := false
	for _, p := range gen.parts {
		was := partOf(old, p.handle)
		if was == nil {
			next = append(next, p)
			continue
		}
		if !placed {
			next, placed = append(next, merged), true
		}
		merged.purge += p.purge - was.purge // taken out since the merged segment was begun
		since := roaring.New()
		if p.deleted != nil {
			since = p.deleted.Clone()
			if was.deleted != nil {
				since.AndNot(was.deleted)
			}
		}
		for it := since.Iterator(); it.HasNext(); {
			merged.drop(p.seg.ID(it.Next()))
		}
	}
	// Parts of which nothing was left are gone: what was merged of them is replaced, or was taken out.
	for _, was := range old {
		if partOf(gen.parts, was.handle) == nil {
			merged.purge++
			for doc := range uint32(was.seg.Len()) {
				if was.stands(doc) {
					merged.drop(was.seg.ID(doc))
				}
			}
		}
	}
	if !placed {
		next = append(next, merged)
	}
	if merged.size() == 0 {
		next = without(next, nil)
	}
	x.give(newGeneration(gen.info, next), "")
	return x.save()
}

// partOf finds the part of a segment.
func partOf(list []*part, h *handle) *part {
	for _, p := range list {
		if p.handle == h {
			return p
		}
	}
	return nil
}

// drop marks a notice as deleted in a part that nobody uses yet.
func (p *part) drop(id string) {
	if doc, ok := p.seg.Find(id); ok {
		if p.deleted == nil {
			p.deleted = roaring.New()
		}
		p.deleted.Add(doc)
	}
}
