package index

import (
	"context"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// maxChanged is the most changed notices that are brought in by a segment of their own; after a larger change the index is made anew.
const maxChanged = 200_000

// keepTime is how long a commit waits for a view of the state before it. Without one, views that stand there and need the store
// have to be opened again.
const keepTime = time.Second

// tx is a change of the store that goes into the index with its commit.
type tx struct {
	store.Tx
	x       *Index
	changed map[string]bool // by id; true for those that were taken out, put again or not
	many    bool
}

// Begin starts a transaction of the store.
func (x *Index) Begin(ctx context.Context) (store.Tx, error) {
	x.mu.Lock()
	closed := x.closed
	x.mu.Unlock()
	if closed {
		return nil, fault.New(fault.Unavailable, "the store is closed")
	}
	inner, err := x.store.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &tx{Tx: inner, x: x, changed: map[string]bool{}}, nil
}

// Put upserts notices.
func (t *tx) Put(ctx context.Context, notices []*notice.Notice) ([]store.Outcome, error) {
	outcomes, err := t.Tx.Put(ctx, notices)
	for i, o := range outcomes {
		if o != store.Unchanged {
			t.changes(notices[i].ID, false)
		}
	}
	return outcomes, err
}

// Remove takes notices out.
func (t *tx) Remove(ctx context.Context, ids []string) ([]string, error) {
	removed, err := t.Tx.Remove(ctx, ids)
	for _, id := range removed {
		t.changes(id, true)
	}
	return removed, err
}

func (t *tx) changes(id string, removed bool) {
	if t.many {
		return
	}
	if t.changed[id] = t.changed[id] || removed; len(t.changed) > maxChanged {
		t.many, t.changed = true, nil
	}
}

// Commit publishes the change in the store and then in the index. That the index could not follow is no error: the store answers.
func (t *tx) Commit(ctx context.Context, now time.Time) (store.Info, error) {
	x := t.x
	x.change.Lock()
	defer x.change.Unlock()
	x.mu.Lock()
	gen := x.current
	if gen != nil {
		gen.retain()
	}
	x.mu.Unlock()
	if gen != nil {
		defer gen.release()
		x.standBy(ctx, gen)
	}
	begun := time.Now()
	info, err := t.Tx.Commit(ctx, now)
	if err != nil {
		if gen != nil {
			gen.keep(nil)
		}
		return info, err
	}
	x.note(t, info)
	if gen != nil {
		// A reader that gives up does not make the index fall behind.
		x.refresh(context.WithoutCancel(ctx), gen, t, time.Since(begun))
	}
	return info, nil
}

// standBy opens a view of the store for the views that will still stand on a generation.
func (x *Index) standBy(ctx context.Context, gen *generation) {
	ctx, cancel := context.WithTimeout(ctx, keepTime)
	defer cancel()
	s, err := x.store.Snapshot(ctx)
	if err != nil {
		return // those views have to be opened again
	}
	if s.Info() != gen.info {
		_ = s.Close() // nothing was read
		return
	}
	gen.keep(s)
}

// note remembers what is changed while a build is under way.
func (x *Index) note(t *tx, info store.Info) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.pending == nil {
		return
	}
	for id, removed := range t.changed {
		x.pending[id] = x.pending[id] || removed
	}
	x.noted = info.Revision
	x.tooMany = x.tooMany || t.many || len(x.pending) > maxChanged
}

// refresh brings a change in whose commit took some time. change is held.
func (x *Index) refresh(ctx context.Context, gen *generation, t *tx, commit time.Duration) {
	begun := time.Now()
	err := x.follow(ctx, gen, t)
	if err == nil {
		x.mu.Lock()
		x.last = Change{Notices: len(t.changed), Commit: commit, Searchable: time.Since(begun)}
		x.mu.Unlock()
		if err = x.save(); err != nil {
			x.fail(err)
		}
		x.behind(x.tidy)
		return
	}
	x.give(nil, "a change of the data could not be brought into the index")
	x.fail(err)
	if x.options.Behind != nil { // else whoever wants it calls Build
		x.options.Behind(x.rebuild)
	}
}

func (x *Index) follow(ctx context.Context, gen *generation, t *tx) error {
	if t.many {
		return fault.New(fault.TooLarge, "more than %d notices changed at once: the index is made anew", maxChanged)
	}
	s, err := x.store.Snapshot(ctx)
	if err != nil {
		return err
	}
	next, err := x.after(ctx, gen, s, t.changed)
	if err := closed(s, err); err != nil {
		return err
	}
	x.give(next, "")
	return nil
}
