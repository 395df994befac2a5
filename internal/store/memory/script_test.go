package memory_test

import (
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

// TestScripts asks in ODSQL.
func TestScripts(t *testing.T) {
	storetest.RunScripts(t, storetest.ScriptSuite{
		Open:     func(*testing.T) store.Store { return memory.New(field.NewCatalogue()) },
		Answer:   search.Table,
		Requests: 3000,
	})
}
