package search_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// orders are those of the tests: every type of field, null values, both directions, several keys.
var orders = []string{"", "title", "-title", "published", "-published,title", "estimated", "-estimated,-deadline", "deadline,title,-estimated", "idweb", "-idweb"}

// TestPagesWhileNoticesCome reads a result in pages of every size, puts notices in and changes some between the pages, and
// holds that what did not change is there once and in order.
func TestPagesWhileNoticesCome(t *testing.T) {
	for seed := range uint64(8) {
		for _, order := range orders {
			rnd := rand.New(rand.NewPCG(seed, 7))
			b := newBench(t)
			var stable []*notice.Notice
			for i := range 60 {
				stable = append(stable, invented(rnd, i))
			}
			b.put(stable...)
			q := query.Query{Sort: b.keys(order), Limit: 1 + rnd.IntN(20)}
			if rnd.IntN(2) == 0 {
				q.Where = query.Not{X: query.Null{Field: b.Fields.Must("title")}}
			}
			want := all(t, b, q)
			var got []string
			next, coming := "", 1000
			for pages := 0; ; pages++ {
				page, err := b.page(q, next)
				if err != nil {
					t.Fatalf("seed %d, order %q: %v", seed, order, err)
				}
				if len(page.Rows) > q.Limit || len(page.Rows) < q.Limit && page.Next != "" {
					t.Fatalf("a page of %d, %d wanted", len(page.Rows), q.Limit)
				}
				for _, r := range page.Rows {
					got = append(got, r.ID)
				}
				if next = page.Next; next == "" {
					break
				}
				for range rnd.IntN(4) {
					coming++
					b.put(invented(rnd, coming))
				}
			}
			seen := map[string]bool{}
			for _, id := range got {
				if seen[id] {
					t.Fatalf("seed %d, order %q: %q came twice", seed, order, id)
				}
				seen[id] = true
			}
			kept := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return !slices.Contains(want, id) })
			if !slices.Equal(kept, want) {
				t.Fatalf("seed %d, order %q, pages of %d:\n got %q\nwant %q", seed, order, q.Limit, kept, want)
			}
		}
	}
}

// all is the whole result at once.
func all(t *testing.T, b *bench, q query.Query) (ids []string) {
	t.Helper()
	q.Limit = -1
	rows := &collect{}
	if err := b.Stream(context.Background(), q, []*field.Field{b.Fields.Must("idweb")}, rows.begin); err != nil {
		t.Fatal(err)
	}
	if rows.total != int64(len(rows.ids)) {
		t.Fatalf("%d rows, total %d", len(rows.ids), rows.total)
	}
	return rows.ids
}

// collect is an encoder that keeps the first column.
type collect struct {
	ids   []string
	total int64
	ended bool
	fail  error // of the third row
}

func (c *collect) begin(_ store.Info, total int64) export.Encoder { c.total = total; return c }
func (c *collect) Begin([]*field.Field) error                     { return nil }
func (c *collect) End() error                                     { c.ended = true; return nil }
func (c *collect) Row(values [][]field.Value) error {
	if c.ids = append(c.ids, values[0][0].Str); len(c.ids) == 3 {
		return c.fail
	}
	return nil
}

// TestPageSizes: the last page has no next one, also when it is full; no page size gives the total alone.
func TestPageSizes(t *testing.T) {
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range 10 {
		b.put(invented(rnd, i))
	}
	for limit, want := range map[int][]int{-1: {0}, 0: {0}, 1: {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 4: {4, 4, 2}, 5: {5, 5}, 9: {9, 1}, 10: {10}, 1000: {10}} {
		var got []int
		for next := ""; ; {
			page, err := b.page(query.Query{Limit: limit}, next)
			if err != nil || page.Total != 10 || page.Info.Revision != 10 {
				t.Fatal(err, page)
			}
			got = append(got, len(page.Rows))
			if next = page.Next; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v, want %v", limit, got, want)
		}
	}
}

func TestRowsBelongToTheCaller(t *testing.T) {
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range 10 {
		b.put(invented(rnd, i))
	}
	page, err := b.page(query.Query{Limit: 10, Sort: b.keys("idweb")}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Rows {
		for _, v := range r.Values {
			clear(v)
		}
	}
	again, err := b.page(query.Query{Limit: 10, Sort: b.keys("idweb")}, "")
	if err != nil || len(again.Rows) != 10 {
		t.Fatal(err)
	}
	titles := 0
	for _, r := range again.Rows {
		if v := r.Values[0]; len(v) > 0 && v[0].Str != "" {
			titles++
		}
	}
	if titles == 0 {
		t.Error("a caller that changed its rows changed the store")
	}
}

func TestStreamStops(t *testing.T) {
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range 10 {
		b.put(invented(rnd, i))
	}
	broken := errors.New("the pipe is broken")
	c := &collect{fail: broken}
	err := b.Stream(context.Background(), query.Query{Limit: -1}, []*field.Field{b.Fields.Must("idweb")}, c.begin)
	if !errors.Is(err, broken) || len(c.ids) != 3 || c.ended {
		t.Errorf("%v after %d rows", err, len(c.ids))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c = &collect{}
	if err := b.Stream(ctx, query.Query{Limit: -1}, nil, c.begin); !errors.Is(err, context.Canceled) || c.ended {
		t.Errorf("cancelled: %v", err)
	}
}

func TestGet(t *testing.T) {
	b := newBench(t)
	n := invented(rand.New(rand.NewPCG(1, 1)), 1)
	b.put(n)
	for _, v := range []notice.Version{"", notice.V325} {
		if got, info, err := b.Get(context.Background(), n.ID, v); err != nil || got.ID != n.ID || info.Revision != 1 {
			t.Errorf("version %q: %v, %v", v, got, err)
		}
	}
	_, _, err := b.Get(context.Background(), n.ID, notice.V110)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.NotFound || f.Hint != "ask for version=v325, or leave the version out" {
		t.Errorf("the wrong version: %v", err)
	}
	if _, _, err := b.Get(context.Background(), "26-2", ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such notice: %v", err)
	}
}

// slow is a store whose answers come when the context has ended.
type slow struct{ store.Reader }

func (s slow) Snapshot(ctx context.Context) (store.Snapshot, error) {
	<-ctx.Done()
	return nil, fault.Wrap(fault.Timeout, ctx.Err(), "the question was given up before its answer")
}

func TestTimeout(t *testing.T) {
	b := newBench(t)
	b.Store, b.Timeout = slow{b.Store}, time.Nanosecond
	if _, err := b.page(query.Query{Limit: 1}, ""); !fault.Is(err, fault.Timeout) {
		t.Errorf("page: %v", err)
	}
	if _, _, err := b.Get(context.Background(), "26-1", ""); !fault.Is(err, fault.Timeout) {
		t.Errorf("notice: %v", err)
	}
}

func TestMeta(t *testing.T) {
	b := newBench(t)
	b.put(invented(rand.New(rand.NewPCG(1, 1)), 1))
	page, err := b.page(query.Query{Limit: 1}, "")
	if err != nil {
		t.Fatal(err)
	}
	info, err := b.Info(context.Background())
	if err != nil || info != page.Info {
		t.Errorf("info %+v, that of the page %+v: %v", info, page.Info, err)
	}
	m := search.Meta(info, 1)
	if !m.LastUpdate.Equal(now) || m.Revision != 1 || m.Total != 1 || m.Source == "" || m.Licence == "" || m.LicenceURL == "" {
		t.Errorf("meta %+v", m)
	}
}
