package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store/duckdb"
)

func synthRun(t *testing.T, args ...string) (string, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	var out, errs bytes.Buffer
	if code := run(context.Background(), stdio{&out, &errs}, append([]string{"synth", "--out", dir}, args...)); code != 0 {
		t.Fatalf("code %d: %s", code, errs.String())
	}
	return dir, out.String()
}

// TestSynthFiles finds the documents where DILA's tree has them.
func TestSynthFiles(t *testing.T) {
	dir, out := synthRun(t, "--notices", "120", "--seed", "3")
	count := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		count++
		rel, _ := filepath.Rel(dir, path)
		if ok, _ := filepath.Match("20[0-9][0-9]/[01][0-9]/[0-3][0-9]/[0-9][0-9]-*.xml", filepath.ToSlash(rel)); !ok {
			t.Errorf("a document at %s", rel)
		}
		return nil
	})
	if err != nil || count != 120 || !strings.HasPrefix(out, "120 notices") {
		t.Errorf("%d documents, %q, error %v", count, out, err)
	}
	var errs bytes.Buffer
	if code := run(context.Background(), stdio{&errs, &errs}, []string{"synth", "--out", dir}); code != 1 || !strings.Contains(errs.String(), "not empty") {
		t.Errorf("a folder that is not empty is not refused: code %d, %s", code, errs.String())
	}
}

// TestSynthStore asks the store that was filled straight.
func TestSynthStore(t *testing.T) {
	dir, _ := synthRun(t, "--notices", "700", "--seed", "3", "--store")
	if b, err := os.ReadFile(filepath.Join(dir, "FORMAT")); err != nil || len(b) == 0 {
		t.Fatalf("no data folder: %v", err)
	}
	catalogue := field.NewCatalogue()
	db, err := duckdb.Open(duckdb.Options{Path: filepath.Join(dir, "store.duckdb"), Temp: t.TempDir(), Catalogue: catalogue, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	snap, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	all, err := snap.Count(t.Context(), nil)
	if err != nil || all != 700 || snap.Info().Notices != 700 || snap.Info().Revision != 1 || snap.Info().Sequence != 0 {
		t.Fatalf("%d notices, %+v, error %v", all, snap.Info(), err)
	}
	var ids []string
	for row, err := range snap.Rows(t.Context(), query.Query{Limit: 3}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, row.ID)
	}
	for _, id := range ids {
		n, err := snap.Get(t.Context(), id)
		if err != nil || n.Title == "" || n.Source.SHA256 == "" || n.Source.Fetched.IsZero() || n.Source.Kept != "" {
			t.Errorf("%s: %+v, error %v", id, n, err)
		}
	}
	if len(ids) != 3 {
		t.Errorf("%d rows", len(ids))
	}
}
