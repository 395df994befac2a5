package duckdb_test

import (
	"testing"

	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/storetest"
)

// TestScripts asks in ODSQL.
func TestScripts(t *testing.T) {
	storetest.RunScripts(t, storetest.ScriptSuite{
		Open: func(t *testing.T) store.Store {
			db, err := open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return db
		},
		Answer:   search.Table,
		Requests: 1000,
	})
}
