package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

func column(i int, name string, t field.Type, multi bool) *field.Field {
	return &field.Field{Name: name, Type: t, Multi: multi, Get: func(r field.Record) []field.Value { return r.(field.Row)[i] }}
}

var (
	color = column(0, "color", field.Text, false)
	tags  = column(1, "tags", field.Text, true)
	size  = column(2, "size", field.Int, false)
	price = column(3, "price", field.Number, false)
	born  = column(4, "born", field.Date, false)
)

func texts(list ...string) (values []field.Value) {
	for _, s := range list {
		values = append(values, field.Str(s))
	}
	return values
}

func numbers(list ...float64) (values []field.Value) {
	for _, v := range list {
		values = append(values, field.Num(v))
	}
	return values
}

// five records, of which one has nothing.
var five = []field.Row{
	{texts("red"), texts("a", "b", "a"), numbers(1), numbers(10), texts("2024-01-05")},
	{texts("red"), texts("b"), numbers(2), numbers(20), nil},
	{texts("blue"), nil, numbers(3), nil, texts("2023-01-05")},
	{texts(""), texts("c"), nil, numbers(-5.5), texts("2024-02-01")},
	{nil, nil, nil, nil, nil},
}

func records(yield func(field.Record) bool) {
	for _, r := range five {
		if !yield(r) {
			return
		}
	}
}

func run(g query.Groups) string {
	var rows []string
	for _, row := range query.RunGroups(records, g) {
		cells := make([]string, len(row))
		for i, v := range row {
			switch {
			case v == nil:
				cells[i] = "-"
			case v[0].Str != "" || i < len(g.Keys) && g.Keys[i].Type == field.Text:
				cells[i] = fmt.Sprintf("%q", v[0].Str)
			default:
				cells[i] = fmt.Sprint(v[0].Num)
			}
		}
		rows = append(rows, strings.Join(cells, " "))
	}
	return strings.Join(rows, "; ")
}

func TestRunGroups(t *testing.T) {
	n := query.Aggregate{}
	of := func(f query.AggregateFunc, fd *field.Field) query.Aggregate {
		return query.Aggregate{Func: f, Field: fd}
	}
	keys := func(list ...*field.Field) []*field.Field { return list }
	none := query.Or{}
	for name, c := range map[string]struct {
		g    query.Groups
		want string
	}{
		"null first, then ascending":   {query.Groups{Keys: keys(color), Values: []query.Aggregate{n}, Limit: -1}, `- 1; "" 1; "blue" 1; "red" 2`},
		"a value twice is one group":   {query.Groups{Keys: keys(tags), Values: []query.Aggregate{n}, Limit: -1}, `- 2; "a" 1; "b" 2; "c" 1`},
		"combinations":                 {query.Groups{Keys: keys(tags, tags), Values: []query.Aggregate{n}, Limit: -1}, `- - 2; "a" "a" 1; "a" "b" 1; "b" "a" 1; "b" "b" 2; "c" "c" 1`},
		"two keys":                     {query.Groups{Keys: keys(color, tags), Limit: -1}, `- -; "" "c"; "blue" -; "red" "a"; "red" "b"`},
		"filtered":                     {query.Groups{Where: query.Compare{Field: size, Op: query.Ge, Value: field.Num(2)}, Keys: keys(color), Limit: -1}, `"blue"; "red"`},
		"nothing matches":              {query.Groups{Where: none, Keys: keys(color), Values: []query.Aggregate{n}, Limit: -1}, ""},
		"nothing matches, no keys":     {query.Groups{Where: none, Values: []query.Aggregate{n, of(query.Sum, size), of(query.CountDistinct, tags)}, Limit: -1}, "0 - 0"},
		"no keys, no values":           {query.Groups{Limit: -1}, ""},
		"counts":                       {query.Groups{Values: []query.Aggregate{n, of(query.Count, tags), of(query.Count, born), of(query.CountDistinct, tags), of(query.CountDistinct, color)}, Limit: -1}, "5 3 3 3 3"},
		"numbers":                      {query.Groups{Values: []query.Aggregate{of(query.Sum, size), of(query.Avg, size), of(query.Min, price), of(query.Max, price), of(query.SumSquares, price)}, Limit: -1}, "6 2 -5.5 20 530.25"},
		"deviation of the population":  {query.Groups{Values: []query.Aggregate{of(query.StdDev, size)}, Where: query.Compare{Field: size, Op: query.Le, Value: field.Num(2)}, Limit: -1}, "0.5"},
		"days":                         {query.Groups{Values: []query.Aggregate{of(query.Min, born), of(query.Max, born)}, Limit: -1}, `"2023-01-05" "2024-02-01"`},
		"largest first, null last":     {query.Groups{Keys: keys(color), Values: []query.Aggregate{of(query.Sum, size)}, Sort: []query.GroupSort{{Column: 1, Desc: true}}, Limit: -1}, `"blue" 3; "red" 3; - -; "" -`},
		"smallest first, null first":   {query.Groups{Keys: keys(color), Values: []query.Aggregate{of(query.Sum, price)}, Sort: []query.GroupSort{{Column: 1, NullFirst: true}}, Limit: -1}, `- -; "blue" -; "" -5.5; "red" 30`},
		"key descending, null last":    {query.Groups{Keys: keys(color), Sort: []query.GroupSort{{Column: 0, Desc: true}}, Limit: -1}, `"red"; "blue"; ""; -`},
		"key descending, null first":   {query.Groups{Keys: keys(color), Sort: []query.GroupSort{{Column: 0, Desc: true, NullFirst: true}}, Limit: -1}, `-; "red"; "blue"; ""`},
		"page":                         {query.Groups{Keys: keys(color), Limit: 2, Offset: 1}, `""; "blue"`},
		"page behind the end":          {query.Groups{Keys: keys(color), Limit: 2, Offset: 9}, ""},
		"nothing wanted":               {query.Groups{Values: []query.Aggregate{n}}, ""},
		"by what is computed":          {query.Groups{Keys: keys(scalar.Field("len", scalar.Length{X: scalar.Ref{Field: tags}})), Values: []query.Aggregate{n}, Limit: -1}, "- 2; 1 3"},
		"whole sums beyond 2^53":       {query.Groups{Values: []query.Aggregate{of(query.Sum, constant(field.Int, 1<<51))}, Limit: -1}, "-"},
		"whole sums below 2^53":        {query.Groups{Values: []query.Aggregate{of(query.Sum, constant(field.Int, 1<<53-1))}, Limit: -1, Where: query.Compare{Field: size, Op: query.Lt, Value: field.Num(2)}}, "9.007199254740991e+15"},
		"sums that are not finite":     {query.Groups{Values: []query.Aggregate{of(query.Sum, constant(field.Number, 1e308)), of(query.SumSquares, constant(field.Number, 1e308))}, Limit: -1}, "- -"},
		"zero and minus zero are one":  {query.Groups{Keys: keys(scalar.Field("z", scalar.Arith{Op: '*', L: scalar.Ref{Field: price}, R: lit(0)})), Values: []query.Aggregate{n}, Limit: -1}, "- 2; 0 3"},
		"percentiles between and upon": {query.Groups{Values: []query.Aggregate{percentile(size, 0.25), percentile(size, 0), percentile(size, 1), percentile(size, 0.5)}, Limit: -1}, "1.5 1 3 2"},
	} {
		if got := run(c.g); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if rows := query.RunGroups(records, query.Groups{Limit: -1}); len(rows) != 1 || len(rows[0]) != 0 {
		t.Errorf("all in one group: %v", rows)
	}
}

func constant(t field.Type, v float64) *field.Field {
	value := field.Num(v)
	return scalar.Field("constant", scalar.Lit{T: t, Value: &value})
}

func lit(v float64) scalar.Expr {
	value := field.Num(v)
	return scalar.Lit{T: field.Number, Value: &value}
}

func percentile(f *field.Field, q float64) query.Aggregate {
	return query.Aggregate{Func: query.Percentile, Field: f, Q: q}
}

func TestSelect(t *testing.T) {
	all := func(yield func(string, field.Record) bool) {
		for i, r := range five {
			if !yield(string(rune('a'+i)), r) {
				return
			}
		}
	}
	keys := []query.Key{{Field: price, Desc: true}}
	for name, c := range map[string]struct {
		q    query.Query
		want string
	}{
		"all, null last, then by id": {query.Query{Limit: -1}, "badce"},
		"page":                       {query.Query{Limit: 2, Offset: 1}, "ad"},
		"behind a place":             {query.Query{Limit: -1, After: &query.Position{Keys: [][]field.Value{numbers(10)}, ID: "a"}}, "dce"},
		"filtered":                   {query.Query{Limit: -1, Where: query.Null{Field: tags}}, "ce"},
	} {
		got := ""
		for _, f := range query.Select(all, c.q, keys) {
			got += f.ID
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestCanonical: what is another request has another text, what is the same has the same, whatever fields are called.
func TestCanonical(t *testing.T) {
	lower := scalar.Lower{X: scalar.Ref{Field: color}}
	is := func(f *field.Field, s string) query.Expr { return query.Compare{Field: f, Value: field.Str(s)} }
	if a, b := query.Canonical(is(scalar.Field("a", lower), "x")), query.Canonical(is(scalar.Field("b", lower), "x")); a != b || a != `lower(color) = "x"` {
		t.Errorf("%s and %s", a, b)
	}
	groups := query.Groups{Keys: []*field.Field{color}, Values: []query.Aggregate{{}, percentile(size, 0.5)}, Sort: []query.GroupSort{{Column: 1, Desc: true}}}
	tables := []query.Table{
		{Limit: -1}, {Limit: 0}, {Limit: -1, Offset: 1}, {Limit: -1, Where: is(color, "red")},
		{Limit: -1, Columns: []*field.Field{color}}, {Limit: -1, Columns: []*field.Field{scalar.Field("other", scalar.Ref{Field: color})}},
		{Limit: -1, Columns: []*field.Field{scalar.Field("color", lower)}}, {Limit: -1, Sort: []query.Key{{Field: color}}},
		{Limit: -1, Sort: []query.Key{{Field: color, Desc: true}}}, {Limit: -1, Groups: &query.Groups{}}, {Limit: -1, Groups: &query.Groups{}, Repeat: true},
		{Limit: -1, Groups: &groups}, {Limit: 3, Groups: &groups}, {Limit: -1, Groups: &groups, Columns: []*field.Field{query.Column("color", field.Text, 0)}},
		{Limit: -1, Groups: &groups, Columns: []*field.Field{query.Column("color", field.Text, 1)}},
	}
	var seen []string
	for i, table := range tables {
		s := table.Canonical()
		if j := slices.Index(seen, s); j >= 0 {
			t.Errorf("tables %d and %d are both %s", i, j, s)
		}
		seen = append(seen, s)
		g := groups
		g.Limit, g.Offset = 99, 99 // not read
		if table.Groups == &groups {
			table.Groups = &g
		}
		table.Where = query.And{table.Where}
		if again := table.Canonical(); again != s || table.Limit < 0 && (query.Table{Where: table.Where, Groups: table.Groups, Columns: table.Columns, Sort: table.Sort, Limit: -7, Offset: table.Offset, Repeat: table.Repeat}).Canonical() != s {
			t.Errorf("%s and %s are the same", again, s)
		}
	}
	want := `table 0:"color"=#0 of groups key color count(*) percentile(size, 0.5) by #1 desc where all limit -1 offset 0`
	if seen[13] != want {
		t.Errorf("canonical text %s, want %s", seen[13], want)
	}
}
