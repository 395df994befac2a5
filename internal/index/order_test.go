package index_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

// TestOrdersOfMany holds orders by several keys, of which each has few values for many notices, against the reference: then the index
// goes through the values of one key below those of another. Some notices were replaced, in a segment of their own.
func TestOrdersOfMany(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	e := over(t, memory.New(field.NewCatalogue()), index.Options{})
	defer e.Close()
	var notices []*notice.Notice
	for i := range 3000 {
		notices = append(notices, few(r, i))
	}
	commit(t, e, notices...)
	for i := range 300 {
		notices[i*7] = few(r, i*7)
	}
	commit(t, e, notices...)
	c := field.NewCatalogue()
	score := query.Ranking{Tokens: query.Each("pont", "ecol"), Tiers: []query.Tier{
		{Weight: 2, Fields: []*field.Field{c.Must("title")}}, {Weight: 1, Fields: []*field.Field{c.Must("buyer_name")}},
	}}.Field()
	keys := []*field.Field{score, c.Must("dateparution"), c.Must("famille"), c.Must("published"), c.Must("framework"), c.Must("title")}
	v, err := e.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for range 200 {
		q := query.Query{Limit: []int{-1, 1, 20, 400}[r.IntN(4)], Offset: []int{0, 0, 30}[r.IntN(3)]}
		for range 1 + r.IntN(3) {
			q.Sort = append(q.Sort, query.Key{Field: keys[r.IntN(len(keys))], Desc: r.IntN(2) == 0})
		}
		if r.IntN(2) == 0 {
			q.Where = query.Words{Fields: []*field.Field{c.Must("title")}, Tokens: query.Each("pont")}
		}
		if r.IntN(2) == 0 {
			p := query.PositionOf(notices[r.IntN(len(notices))], q.Sort)
			q.After = &p
		}
		want := query.Select(records(notices), q, q.Sort)
		i := 0
		for row, err := range v.Rows(t.Context(), q, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if i >= len(want) || row.ID != want[i].ID || query.ComparePositions(q.Sort, query.Position{Keys: row.Keys, ID: row.ID}, want[i].Position) != 0 {
				t.Fatalf("%v after %v limit %d offset %d: in place %d of %d stands %s", q.Sort, q.After, q.Limit, q.Offset, i, len(want), row.ID)
			}
			i++
		}
		if i != len(want) {
			t.Fatalf("%v after %v limit %d offset %d: %d rows, want %d", q.Sort, q.After, q.Limit, q.Offset, i, len(want))
		}
	}
	answered(t, e, 1)
}

// few makes a notice of few different values.
func few(r *rand.Rand, i int) *notice.Notice {
	n := storetest.Titled(fmt.Sprintf("24-%04d", i), []string{"Pont", "École", "Pont de l'école", "Route"}[r.IntN(4)])
	n.Source.SHA256 = fmt.Sprintf("%064x", r.Uint64())
	if r.IntN(9) > 0 {
		n.Published = notice.Date{Year: 2024, Month: time.May, Day: 1 + r.IntN(9)}
		n.Record.Dateparution = notice.Date{Year: 2024, Month: time.May, Day: 1 + r.IntN(5)}
	}
	if famille := []string{"MAPA", "FNS", "JOUE"}[r.IntN(3)]; r.IntN(5) > 0 {
		n.Record.Famille = &famille
	}
	n.Framework = r.IntN(2) == 0
	n.Buyers = []notice.Party{{Name: []string{"Ville du Pont", "Commune"}[r.IntN(2)]}}
	return n
}

// records gives notices as records with their ids.
func records(notices []*notice.Notice) iter.Seq2[string, field.Record] {
	return func(yield func(string, field.Record) bool) {
		for _, n := range notices {
			if !yield(n.ID, n) {
				return
			}
		}
	}
}
