package index_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store/memory"
)

// TestSum: the index sums up what it keeps as the store does, through changes and removals; and nothing is left in its files of what was
// taken out, though the segment that held it is the largest.
func TestSum(t *testing.T) {
	dir := t.TempDir()
	db := memory.New(field.NewCatalogue())
	var list []*notice.Notice
	for i := range 400 {
		list = append(list, &notice.Notice{ID: fmt.Sprintf("26-%d", i), Title: fmt.Sprintf("titre %d", i), Version: notice.V325})
	}
	commit(t, db, list...)
	x := over(t, db, index.Options{Dir: dir})
	commit(t, x, &notice.Notice{ID: "26-3", Title: "un autre titre", Version: notice.V325})
	compare := func(gone ...string) {
		t.Helper()
		s, err := db.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		want, err := s.Digest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		v, err := x.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		own := v.(*index.View)
		if got, err := own.Sum(t.Context()); got != want || err != nil {
			t.Errorf("the index sums up to %s, %v, the store to %s", got, err, want)
		}
		for _, id := range []string{"26-3", "26-4", "26-5"} {
			if held, err := own.Holds(t.Context(), id); err != nil || held == slices.Contains(gone, id) {
				t.Errorf("%s is held: %v, %v", id, held, err)
			}
		}
	}
	compare()
	before := segments(t, dir)
	remove(t, x, "26-3", "26-4")
	compare("26-3", "26-4")
	for name := range segments(t, dir) {
		if before[name] {
			t.Errorf("segment %s still holds what was taken out", name)
		}
	}
	before = segments(t, dir)
	commit(t, x, &notice.Notice{ID: "26-5", Title: "replaced", Version: notice.V325})
	after := segments(t, dir)
	for name := range before {
		if !after[name] {
			t.Errorf("segment %s was written again for a notice that was replaced", name)
		}
	}
	compare("26-3", "26-4")
}

func segments(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.segment"))
	if err != nil || len(names) == 0 {
		entries, _ := os.ReadDir(dir)
		t.Fatal(names, err, entries)
	}
	all := map[string]bool{}
	for _, n := range names {
		all[filepath.Base(n)] = true
	}
	return all
}

func remove(t *testing.T, x engine, ids ...string) {
	t.Helper()
	tx, err := x.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	removed, err := tx.Remove(t.Context(), ids)
	if err != nil || len(removed) != len(ids) {
		t.Fatal(removed, err)
	}
	if err := tx.Record(t.Context(), []ledger.Line{{Seq: 1000, IDs: ids, Changes: "ee", Outcome: ledger.Erased, Revision: 3}}); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
}
