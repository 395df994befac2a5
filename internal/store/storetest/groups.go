package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

// five are the notices of the written expectations about groups; the last has nothing.
func five() []*notice.Notice {
	text := func(s string) *string { return &s }
	amount := func(v float64) *notice.Amount { return &notice.Amount{Value: v, Currency: "EUR"} }
	a, b, c, d, e := Titled("24-a", "Été"), Titled("24-b", "été"), Titled("24-c", "Hiver"), Titled("24-d", "hiver"), Bare("24-e")
	a.Record.Famille, b.Record.Famille, c.Record.Famille, d.Record.Famille = text("MAPA"), text("MAPA"), text("JOUE"), text("")
	a.Record.Idweb = "24-a"
	a.Record.CodeDepartement, b.Record.CodeDepartement, d.Record.CodeDepartement = []string{"44", "75", "44"}, []string{"75"}, []string{"2A"}
	a.CPV, b.CPV = notice.CPV{Main: "45000000"}, notice.CPV{Main: "45000000", Additional: []string{"71000000"}}
	a.Estimated, b.Estimated, d.Estimated = amount(10), amount(20), amount(5.5)
	a.Lots, b.Lots = make([]notice.Lot, 1), make([]notice.Lot, 2)
	a.Published, b.Published, d.Published = notice.Date{Year: 2024, Month: 1, Day: 5}, notice.Date{Year: 2024, Month: 1, Day: 31}, notice.Date{Year: 2023, Month: 12, Day: 31}
	a.Deadline, d.Deadline = &notice.Deadline{Instant: time.Date(2024, 3, 31, 0, 59, 59, 0, time.UTC)}, &notice.Deadline{Instant: time.Date(2024, 3, 31, 1, 0, 0, 0, time.UTC)}
	return []*notice.Notice{a, b, c, d, e}
}

// groups collects groups.
func groups(t testing.TB, s store.View, g query.Groups) []query.Group {
	t.Helper()
	var list []query.Group
	for row, err := range s.Groups(t.Context(), g) {
		if err != nil {
			t.Fatalf("%s: %v", g.Canonical(), err)
		}
		kept := make(query.Group, len(row))
		for i, v := range row {
			kept[i] = copyValues(v)
		}
		list = append(list, kept)
	}
	return list
}

// table writes groups with a bar between columns, a semicolon between rows and a dash for null.
func table(g query.Groups, rows []query.Group) string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		cells := make([]string, len(row))
		for j, v := range row {
			cells[j] = cell(columnType(g, j), v)
		}
		lines[i] = strings.Join(cells, "|")
	}
	return strings.Join(lines, "; ")
}

func columnType(g query.Groups, i int) field.Type {
	if i < len(g.Keys) {
		return g.Keys[i].Type
	}
	return g.Values[i-len(g.Keys)].Type()
}

func cell(t field.Type, values []field.Value) string {
	if values == nil {
		return "-"
	}
	parts := make([]string, len(values))
	for i, v := range values {
		switch {
		case t == field.DateTime:
			parts[i] = v.Time.UTC().Format(time.RFC3339)
		case t.Numeric() || t == field.Bool:
			parts[i] = fmt.Sprint(v.Num)
		default:
			parts[i] = v.Str
		}
	}
	return strings.Join(parts, ",")
}

func testGroups(t *testing.T, db store.Store) {
	commit(t, db, five()...)
	s := view(t, db)
	n := query.Aggregate{}
	of := func(fn query.AggregateFunc, name string) query.Aggregate {
		return query.Aggregate{Func: fn, Field: f(name)}
	}
	percentile := func(q float64) query.Aggregate {
		return query.Aggregate{Func: query.Percentile, Field: f("estimated"), Q: q}
	}
	keys := func(names ...string) (list []*field.Field) {
		for _, name := range names {
			list = append(list, f(name))
		}
		return list
	}
	values := func(list ...query.Aggregate) []query.Aggregate { return list }
	by := func(list ...query.GroupSort) []query.GroupSort { return list }
	computed := func(e scalar.Expr) []*field.Field { return []*field.Field{scalar.Field("computed", e)} }
	none := query.Or{}
	mapa := query.Compare{Field: f("famille"), Value: field.Str("MAPA")}
	cases := []struct {
		name string
		g    query.Groups
		want string
	}{
		{"null first, then ascending", query.Groups{Keys: keys("famille"), Values: values(n), Limit: -1}, "-|1; |1; JOUE|1; MAPA|2"},
		{"text byte by byte", query.Groups{Keys: keys("title"), Limit: -1}, "-; Hiver; hiver; Été; été"},
		{"a group for each value, one for a value that is there twice", query.Groups{Keys: keys("code_departement"), Values: values(n), Limit: -1}, "-|2; 2A|1; 44|1; 75|2"},
		{"a group for each combination", query.Groups{Keys: keys("code_departement", "cpv"), Values: values(n), Limit: -1},
			"-|-|2; 2A|-|1; 44|45000000|1; 75|45000000|2; 75|71000000|1"},
		{"one field as two keys", query.Groups{Where: mapa, Keys: keys("code_departement", "code_departement"), Values: values(n), Limit: -1}, "44|44|1; 44|75|1; 75|44|1; 75|75|2"},
		{"several values beside one", query.Groups{Keys: keys("famille", "code_departement"), Values: values(of(query.Sum, "estimated")), Limit: -1},
			"-|-|-; |2A|5.5; JOUE|-|-; MAPA|44|10; MAPA|75|30"},
		{"filtered", query.Groups{Where: mapa, Keys: keys("famille"), Values: values(n), Limit: -1}, "MAPA|2"},
		{"days", query.Groups{Keys: keys("published"), Values: values(n), Limit: -1}, "-|2; 2023-12-31|1; 2024-01-05|1; 2024-01-31|1"},
		{"instants", query.Groups{Keys: keys("deadline"), Limit: -1}, "-; 2024-03-31T00:59:59Z; 2024-03-31T01:00:00Z"},
		{"whole numbers", query.Groups{Keys: keys("lots"), Values: values(n), Limit: -1}, "0|3; 1|1; 2|1"},
		{"true and false", query.Groups{Keys: keys("framework"), Values: values(n), Limit: -1}, "0|5"},
		{"computed key", query.Groups{Keys: computed(scalar.Lower{X: scalar.Ref{Field: f("title")}}), Values: values(n), Limit: -1}, "-|1; hiver|2; été|2"},
		{"computed key of several values", query.Groups{Keys: computed(scalar.Length{X: scalar.Ref{Field: f("code_departement")}}), Values: values(n), Limit: -1}, "-|2; 2|3"},
		{"computed key of days", query.Groups{Keys: computed(scalar.TimeStep{X: scalar.Ref{Field: f("published")}, N: 1, Unit: "M"}), Values: values(n), Limit: -1},
			"-|2; 2023-12-01T00:00:00Z|1; 2024-01-01T00:00:00Z|2"},
		{"computed values", query.Groups{Keys: keys("famille"), Values: values(query.Aggregate{Func: query.Max, Field: scalar.Field("", scalar.Neg{X: scalar.Ref{Field: f("estimated")}})}), Limit: -1},
			"-|-; |-5.5; JOUE|-; MAPA|-10"},
		{"nothing matches", query.Groups{Where: none, Keys: keys("famille"), Values: values(n), Limit: -1}, ""},
		{"nothing matches, no keys", query.Groups{Where: none, Values: values(n, of(query.CountDistinct, "cpv"), of(query.Sum, "lots"), of(query.Min, "published"), percentile(0.5)), Limit: -1}, "0|0|-|-|-"},
		{"counts", query.Groups{Values: values(n, of(query.Count, "code_departement"), of(query.Count, "deadline"), of(query.CountDistinct, "code_departement"), of(query.CountDistinct, "famille"), of(query.CountDistinct, "lots")), Limit: -1},
			"5|3|2|3|3|3"},
		{"numbers", query.Groups{Values: values(of(query.Sum, "estimated"), of(query.Avg, "estimated"), of(query.Min, "estimated"), of(query.Max, "estimated"), of(query.SumSquares, "estimated")), Limit: -1},
			"35.5|11.833333333333334|5.5|20|530.25"},
		{"sum of whole numbers", query.Groups{Values: values(of(query.Sum, "lots"), of(query.Avg, "lots")), Limit: -1}, "3|0.6"},
		{"deviation of the population", query.Groups{Where: mapa, Values: values(of(query.StdDev, "estimated"), of(query.StdDev, "lots")), Limit: -1}, "5|0.5"},
		{"deviation of one", query.Groups{Keys: keys("title"), Values: values(of(query.StdDev, "estimated")), Limit: -1}, "-|-; Hiver|-; hiver|0; Été|0; été|0"},
		{"percentiles", query.Groups{Values: values(percentile(0), percentile(0.25), percentile(0.5), percentile(0.75), percentile(1)), Limit: -1}, "5.5|7.75|10|15|20"},
		{"smallest and largest moments", query.Groups{Values: values(of(query.Min, "published"), of(query.Max, "published"), of(query.Min, "deadline"), of(query.Max, "deadline")), Limit: -1},
			"2023-12-31|2024-01-31|2024-03-31T00:59:59Z|2024-03-31T01:00:00Z"},
		{"largest first, null last", query.Groups{Keys: keys("famille"), Values: values(of(query.Sum, "estimated")), Sort: by(query.GroupSort{Column: 1, Desc: true}), Limit: -1}, "MAPA|30; |5.5; -|-; JOUE|-"},
		{"smallest first, null first", query.Groups{Keys: keys("famille"), Values: values(of(query.Sum, "estimated")), Sort: by(query.GroupSort{Column: 1, NullFirst: true}), Limit: -1}, "-|-; JOUE|-; |5.5; MAPA|30"},
		{"key ascending, null last", query.Groups{Keys: keys("famille"), Sort: by(query.GroupSort{}), Limit: -1}, "; JOUE; MAPA; -"},
		{"key descending, null last", query.Groups{Keys: keys("famille"), Sort: by(query.GroupSort{Desc: true}), Limit: -1}, "MAPA; JOUE; ; -"},
		{"key descending, null first", query.Groups{Keys: keys("famille"), Sort: by(query.GroupSort{Desc: true, NullFirst: true}), Limit: -1}, "-; MAPA; JOUE; "},
		{"by two columns", query.Groups{Keys: keys("code_departement"), Values: values(n), Sort: by(query.GroupSort{Column: 1, Desc: true}, query.GroupSort{Desc: true}), Limit: -1}, "75|2; -|2; 44|1; 2A|1"},
		{"equal ones by key, null first", query.Groups{Keys: keys("famille"), Values: values(of(query.Max, "lots")), Sort: by(query.GroupSort{Column: 1}), Limit: -1}, "-|0; |0; JOUE|0; MAPA|2"},
		{"the first", query.Groups{Keys: keys("famille"), Limit: 2}, "-; "},
		{"some behind the first", query.Groups{Keys: keys("famille"), Limit: 2, Offset: 1}, "; JOUE"},
		{"the last", query.Groups{Keys: keys("famille"), Limit: -1, Offset: 3}, "MAPA"},
		{"behind the last", query.Groups{Keys: keys("famille"), Limit: 3, Offset: 4}, ""},
		{"none wanted", query.Groups{Values: values(n)}, ""},
		{"behind the only one", query.Groups{Values: values(n), Limit: 1, Offset: 1}, ""},
		{"the largest limit and offset", query.Groups{Keys: keys("famille"), Limit: 1<<63 - 1, Offset: 1 << 40}, ""},
	}
	for _, c := range cases {
		if got := table(c.g, groups(t, s, c.g)); got != c.want {
			t.Errorf("%s: %s\n gives [%s]\n want  [%s]", c.name, c.g.Canonical(), got, c.want)
		}
	}
	if all := groups(t, s, query.Groups{Limit: -1}); len(all) != 1 || len(all[0]) != 0 {
		t.Errorf("no keys and no values give %v, want one group of nothing", all)
	}
}

func testRefusedGroups(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-1", "un"))
	s := view(t, db)
	keys := func(list ...*field.Field) query.Groups { return query.Groups{Keys: list} }
	value := func(fn query.AggregateFunc, name string) query.Groups {
		return query.Groups{Values: []query.Aggregate{{Func: fn, Field: f(name)}}}
	}
	opaque := &field.Field{Name: "opaque", Opaque: true, Get: func(field.Record) []field.Value { return []field.Value{field.Str("x")} }}
	json := scalar.Field("json", scalar.JSONOf{X: scalar.Ref{Field: f("donnees")}})
	bad := scalar.Field("bad", scalar.Neg{X: scalar.Ref{Field: f("title")}})
	cases := map[string]query.Groups{
		"negative offset":            {Offset: -1},
		"a hidden key":               keys(f("texte")),
		"an opaque key":              keys(opaque),
		"a key of JSON":              keys(json),
		"a bad computed key":         keys(bad),
		"a hidden value":             value(query.Count, "texte"),
		"an opaque value":            {Values: []query.Aggregate{{Func: query.Count, Field: opaque}}},
		"a bad computed value":       {Values: []query.Aggregate{{Func: query.Count, Field: bad}}},
		"sum of text":                value(query.Sum, "title"),
		"sum of days":                value(query.Sum, "published"),
		"mean of true and false":     value(query.Avg, "framework"),
		"smallest text":              value(query.Min, "title"),
		"largest of several":         value(query.Max, "cpv"),
		"sum of several":             {Values: []query.Aggregate{{Func: query.Sum, Field: scalar.Field("", scalar.Length{X: scalar.Ref{Field: f("cpv")}})}}},
		"sum of nothing":             {Values: []query.Aggregate{{Func: query.Sum}}},
		"percentile above all":       {Values: []query.Aggregate{{Func: query.Percentile, Field: f("amount"), Q: 1.5}}},
		"percentile that is no rank": {Values: []query.Aggregate{{Func: query.Percentile, Field: f("amount"), Q: infinity() - infinity()}}},
		"no such aggregate":          {Values: []query.Aggregate{{Func: 99, Field: f("amount")}}},
		"no such column":             {Keys: []*field.Field{f("title")}, Sort: []query.GroupSort{{Column: 1}}},
		"a column below zero":        {Keys: []*field.Field{f("title")}, Sort: []query.GroupSort{{Column: -1}}},
		"a bad predicate":            {Where: query.Compare{Field: f("texte"), Value: field.Str("un")}},
	}
	last := func(g query.Groups) (err error) {
		for _, err = range s.Groups(t.Context(), g) {
		}
		return err
	}
	for name, g := range cases {
		if err := last(g); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want a fault of kind invalid", name, err)
		}
	}
	for name, g := range map[string]query.Groups{
		"many keys":                   keys(manyKeys()...),
		"many keys of several values": keys(f("cpv"), f("dc"), f("type_avis"), f("code_departement")),
		"many values":                 {Values: make([]query.Aggregate, store.MaxValues+1)},
	} {
		if err := last(g); !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s: %v, want a fault of kind too_large", name, err)
		}
	}
	if got := table(query.Groups{}, groups(t, s, query.Groups{Limit: -1})); got != "" {
		t.Error("the view does not answer after faults")
	}
}

func manyKeys() (list []*field.Field) {
	for range store.MaxKeys + 1 {
		list = append(list, f("title"))
	}
	return list
}

// testGroupStream holds the stream of groups against what the contract says of all streams.
func testGroupStream(t *testing.T, db store.Store) {
	var batch []*notice.Notice
	for i := range 3000 {
		batch = append(batch, Titled(fmt.Sprintf("24-%d", i), fmt.Sprintf("titre %d", i)))
	}
	commit(t, db, batch...)
	s := view(t, db)
	g := query.Groups{Keys: []*field.Field{f("title")}, Values: []query.Aggregate{{}}, Limit: -1}
	for _, err := range s.Groups(t.Context(), g) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Count(t.Context(), nil); !fault.Is(err, fault.Internal) || err == nil {
			t.Errorf("Count inside of a loop over Groups: %v, want a fault of kind internal", err)
		}
		break
	}
	if n, err := s.Count(t.Context(), nil); n != 3000 || err != nil {
		t.Errorf("Count after a loop left early = %d, %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen, last := 0, error(nil)
	for _, err := range s.Groups(ctx, g) {
		if last = err; err == nil {
			seen++
		}
		if seen == 10 {
			cancel()
		}
	}
	if !ended(last) || seen >= len(batch) {
		t.Errorf("the stream gave %d groups after its context ended and then %v", seen, last)
	}
	closed := view(t, db)
	closed.Close()
	for _, err := range closed.Groups(t.Context(), g) {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("Groups of a closed view: %v, want a fault of kind unavailable", err)
		}
	}
}
