package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

func remove(t testing.TB, tx store.Tx, ids ...string) []string {
	t.Helper()
	removed, err := tx.Remove(t.Context(), ids)
	if err != nil {
		t.Fatalf("Remove: %v", err)
	}
	return removed
}

// testRemove takes notices out, and puts some again, before and after.
func testRemove(t *testing.T, db store.Store) {
	commit(t, db, Full("24-1"), Titled("24-2", "deux"), Titled("24-3", "trois"), Titled("24-4", "quatre"))
	before := view(t, db)
	tx := begin(t, db)
	if got := remove(t, tx, "24-3", "none", "", "24-1", "24-3", "\xff"); !slices.Equal(got, []string{"24-3", "24-1"}) {
		t.Errorf("removed %q", got)
	}
	if got := remove(t, tx, "24-1"); len(got) != 0 {
		t.Errorf("removed a second time: %q", got)
	}
	if got := put(t, tx, Titled("24-3", "trois bis"), Titled("24-2", "deux bis"), Titled("24-5", "cinq")); !slices.Equal(got, []store.Outcome{store.Inserted, store.Updated, store.Inserted}) {
		t.Errorf("put after the removal: %v", got)
	}
	if got := remove(t, tx, "24-5", "24-2"); !slices.Equal(got, []string{"24-5", "24-2"}) {
		t.Errorf("removed what this transaction put: %q", got)
	}
	if got := ids(t, view(t, db), all(nil)); got != "24-2 24-3 24-4 24-1" {
		t.Errorf("before the commit there are %s", got)
	}
	if info := done(t, tx); info.Notices != 2 || info.Revision != 2 {
		t.Errorf("Info = %+v, want 2 notices at revision 2", info)
	}
	after := view(t, db)
	if got := ids(t, after, all(nil)); got != "24-3 24-4" || title(t, db, "24-3") != "trois bis" {
		t.Errorf("after the commit there are %s", got)
	}
	if _, err := after.Get(t.Context(), "24-1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Get of what was removed: %v", err)
	}
	if n, err := after.Count(t.Context(), query.Compare{Field: f("title"), Value: f("title").Get(Full("24-1"))[0]}); n != 0 || err != nil {
		t.Errorf("%d notices found by their title, %v", n, err)
	}
	if got := ids(t, before, all(nil)); got != "24-2 24-3 24-4 24-1" {
		t.Errorf("a view from before has %s", got)
	}
	commit(t, db, Titled("24-1", "de retour"))
	if got := title(t, db, "24-1"); got != "de retour" {
		t.Errorf("24-1 has the title %q", got)
	}
}

// testRemoveNothing leaves revision and time alone, and so does what is rolled back.
func testRemoveNothing(t *testing.T, db store.Store) {
	info := commit(t, db, Titled("24-1", "un"), Titled("24-2", "deux"))
	tx := begin(t, db)
	if got := remove(t, tx, "24-3"); len(got) != 0 || len(remove(t, tx)) != 0 {
		t.Errorf("removed %q", got)
	}
	if got := done(t, tx); got != info {
		t.Errorf("Info = %+v, want %+v", got, info)
	}
	tx = begin(t, db)
	remove(t, tx, "24-1")
	put(t, tx, Titled("24-1", "autre"))
	remove(t, tx, "24-1", "24-2")
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Remove(t.Context(), []string{"24-1"}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Remove after the end: %v", err)
	}
	if got := view(t, db).Info(); got != info || title(t, db, "24-1") != "un" || title(t, db, "24-2") != "deux" {
		t.Errorf("after the rollback: %+v", got)
	}
	n := *Titled("24-1", "un")
	n.Source.SHA256, n.Source.Reader = line(1).SHA256, 1
	commit(t, db, &n)
	tx = begin(t, db)
	remove(t, tx, "24-1")
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	tx = begin(t, db)
	if got := put(t, tx, &n); got[0] != store.Unchanged {
		t.Errorf("put again after the rollback: %v", got)
	}
	done(t, tx)
}

// testRemoveAll empties a store, through several pieces of a Put, and fills it again.
func testRemoveAll(t *testing.T, db store.Store) {
	list := NewGenerator(3).Notices(1200)
	var all []string
	for _, n := range list {
		all = append(all, n.ID)
	}
	commit(t, db, list...)
	tx := begin(t, db)
	if got := remove(t, tx, all...); len(got) != len(all) {
		t.Errorf("%d of %d removed", len(got), len(all))
	}
	if info := done(t, tx); info.Notices != 0 || info.Revision != 2 {
		t.Errorf("Info = %+v", info)
	}
	if d, err := view(t, db).Digest(t.Context()); d != (store.Digest{}) || err != nil {
		t.Errorf("digest of nothing: %v, %v", d, err)
	}
	if info := commit(t, db, list...); info.Notices != int64(len(list)) {
		t.Errorf("Info = %+v", info)
	}
	Compare(t, view(t, db), NewGenerator(4), list, 2)
}

// testRevisions lets lines lead the revision.
func testRevisions(t *testing.T, db store.Store) {
	at := func(seq, revision int64) ledger.Line {
		l := line(seq)
		l.Revision = revision
		return l
	}
	for i, c := range []struct {
		put      bool
		revision int64
		want     int64
	}{{true, 1, 1}, {false, 1, 1}, {false, 0, 1}, {true, 1, 2}, {false, 9, 9}, {true, 3, 10}, {true, 30, 30}, {true, 0, 31}} {
		before := info(t, db)
		tx := begin(t, db)
		if c.put {
			n := Titled("24-1", "titre")
			n.Source.Reader = i
			put(t, tx, n)
		}
		record(t, tx, at(int64(i)+1, c.revision), at(int64(i)+1, c.revision))
		later := now.AddDate(0, 0, i)
		after, err := tx.Commit(t.Context(), later)
		if err != nil {
			t.Fatal(err)
		}
		if after.Revision != c.want || (after.Revision > before.Revision) != after.LastUpdate.Equal(later.Truncate(time.Microsecond)) {
			t.Errorf("step %d: %+v, want revision %d", i, after, c.want)
		}
		if got := info(t, db); got != after {
			t.Errorf("step %d: a view has %+v, the commit said %+v", i, got, after)
		}
	}
}

func info(t testing.TB, db store.Reader) store.Info {
	t.Helper()
	return ask(t, db, func(_ context.Context, s store.Snapshot) (store.Info, error) { return s.Info(), nil })
}
