package index

import (
	"context"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store"
)

// generation is the index at one state of the store. It never changes; what its views use stays open until the last is closed.
type generation struct {
	info  store.Info
	parts []*part // the oldest, which is the largest as a rule, first

	mu   sync.Mutex
	uses int
	// kept is a view of the store at this state, opened before the store moves on: it answers for the views that still stand here.
	// Who uses it holds turn.
	kept store.Snapshot
	turn chan struct{}
}

// newGeneration makes one, used once.
func newGeneration(info store.Info, parts []*part) *generation {
	for _, p := range parts {
		p.retain()
	}
	return &generation{info: info, parts: parts, uses: 1, turn: make(chan struct{}, 1)}
}

func (g *generation) retain() {
	g.mu.Lock()
	g.uses++
	g.mu.Unlock()
}

// release gives up a use.
func (g *generation) release() {
	g.mu.Lock()
	g.uses--
	last := g.uses == 0
	g.mu.Unlock()
	if !last {
		return
	}
	if g.kept != nil {
		_ = g.kept.Close() // it was for reading only
	}
	for _, p := range g.parts {
		p.release()
	}
}

// keep has a view of the store stand by, or drops the one that does with nil.
func (g *generation) keep(s store.Snapshot) {
	g.turn <- struct{}{}
	g.mu.Lock()
	old := g.kept
	g.kept = s
	g.mu.Unlock()
	<-g.turn
	if old != nil {
		_ = old.Close()
	}
}

// bridge gives the view that stands by, to be given back.
func (g *generation) bridge(ctx context.Context) (store.Snapshot, func(), error) {
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ended(ctx)
	}
	g.mu.Lock()
	s := g.kept
	g.mu.Unlock()
	if s == nil {
		<-g.turn
		return nil, nil, fault.New(fault.Unavailable, "the data have changed since the question began").WithHint("ask again")
	}
	return s, func() { <-g.turn }, nil
}

// damage is the first that a segment met.
func (g *generation) damage() error {
	for _, p := range g.parts {
		if err := p.seg.Err(); err != nil {
			return err
		}
	}
	return nil
}

// purge reports whether the segments hold something that was taken out of the store.
func (g *generation) purge() bool {
	return slices.ContainsFunc(g.parts, func(p *part) bool { return p.purge > 0 })
}

// without gives the parts with the notices of some ids deleted. Those that are true were taken out of the store: wherever there is a
// revision of one, replaced or not, its bytes are to go.
func without(parts []*part, ids map[string]bool) []*part {
	list := make([]*part, 0, len(parts)+1)
	for _, p := range parts {
		q := &part{handle: p.handle, purge: p.purge, deleted: roaring.New()}
		if p.deleted != nil {
			q.deleted = p.deleted.Clone()
		}
		touched := false
		for id, removed := range ids {
			doc, ok := p.seg.Find(id)
			if !ok || !removed && !p.stands(doc) {
				continue
			}
			touched = true
			q.deleted.Add(doc)
			if removed {
				q.purge++
			}
		}
		switch {
		case !touched:
			list = append(list, p)
		case int(q.deleted.GetCardinality()) < p.seg.Len(): // else nothing of it is left
			list = append(list, q)
		}
	}
	return list
}
