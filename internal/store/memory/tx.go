package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// tx collects a change beside the state that it starts from.
type tx struct {
	store *Store
	base  *state
	put   map[string]*notice.Notice // by id; nil for one that was removed
	lines []ledger.Line
	over  bool
}

func (t *tx) usable(ctx context.Context) error {
	if t.over {
		return fault.New(fault.Unavailable, "the change of the data is over")
	}
	return t.store.usable(ctx)
}

// Put upserts notices.
func (t *tx) Put(ctx context.Context, notices []*notice.Notice) ([]store.Outcome, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	fields := t.store.fields
	for _, n := range notices {
		if err := store.CheckNotice(n, fields, store.Values(n, fields)); err != nil {
			return nil, err
		}
	}
	outcomes := make([]store.Outcome, len(notices))
	for i, n := range notices {
		outcomes[i] = t.putOne(n)
	}
	return outcomes, nil
}

func (t *tx) putOne(n *notice.Notice) store.Outcome {
	old := t.find(n.ID)
	switch {
	case old == nil:
		t.put[n.ID] = n
		return store.Inserted
	case n.Source.Rank() < old.Source.Rank():
		return store.Unchanged
	case n.Source.SHA256 != "" && n.Source.SHA256 == old.Source.SHA256 && n.Source.Reader == old.Source.Reader:
		return store.Unchanged
	}
	t.put[n.ID] = n
	return store.Updated
}

// find gives a notice as the transaction has it, nil for none.
func (t *tx) find(id string) *notice.Notice {
	if n, own := t.put[id]; own {
		return n
	}
	n, _ := t.base.find(id)
	return n
}

// Remove takes notices out.
func (t *tx) Remove(ctx context.Context, ids []string) (removed []string, err error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if t.find(id) != nil {
			t.put[id] = nil
			removed = append(removed, id)
		}
	}
	return removed, nil
}

// Known looks through the ledger.
func (t *tx) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	return t.base.known(hashes), nil
}

// Record adds ledger lines.
func (t *tx) Record(ctx context.Context, lines []ledger.Line) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	t.lines = append(t.lines, lines...)
	return nil
}

// Commit publishes the change.
func (t *tx) Commit(ctx context.Context, now time.Time) (store.Info, error) {
	if err := t.usable(ctx); err != nil {
		_ = t.Rollback() // never fails
		return store.Info{}, err
	}
	next := *t.base
	if len(t.put) > 0 {
		next.notices = merge(t.base.notices, t.put)
		next.info.Revision++
		next.info.Notices = int64(len(next.notices))
	}
	for _, l := range t.lines {
		next.info.Revision = max(next.info.Revision, l.Revision)
	}
	if next.info.Revision > t.base.info.Revision {
		next.info.LastUpdate = now.UTC().Truncate(time.Microsecond)
	}
	if len(t.lines) > 0 {
		next.ledger = mergeLines(t.base.ledger, t.lines)
		next.info.Sequence = next.ledger[len(next.ledger)-1].Seq
	}
	t.store.state.Store(&next)
	return next.info, t.Rollback()
}

// Rollback drops the change.
func (t *tx) Rollback() error {
	if !t.over {
		t.over = true
		t.store.writer.Unlock()
	}
	return nil
}

// merge gives the notices with those of put in place of the ones with their ids, without those that put has removed.
func merge(base []*notice.Notice, put map[string]*notice.Notice) []*notice.Notice {
	list := slices.DeleteFunc(slices.Clone(base), func(n *notice.Notice) bool { _, own := put[n.ID]; return own })
	for _, n := range put {
		if n != nil {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b *notice.Notice) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// mergeLines adds lines; of those with one Seq the last stands.
func mergeLines(base, lines []ledger.Line) []ledger.Line {
	bySeq := make(map[int64]ledger.Line, len(base)+len(lines))
	for _, l := range slices.Concat(base, lines) {
		bySeq[l.Seq] = l
	}
	return slices.SortedFunc(maps.Values(bySeq), func(a, b ledger.Line) int { return cmp.Compare(a.Seq, b.Seq) })
}
