package change

import (
	"context"
	"time"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// Watched is a store that tells of its commits.
type Watched struct {
	store.Store
	May       func() error      // asked before a change begins: an error refuses it; nil lets all begin
	Committed func(erased bool) // called after a commit, in the committer's time; erased says that it took something out
}

// Begin starts a change.
func (w Watched) Begin(ctx context.Context) (store.Tx, error) {
	if w.May != nil {
		if err := w.May(); err != nil {
			return nil, err
		}
	}
	tx, err := w.Store.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &watchedTx{Tx: tx, watched: w}, nil
}

type watchedTx struct {
	store.Tx
	watched Watched
	erased  bool
}

// Record notes whether something is erased.
func (t *watchedTx) Record(ctx context.Context, lines []ledger.Line) error {
	for _, l := range lines {
		t.erased = t.erased || l.Outcome == ledger.Erased
	}
	return t.Tx.Record(ctx, lines)
}

// Commit tells of its success.
func (t *watchedTx) Commit(ctx context.Context, now time.Time) (store.Info, error) {
	info, err := t.Tx.Commit(ctx, now)
	if err == nil && t.watched.Committed != nil {
		t.watched.Committed(t.erased)
	}
	return info, err
}
