package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/text"
)

// four are the notices of the written expectations: a and b have values, c other ones, d none.
func four() []*notice.Notice {
	text := func(s string) *string { return &s }
	a, b, c, d := Titled("24-a", "Réfection de l'école"), Titled("24-b", "Réfection du toit"), Titled("24-c", "École"), Bare("24-d")
	a.Record.Famille, b.Record.Famille, c.Record.Famille = text("MAPA"), text("JOUE"), text("")
	a.Record.CodeDepartement, b.Record.CodeDepartement = []string{"44", "75"}, []string{"75"}
	a.Published, b.Published = notice.Date{Year: 2024, Month: 2, Day: 29}, notice.Date{Year: 2024, Month: 3, Day: 1}
	noon := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	a.Deadline, b.Deadline = &notice.Deadline{Instant: noon}, &notice.Deadline{Instant: noon.Add(time.Second)}
	a.Estimated, b.Estimated = &notice.Amount{Value: 90_000, Currency: "EUR"}, &notice.Amount{Value: 89_999.99, Currency: "EUR"}
	c.Estimated = &notice.Amount{Currency: "EUR", Flag: notice.FlagZeroAmount}
	a.Framework = true
	a.Buyers = []notice.Party{{Name: "Ville de l'Exemple"}, {Name: "Œuvres sociales"}}
	return []*notice.Notice{a, b, c, d}
}

func testPredicates(t *testing.T, db store.Store) {
	commit(t, db, four()...)
	s := view(t, db)
	noon := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	is := func(name string, op query.Op, v field.Value) query.Expr {
		return query.Compare{Field: f(name), Op: op, Value: v}
	}
	words := func(name string, phrase bool, s string) query.Expr {
		tokens := query.Each(text.Terms(s)...)
		if phrase {
			tokens = []query.Token{query.Phrase(text.Terms(s)...)}
		}
		return query.Words{Fields: []*field.Field{f(name)}, Tokens: tokens}
	}
	cases := []struct {
		name  string
		where query.Expr
		want  string
	}{
		{"all", nil, "24-a 24-b 24-c 24-d"},
		{"empty and", query.And{}, "24-a 24-b 24-c 24-d"},
		{"empty or", query.Or{}, ""},
		{"nil inside", query.And{nil, is("famille", query.Eq, field.Str("MAPA"))}, "24-a"},
		{"not nil", query.Not{}, ""},
		{"text equal", is("famille", query.Eq, field.Str("MAPA")), "24-a"},
		{"text equal to the empty text", is("famille", query.Eq, field.Str("")), "24-c"},
		{"text not equal leaves out nulls", is("famille", query.Ne, field.Str("MAPA")), "24-b 24-c"},
		{"not equal takes in nulls", query.Not{X: is("famille", query.Eq, field.Str("MAPA"))}, "24-b 24-c 24-d"},
		{"not not equal", query.Not{X: is("famille", query.Ne, field.Str("MAPA"))}, "24-a 24-d"},
		{"text less", is("famille", query.Lt, field.Str("MAPA")), "24-b 24-c"},
		{"text case matters", is("famille", query.Eq, field.Str("mapa")), ""},
		{"list equal", is("code_departement", query.Eq, field.Str("75")), "24-a 24-b"},
		{"list not equal: one value differs", is("code_departement", query.Ne, field.Str("75")), "24-a"},
		{"list less", is("code_departement", query.Lt, field.Str("75")), "24-a"},
		{"not over a list takes in nulls", query.Not{X: is("code_departement", query.Eq, field.Str("44"))}, "24-b 24-c 24-d"},
		{"in", query.In{Field: f("famille"), Values: []field.Value{field.Str("JOUE"), field.Str("")}}, "24-b 24-c"},
		{"in nothing", query.In{Field: f("famille")}, ""},
		{"not in nothing", query.Not{X: query.In{Field: f("famille")}}, "24-a 24-b 24-c 24-d"},
		{"list in", query.In{Field: f("code_departement"), Values: []field.Value{field.Str("44"), field.Str("1")}}, "24-a"},
		{"prefix", query.Prefix{Field: f("title"), Prefix: "Réf"}, "24-a 24-b"},
		{"empty prefix needs a value", query.Prefix{Field: f("title")}, "24-a 24-b 24-c"},
		{"list prefix", query.Prefix{Field: f("code_departement"), Prefix: "7"}, "24-a 24-b"},
		{"prefix of a day", query.Prefix{Field: f("published"), Prefix: "2024-02"}, "24-a"},
		{"null", query.Null{Field: f("famille")}, "24-d"},
		{"null list", query.Null{Field: f("code_departement")}, "24-c 24-d"},
		{"not null", query.Not{X: query.Null{Field: f("deadline")}}, "24-a 24-b"},
		{"day", is("published", query.Eq, field.Str("2024-02-29")), "24-a"},
		{"day from", is("published", query.Ge, field.Str("2024-03-01")), "24-b"},
		{"day compared as text", is("published", query.Ge, field.Str("2024-03")), "24-b"},
		{"day that is none", is("published", query.Lt, field.Str("2024-02-30")), "24-a"},
		{"instant", is("deadline", query.Gt, field.Instant(noon)), "24-b"},
		{"instant between seconds", is("deadline", query.Lt, field.Value{Time: noon.Add(time.Nanosecond)}), "24-a"},
		{"instant of another zone", is("deadline", query.Eq, field.Value{Time: noon.In(notice.Paris)}), "24-a"},
		{"number", is("estimated", query.Ge, field.Num(90_000)), "24-a"},
		{"number not equal leaves out nulls", is("estimated", query.Ne, field.Num(90_000)), "24-b"},
		{"number zero is not the flagged one", is("estimated", query.Le, field.Num(0)), ""},
		{"number in", query.In{Field: f("estimated"), Values: []field.Value{field.Num(89_999.99), field.Num(1)}}, "24-b"},
		{"true", is("framework", query.Eq, field.Flag(true)), "24-a"},
		{"not true", is("framework", query.Ne, field.Flag(true)), "24-b 24-c 24-d"},
		{"less than true", is("framework", query.Lt, field.Flag(true)), "24-b 24-c 24-d"},
		{"bool in", query.In{Field: f("framework"), Values: []field.Value{field.Flag(true), field.Num(7)}}, "24-a"},
		{"words fold accents and case", words("title", false, "REFECTION ecoles"), "24-a"},
		{"words in any order", words("title", false, "école réfection"), "24-a"},
		{"no words", words("title", false, ""), "24-a 24-b 24-c 24-d"},
		{"not words takes in nulls", query.Not{X: words("title", false, "école")}, "24-b 24-d"},
		{"phrase", words("title", true, "réfection de l'école"), "24-a"},
		{"phrase in another order", words("title", true, "école réfection"), ""},
		{"words over several texts", words("buyer_name", false, "ville oeuvres"), "24-a"},
		{"no phrase over several texts", words("buyer_name", true, "exemple oeuvres"), ""},
		{"words of everything", words("texte", false, "reefction ville"), ""},
		{"words of everything, right", words("texte", false, "réfection ville"), "24-a"},
		{"no text at all", query.Null{Field: f("texte")}, "24-d"},
		{"and, or, not", query.Or{query.And{is("famille", query.Eq, field.Str("MAPA")), is("framework", query.Eq, field.Flag(true))},
			query.Not{X: query.Or{words("title", false, "réfection"), query.Null{Field: f("title")}}}}, "24-a 24-c"},
	}
	for _, c := range cases {
		if got := ids(t, s, all(c.where)); got != c.want {
			t.Errorf("%s: %s gives [%s], want [%s]", c.name, query.Canonical(c.where), got, c.want)
		}
	}
}

// testEveryField asks every field every kind of question.
func testEveryField(t *testing.T, db store.Store) {
	g := NewGenerator(7)
	notices := append(g.Notices(60), Full("24-full"), Bare("24-bare"))
	commit(t, db, notices...)
	s := view(t, db)
	a := newAsker(g, notices)
	for _, fd := range a.shown {
		list := []query.Expr{query.Null{Field: fd}, query.Not{X: query.Null{Field: fd}}, query.In{Field: fd, Values: []field.Value{a.value(fd), a.value(fd)}}}
		for op := query.Eq; op <= query.Ge; op++ {
			list = append(list, query.Compare{Field: fd, Op: op, Value: a.value(fd)})
		}
		if fd.Type == field.Text {
			list = append(list, query.Prefix{Field: fd, Prefix: a.value(fd).Str})
		}
		for _, e := range list {
			compare(t, s, notices, all(e), []*field.Field{fd})
			compare(t, s, notices, all(query.Not{X: e}), nil)
		}
	}
}

func testStrangeText(t *testing.T, db store.Store) {
	var notices []*notice.Notice
	for i, text := range strange {
		n := Bare(fmt.Sprintf("24-%02d", i))
		n.Record.Objet, n.Record.DC, n.Record.Donnees = &text, []string{text, "x" + text}, &text
		notices = append(notices, n)
	}
	commit(t, db, notices...)
	s := view(t, db)
	shown := []*field.Field{f("objet"), f("dc"), f("donnees")}
	for i, text := range strange {
		if n, err := s.Get(t.Context(), notices[i].ID); err != nil || *n.Record.Objet != text || *n.Record.Donnees != text {
			t.Errorf("Get gives %v (%v), want text %q", n, err, text)
		}
		v := field.Str(text)
		for _, fd := range shown {
			for op := query.Eq; op <= query.Ge; op++ {
				compare(t, s, notices, all(query.Compare{Field: fd, Op: op, Value: v}), shown)
			}
			compare(t, s, notices, all(query.Prefix{Field: fd, Prefix: text}), nil)
			compare(t, s, notices, all(query.In{Field: fd, Values: []field.Value{v, field.Str("x")}}), nil)
		}
		compare(t, s, notices, query.Query{Sort: []query.Key{{Field: f("objet"), Desc: i%2 == 0}}, Limit: -1}, shown)
	}
}

func testWords(t *testing.T, db store.Store) {
	g := NewGenerator(11)
	notices := g.Notices(120)
	commit(t, db, notices...)
	s := view(t, db)
	a := newAsker(g, notices)
	for range 150 {
		compare(t, s, notices, all(a.words()), nil)
	}
}

func testRefusedRequests(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-1", "un"))
	s := view(t, db)
	by := func(name string) []query.Key { return []query.Key{{Field: f(name)}} }
	cases := map[string]struct {
		q      query.Query
		fields []*field.Field
	}{
		"negative offset":          {q: query.Query{Offset: -1}},
		"hidden field shown":       {fields: []*field.Field{f("texte")}},
		"hidden field compared":    {q: query.Query{Where: query.Compare{Field: f("texte"), Value: field.Str("un")}}},
		"words of a code":          {q: query.Query{Where: query.Not{X: query.Words{Fields: []*field.Field{f("dateparution")}, Tokens: query.Each("un")}}}},
		"prefix of a number":       {q: query.Query{Where: query.And{query.Prefix{Field: f("amount"), Prefix: "1"}}}},
		"text not UTF-8":           {q: query.Query{Where: query.Or{query.Compare{Field: f("title"), Value: field.Str("\xff")}}}},
		"words not UTF-8":          {q: query.Query{Where: query.Words{Fields: []*field.Field{f("title")}, Tokens: query.Each("\xff")}}},
		"not a number":             {q: query.Query{Where: query.In{Field: f("amount"), Values: []field.Value{field.Num(infinity() - infinity())}}}},
		"sorted by several values": {q: query.Query{Sort: by("cpv")}},
		"position of other keys":   {q: query.Query{Sort: by("title"), After: &query.Position{ID: "24-1"}}},
		"position of several values": {q: query.Query{Sort: by("title"),
			After: &query.Position{ID: "24-1", Keys: [][]field.Value{{field.Str("a"), field.Str("b")}}}}},
	}
	for name, c := range cases {
		var got error
		for _, err := range s.Rows(t.Context(), c.q, c.fields) {
			got = err
		}
		if !fault.Is(got, fault.Invalid) {
			t.Errorf("%s: %v, want a fault of kind invalid", name, got)
		}
	}
	if !slices.Contains([]string{"24-1"}, ids(t, s, all(nil))) {
		t.Error("the view does not answer after faults")
	}
}
