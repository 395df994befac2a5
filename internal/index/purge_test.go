package index_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

// later keeps work behind the scenes until it is done, or forgotten as by a crash.
type later struct{ work []func(ctx context.Context) }

func (l *later) add(work func(ctx context.Context)) { l.work = append(l.work, work) }

func (l *later) do(t *testing.T) {
	for len(l.work) > 0 {
		work := l.work[0]
		l.work = l.work[1:]
		work(t.Context())
	}
}

// erase takes notices out, with a line that says so.
func erase(t *testing.T, db store.Store, ids ...string) {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	info := s.Info()
	s.Close()
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if removed, err := tx.Remove(t.Context(), ids); err != nil || len(removed) != len(ids) {
		t.Fatal(removed, err)
	}
	line := ledger.Line{Seq: info.Sequence + 1, IDs: ids, Changes: strings.Repeat("e", len(ids)), Outcome: ledger.Erased, Revision: info.Revision + 1}
	if err := tx.Record(t.Context(), []ledger.Line{line}); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), time.Date(2026, 3, 2, 0, 0, int(info.Revision), 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
}

// holding lists the files of a folder that hold a text.
func holding(t *testing.T, dir, text string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			names = append(names, filepath.Base(name))
		}
	}
	return names
}

// TestPurgeAfterRestart ends a program between the removal and what follows behind the scenes, or before the index knew of the removal.
func TestPurgeAfterRestart(t *testing.T) {
	for _, c := range []struct {
		name          string
		through, back bool
	}{{"known", true, false}, {"unknown", false, false}, {"known, and there again", true, true}, {"unknown, and there again", false, true}} {
		t.Run(c.name, func(t *testing.T) {
			dir, behind, left := t.TempDir(), memory.New(field.NewCatalogue()), &later{}
			commit(t, behind, twenty("un")...)
			commit(t, behind, storetest.Titled("24-x", "secret"))
			x, _ := open(t, behind, dir, func(o *index.Options) { o.Behind = left.add })
			built(t, x)
			commit(t, x, storetest.Titled("24-x", "confidentiel"))
			if len(holding(t, dir, "secret")) != 1 || len(holding(t, dir, "confidentiel")) != 1 {
				t.Fatal("the files do not hold what they should")
			}
			if c.through {
				erase(t, x, "24-x")
				expect(t, x, "confidentiel", 0, "index")
				if len(holding(t, dir, "secret")) != 1 {
					t.Fatal("it is gone before its time: the test tests nothing")
				}
			}
			x.Close()
			if !c.through {
				erase(t, behind, "24-x")
			}
			if c.back {
				commit(t, behind, storetest.Titled("24-x", "de retour"))
			}
			reader, _ := open(t, behind, dir, func(o *index.Options) { o.ReadOnly = true })
			expect(t, reader, "confidentiel", 0, "index")
			reader.Close()
			again, reports := open(t, behind, dir, nil)
			expect(t, again, "un", 20, "index")
			if len(*reports) > 0 {
				t.Errorf("reports: %q", *reports)
			}
			if c.back {
				expect(t, again, "de retour", 1, "index")
			}
			for _, word := range []string{"secret", "confidentiel"} {
				if names := holding(t, dir, word); len(names) > 0 {
					t.Errorf("%s is still in %s", word, names)
				}
			}
		})
	}
}

// hooked does something when the first file is made.
type hooked struct {
	disk.Disk
	do *func()
}

func (h hooked) Create(path string) (disk.File, error) {
	if do := *h.do; do != nil {
		*h.do = nil
		do()
	}
	return h.Disk.Create(path)
}

// TestPurgeBesideMerge takes a notice out while the segments are merged: one of two that its segment holds, or the only two.
func TestPurgeBesideMerge(t *testing.T) {
	for name, ids := range map[string][]string{"one": {"24-x3"}, "all of a segment": {"24-x3", "24-y3"}} {
		t.Run(name, func(t *testing.T) {
			dir, behind, left := t.TempDir(), memory.New(field.NewCatalogue()), &later{}
			commit(t, behind, twenty("un")...)
			var do func()
			x, _ := open(t, behind, dir, func(o *index.Options) { o.Behind, o.Disk = left.add, hooked{disk.OS{}, &do} })
			built(t, x)
			for i := range 12 {
				commit(t, x, storetest.Titled(fmt.Sprintf("24-x%d", i), fmt.Sprintf("secret%d", i)), storetest.Titled(fmt.Sprintf("24-y%d", i), "deux"))
			}
			do = func() { erase(t, x, ids...) }
			left.do(t)
			if do != nil {
				t.Fatal("nothing was merged")
			}
			expect(t, x, "un", 20, "index")
			expect(t, x, "secret3", 0, "index")
			for i := range 12 {
				names := holding(t, dir, fmt.Sprintf("secret%d\"", i))
				if (len(names) == 0) != (i == 3) {
					t.Errorf("secret%d is in %q", i, names)
				}
			}
		})
	}
}

// TestPurgeWithViews: a view keeps what it stands on until it is closed.
func TestPurgeWithViews(t *testing.T) {
	dir, behind := t.TempDir(), memory.New(field.NewCatalogue())
	commit(t, behind, append(twenty("un"), storetest.Titled("24-x", "secret"))...)
	x, _ := open(t, behind, dir, nil)
	built(t, x)
	v, err := x.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	erase(t, x, "24-x")
	if n, err := v.Get(t.Context(), "24-x"); err != nil || n.Title != "secret" {
		t.Errorf("a view from before: %v, %v", n, err)
	}
	expect(t, x, "secret", 0, "index")
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if names := holding(t, dir, "secret"); len(names) > 0 {
		t.Errorf("it is still in %s", names)
	}
}

// TestRevisionOfLines: a revision that only lines lead to is followed, also while the index is made and after a restart.
func TestRevisionOfLines(t *testing.T) {
	dir, behind := t.TempDir(), memory.New(field.NewCatalogue())
	commit(t, behind, twenty("un")...)
	x, _ := open(t, behind, dir, nil)
	built(t, x)
	for _, db := range []store.Store{x, behind} {
		tx, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s, err := behind.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		info := s.Info()
		s.Close()
		line := ledger.Line{Seq: info.Sequence + 1, IDs: []string{"24-1"}, Outcome: ledger.Quarantined, Revision: info.Revision + 1}
		if err := tx.Record(t.Context(), []ledger.Line{line}); err != nil {
			t.Fatal(err)
		}
		if got, err := tx.Commit(t.Context(), time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)); err != nil || got.Revision != info.Revision+1 {
			t.Fatal(got, err)
		}
		if db == store.Store(x) {
			expect(t, x, "un", 20, "index")
			x.Close()
		}
	}
	again, reports := open(t, behind, dir, nil)
	expect(t, again, "un", 20, "index")
	if s := again.Status(); s.Info.Revision != 3 || len(*reports) > 0 {
		t.Errorf("%+v, reports %q", s.Info, *reports)
	}
}
