package duckdb_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/storetest"
)

// made makes a database with some notices, closes it and gives the path of its file.
func made(t *testing.T, notices int) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	db := opened(t, options(dir))
	write(t, db, storetest.NewGenerator(5).Notices(notices))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, options(dir).Path
}

func opened(t *testing.T, o duckdb.Options) *duckdb.Store {
	t.Helper()
	db, err := duckdb.Open(o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func write(t *testing.T, db store.Store, notices []*notice.Notice) store.Info {
	t.Helper()
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Put(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	info, err := tx.Commit(t.Context(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// checkRebuild wants a fault that sends people to boamp rebuild.
func checkRebuild(t *testing.T, err error, words ...string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Conflict {
		t.Errorf("%v, want a fault of kind conflict", err)
		return
	}
	if !strings.Contains(f.Hint, "boamp rebuild") {
		t.Errorf("the hint %q does not name boamp rebuild", f.Hint)
	}
	for _, w := range words {
		if !strings.Contains(f.Message, w) {
			t.Errorf("the message %q does not name %s", f.Message, w)
		}
	}
}

func TestDamagedFile(t *testing.T) {
	cases := map[string]func(data []byte) []byte{
		"not a database": func([]byte) []byte { return []byte(strings.Repeat("ceci n'est pas une base\n", 1000)) },
		"empty header":   func(data []byte) []byte { clear(data[:4096]); return data },
		"cut short":      func(data []byte) []byte { return data[:len(data)/3] },
		"headers only":   func(data []byte) []byte { return data[:3*4096] },
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			dir, path := made(t, 300)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(data), 0o644); err != nil {
				t.Fatal(err)
			}
			db, err := duckdb.Open(options(dir))
			if err == nil {
				defer db.Close()
				err = readAll(t, db)
			}
			checkRebuild(t, err, path)
		})
	}
}

// TestDamagedBlocks turns bytes over in the middle of the file: what is read of it is a fault, never a wrong answer.
func TestDamagedBlocks(t *testing.T) {
	dir, path := made(t, 300)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 3*4096 + 1000; at < len(data); at += 4096 {
		data[at] ^= 0xFF
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(options(dir))
	if err == nil {
		defer db.Close()
		err = readAll(t, db)
	}
	checkRebuild(t, err, path)
}

// TestReadAll turns one byte over in each block of the file: what a question trips over, reading all of it meets too.
func TestReadAll(t *testing.T) {
	dir, path := made(t, 300)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for at := 3*4096 + 5000; at < len(good); at += 256 << 10 {
		data := slices.Clone(good)
		data[at] ^= 0xFF
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		asked, all := errors.New("not opened"), error(nil)
		db, err := duckdb.Open(options(dir))
		if err == nil {
			asked, all = readAll(t, db), readBlocks(t, db)
			db.Close()
		} else {
			all = err
		}
		if asked != nil && all == nil {
			t.Errorf("byte %d: a question ends with %v, reading all meets nothing", at, asked)
		}
		if all != nil {
			checkRebuild(t, all, path)
			told++
		}
	}
	if told == 0 {
		t.Error("no block is read")
	}
	if err := os.WriteFile(path, good, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := readBlocks(t, opened(t, options(dir))); err != nil {
		t.Errorf("sound: %v", err)
	}
}

func readBlocks(t *testing.T, db store.Store) error {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		return err
	}
	defer s.Close()
	return s.(interface{ ReadAll(context.Context) error }).ReadAll(t.Context())
}

// readAll reads every notice in every way and gives the first error.
func readAll(t *testing.T, db store.Store) error {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		return err
	}
	defer s.Close()
	var ids []string
	for r, err := range s.Rows(t.Context(), query.Query{Limit: -1}, options("").Catalogue.Columns()) {
		if err != nil {
			return err
		}
		ids = append(ids, r.ID)
	}
	for _, id := range ids {
		if _, err := s.Get(t.Context(), id); err != nil {
			return err
		}
	}
	return nil
}

func TestOtherLayout(t *testing.T) {
	cases := map[string]string{
		"other fields": "UPDATE meta SET catalogue = 'autre'",
		"newer format": "UPDATE meta SET format = 99",
		"no meta":      "DROP TABLE meta",
		"empty meta":   "DELETE FROM meta",
	}
	for name, sql := range cases {
		t.Run(name, func(t *testing.T) {
			dir, path := made(t, 1)
			run(t, path, sql)
			for _, readOnly := range []bool{false, true} {
				o := options(dir)
				o.ReadOnly = readOnly
				db, err := duckdb.Open(o)
				if err == nil {
					db.Close()
				}
				checkRebuild(t, err, path)
			}
		})
	}
}

// run runs a statement in a database as another program would.
func run(t *testing.T, path, sql string) {
	t.Helper()
	var db bindings.Database
	var c bindings.Connection
	var r bindings.Result
	if bindings.Open(path, &db) == bindings.StateError || bindings.Connect(db, &c) == bindings.StateError {
		t.Fatal("DuckDB itself does not open the file")
	}
	defer bindings.Close(&db)
	defer bindings.Disconnect(&c)
	defer bindings.DestroyResult(&r)
	if bindings.Query(c, sql, &r) == bindings.StateError {
		t.Fatal(bindings.ResultError(&r))
	}
}

// TestPlainDuckDB opens the file as people do who want to look at it themselves.
func TestPlainDuckDB(t *testing.T) {
	_, path := made(t, 50)
	run(t, path, "SELECT n.objet, l.title, r.amount, k.target FROM notices n JOIN lots l USING (notice) LEFT JOIN results r USING (notice) LEFT JOIN links k USING (notice)")
	run(t, path, "SELECT donnees->>'$.OBJET.TITRE' FROM notices")
}

func TestReadOnly(t *testing.T) {
	dir, path := made(t, 20)
	reading := options(dir)
	reading.ReadOnly = true
	one, two := opened(t, reading), opened(t, reading)
	for _, db := range []store.Store{one, two} {
		if err := readAll(t, db); err != nil {
			t.Error(err)
		}
		if _, err := db.Begin(t.Context()); !fault.Is(err, fault.Conflict) {
			t.Errorf("Begin: %v, want a fault of kind conflict", err)
		}
	}
	if db, err := duckdb.Open(options(dir)); !fault.Is(err, fault.Conflict) {
		t.Errorf("opening to write beside readers: %v, want a fault of kind conflict", err)
		if err == nil {
			db.Close()
		}
	}
	if err := duckdb.Remove(path); !fault.Is(err, fault.Conflict) {
		t.Errorf("Remove beside readers: %v, want a fault of kind conflict", err)
	}
	if err := errors.Join(one.Close(), two.Close()); err != nil {
		t.Fatal(err)
	}
	writing := opened(t, options(dir))
	if _, err := duckdb.Open(reading); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "process ") {
		t.Errorf("opening to read beside a writer: %v, want a fault of kind conflict that names the process", err)
	}
	if err := writing.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(duckdb.Remove(path), duckdb.Remove(path)); err != nil {
		t.Errorf("Remove: %v", err)
	}
	if _, err := duckdb.Open(reading); !fault.Is(err, fault.NotFound) {
		t.Errorf("opening nothing to read: %v, want a fault of kind not_found", err)
	}
	if err := duckdb.Remove(filepath.Join(dir, "none", "none.duckdb")); err != nil {
		t.Errorf("Remove of nothing: %v", err)
	}
}

// TestReadOnlyAfterCrash reads data whose last change is still in the log only.
func TestReadOnlyAfterCrash(t *testing.T) {
	dir := t.TempDir()
	db := opened(t, options(dir))
	write(t, db, storetest.NewGenerator(1).Notices(30))
	copied := t.TempDir()
	for _, name := range []string{"notices.duckdb", "notices.duckdb.wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o := options(copied)
	o.ReadOnly = true
	s, err := opened(t, o).Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := s.Info(); got.Notices != 30 || got.Revision != 1 {
		t.Errorf("Info = %+v", got)
	}
}

func TestCloseWhileOpen(t *testing.T) {
	db := opened(t, options(t.TempDir()))
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); !fault.Is(err, fault.Conflict) {
		t.Errorf("Close with a view open: %v, want a fault of kind conflict", err)
	}
	if n, err := s.Count(t.Context(), nil); n != 0 || err != nil {
		t.Errorf("Count after a Close that was refused: %d, %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); !fault.Is(err, fault.Conflict) {
		t.Errorf("Close with a change under way: %v, want a fault of kind conflict", err)
	}
	if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
		t.Error(err)
	}
}

// TestReaders opens as many views as the store bears: the next one waits, and no longer than its context.
func TestReaders(t *testing.T) {
	o := options(t.TempDir())
	o.Readers = 2
	db := opened(t, o)
	one, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	two, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := db.Snapshot(ctx); !fault.Is(err, fault.Timeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("third view: %v, want a fault of kind timeout", err)
	}
	got := make(chan error)
	go func() {
		three, err := db.Snapshot(t.Context())
		if err == nil {
			err = three.Close()
		}
		got <- err
	}()
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Errorf("third view after one was closed: %v", err)
	}
	if err := two.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestWideExport reads many wide rows in order with less memory than they take.
func TestWideExport(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads 180 MB")
	}
	o := options(t.TempDir())
	o.Memory = duckdb.LeastMemory
	db := opened(t, o)
	const count, size = 6000, 30_000
	rng := rand.New(rand.NewPCG(1, 1))
	text := make([]byte, size)
	for from := 0; from < count; from += 200 {
		batch := make([]*notice.Notice, 200)
		for i := range batch {
			for k := range text {
				text[k] = 'a' + byte(rng.IntN(26))
			}
			s := string(text)
			batch[i] = storetest.Bare(fmt.Sprintf("24-%d", from+i))
			batch[i].Record.Donnees = &s
			if from%400 == 0 { // half of them have a day
				batch[i].Record.Dateparution = notice.Date{Year: 2024, Month: 1, Day: 1}.AddDays(from / 400)
			}
		}
		write(t, db, batch)
	}
	if err := readAll(t, db); err != nil {
		t.Error(err)
	}
}
