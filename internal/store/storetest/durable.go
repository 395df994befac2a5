package storetest

import (
	"reflect"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store"
)

// RunDurable holds an engine with data on disk against what the contract says about closing and opening again. open opens
// the data in dir, which is empty the first time.
func RunDurable(t *testing.T, open func(dir string) (store.Store, error)) {
	t.Run("closed and opened again", func(t *testing.T) { testReopen(t, open) })
	t.Run("random histories", func(t *testing.T) { testReopenedHistory(t, open) })
	t.Run("opened twice", func(t *testing.T) { testOpenedTwice(t, open) })
}

func testReopen(t *testing.T, open func(dir string) (store.Store, error)) {
	dir := t.TempDir()
	again := func() store.Store {
		db, err := open(dir)
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		return db
	}
	db := again()
	commit(t, db, Full("24-1"), Titled("24-2", "deux"))
	tx := begin(t, db)
	put(t, tx, Titled("24-2", "deux bis"), Titled("24-3", "trois"))
	record(t, tx, line(1))
	info := done(t, tx)
	lost := begin(t, db)
	put(t, lost, Titled("24-4", "perdu"))
	if err := lost.Rollback(); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		if err := db.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
		db = again()
		s := view(t, db)
		if got := s.Info(); got != info {
			t.Fatalf("Info after opening again = %+v, want %+v", got, info)
		}
		n, err := s.Get(t.Context(), "24-1")
		if err != nil {
			t.Fatal(err)
		}
		diff(t, "Notice", reflect.ValueOf(*n), reflect.ValueOf(*Full("24-1")))
		if n, err = s.Get(t.Context(), "24-2"); err != nil || (round == 0 && n.Title != "deux bis") {
			t.Errorf("title = %v (%v)", n, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got := lines(t, db, 0); len(got) != 1 {
			t.Errorf("%d ledger lines, want 1", len(got))
		}
		info = commit(t, db, Titled("24-2", string(rune('a'+round))))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func testOpenedTwice(t *testing.T, open func(dir string) (store.Store, error)) {
	dir := t.TempDir()
	db, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	second, err := open(dir)
	if err == nil {
		second.Close()
	}
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("opening the same data twice: %v, want a fault of kind conflict", err)
	}
	if info := commit(t, db, Titled("24-1", "un")); info.Revision != 1 {
		t.Errorf("Info = %+v", info)
	}
}
