package storetest

import (
	"slices"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Compare holds a view against what it should show, by random queries, computed ones, ranked ones and groups, so many of each, and
// by each of some notices as a whole.
func Compare(t testing.TB, s store.Snapshot, g *Generator, notices []*notice.Notice, queries int) {
	t.Helper()
	if n, err := s.Count(t.Context(), nil); err != nil || n != int64(len(notices)) || s.Info().Notices != n {
		t.Errorf("%d notices (%v), Info %+v, want %d", n, err, s.Info(), len(notices))
	}
	if len(notices) == 0 {
		return
	}
	a := newAsker(g, notices)
	for range queries {
		compare(t, s, notices, a.Query(), a.fields())
		compare(t, s, notices, a.computedQuery(), a.computedFields())
		compare(t, s, notices, a.rankedQuery(), nil)
		compareGroups(t, s, notices, a.groups())
		want := one(g, notices)
		got, err := s.Get(t.Context(), want.ID)
		if err != nil {
			t.Errorf("Get(%s): %v", want.ID, err)
			return
		}
		for _, f := range catalogue.All() {
			if !same(f, store.Values(got, []*field.Field{f})[0], store.Values(want, []*field.Field{f})[0]) {
				t.Errorf("%s has another %s", want.ID, f.Name)
			}
		}
		if t.Failed() {
			return
		}
	}
}

// Everything asks for all that there is to show, and gives the first fault.
func Everything(t testing.TB, s store.Snapshot) error {
	for _, k := range []string{"dateparution", "title", "sha256"} {
		q := query.Query{Sort: []query.Key{{Field: f(k), Desc: true}}, Limit: -1}
		for _, err := range s.Rows(t.Context(), q, slices.Clone(catalogue.Columns())) {
			if err != nil {
				return err
			}
		}
	}
	return nil
}
