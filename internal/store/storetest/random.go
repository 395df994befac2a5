package storetest

import (
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
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d queries", seed, queries)
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
	a := newAsker(g, notices)
	s := view(t, db)
	for range queries {
		compare(t, s, notices, a.Query(), a.fields())
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
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
	for i, n := range want {
		if got[i].ID != n.ID {
			t.Errorf("%s gives %s in place %d, want %s", describe(q), got[i].ID, i, n.ID)
			return
		}
		checkRow(t, n, got[i], keys, fields)
	}
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
			t.Errorf("row %s has %s = %v, want %v", r.ID, f.Name, r.Values[i], values[i])
		}
	}
	for i, k := range keys {
		if key := store.Values(n, []*field.Field{k.Field})[0]; !same(k.Field, r.Keys[i], key) {
			t.Errorf("row %s has sort key %s = %v, want %v", r.ID, k.Field.Name, r.Keys[i], key)
		}
	}
}

// reference answers a query by the book: the rows, and how many match in all.
func reference(notices []*notice.Notice, q query.Query) (list []*notice.Notice, total int) {
	keys := store.Keys(q, catalogue)
	for _, n := range notices {
		if !query.Match(q.Where, n) {
			continue
		}
		total++
		if q.After == nil || query.ComparePositions(keys, query.PositionOf(n, keys), *q.After) > 0 {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b *notice.Notice) int {
		return query.ComparePositions(keys, query.PositionOf(a, keys), query.PositionOf(b, keys))
	})
	list = list[min(q.Offset, len(list)):]
	if q.Limit >= 0 {
		list = list[:min(q.Limit, len(list))]
	}
	return list, total
}
