package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

func testIsolation(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-1", "un"), Titled("24-2", "deux"))
	before := view(t, db)
	tx := begin(t, db)
	put(t, tx, Titled("24-1", "un bis"), Titled("24-3", "trois"))
	during := view(t, db)
	done(t, tx)
	after := view(t, db)

	for name, c := range map[string]struct {
		view     store.Snapshot
		revision int64
		ids, un  string
	}{
		"a view from before Begin":           {before, 1, "24-1 24-2", "un"},
		"a view from between Put and Commit": {during, 1, "24-1 24-2", "un"},
		"a view from after Commit":           {after, 2, "24-1 24-2 24-3", "un bis"},
	} {
		if got := c.view.Info().Revision; got != c.revision {
			t.Errorf("%s has revision %d, want %d", name, got, c.revision)
		}
		if got := ids(t, c.view, all(nil)); got != c.ids {
			t.Errorf("%s has %s, want %s", name, got, c.ids)
		}
		if n, err := c.view.Get(t.Context(), "24-1"); err != nil || n.Title != c.un {
			t.Errorf("%s has title %v (%v), want %s", name, n, err, c.un)
		}
		if n, err := c.view.Count(t.Context(), query.Compare{Field: f("title"), Value: field.Str(c.un)}); n != 1 || err != nil {
			t.Errorf("%s counts %d (%v)", name, n, err)
		}
	}
}

// testReadersBesideWriter lets every commit rewrite all notices with its number: a reader that sees two numbers in one view
// has seen half a change.
func testReadersBesideWriter(t *testing.T, db store.Store) {
	const notices, commits, readers = 30, 15, 3
	write := func(round int) {
		batch := make([]*notice.Notice, notices)
		for i := range batch {
			batch[i] = Titled(fmt.Sprintf("24-%d", i), fmt.Sprintf("tour %d", round))
		}
		commit(t, db, batch...)
	}
	write(1)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wait sync.WaitGroup
	for range readers {
		wait.Go(func() {
			for ctx.Err() == nil {
				if err := checkOneRound(t.Context(), db, notices); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for round := 2; round <= commits; round++ {
		write(round)
	}
	stop()
	wait.Wait()
	if got := view(t, db).Info().Revision; got != commits {
		t.Errorf("revision = %d, want %d", got, commits)
	}
}

func checkOneRound(ctx context.Context, db store.Store, notices int64) error {
	s, err := db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	want := fmt.Sprintf("tour %d", s.Info().Revision)
	if n, err := s.Count(ctx, query.Compare{Field: f("title"), Value: field.Str(want)}); err != nil || n != notices {
		return fmt.Errorf("revision %d counts %d notices of its own (%v)", s.Info().Revision, n, err)
	}
	for r, err := range s.Rows(ctx, query.Query{Limit: -1}, []*field.Field{f("title")}) {
		if err != nil {
			return err
		}
		if got := r.Values[0][0].Str; got != want {
			return fmt.Errorf("revision %d shows %q", s.Info().Revision, got)
		}
	}
	n, err := s.Get(ctx, "24-7")
	if err != nil {
		return err
	}
	if n.Title != want {
		return fmt.Errorf("revision %d gives %q", s.Info().Revision, n.Title)
	}
	return nil
}

func testOneQuestion(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-1", "un"), Titled("24-2", "deux"))
	s := view(t, db)
	seen := 0
	for _, err := range s.Rows(t.Context(), all(nil), nil) {
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if _, err := s.Count(t.Context(), nil); !fault.Is(err, fault.Internal) || err == nil {
			t.Errorf("Count inside of a loop over Rows: %v, want a fault of kind internal", err)
		}
		if _, err := s.Get(t.Context(), "24-1"); !fault.Is(err, fault.Internal) || err == nil {
			t.Errorf("Get inside of a loop over Rows: %v, want a fault of kind internal", err)
		}
	}
	if seen != 2 {
		t.Errorf("%d rows, want 2", seen)
	}
	for range s.Rows(t.Context(), all(nil), nil) {
		break
	}
	if n, err := s.Count(t.Context(), nil); n != 2 || err != nil {
		t.Errorf("Count after a loop left early = %d, %v", n, err)
	}
}

func testCancellation(t *testing.T, db store.Store) {
	batch := make([]*notice.Notice, 3000)
	for i := range batch {
		batch[i] = Titled(fmt.Sprintf("24-%d", i), "titre")
	}
	commit(t, db, batch...)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.Snapshot(over); !ended(err) {
		t.Errorf("Snapshot: %v, want a fault of kind timeout", err)
	}
	if _, err := db.Begin(over); !ended(err) {
		t.Errorf("Begin: %v, want a fault of kind timeout", err)
	}
	if _, err := view(t, db).Count(over, nil); !ended(err) {
		t.Errorf("Count: %v, want a fault of kind timeout", err)
	}
	if _, err := view(t, db).Get(over, "24-1"); !ended(err) {
		t.Errorf("Get: %v, want a fault of kind timeout", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen, last := 0, error(nil)
	for _, err := range view(t, db).Rows(ctx, query.Query{Limit: -1}, []*field.Field{f("title")}) {
		if last = err; err == nil {
			seen++
		}
		if seen == 10 {
			cancel()
		}
	}
	if !ended(last) || seen >= len(batch) {
		t.Errorf("the stream gave %d rows after its context ended and then %v", seen, last)
	}
	tx := begin(t, db)
	put(t, tx, Titled("24-x", "nouveau"))
	if _, err := tx.Commit(over, now); !ended(err) {
		t.Errorf("Commit: %v, want a fault of kind timeout", err)
	}
	if info := commit(t, db, Titled("24-y", "nouveau")); info.Notices != int64(len(batch))+1 {
		t.Errorf("Info after a commit that was given up = %+v", info)
	}
}

func ended(err error) bool { return fault.Is(err, fault.Timeout) && errors.Is(err, context.Canceled) }

func testClosed(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-1", "un"))
	s := view(t, db)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if _, err := s.Count(t.Context(), nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Count of a closed view: %v, want a fault of kind unavailable", err)
	}
	for _, err := range s.Rows(t.Context(), all(nil), nil) {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("Rows of a closed view: %v, want a fault of kind unavailable", err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Snapshot(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Snapshot of a closed store: %v, want a fault of kind unavailable", err)
	}
	if _, err := db.Begin(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Begin of a closed store: %v, want a fault of kind unavailable", err)
	}
}
