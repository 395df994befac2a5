package memory_test

import (
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Suite{
		Open:    func(*testing.T) store.Store { return memory.New(field.NewCatalogue()) },
		Queries: 2000,
	})
}
