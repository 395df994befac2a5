package storetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// history changes a store at random and holds it to what it should show after every step.
type history struct {
	*testing.T
	seed uint64
	g    *Generator
	db   store.Store
	is   state
	made int
	seq  int64
	old  store.Snapshot // a view that stays open
	was  state          // what it should show
}

// testHistory goes through random puts, removals and lines, committed or not.
func testHistory(t *testing.T, db store.Store) {
	seed := uint64(time.Now().UnixNano())
	h := &history{T: t, seed: seed, g: NewGenerator(seed), db: db, is: newState()}
	steps := 25
	if testing.Short() {
		steps = 8
	}
	for range steps {
		h.step()
		h.hold()
	}
}

// testReopenedHistory also closes the store and opens it again.
func testReopenedHistory(t *testing.T, open func(dir string) (store.Store, error)) {
	seed := uint64(time.Now().UnixNano())
	h := &history{T: t, seed: seed, g: NewGenerator(seed), is: newState()}
	dir := t.TempDir()
	for range 4 {
		var err error
		if h.db, err = open(dir); err != nil {
			t.Fatalf("seed %d: open: %v", seed, err)
		}
		h.hold()
		for range 1 + h.g.r.IntN(4) {
			h.step()
		}
		h.hold()
		h.forget()
		if err := h.db.Close(); err != nil {
			t.Fatalf("seed %d: close: %v", seed, err)
		}
	}
}

// hold holds the store, and the view from before, to what they should show.
func (h *history) hold() {
	h.Helper()
	v, err := h.db.Snapshot(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	h.is.hold(h, v)
	if Compare(h, v, h.g, slices.Collect(maps.Values(h.is.notices)), 1); h.old != nil {
		h.was.hold(h, h.old)
	}
	if h.Failed() {
		h.Fatalf("seed %d", h.seed)
	}
	if h.old == nil || h.g.chance(3) {
		h.forget()
		h.old, h.was = v, h.is.clone()
		return
	}
	if err := v.Close(); err != nil {
		h.Error(err)
	}
}

// forget closes the view from before.
func (h *history) forget() {
	if h.old != nil {
		if err := h.old.Close(); err != nil {
			h.Error(err)
		}
		h.old = nil
	}
}

// step is one transaction.
func (h *history) step() {
	tx, next, seq := begin(h, h.db), h.is.clone(), h.seq
	changed, revision := false, h.is.info.Revision
	for range h.g.r.IntN(6) {
		switch h.g.r.IntN(3) {
		case 0:
			changed = h.put(tx, next) || changed
		case 1:
			changed = h.remove(tx, next) || changed
		case 2:
			l := h.g.Line(seq+1, int64(h.g.r.IntN(int(h.is.info.Revision)+3)))
			if seq > 0 && h.g.chance(5) {
				l.Seq = 1 + int64(h.g.r.IntN(int(seq)))
			}
			seq = max(seq, l.Seq)
			next.lines[l.Seq], revision = l, max(revision, l.Revision)
			record(h, tx, l)
		}
		known, err := tx.Known(h.Context(), hashes)
		if err != nil {
			h.Fatal(err)
		}
		h.is.holdKnown(h, known)
	}
	if h.g.chance(4) {
		if err := tx.Rollback(); err != nil {
			h.Fatal(err)
		}
		return
	}
	if changed {
		revision = max(revision, h.is.info.Revision+1)
	}
	h.made++
	at := now.Add(time.Duration(h.made) * time.Hour)
	if revision > h.is.info.Revision {
		next.info.LastUpdate = at.Truncate(time.Microsecond)
	}
	next.info.Revision, next.info.Sequence, next.info.Notices = revision, seq, int64(len(next.notices))
	info, err := tx.Commit(h.Context(), at)
	if err != nil || info != next.info {
		h.Fatalf("seed %d: Commit = %+v, %v, want %+v", h.seed, info, err, next.info)
	}
	h.is, h.seq = next, seq
}

// put puts some new notices and some in the place of others, and one as it is.
func (h *history) put(tx store.Tx, next state) (changed bool) {
	there := slices.Sorted(maps.Keys(next.notices))
	var batch []*notice.Notice
	var want []store.Outcome
	for range 1 + h.g.r.IntN(30) {
		h.made++
		id, outcome := fmt.Sprintf("26-%d", h.made), store.Inserted
		if len(there) > 0 && h.g.chance(3) {
			id = one(h.g, there)
		}
		n := h.g.Notice(id)
		n.Source.Partial = false
		if h.g.chance(3) {
			n.Source.Digest = fmt.Sprintf("%032x", h.made)
		}
		if old, ok := next.notices[id]; ok && h.g.chance(4) {
			n, outcome = old, store.Unchanged
		} else if ok {
			outcome = store.Updated
		}
		batch, want, changed = append(batch, n), append(want, outcome), changed || outcome != store.Unchanged
		next.notices[id] = n
	}
	if got := put(h, tx, batch...); !slices.Equal(got, want) {
		h.Errorf("Put: %v, want %v", got, want)
	}
	return changed
}

// remove takes out some that are there, some twice, and some that are not.
func (h *history) remove(tx store.Tx, next state) (changed bool) {
	there := slices.Sorted(maps.Keys(next.notices))
	var ids, want []string
	for range h.g.r.IntN(8) {
		id := fmt.Sprintf("26-%d", h.made+1000)
		if len(there) > 0 && !h.g.chance(4) {
			id = one(h.g, there)
		}
		ids = append(ids, id)
		if _, ok := next.notices[id]; ok {
			want = append(want, id)
			delete(next.notices, id)
		}
	}
	if got := remove(h, tx, ids...); !slices.Equal(got, want) {
		h.Errorf("Remove(%q) = %q, want %q", ids, got, want)
	}
	return len(want) > 0
}
