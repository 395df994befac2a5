package duckdb_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/storetest"
)

// TestUnfinished opens folders in which a program ended while it made the database.
func TestUnfinished(t *testing.T) {
	for _, c := range []struct {
		name  string
		leave func(t *testing.T, path string)
	}{
		{"torn, under its first name", func(t *testing.T, path string) {
			for _, name := range []string{path + ".new", path + ".new.wal"} {
				if err := os.WriteFile(name, []byte("torn"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}},
		{"without tables", func(t *testing.T, path string) { run(t, path, "CHECKPOINT") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			o := options(dir)
			c.leave(t, o.Path)
			reading := o
			reading.ReadOnly = true
			if _, err := duckdb.Open(reading); !fault.Is(err, fault.NotFound) {
				t.Errorf("opening it to read: %v, want a fault of kind not_found", err)
			}
			db := opened(t, o)
			if info := write(t, db, storetest.NewGenerator(5).Notices(3)); info.Notices != 3 {
				t.Errorf("%d notices, want 3", info.Notices)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			left, err := filepath.Glob(o.Path + ".new*")
			if err != nil || len(left) > 0 {
				t.Errorf("%v is left, %v", left, err)
			}
		})
	}
}
