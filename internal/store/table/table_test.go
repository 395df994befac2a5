package table_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/table"
)

func column(i int, name string, t field.Type, multi bool) *field.Field {
	return &field.Field{Name: name, Type: t, Multi: multi, Words: t == field.Text, Get: func(r field.Record) []field.Value { return r.(field.Row)[i] }}
}

var catalogue = field.CatalogueOf(column(0, "code", field.Text, false), column(1, "label", field.Text, false), column(2, "weight", field.Int, false), column(3, "tags", field.Text, true))

func f(name string) *field.Field { return catalogue.Must(name) }

func row(code, label string, weight float64, tags ...string) field.Row {
	r := field.Row{{field.Str(code)}, {field.Str(label)}, {field.Num(weight)}, nil}
	for _, t := range tags {
		r[3] = append(r[3], field.Str(t))
	}
	return r
}

func code(r field.Row) string { return r[0][0].Str }

func open(t *testing.T) store.View {
	t.Helper()
	rows := []field.Row{row("c", "Écoles", 3, "x"), row("a", "Voirie", 1, "x", "y"), row("b", "Eau", 1)}
	v, err := table.New(catalogue, rows, store.Info{Revision: 7}, []query.Key{{Field: f("weight")}}, code).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func ids(t *testing.T, v store.View, q query.Query) string {
	t.Helper()
	var list []string
	for r, err := range v.Rows(t.Context(), q, []*field.Field{f("code")}) {
		if err != nil || r.Values[0][0].Str != r.ID {
			t.Fatal(err, r)
		}
		list = append(list, r.ID)
	}
	return strings.Join(list, " ")
}

func TestRows(t *testing.T) {
	v := open(t)
	if v.Info() != (store.Info{Revision: 7, Notices: 3}) {
		t.Errorf("info %+v", v.Info())
	}
	long := query.Compare{Field: scalar.Field("", scalar.Length{X: scalar.Ref{Field: f("label")}}), Op: query.Gt, Value: field.Num(3)}
	for name, c := range map[string]struct {
		q    query.Query
		want string
	}{
		"its own order":    {query.Query{Limit: -1}, "a b c"},
		"another order":    {query.Query{Limit: -1, Sort: []query.Key{{Field: f("label"), Desc: true}}}, "c a b"},
		"page":             {query.Query{Limit: 1, Offset: 1}, "b"},
		"computed":         {query.Query{Limit: -1, Where: long}, "a c"},
		"words":            {query.Query{Limit: -1, Where: query.Words{Fields: []*field.Field{f("label")}, Tokens: query.Each("ecol")}}, "c"},
		"behind a place":   {query.Query{Limit: -1, After: &query.Position{Keys: [][]field.Value{{field.Num(1)}}, ID: "a"}}, "b c"},
		"one of the lists": {query.Query{Limit: -1, Where: query.Compare{Field: f("tags"), Value: field.Str("y")}}, "a"},
	} {
		if got := ids(t, v, c.q); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if n, err := v.Count(t.Context(), long); n != 2 || err != nil {
		t.Errorf("count %d, %v", n, err)
	}
}

func TestGroups(t *testing.T) {
	var got []string
	g := query.Groups{Keys: []*field.Field{f("tags")}, Values: []query.Aggregate{{Func: query.Sum, Field: f("weight")}}, Limit: -1}
	for row, err := range open(t).Groups(t.Context(), g) {
		if err != nil {
			t.Fatal(err)
		}
		name := "-"
		if row[0] != nil {
			name = row[0][0].Str
		}
		got = append(got, name+string(rune('0'+int(row[1][0].Num))))
	}
	if s := strings.Join(got, " "); s != "-1 x4 y1" {
		t.Errorf("groups %s", s)
	}
}

func TestContract(t *testing.T) {
	v := open(t)
	for range v.Rows(t.Context(), query.Query{Limit: -1}, nil) {
		if _, err := v.Count(t.Context(), nil); !fault.Is(err, fault.Internal) || err == nil {
			t.Errorf("two questions at once: %v", err)
		}
	}
	last := func(err error) error {
		for _, e := range v.Groups(t.Context(), query.Groups{Offset: -1}) {
			err = e
		}
		return err
	}
	if err := last(nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("bad groups: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var err error
	for _, err = range v.Rows(ctx, query.Query{Limit: -1}, nil) {
		n++
		cancel()
	}
	if n != 2 || !fault.Is(err, fault.Timeout) || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v after %d rows", err, n)
	}
	for range 2 {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := v.Count(t.Context(), nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("closed: %v", err)
	}
}

func TestRefusedRows(t *testing.T) {
	for name, rows := range map[string][]field.Row{"an id twice": {row("a", "", 0), row("a", "x", 0)}, "text not UTF-8": {row("a", "\xff", 0)}} {
		tb := table.New(catalogue, rows, store.Info{}, nil, code)
		if _, err := tb.Open(t.Context()); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want a fault of kind invalid", name, err)
		}
	}
	tb := table.New(catalogue, []field.Row{row("b", "x", 0)}, store.Info{}, nil, code)
	if r, ok := tb.Find("b"); !ok || r[1][0].Str != "x" {
		t.Error("a row is not found")
	}
	if _, ok := tb.Find("a"); ok {
		t.Error("a row is found that is not there")
	}
}
