package index_test

import (
	"bytes"
	"testing"
	"time"

	formats "github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
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

// TestChunkedFiles: files made of chunks on all processors are those made row by row, byte for byte.
func TestChunkedFiles(t *testing.T) {
	e := over(t, memory.New(field.NewCatalogue()), index.Options{})
	g := storetest.NewGenerator(11)
	for i := range 4 {
		tx, err := e.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Put(t.Context(), g.Notices(300)); err != nil { // most of them in the place of those before
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
	for _, f := range formats.Formats() {
		for _, table := range []query.Table{
			{Limit: -1}, {Limit: 100, Offset: 41}, {Limit: -1, Where: query.Not{X: query.Null{Field: c.Must("objet")}}},
			{Limit: -1, Sort: []query.Key{{Field: c.Must("dateparution"), Desc: true}}},
			{Limit: 200, Sort: []query.Key{{Field: c.Must("nomacheteur")}, {Field: c.Must("dateparution"), Desc: true}}},
		} {
			for _, table.Columns = range [][]*field.Field{c.All()[:41], {c.Must("objet")}, {c.Must("idweb"), c.Must("cpv"), c.Must("donnees"), c.Must("deadline")}} {
				chunked, rows := file(t, s, f, table), file(t, struct{ store.View }{s}, f, table)
				if !bytes.Equal(chunked, rows) || len(rows) == 0 {
					t.Errorf("%s of %d columns: %d bytes in chunks, %d by rows, or others", f.Name, len(table.Columns), len(chunked), len(rows))
				}
			}
		}
	}
}

func file(t *testing.T, v store.View, f formats.Format, table query.Table) []byte {
	t.Helper()
	var out bytes.Buffer
	err := search.Send(t.Context(), v, table, func(store.Info, int64) formats.Encoder { return f.New(&out, formats.Options{}) })
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
