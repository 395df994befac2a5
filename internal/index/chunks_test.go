package index_test

import (
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

// TestChunks: the index gives rows in chunks, of columns and of packed notices, out of several segments; that they are those of Rows is
// held by the suites. What it cannot answer it leaves to the store.
func TestChunks(t *testing.T) {
	e := over(t, memory.New(field.NewCatalogue()), index.Options{})
	g := storetest.NewGenerator(7)
	for i := range 3 {
		tx, err := e.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Put(t.Context(), g.Notices(50+i*20)); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Commit(t.Context(), time.Date(2026, 3, 1, 0, 0, i, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := e.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := field.NewCatalogue()
	for _, q := range []query.Query{{Limit: -1}, {Limit: 7, Offset: 3}, {Limit: -1, Where: query.Null{Field: c.Must("donnees")}}} {
		asked := s.(store.Chunker).Chunks(t.Context(), q, []*field.Field{c.Must("idweb"), c.Must("donnees")}, func() int { return 5 })
		if byStore := q.Where != nil; (asked == nil) != byStore {
			t.Errorf("chunks of %+v: %v, want %v", q, asked != nil, !byStore)
		}
	}
}
