package duckdb_test

import (
	"path/filepath"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/storetest"
)

func open(dir string) (store.Store, error) {
	s, err := duckdb.Open(options(dir))
	if err != nil {
		return nil, err
	}
	return s, nil
}

func options(dir string) duckdb.Options {
	return duckdb.Options{
		Path: filepath.Join(dir, "notices.duckdb"), Temp: filepath.Join(dir, "temp"), Catalogue: field.NewCatalogue(),
		Memory: *memoryFlag << 20, Threads: *threadsFlag,
	}
}

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Suite{
		Open: func(t *testing.T) store.Store {
			db, err := open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return db
		},
		Queries: 500,
	})
}

// TestStoreInSteps gets all rows as those that are too wide to be sorted, a few places at a time.
func TestStoreInSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("TestStore asks the same of the engine as it is; this way is for the long run")
	}
	storetest.Run(t, storetest.Suite{
		Open: func(t *testing.T) store.Store {
			db, err := duckdb.Open(options(t.TempDir()))
			if err != nil {
				t.Fatal(err)
			}
			duckdb.InSteps(db, 31)
			return db
		},
		Queries: 150,
	})
}

// TestStoreInWindows gets rows in order of a day a few at a time.
func TestStoreInWindows(t *testing.T) {
	if testing.Short() {
		t.Skip("TestStore asks the same of the engine as it is; this way is for the long run")
	}
	storetest.Run(t, storetest.Suite{
		Open: func(t *testing.T) store.Store {
			db, err := duckdb.Open(options(t.TempDir()))
			if err != nil {
				t.Fatal(err)
			}
			duckdb.InWindows(db, 3, 17)
			return db
		},
		Queries: 150,
	})
}

func TestDurable(t *testing.T) { storetest.RunDurable(t, open) }
