package storetest

import (
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

func testOrder(t *testing.T, db store.Store) {
	day := func(d int) notice.Date { return notice.Date{Year: 2024, Month: time.May, Day: d} }
	list := []*notice.Notice{Titled("24-10", "é"), Titled("24-9", "z"), Titled("24-2", "z"), Bare("24-7"), Titled("24-é", "Z"), Titled("24-1", "e")}
	for i, d := range []int{3, 1, 2, 0, 3, 2} {
		if d > 0 {
			list[i].Record.Dateparution = day(d)
		}
	}
	commit(t, db, list...)
	s := view(t, db)
	key := func(name string, desc bool) query.Key { return query.Key{Field: f(name), Desc: desc} }
	cases := []struct {
		name string
		sort []query.Key
		want string
	}{
		{"default: latest first, null last, ties by id", nil, "24-10 24-é 24-1 24-2 24-9 24-7"},
		{"ascending, null last", []query.Key{key("dateparution", false)}, "24-9 24-1 24-2 24-10 24-é 24-7"},
		{"text byte by byte", []query.Key{key("title", false)}, "24-é 24-1 24-2 24-9 24-10 24-7"},
		{"text descending, ties still by id ascending", []query.Key{key("title", true)}, "24-10 24-2 24-9 24-1 24-é 24-7"},
		{"two keys", []query.Key{key("title", true), key("dateparution", false)}, "24-10 24-9 24-2 24-1 24-é 24-7"},
		{"a key that is the same for all", []query.Key{key("framework", true)}, "24-1 24-10 24-2 24-7 24-9 24-é"},
		{"one key twice", []query.Key{key("title", false), key("title", true)}, "24-é 24-1 24-2 24-9 24-10 24-7"},
	}
	for _, c := range cases {
		if got := ids(t, s, query.Query{Sort: c.sort, Limit: -1}); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// testPages walks through the whole in pages by position, for every field that can be sorted by and both directions.
func testPages(t *testing.T, db store.Store) {
	g := NewGenerator(3)
	notices := append(g.Notices(40), Full("24-full"), Bare("24-bare"))
	commit(t, db, notices...)
	s := view(t, db)
	for _, fd := range newAsker(g, notices).sorted {
		for _, desc := range []bool{false, true} {
			q := query.Query{Sort: []query.Key{{Field: fd, Desc: desc}}, Limit: 9}
			want, _ := reference(notices, query.Query{Sort: q.Sort, Limit: -1})
			for len(want) > 0 {
				page := rows(t, s, q, fd)
				if len(page) != min(q.Limit, len(want)) {
					t.Fatalf("%s gives %d rows, %d are left", describe(q), len(page), len(want))
				}
				for i, r := range page {
					if r.ID != want[i].ID {
						t.Fatalf("%s gives %s in place %d, want %s", describe(q), r.ID, i, want[i].ID)
					}
					checkRow(t, want[i].Record.(*notice.Notice), r, q.Sort, []*field.Field{fd})
				}
				last := page[len(page)-1]
				q.After = &query.Position{Keys: last.Keys, ID: last.ID}
				want = want[len(page):]
			}
			if rest := rows(t, s, q); len(rest) != 0 {
				t.Fatalf("%s gives %d rows behind the last", describe(q), len(rest))
			}
		}
	}
}

func testLimitOffset(t *testing.T, db store.Store) {
	var notices []*notice.Notice
	for _, id := range []string{"24-1", "24-2", "24-3", "24-4", "24-5"} {
		notices = append(notices, Bare(id))
	}
	commit(t, db, notices...)
	s := view(t, db)
	after := &query.Position{Keys: [][]field.Value{nil}, ID: "24-2"}
	cases := []struct {
		limit, offset int
		after         *query.Position
		want          string
	}{
		{0, 0, nil, ""},
		{2, 0, nil, "24-1 24-2"},
		{2, 4, nil, "24-5"},
		{2, 5, nil, ""},
		{-1, 3, nil, "24-4 24-5"},
		{-7, 0, nil, "24-1 24-2 24-3 24-4 24-5"},
		{1 << 40, 0, nil, "24-1 24-2 24-3 24-4 24-5"},
		{2, 0, after, "24-3 24-4"},
		{2, 1, after, "24-4 24-5"},
		{2, 1 << 40, after, ""},
		{-1, 0, &query.Position{Keys: [][]field.Value{{field.Str("2024-01-01")}}, ID: "24-9"}, "24-1 24-2 24-3 24-4 24-5"},
		{-1, 0, &query.Position{Keys: [][]field.Value{nil}, ID: "24-25"}, "24-3 24-4 24-5"},
		{-1, 0, &query.Position{Keys: [][]field.Value{nil}, ID: ""}, "24-1 24-2 24-3 24-4 24-5"},
	}
	for _, c := range cases {
		q := query.Query{Limit: c.limit, Offset: c.offset, After: c.after}
		if got := ids(t, s, q); got != c.want {
			t.Errorf("%s gives [%s], want [%s]", describe(q), got, c.want)
		}
	}
}
