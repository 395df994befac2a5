package storetest

import (
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// testRandom compares answers to random queries with those of the reference evaluator. A failure prints the seed.
func testRandom(t *testing.T, db store.Store, queries int) {
	if testing.Short() {
		queries = min(queries, 100)
	}
	seed, a, s := randomData(t, db)
	t.Logf("seed %d, %d queries", seed, queries)
	for range queries {
		compare(t, s, a.notices, a.Query(), a.fields())
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// randomData puts invented notices, and gives what asks about them.
func randomData(t *testing.T, db store.Store) (seed uint64, a *asker, s store.Snapshot) {
	seed = uint64(time.Now().UnixNano())
	g := NewGenerator(seed)
	notices := g.Notices(400)
	for part := range slices.Chunk(notices, 150) {
		commit(t, db, part...)
	}
	for i := range 40 { // some are replaced, so that what is left of the old ones shows
		next := g.Notice(notices[i*5].ID)
		if old := notices[i*5]; next.Source.Rank() < old.Source.Rank() { // else the old one would stay
			next.Source.Partial, next.Source.Form = old.Source.Partial, old.Source.Form
		}
		notices[i*5] = next
	}
	commit(t, db, notices...)
	return seed, newAsker(g, notices), view(t, db)
}

// compare holds one answer against the reference: ids in order, values, sort keys and count.
func compare(t testing.TB, s store.Snapshot, notices []*notice.Notice, q query.Query, fields []*field.Field) {
	t.Helper()
	want, total := reference(notices, q)
	got := rows(t, s, q, fields...)
	if n, err := s.Count(t.Context(), q.Where); err != nil || n != int64(total) {
		t.Errorf("Count of %s = %d (%v), want %d", describe(q), n, err, total)
	}
	if len(got) != len(want) {
		t.Errorf("%s gives %d rows, want %d", describe(q), len(got), len(want))
		return
	}
	keys := store.Keys(q, catalogue)
	for i, w := range want {
		if got[i].ID != w.ID {
			t.Errorf("%s gives %s in place %d, want %s", describe(q), got[i].ID, i, w.ID)
			return
		}
		checkRow(t, w.Record.(*notice.Notice), got[i], keys, fields)
	}
	compareChunks(t, s, q, fields, got)
}

func checkRow(t testing.TB, n *notice.Notice, r store.Row, keys []query.Key, fields []*field.Field) {
	t.Helper()
	if len(r.Values) != len(fields) || len(r.Keys) != len(keys) {
		t.Errorf("row %s has %d values and %d keys, want %d and %d", r.ID, len(r.Values), len(r.Keys), len(fields), len(keys))
		return
	}
	values := store.Values(n, fields)
	for i, f := range fields {
		if !same(f, r.Values[i], values[i]) {
			t.Errorf("row %s has %s = %v, want %v", r.ID, f.Formula(), r.Values[i], values[i])
		}
	}
	for i, k := range keys {
		if key := store.Values(n, []*field.Field{k.Field})[0]; !same(k.Field, r.Keys[i], key) {
			t.Errorf("row %s has sort key %s = %v, want %v", r.ID, k.Field.Formula(), r.Keys[i], key)
		}
	}
}

// reference answers a query by the book: the rows, and how many match in all.
func reference(notices []*notice.Notice, q query.Query) (list []query.Found, total int) {
	for _, n := range notices {
		if query.Match(q.Where, n) {
			total++
		}
	}
	return query.Select(byID(notices), q, store.Keys(q, catalogue)), total
}

// byID gives notices as records with their ids.
func byID(notices []*notice.Notice) iter.Seq2[string, field.Record] {
	return func(yield func(string, field.Record) bool) {
		for _, n := range notices {
			if !yield(n.ID, n) {
				return
			}
		}
	}
}
