package duckdb_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/storetest"
)

// noise makes a text that no compression makes smaller by much, so that a piece of the packed notice stands in the file as it is.
func noise(rng *rand.Rand) string {
	b := make([]byte, 4000)
	for i := range b {
		b[i] = ' ' + byte(rng.IntN(94))
	}
	return string(b)
}

// removal makes a database with notices, some of which were replaced and removed, and gives pieces of what was removed.
func removal(t *testing.T, o duckdb.Options) (gone [][]byte, digest store.Digest) {
	t.Helper()
	db, rng := opened(t, o), rand.New(rand.NewPCG(7, 7))
	list := storetest.NewGenerator(7).Notices(400)
	for _, n := range list {
		n.Description = noise(rng)
		n.Lots = append(n.Lots, notice.Lot{Number: "9", Title: "lot"})
	}
	write(t, db, list)
	ids := []string{list[7].ID, list[200].ID}
	gone = packed(t, db, ids...)
	again := *list[7]
	again.Description, again.Source.SHA256, again.Source.Partial = noise(rng), fmt.Sprintf("%064x", 7), false
	again.Source.Form = "xml"
	write(t, db, []*notice.Notice{&again})
	gone = append(gone, packed(t, db, ids...)...)
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Remove(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
	if err := tx.Record(t.Context(), []ledger.Line{{Seq: 1, Outcome: ledger.Erased, IDs: ids, Changes: "ee", SHA256: "aa", Revision: 3}}); err != nil {
		t.Fatal(err)
	}
	if info, err := tx.Commit(t.Context(), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)); err != nil || info.Notices != 398 {
		t.Fatal(info, err)
	}
	if n, err := db.Removed(t.Context()); n != 2 || err != nil {
		t.Errorf("%d removed, %v", n, err)
	}
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if digest, err = s.Digest(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return gone, digest
}

// packed gives a piece of each of some notices as the database keeps it.
func packed(t *testing.T, db *duckdb.Store, ids ...string) (pieces [][]byte) {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for p, err := range s.(store.Packer).Packed(t.Context(), ids, nil, nil) {
		if err != nil || len(p.Data) < 2000 {
			t.Fatal(len(p.Data), err)
		}
		pieces = append(pieces, bytes.Clone(p.Data[1000:1064]))
	}
	return pieces
}

// holding counts the pieces that stand in any file of a folder.
func holding(t *testing.T, dir string, pieces [][]byte) (n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "notices*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pieces {
			n += bytes.Count(b, p)
		}
	}
	return n
}

// TestCompact: DuckDB keeps the bytes of rows that were deleted; nothing is left of them when the file is written anew, and all else is.
func TestCompact(t *testing.T) {
	dir := t.TempDir()
	o := options(dir)
	gone, digest := removal(t, o)
	if n := holding(t, dir, gone); n == 0 {
		t.Fatal("nothing is left of what was removed before the file is written anew: the test tests nothing, or DuckDB has learned to clean up")
	}
	if err := os.WriteFile(o.Path+".new", []byte("left by a crash"), 0o644); err != nil {
		t.Fatal(err)
	}
	done, err := duckdb.Compact(t.Context(), o)
	if err != nil || done.Removed != 2 || done.Before <= 0 || done.After <= 0 {
		t.Errorf("%+v, %v", done, err)
	}
	if n := holding(t, dir, gone); n != 0 {
		t.Errorf("%d pieces of what was removed are still there", n)
	}
	if left, err := filepath.Glob(o.Path + ".new*"); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	db := opened(t, o)
	if n, err := db.Removed(t.Context()); n != 0 || err != nil {
		t.Errorf("%d removed, %v", n, err)
	}
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := store.Info{Revision: 3, LastUpdate: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Notices: 398, Sequence: 1}
	if got, err := s.Digest(t.Context()); got != digest || err != nil || s.Info() != want {
		t.Errorf("digest %s, %v, want %s; Info %+v", got, err, digest, s.Info())
	}
	if known, err := s.Known(t.Context(), []string{"aa"}); err != nil || known["aa"].Outcome != ledger.Erased {
		t.Errorf("ledger: %v, %v", known, err)
	}
	if err := readAll(t, db); err != nil {
		t.Error(err)
	}
	write(t, db, storetest.NewGenerator(8).Notices(10))
}

// TestCompactRefused leaves the old database as it is.
func TestCompactRefused(t *testing.T) {
	dir := t.TempDir()
	o := options(dir)
	if _, err := duckdb.Compact(t.Context(), o); !fault.Is(err, fault.NotFound) {
		t.Errorf("nothing to write anew: %v", err)
	}
	_, digest := removal(t, o)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := duckdb.Compact(ended, o); !fault.Is(err, fault.Timeout) {
		t.Errorf("a context that has ended: %v", err)
	}
	db := opened(t, o)
	if _, err := duckdb.Compact(t.Context(), o); !fault.Is(err, fault.Conflict) {
		t.Errorf("a database that is open: %v", err)
	}
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := s.Digest(t.Context()); got != digest || err != nil {
		t.Errorf("digest %s, %v, want %s", got, err, digest)
	}
}
