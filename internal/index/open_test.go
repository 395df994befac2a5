package index_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

// commit puts notices with a ledger line for each.
func commit(t *testing.T, db store.Store, notices ...*notice.Notice) {
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
	var lines []ledger.Line
	for i, n := range notices {
		lines = append(lines, ledger.Line{Seq: info.Sequence + int64(i) + 1, IDs: []string{n.ID}, Outcome: ledger.Served, Revision: info.Revision + 1})
	}
	if _, err := tx.Put(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	if err := tx.Record(t.Context(), lines); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), time.Date(2026, 3, 1, 0, 0, int(info.Revision), 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
}

// titled counts the notices with a title, and says who counted.
func titled(t *testing.T, x *index.Index, title string) (n int64, where string) {
	t.Helper()
	s, err := x.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n, err = s.Count(t.Context(), query.Compare{Field: field.NewCatalogue().Must("title"), Value: field.Str(title)})
	if err != nil {
		t.Fatal(err)
	}
	plan := s.(store.Planner).Plan()
	return n, plan[len(plan)-1].Where
}

func expect(t *testing.T, x *index.Index, title string, n int64, where string) {
	t.Helper()
	if got, by := titled(t, x, title); got != n || by != where {
		t.Errorf("%d notices with the title %q by the %s, want %d by the %s", got, title, by, n, where)
	}
}

// twenty are notices of one title.
func twenty(title string) (list []*notice.Notice) {
	for i := range 20 {
		list = append(list, storetest.Titled(fmt.Sprintf("24-%d", i), title))
	}
	return list
}

// reports collects what an index reports.
type reports []string

func (r *reports) add(err error) { *r = append(*r, err.Error()) }

func open(t *testing.T, behind store.Store, dir string, change func(o *index.Options)) (*index.Index, *reports) {
	t.Helper()
	r := &reports{}
	o := index.Options{Store: behind, Catalogue: field.NewCatalogue(), Dir: dir, Report: r.add}
	if change != nil {
		change(&o)
	}
	x, err := index.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x, r
}

func built(t *testing.T, x *index.Index) {
	t.Helper()
	if err := x.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestFullDisk(t *testing.T) {
	dir, behind, d := t.TempDir(), memory.New(field.NewCatalogue()), &disktest.Disk{}
	commit(t, behind, twenty("un")...)
	x, r := open(t, behind, dir, func(o *index.Options) { o.Disk = d })
	d.Limited, d.Room = true, 100
	if err := x.Build(t.Context()); !fault.Is(err, fault.Unavailable) || !errors.Is(err, disktest.ErrFull) {
		t.Errorf("Build on a full disk: %v", err)
	}
	expect(t, x, "un", 20, "store")
	d.Limited = false
	built(t, x)
	expect(t, x, "un", 20, "index")
	d.Limited, d.Room = true, 100
	commit(t, x, storetest.Titled("24-3", "deux"), storetest.Titled("24-x", "deux"))
	expect(t, x, "deux", 2, "index")
	expect(t, x, "un", 19, "index")
	if x.Status().Failure == nil || len(*r) == 0 {
		t.Error("nothing was said of the full disk")
	}
	again, _ := open(t, behind, dir, nil)
	expect(t, again, "deux", 2, "index")
	if s := again.Status(); len(s.Segments) != 2 {
		t.Errorf("after the next start: %+v", s)
	}
}

func TestReadOnly(t *testing.T) {
	dir, behind := t.TempDir(), memory.New(field.NewCatalogue())
	commit(t, behind, twenty("un")...)
	x, _ := open(t, behind, dir, nil)
	built(t, x)
	x.Close()
	commit(t, behind, storetest.Titled("24-3", "deux"))
	before := files(t, dir)
	for range 2 {
		reader, r := open(t, behind, dir, func(o *index.Options) { o.ReadOnly, o.AsFound = true, true })
		expect(t, reader, "deux", 1, "index")
		expect(t, reader, "un", 19, "index")
		if len(*r) > 0 {
			t.Errorf("reports: %v", *r)
		}
	}
	if after := files(t, dir); after != before {
		t.Errorf("reading changed the folder from %s to %s", before, after)
	}
}

func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprint(e.Name(), " ", info.Size(), " ", info.ModTime().UnixNano()))
	}
	return strings.Join(list, ", ")
}

func TestWhatDoesNotFit(t *testing.T) {
	edit := func(old, new string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, "manifest.json")
			b, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(b), old) {
				t.Fatalf("%s has no %s (%v)", b, old, err)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(b), old, new, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	other := func(change func(list []*notice.Notice)) func(t *testing.T) store.Store {
		return func(t *testing.T) store.Store {
			db := memory.New(field.NewCatalogue())
			list := twenty("un")
			change(list)
			commit(t, db, list...)
			return db
		}
	}
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir string)
		behind func(t *testing.T) store.Store
		option func(o *index.Options)
		want   string
	}{
		"an older format":                  {damage: edit(`"boamp_index": 1`, `"boamp_index": 0`), want: "damaged"},
		"a manifest that was changed":      {damage: edit(`"notices": 20`, `"notices": 21`), want: "damaged"},
		"a missing segment":                {damage: removeSegment, want: "missing"},
		"a store that was made anew":       {behind: other(func(list []*notice.Notice) { list[7].Description = "autre" }), want: "notices differ"},
		"an empty store":                   {behind: func(*testing.T) store.Store { return memory.New(field.NewCatalogue()) }, want: "later state"},
		"a store of other notices":         {behind: other(func(list []*notice.Notice) { list[19].ID = "24-z" }), want: "ledger is another"},
		"made without the words of bodies": {option: func(o *index.Options) { o.Small = true }, want: "other words"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, behind := t.TempDir(), store.Store(memory.New(field.NewCatalogue()))
			commit(t, behind, twenty("un")...)
			x, _ := open(t, behind, dir, nil)
			built(t, x)
			x.Close()
			if c.damage != nil {
				c.damage(t, dir)
			}
			if c.behind != nil {
				behind = c.behind(t)
			}
			again, r := open(t, behind, dir, c.option)
			if again.Status().Ready || len(*r) == 0 || !strings.Contains((*r)[0], c.want) {
				t.Errorf("ready: %v, reports: %q, want %q", again.Status().Ready, *r, c.want)
			}
			if left := files(t, dir); left != "" {
				t.Errorf("left behind: %s", left)
			}
			built(t, again)
			if got, where := titled(t, again, "deux"); got != 0 || where != "index" {
				t.Errorf("%d by the %s after it was made anew", got, where)
			}
		})
	}
}

func removeSegment(t *testing.T, dir string) {
	list, err := filepath.Glob(filepath.Join(dir, "*.segment"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := os.Remove(list[0]); err != nil {
		t.Fatal(err)
	}
}

// TestBuildBesideWriter changes the data while the index is made.
func TestBuildBesideWriter(t *testing.T) {
	behind := memory.New(field.NewCatalogue())
	commit(t, behind, twenty("un")...)
	x, _ := open(t, behind, "", nil)
	done := make(chan error)
	go func() { done <- x.Build(t.Context()) }()
	for i := range 30 {
		commit(t, x, storetest.Titled(fmt.Sprintf("24-%d", i), "deux"))
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	expect(t, x, "deux", 30, "index")
	expect(t, x, "un", 0, "index")
}

// TestMerging keeps the number of segments small.
func TestMerging(t *testing.T) {
	dir, behind := t.TempDir(), memory.New(field.NewCatalogue())
	x, _ := open(t, behind, dir, nil)
	built(t, x)
	most := 0
	for i := range 150 {
		commit(t, x, storetest.Titled(fmt.Sprintf("24-%d", i), "un"), storetest.Titled(fmt.Sprintf("24-%d", i/2), "deux"))
		most = max(most, len(x.Status().Segments))
	}
	if most > 8 {
		t.Errorf("%d segments at most for 150 commits", most)
	}
	if list, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(list) != len(x.Status().Segments)+1 {
		t.Errorf("%d files for %d segments: %v", len(list), len(x.Status().Segments), err)
	}
	again, _ := open(t, behind, dir, nil)
	expect(t, again, "deux", 75, "index")
}
