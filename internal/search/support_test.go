package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

var now = time.Date(2026, 3, 20, 11, 0, 0, 0, time.UTC)

// bench is a door to a store in memory.
type bench struct {
	*search.Door
	t  testing.TB
	db store.Store
}

func newBench(t testing.TB) *bench {
	c := field.NewCatalogue()
	db := memory.New(c)
	return &bench{&search.Door{Store: db, Fields: c}, t, db}
}

func (b *bench) put(list ...*notice.Notice) {
	b.t.Helper()
	tx, err := b.db.Begin(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := tx.Put(context.Background(), list); err != nil {
		b.t.Fatal(err)
	}
	if _, err := tx.Commit(context.Background(), now); err != nil {
		b.t.Fatal(err)
	}
}

// keys reads an order as the API writes it: "-published,title".
func (b *bench) keys(order string) (keys []query.Key) {
	for name := range strings.SplitSeq(order, ",") {
		if name != "" {
			keys = append(keys, query.Key{Field: b.Fields.Must(strings.TrimPrefix(name, "-")), Desc: strings.HasPrefix(name, "-")})
		}
	}
	return keys
}

func (b *bench) page(q query.Query, cursor string) (search.Page, error) {
	return b.Page(context.Background(), search.Request{Query: q, Cursor: cursor, At: search.Now(cursor, now), Fields: []*field.Field{b.Fields.Must("title")}})
}

// odd are pieces of ids and titles that are hard to carry.
var odd = []string{"", "é", `"`, `\`, "<&>", "\u2028", "%2F", "/", "+ ", "\x00", "\U0001F5FD", "'", "=", strings.Repeat("long ", 600)}

// invented makes the i-th notice. Few values for many notices: places in an order are then decided by the id.
func invented(rnd *rand.Rand, i int) *notice.Notice {
	n := &notice.Notice{
		ID: fmt.Sprintf("26-%d%s", i, odd[rnd.IntN(len(odd)-1)]), Version: notice.V325, Stage: notice.StageCall,
		Source: notice.Source{SHA256: fmt.Sprintf("%064x", rnd.Uint64()), Form: "xml", Reader: 1},
	}
	if rnd.IntN(4) > 0 {
		n.Title = []string{"a", "A", "é", "zoo", "voirie"}[rnd.IntN(5)] + odd[rnd.IntN(len(odd))]
	}
	if rnd.IntN(4) > 0 {
		n.Published = notice.Date{Year: 2026, Month: 3, Day: 1 + rnd.IntN(4)}
	}
	if rnd.IntN(3) > 0 {
		n.Estimated = &notice.Amount{Value: []float64{0.1, 1e12, 1e-9, 38820.55, 3}[rnd.IntN(5)], Currency: "EUR"}
	}
	if rnd.IntN(3) > 0 {
		n.Deadline = &notice.Deadline{Written: "x", Instant: now.Add(time.Duration(rnd.IntN(5)) * time.Hour), For: notice.DeadlineTenders}
	}
	n.Record = notice.Record{Idweb: n.ID}
	return n
}
