package storetest

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

func ref(name string) scalar.Expr { return scalar.Ref{Field: f(name)} }

func lit(t field.Type, v field.Value) scalar.Expr { return scalar.Lit{T: t, Value: &v} }

func layout(t testing.TB, pattern, lang string) scalar.Layout {
	t.Helper()
	l, err := scalar.ParseLayout(pattern, lang)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// testComputed shows, compares, sorts by and groups by each kind of expression; what is written is that of the first notice.
func testComputed(t *testing.T, db store.Store) {
	notices := five()
	commit(t, db, notices...)
	s := view(t, db)
	num := func(v float64) scalar.Expr { return lit(field.Number, field.Num(v)) }
	integer := func(v float64) scalar.Expr { return lit(field.Int, field.Num(v)) }
	op := func(l scalar.Expr, c byte, r scalar.Expr) scalar.Expr { return scalar.Arith{Op: c, L: l, R: r} }
	is := func(l scalar.Expr, c string, r scalar.Expr) scalar.Expr {
		return scalar.Compare{Op: c, L: l, R: r}
	}
	bounds := func(list ...float64) (values []field.Value) {
		for _, v := range list {
			values = append(values, field.Num(v))
		}
		return values
	}
	paris := notice.Paris
	cases := []struct {
		e    scalar.Expr
		want string
	}{
		{ref("title"), "Été"},
		{ref("code_departement"), "44,75,44"},
		{num(0.1), "0.1"},
		{scalar.Lit{T: field.Date}, "-"},
		{lit(field.DateTime, field.Value{Time: time.Date(2024, 1, 1, 0, 0, 0, 1500, time.UTC)}), "2024-01-01T00:00:00Z"},
		{scalar.Neg{X: ref("estimated")}, "-10"},
		{scalar.Neg{X: ref("lots")}, "-1"},
		{op(ref("estimated"), '/', num(3)), "3.3333333333333335"},
		{op(ref("lots"), '/', integer(2)), "0.5"},
		{op(ref("estimated"), '/', op(ref("lots"), '-', integer(1))), "-"},
		{op(ref("lots"), '*', integer(1<<52)), "4.503599627370496e+15"},
		{op(ref("lots"), '+', integer(1<<53-1)), "-"},
		{op(op(ref("estimated"), '*', num(1e308)), '*', num(1e10)), "-"},
		{is(ref("estimated"), ">=", ref("lots")), "1"},
		{is(ref("code_departement"), "!=", lit(field.Text, field.Str("44"))), "0,1,0"},
		{is(ref("published"), "<", ref("deadline")), "1"},
		{is(ref("title"), ">", lit(field.Text, field.Str("z"))), "1"},
		{is(ref("framework"), "=", lit(field.Bool, field.Flag(false))), "1"},
		{scalar.Length{X: ref("title")}, "3"},
		{scalar.Length{X: ref("code_departement")}, "2,2,2"},
		{scalar.Lower{X: ref("title")}, "été"},
		{scalar.Part{Unit: "year", X: ref("published")}, "2024"},
		{scalar.Part{Unit: "hour", X: ref("deadline"), Zone: paris}, "1"},
		{scalar.Part{Unit: "second", X: ref("deadline")}, "59"},
		{scalar.Part{Unit: "hour", X: ref("published"), Zone: paris}, "0"},
		{scalar.Format{X: ref("published"), Layout: layout(t, "EEEE d MMMM yyyy, 'semaine' ww, E", "fr")}, "vendredi 5 janvier 2024, semaine 01, ven."},
		{scalar.Format{X: ref("deadline"), Layout: layout(t, "HH'h'mm:ss DDD", "fr"), Zone: paris}, "01h59:59 091"},
		{scalar.IfNull{X: ref("objet"), Else: lit(field.Text, field.Str("rien"))}, "rien"},
		{scalar.IfNull{X: ref("lots"), Else: num(0.5)}, "1"},
		{scalar.IfNull{X: ref("descripteur_code"), Else: ref("famille")}, "MAPA"},
		{scalar.JSONOf{X: ref("title")}, "-"},
		{scalar.Shuffle{Seed: 7, ID: f("idweb")}, "640a3b6eeb4b2461937a187e6b9ad37d"},
		{scalar.Step{X: ref("estimated"), Width: 4}, "8"},
		{scalar.Step{X: scalar.Neg{X: ref("lots")}, Width: 15}, "-15"},
		{scalar.Step{X: ref("lots"), Width: 0.75}, "0.75"},
		{scalar.TimeStep{X: ref("published"), N: 1, Unit: "w"}, "2024-01-01T00:00:00Z"},
		{scalar.TimeStep{X: ref("published"), N: 1, Unit: "y", Zone: paris}, "2023-12-31T23:00:00Z"},
		{scalar.TimeStep{X: ref("deadline"), N: 1, Unit: "q", Zone: paris}, "2023-12-31T23:00:00Z"},
		{scalar.TimeStep{X: ref("deadline"), N: 15, Unit: "m"}, "2024-03-31T00:45:00Z"},
		{scalar.Bounds{X: ref("estimated"), Bounds: bounds(10, 20)}, "1"},
		{scalar.Bounds{X: ref("estimated"), Bounds: bounds(20, 30)}, "-"},
		{scalar.Bounds{X: ref("lots"), Bounds: bounds(0, 1), OpenStart: true, OpenEnd: true}, "2"},
		{scalar.Bounds{X: ref("published"), Bounds: []field.Value{field.Str("2024-01-01"), field.Str("2024-01-05")}, OpenEnd: true}, "2"},
		{scalar.First{X: ref("code_departement")}, "44"},
		{scalar.Segments{X: ref("title"), Separator: "t", N: 1}, "É"},
		{scalar.Segments{X: ref("title"), Separator: "é", N: 2}, "-"},
		{scalar.Segments{X: ref("code_departement"), Separator: "4", N: 2}, "4,4"},
	}
	for _, c := range cases {
		fd := scalar.Field("computed", c.e)
		if got := cell(fd.Type, rows(t, s, query.Query{Sort: []query.Key{{Field: f("partial")}}, Limit: 1}, fd)[0].Values[0]); got != c.want {
			t.Errorf("%s gives [%s], want [%s]", c.e, got, c.want)
		}
		useComputed(t, s, notices, fd)
	}
}

// useComputed uses a computed field wherever one may stand and compares with the reference.
func useComputed(t testing.TB, s store.Snapshot, notices []*notice.Notice, fd *field.Field) {
	t.Helper()
	compare(t, s, notices, all(nil), []*field.Field{fd, f("title"), scalar.Field("alias", scalar.Ref{Field: fd})})
	if fd.Type == field.JSON {
		return
	}
	list := []query.Expr{query.Null{Field: fd}}
	for _, n := range notices {
		for _, v := range fd.Get(n) {
			for op := query.Eq; op <= query.Ge; op++ {
				list = append(list, query.Compare{Field: fd, Op: op, Value: v})
			}
			list = append(list, query.In{Field: fd, Values: []field.Value{v, v}})
			if fd.Type == field.Text {
				list = append(list, query.Prefix{Field: fd, Prefix: string([]rune(v.Str + "x")[:1])})
			}
		}
	}
	for _, e := range list {
		compare(t, s, notices, all(e), nil)
		compare(t, s, notices, all(query.Not{X: e}), nil)
	}
	compareGroups(t, s, notices, query.Groups{Keys: []*field.Field{fd}, Values: []query.Aggregate{{}, {Func: query.CountDistinct, Field: fd}}, Limit: -1})
	if fd.Multi {
		fd = scalar.Field("first", scalar.First{X: scalar.Of(fd)})
	}
	for _, desc := range []bool{false, true} {
		q := query.Query{Sort: []query.Key{{Field: fd, Desc: desc}}, Limit: -1}
		compare(t, s, notices, q, nil)
		for _, n := range notices {
			at := query.PositionOf(n, q.Sort)
			q.After = &at
			compare(t, s, notices, q, nil)
		}
	}
}

// testClocks asks what clocks show around the changes of several zones.
func testClocks(t *testing.T, db store.Store) {
	var notices []*notice.Notice
	for i, at := range []string{
		"2024-03-31T00:59:59Z", "2024-03-31T01:00:00Z", "2024-03-31T01:10:00Z", "2024-10-26T22:00:00Z", "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z",
		"2024-10-27T12:00:00Z", "2018-11-04T02:59:59Z", "2018-11-04T12:00:00Z", "2024-11-03T03:30:00Z", "2024-11-03T04:30:00Z", "2024-11-03T05:30:00Z",
		"2024-11-03T12:00:00Z", "2024-04-06T15:20:00Z", "2024-12-31T23:30:00Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1999-12-31T23:59:59Z",
		"2400-02-29T12:00:00Z", "9999-12-31T23:59:59Z",
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		n := Bare(fmt.Sprintf("24-%02d", i))
		n.Deadline = &notice.Deadline{Instant: instant}
		n.Published = notice.DateOf(instant)
		notices = append(notices, n)
	}
	commit(t, db, notices...)
	s := view(t, db)
	pattern := layout(t, "yyyy-MM-dd HH:mm:ss xxxx ww e DDD EEEE", "en")
	for _, z := range []*time.Location{nil, time.UTC, notice.Paris, zone(t, "America/Sao_Paulo"), zone(t, "America/Havana"), zone(t, "Asia/Kolkata"), zone(t, "Australia/Lord_Howe")} {
		var fields []*field.Field
		for _, name := range []string{"deadline", "published"} {
			for _, step := range []scalar.TimeStep{
				{N: 1500, Unit: "ms"}, {N: 7, Unit: "s"}, {N: 20, Unit: "m"}, {N: 1, Unit: "h"}, {N: 2, Unit: "h"}, {N: 12, Unit: "h"}, {N: 1, Unit: "d"},
				{N: 3, Unit: "d"}, {N: 1, Unit: "w"}, {N: 1, Unit: "M"}, {N: 1, Unit: "q"}, {N: 1, Unit: "y"}, {N: 100_000, Unit: "d"},
			} {
				step.X, step.Zone = ref(name), z
				fields = append(fields, scalar.Field(fmt.Sprint(step), step))
			}
			fields = append(fields, scalar.Field(fmt.Sprint(name, " ", z), scalar.Format{X: ref(name), Layout: pattern, Zone: z}))
			for _, unit := range []string{"year", "month", "day", "hour", "minute", "second"} {
				fields = append(fields, scalar.Field(unit, scalar.Part{Unit: unit, X: ref(name), Zone: z}))
			}
		}
		compare(t, s, notices, all(nil), fields)
	}
}

// testFormats writes days with every verb in every language.
func testFormats(t *testing.T, db store.Store) {
	var notices []*notice.Notice
	day := notice.Date{Year: 2020, Month: 12, Day: 20}
	for i := range 60 {
		n := Bare(fmt.Sprintf("24-%02d", i))
		n.Published = day.AddDays(i * 13)
		notices = append(notices, n)
	}
	notices[3].Published, notices[4].Published = notice.Date{Year: 7, Month: 1, Day: 1}, notice.Date{Year: 9999, Month: 12, Day: 31}
	commit(t, db, notices...)
	s := view(t, db)
	var fields []*field.Field
	for _, verb := range scalar.Verbs() {
		fields = append(fields, scalar.Field(verb, scalar.Format{X: ref("published"), Layout: layout(t, "'<'"+verb+"'>'", "fr")}))
	}
	for _, lang := range scalar.Languages() {
		fields = append(fields, scalar.Field(lang, scalar.Format{X: ref("published"), Layout: layout(t, "E EEEE MMM MMMM '%d'' $1 {}'", lang)}))
	}
	compare(t, s, notices, all(nil), fields)
}

func testRefusedComputed(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-1", "un"))
	s := view(t, db)
	text := ref("title")
	json := scalar.Field("json", scalar.JSONOf{X: text})
	bad := scalar.Field("bad", scalar.Neg{X: text})
	several := scalar.Field("several", scalar.Lower{X: ref("cpv")})
	for name, c := range map[string]struct {
		q      query.Query
		fields []*field.Field
	}{
		"shown":                    {fields: []*field.Field{bad}},
		"compared":                 {q: query.Query{Where: query.Compare{Field: bad}}},
		"looked at for null":       {q: query.Query{Where: query.Null{Field: bad}}},
		"sorted by":                {q: query.Query{Sort: []query.Key{{Field: bad}}}},
		"hidden inside":            {fields: []*field.Field{scalar.Field("x", scalar.Lower{X: ref("texte")})}},
		"a hidden one by its name": {fields: []*field.Field{scalar.Field("x", ref("texte"))}},
		"several values sorted by": {q: query.Query{Sort: []query.Key{{Field: several}}}},
		"JSON compared":            {q: query.Query{Where: query.Compare{Field: json, Value: field.Str("{}")}}},
		"JSON sorted by":           {q: query.Query{Sort: []query.Key{{Field: json}}}},
		"words of what is computed": {q: query.Query{Where: query.Words{Fields: []*field.Field{scalar.Field("x", scalar.Lower{X: text})},
			Tokens: query.Each("un")}}},
	} {
		var got error
		for _, err := range s.Rows(t.Context(), c.q, c.fields) {
			got = err
		}
		if !fault.Is(got, fault.Invalid) {
			t.Errorf("%s: %v, want a fault of kind invalid", name, got)
		}
	}
}

// near compares numbers, of which the last digits may differ.
func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))
}
