package index_test

import (
	"path/filepath"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/storetest"
)

func openDuckDB(t testing.TB, dir string) store.Store {
	t.Helper()
	db, err := duckdb.Open(duckdb.Options{Path: filepath.Join(dir, "store.duckdb"), Temp: filepath.Join(dir, "temp"), Catalogue: field.NewCatalogue(), Memory: duckdb.LeastMemory})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestOverDuckDB(t *testing.T) {
	storetest.Run(t, storetest.Suite{
		Open: func(t *testing.T) store.Store {
			dir := t.TempDir()
			e := over(t, openDuckDB(t, dir), index.Options{Dir: filepath.Join(dir, "index")})
			t.Cleanup(func() { share(t, e) })
			return e
		},
		Queries: 300,
	})
}

func TestScriptsOverDuckDB(t *testing.T) {
	var engines []engine
	storetest.RunScripts(t, storetest.ScriptSuite{
		Open: func(t *testing.T) store.Store {
			e := over(t, openDuckDB(t, t.TempDir()), index.Options{})
			engines = append(engines, e)
			return e
		},
		Answer:   search.Table,
		Requests: 500,
	})
	for _, e := range engines {
		answered(t, e, 0.5)
	}
}

func TestDurableOverDuckDB(t *testing.T) {
	storetest.RunDurable(t, func(dir string) (store.Store, error) {
		db, err := duckdb.Open(duckdb.Options{Path: filepath.Join(dir, "store.duckdb"), Temp: filepath.Join(dir, "temp"), Catalogue: field.NewCatalogue(), Memory: duckdb.LeastMemory})
		if err != nil {
			return nil, err
		}
		return over(t, db, index.Options{Dir: filepath.Join(dir, "index"), Report: func(err error) { t.Log(err) }}), nil
	})
}
