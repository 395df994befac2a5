package search_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/table"
)

var (
	color = column(0, "color", field.Text)
	size  = column(1, "size", field.Int)
	id    = column(2, "id", field.Text)
)

func column(i int, name string, t field.Type) *field.Field {
	return &field.Field{Name: name, Type: t, Get: func(r field.Record) []field.Value { return r.(field.Row)[i] }}
}

// few is a data set of six rows.
func few() *table.Table {
	var rows []field.Row
	for i, c := range []string{"red", "red", "blue", "", "green", "green"} {
		r := field.Row{{field.Str(c)}, {field.Num(float64(i))}, {field.Str(string(rune('a' + i)))}}
		if c == "" {
			r[0] = nil
		}
		rows = append(rows, r)
	}
	return table.New(field.CatalogueOf(color, size, id), rows, store.Info{Revision: 3}, nil, func(r field.Row) string { return r[2][0].Str })
}

func ask(t testing.TB, q query.Table) (string, error) {
	t.Helper()
	v, err := few().Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var rows []string
	for row, err := range search.Table(t.Context(), v, q) {
		if err != nil {
			return strings.Join(rows, "; "), err
		}
		cells := make([]string, len(row))
		for i, f := range q.Columns {
			if cells[i] = "-"; row[i] != nil {
				cells[i] = export.Text(f.Type, row[i][0])
			}
		}
		rows = append(rows, strings.Join(cells, " "))
	}
	return strings.Join(rows, "; "), nil
}

func ref(f *field.Field) scalar.Expr { return scalar.Ref{Field: f} }

func TestTable(t *testing.T) {
	sum := query.Aggregate{Func: query.Sum, Field: size}
	groups := &query.Groups{Keys: []*field.Field{color}, Values: []query.Aggregate{{}, sum}}
	key, count, total := query.Column("color", field.Text, 0), query.Column("n", field.Int, 1), query.Column("total", field.Int, 2)
	mean := scalar.Field("mean", scalar.Arith{Op: '/', L: ref(total), R: ref(count)})
	sign := scalar.Field("sign", scalar.Neg{X: ref(count)})
	alias := scalar.Field("alias", ref(scalar.Field("again", ref(total))))
	all := &query.Groups{Values: []query.Aggregate{{}, sum}}
	allCount, allSum := query.Column("n", field.Int, 0), query.Column("total", field.Int, 1)
	last := query.Compare{Field: size, Op: query.Ge, Value: field.Num(2)}
	by := func(f *field.Field, desc bool) []query.Key { return []query.Key{{Field: f, Desc: desc}} }
	fields := func(list ...*field.Field) []*field.Field { return list }
	byTotal := *groups
	byTotal.Sort = []query.GroupSort{{Column: 2}}
	for name, c := range map[string]struct {
		q    query.Table
		want string
	}{
		"records":                            {query.Table{Columns: fields(id, color), Sort: by(size, true), Limit: 3, Offset: 1}, "e green; d -; c blue"},
		"computed columns":                   {query.Table{Columns: fields(scalar.Field("x", scalar.Arith{Op: '*', L: ref(size), R: ref(size)})), Where: last, Limit: -1}, "4; 9; 16; 25"},
		"no columns":                         {query.Table{Limit: 2}, "; "},
		"groups":                             {query.Table{Groups: groups, Columns: fields(key, count, total), Limit: -1}, "- 1 3; blue 1 2; green 2 9; red 2 1"},
		"groups in the order of the engine":  {query.Table{Groups: &byTotal, Columns: fields(key), Limit: 2, Offset: 1}, "blue; -"},
		"groups filtered":                    {query.Table{Groups: groups, Where: last, Columns: fields(count, key), Limit: -1}, "1 -; 1 blue; 2 green"},
		"groups by an alias":                 {query.Table{Groups: groups, Columns: fields(alias), Sort: by(alias, true), Limit: 2}, "9; 3"},
		"groups by a computed column":        {query.Table{Groups: groups, Columns: fields(key, mean), Sort: by(mean, true), Limit: 3}, "green 4.5; - 3; blue 2"},
		"behind some":                        {query.Table{Groups: groups, Columns: fields(key, mean), Sort: by(mean, true), Limit: 2, Offset: 3}, "red 0.5"},
		"all by a computed column":           {query.Table{Groups: groups, Columns: fields(key), Sort: by(sign, false), Limit: -1}, "green; red; -; blue"},
		"equal ones in the engine's order":   {query.Table{Groups: &byTotal, Columns: fields(key), Sort: by(sign, false), Limit: -1}, "red; green; blue; -"},
		"none of the groups":                 {query.Table{Groups: groups, Columns: fields(key), Sort: by(sign, false)}, ""},
		"aggregates once":                    {query.Table{Groups: all, Columns: fields(allCount, allSum), Limit: -1}, "6 15"},
		"aggregates for each record":         {query.Table{Groups: all, Columns: fields(allCount), Repeat: true, Where: last, Limit: -1}, "4; 4; 4; 4"},
		"aggregates for some records":        {query.Table{Groups: all, Columns: fields(allSum), Repeat: true, Limit: 2, Offset: 3}, "15; 15"},
		"aggregates for the last record":     {query.Table{Groups: all, Columns: fields(allSum), Repeat: true, Limit: 10, Offset: 5}, "15"},
		"aggregates behind all records":      {query.Table{Groups: all, Columns: fields(allSum), Repeat: true, Limit: 10, Offset: 6}, ""},
		"aggregates of nothing":              {query.Table{Groups: all, Columns: fields(allCount), Repeat: true, Where: query.Or{}, Limit: 10}, ""},
		"a literal beside aggregates":        {query.Table{Groups: all, Columns: fields(scalar.Field("one", one), allCount), Limit: 1}, "1 6"},
		"several keys, the first equal":      {query.Table{Groups: groups, Columns: fields(key), Sort: []query.Key{{Field: count}, {Field: sign}, {Field: mean, Desc: true}}, Limit: -1}, "-; blue; green; red"},
		"the largest limit and offset there": {query.Table{Groups: groups, Columns: fields(key), Sort: by(sign, true), Limit: 1<<63 - 1, Offset: 2}, "green; red"},
	} {
		got, err := ask(t, c.q)
		if err != nil || got != c.want {
			t.Errorf("%s: %s (%v), want %s", name, got, err, c.want)
		}
	}
	for name, q := range map[string]query.Table{
		"offset below zero":                  {Groups: groups, Sort: by(mean, false), Offset: -1},
		"offset below zero, for each record": {Groups: all, Repeat: true, Offset: -1},
		"offset below zero, records":         {Offset: -1},
		"a bad aggregate, never shown":       {Groups: &query.Groups{Values: []query.Aggregate{{Func: query.Sum, Field: color}}}, Repeat: true},
		"a column that cannot be computed":   {Groups: groups, Sort: by(scalar.Field("bad", scalar.Neg{X: ref(key)}), false)},
		"a column that groups do not have":   {Groups: &query.Groups{Sort: []query.GroupSort{{Column: 1}}}},
	} {
		if _, err := ask(t, q); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want a fault of kind invalid", name, err)
		}
	}
}

var one = scalar.Lit{T: field.Int, Value: &field.Value{Num: 1}}

func TestTotal(t *testing.T) {
	v, err := few().Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	red := query.Compare{Field: color, Value: field.Str("red")}
	for name, c := range map[string]struct {
		q    query.Table
		want int64
	}{
		"records":    {query.Table{Where: red, Limit: 1}, 2},
		"groups":     {query.Table{Groups: &query.Groups{Keys: []*field.Field{color}}, Limit: 1}, 4},
		"repeated":   {query.Table{Groups: &query.Groups{}, Repeat: true, Where: red}, 2},
		"aggregates": {query.Table{Groups: &query.Groups{}, Where: red}, 1},
	} {
		if n, err := search.Total(t.Context(), v, c.q); err != nil || n != c.want {
			t.Errorf("%s: %d (%v), want %d", name, n, err, c.want)
		}
	}
}

// many gives groups without end, each in the slices of the one before.
type many struct {
	store.View
	n int
}

func (m *many) Groups(context.Context, query.Groups) iter.Seq2[query.Group, error] {
	return func(yield func(query.Group, error) bool) {
		row := query.Group{make([]field.Value, 1)}
		for i := range m.n {
			row[0][0] = field.Num(float64(i * 7919 % m.n))
			if !yield(row, nil) {
				return
			}
		}
	}
}

// TestManyGroups: of many groups the first are kept, and no more; all of them are too many.
func TestManyGroups(t *testing.T) {
	number := query.Column("number", field.Int, 0)
	q := query.Table{Groups: &query.Groups{Keys: []*field.Field{size}}, Columns: []*field.Field{number}, Sort: []query.Key{{Field: scalar.Field("", scalar.Neg{X: ref(number)})}}, Limit: 50, Offset: 7}
	var got []float64
	for row, err := range search.Table(t.Context(), &many{n: search.MaxSorted + 3}, q) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row[0][0].Num)
	}
	var want []float64
	for i := range 50 {
		want = append(want, float64(search.MaxSorted+2-7-i))
	}
	if !slices.Equal(got, want) {
		t.Errorf("first of many: %v, want %v", got, want)
	}
	last := func(n, limit int) (err error) {
		q.Limit = limit
		for _, err = range search.Table(t.Context(), &many{n: n}, q) {
		}
		return err
	}
	if err := last(search.MaxSorted+1, -1); !fault.Is(err, fault.TooLarge) {
		t.Errorf("all of too many: %v", err)
	}
	if err := last(search.MaxSorted, -1); err != nil {
		t.Errorf("all of what is not too many: %v", err)
	}
}

func TestSend(t *testing.T) {
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range 10 {
		b.put(invented(rnd, i))
	}
	q := query.Table{Columns: []*field.Field{b.Fields.Must("idweb")}, Limit: 4}
	c := &collect{}
	if err := b.TableStream(t.Context(), q, c.begin); err != nil || len(c.ids) != 4 || c.total != 10 || !c.ended {
		t.Errorf("%+v, %v", c, err)
	}
	q.Where = query.Or{}
	c = &collect{}
	if err := b.TableStream(t.Context(), q, c.begin); err != nil || len(c.ids) != 0 || !c.ended {
		t.Errorf("nothing: %+v, %v", c, err)
	}
	q.Offset = -1
	begun := false
	err := b.TableStream(t.Context(), q, func(store.Info, int64) export.Encoder { begun = true; return c })
	if !fault.Is(err, fault.Invalid) || begun {
		t.Errorf("a bad request: %v, begun %v", err, begun)
	}
}

// TestDeadline: a view has its time for all questions together.
func TestDeadline(t *testing.T) {
	b := newBench(t)
	b.put(invented(rand.New(rand.NewPCG(1, 1)), 1), invented(rand.New(rand.NewPCG(1, 2)), 2))
	b.Timeout = time.Hour
	v, err := b.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := v.Count(t.Context(), nil); n != 2 || err != nil {
		t.Errorf("count %d, %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, err = range v.Rows(ctx, query.Query{Limit: -1}, nil) {
		cancel()
	}
	if !fault.Is(err, fault.Timeout) || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	v.Close()

	b.Timeout = 5 * time.Millisecond
	v, err = b.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	over := func(what string, err error) {
		if !fault.Is(err, fault.Timeout) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for err == nil { // until the time is over
		_, err = v.Count(t.Context(), nil)
	}
	over("count", err)
	for _, err = range v.Rows(t.Context(), query.Query{Limit: -1}, nil) {
	}
	over("rows", err)
	for _, err = range v.Groups(t.Context(), query.Groups{Limit: -1}) {
	}
	over("groups", err)
	b.Store, b.Timeout = slow{b.Store}, time.Nanosecond
	_, err = b.View(t.Context())
	over("opening", err)
}
