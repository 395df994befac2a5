package duckdb

import (
	"context"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// tx is the one open transaction of the writing connection. What a Put or Record takes is written while the caller gets the
// next one ready: until settle, c and the appenders belong to that work.
type tx struct {
	store    *Store
	c        *conn
	w        *writer
	lines    *appender  // of the ledger, made when needed
	info     store.Info // at Begin
	changed  int64      // notices written and removed
	removed  int64      // of these those removed
	added    int64      // notices more than at Begin
	last     int64      // highest Seq recorded
	revision int64      // highest Revision recorded
	own      filter     // ids that this transaction wrote or removed
	waiting  []ledger.Line
	work     chan error // gives the outcome of the work under way; nil when there is none
	err      error      // what made the transaction useless
	over     bool
}

// Begin starts the one transaction.
func (s *Store) Begin(ctx context.Context) (store.Tx, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	if s.write == nil {
		return nil, fault.New(fault.Conflict, "the database %s is open for reading only", s.path)
	}
	if !s.writing.TryLock() {
		return nil, fault.New(fault.Conflict, "another change of the data is under way")
	}
	t := &tx{store: s, c: s.write}
	err := t.c.exec(ctx, "BEGIN TRANSACTION")
	if err == nil {
		t.info, err = readInfo(ctx, t.c)
	}
	if err == nil {
		t.w, err = newWriter(ctx, t.c, s.schema)
	}
	if err != nil {
		_ = t.Rollback() // the first error counts
		return nil, err
	}
	return t, nil
}

func (t *tx) usable(ctx context.Context) error {
	switch {
	case t.over:
		return fault.New(fault.Unavailable, "the change of the data is over")
	case t.err != nil:
		return t.err
	}
	return ended(ctx)
}

func (t *tx) fail(err error) error {
	t.err = err
	return err
}

// start does work on the connection while the caller goes on. It does not end with the caller's context, which may end
// once the call is over; it is short.
func (t *tx) start(ctx context.Context, do func(ctx context.Context) error) {
	work := make(chan error, 1)
	t.work = work
	go func() { work <- do(context.WithoutCancel(ctx)) }()
}

// settle waits for the work under way.
func (t *tx) settle() error {
	if t.work != nil {
		err := <-t.work
		t.work = nil
		if err != nil {
			return t.fail(err)
		}
	}
	return t.err
}

// bigChange is the number of notices from which a commit is followed by a checkpoint: the log of such a change is long to
// read again after a crash.
const bigChange = 10_000

// Commit publishes the change.
func (t *tx) Commit(ctx context.Context, now time.Time) (store.Info, error) {
	info, err := t.publish(ctx, now)
	if err != nil {
		_ = t.Rollback() // the first error counts
		return store.Info{}, err
	}
	if t.changed >= bigChange {
		// Without it the change is as safe; Close and a later commit make up for it.
		_ = t.c.exec(context.WithoutCancel(ctx), "CHECKPOINT boamp")
	}
	t.end()
	return info, nil
}

func (t *tx) publish(ctx context.Context, now time.Time) (store.Info, error) {
	info := t.info
	if err := t.usable(ctx); err != nil {
		return info, err
	}
	if err := t.settle(); err != nil {
		return info, err
	}
	if err := t.writeLines(ctx, t.waiting); err != nil {
		return info, err
	}
	if t.changed > 0 {
		info.Revision++
		info.Notices += t.added
	}
	if info.Revision = max(info.Revision, t.revision); info.Revision > t.info.Revision {
		info.LastUpdate = now.UTC().Truncate(time.Microsecond)
	}
	info.Sequence = max(info.Sequence, t.last)
	if info != t.info {
		err := t.c.exec(ctx, "UPDATE meta SET revision = $1, last_update = $2, notices = $3, sequence = $4, removed = removed + $5",
			info.Revision, timeOrNull(info.LastUpdate), info.Notices, info.Sequence, t.removed)
		if err != nil {
			return info, err
		}
	}
	t.closeAppenders()
	return info, t.c.exec(context.WithoutCancel(ctx), "COMMIT") // half a commit is none, but it need not come to that
}

// timeOrNull is an argument; null for the zero time.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micro(t.UnixMicro())
}

// Rollback drops the change.
func (t *tx) Rollback() error {
	if t.over {
		return nil
	}
	_ = t.settle() // it is dropped, whatever became of it
	t.closeAppenders()
	err := t.c.exec(context.Background(), "ROLLBACK")
	if err != nil { // a connection in an unknown state must not be used again
		if fresh, connectErr := t.store.connect(); connectErr == nil {
			t.c.close()
			t.store.write, err = fresh, nil
		}
	}
	t.end()
	return err
}

func (t *tx) closeAppenders() {
	if t.w != nil {
		t.w.close()
		t.w = nil
	}
	if t.lines != nil {
		t.lines.close()
		t.lines = nil
	}
}

func (t *tx) end() {
	t.over = true
	t.store.writing.Unlock()
}
