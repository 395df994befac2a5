package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/text"
)

// tiers are title above key words above buyer above all words.
func tiers() []query.Tier {
	return []query.Tier{{Weight: 8, Fields: []*field.Field{f("title"), f("objet")}}, {Weight: 4, Fields: []*field.Field{f("descripteur_libelle")}},
		{Weight: 2, Fields: []*field.Field{f("buyer_name"), f("nomacheteur")}}, {Weight: 1, Fields: []*field.Field{f("texte")}}}
}

// ranked are notices that have the word voirie in one place each, those of two days, and others.
func ranked() []*notice.Notice {
	day := func(n *notice.Notice, d int) *notice.Notice {
		n.Published = notice.Date{Year: 2024, Month: time.May, Day: d}
		return n
	}
	words := func(n *notice.Notice, labels ...string) *notice.Notice {
		n.Record.DescripteurLibelle = labels
		for _, l := range labels {
			n.Descripteurs = append(n.Descripteurs, notice.Label{Label: l})
		}
		return n
	}
	buyer, body := Titled("24-buyer", "Travaux"), Titled("24-body", "Travaux")
	buyer.Buyers = []notice.Party{{Name: "Régie de voirie de l'Exemple"}}
	body.Description = "Marquage de la voirie et d'un pont"
	both := words(Titled("24-both", "Voirie du pont"), "Pont", "Voirie")
	return []*notice.Notice{
		day(body, 9), day(buyer, 8), day(words(Titled("24-key", "Travaux"), "Route", "Voirie"), 7), day(Titled("24-title-2", "Réfection de la voirie"), 5),
		day(Titled("24-title-1", "Voiries"), 5), day(Titled("24-title-3", "VOIRIE"), 6), day(both, 4), day(Titled("24-none", "École"), 9), Bare("24-bare"),
	}
}

func testRanking(t *testing.T, db store.Store) {
	notices := ranked()
	commit(t, db, notices[:5]...)
	commit(t, db, notices[5:]...)
	s := view(t, db)
	order := func(words string) []query.Key {
		r := query.Ranking{Tokens: query.Each(text.Terms(words)...), Tiers: tiers()}
		return []query.Key{{Field: r.Field(), Desc: true}, {Field: f("published"), Desc: true}}
	}
	found := func(words string) query.Expr {
		return query.Words{Fields: []*field.Field{f("texte")}, Tokens: query.Each(text.Terms(words)...)}
	}
	either := query.Or{found("voirie"), found("pont")}
	cases := []struct {
		name string
		q    query.Query
		want string
	}{
		{"title, key word, buyer, body; then the latest, then by id", query.Query{Where: found("voirie"), Sort: order("voirie"), Limit: -1},
			"24-title-3 24-title-1 24-title-2 24-both 24-key 24-buyer 24-body"},
		{"more of the words come first", query.Query{Where: either, Sort: order("voirie pont"), Limit: -1},
			"24-both 24-title-3 24-title-1 24-title-2 24-key 24-body 24-buyer"},
		{"what has none of the words is last", query.Query{Sort: order("voirie pont"), Limit: 3, Offset: 6}, "24-buyer 24-none 24-bare"},
		{"no words: by the next keys", query.Query{Sort: order(""), Limit: 3}, "24-body 24-none 24-buyer"},
		{"the worst first", query.Query{Where: found("voirie"), Sort: []query.Key{{Field: order("voirie")[0].Field}}, Limit: 2}, "24-body 24-buyer"},
		{"as the second key", query.Query{Where: found("voirie"), Sort: []query.Key{{Field: f("title")}, order("voirie")[0]}, Limit: 3}, "24-title-2 24-key 24-buyer"},
		{"compared", all(query.Compare{Field: order("voirie")[0].Field, Op: query.Ge, Value: field.Num(4)}), "24-both 24-key 24-title-1 24-title-2 24-title-3"},
		{"never null", all(query.Null{Field: order("voirie")[0].Field}), ""},
	}
	for _, c := range cases {
		if got := ids(t, s, c.q); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		compare(t, s, notices, c.q, []*field.Field{order("voirie pont")[0].Field, f("title")})
	}
	by := query.Groups{Keys: []*field.Field{order("voirie")[0].Field}, Values: []query.Aggregate{{}}, Limit: -1}
	if got := table(by, groups(t, s, by)); got != "0|2; 1|1; 2|1; 4|1; 8|4" {
		t.Errorf("notices by score: %s", got)
	}
}

// testRankedPages walks through ranked answers in pages: every notice comes once, whatever the size of the page.
func testRankedPages(t *testing.T, db store.Store) {
	_, a, s := randomData(t, db)
	for _, size := range []int{13, 100} {
		r := query.Ranking{Tiers: tiers()}
		for range 3 {
			r.Tokens = append(r.Tokens, query.Each(text.Terms(one(a.Generator, vocabulary))...)...)
		}
		q := query.Query{Sort: []query.Key{{Field: r.Field(), Desc: true}, {Field: f("published"), Desc: true}}, Limit: size}
		want, _ := reference(a.notices, query.Query{Sort: q.Sort, Limit: -1})
		var got []string
		for {
			page := rows(t, s, q)
			for _, r := range page {
				got = append(got, r.ID)
			}
			if len(page) < size || len(got) > len(want) {
				break
			}
			last := page[len(page)-1]
			q.After = &query.Position{Keys: last.Keys, ID: last.ID}
		}
		if len(got) != len(want) {
			t.Fatalf("%s gives %d rows in pages, want %d", describe(q), len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i].ID {
				t.Fatalf("%s gives %s in place %d of the pages, want %s", describe(q), got[i], i, want[i].ID)
			}
		}
	}
}

// testRandomRankings compares ranked answers with those of the reference evaluator.
func testRandomRankings(t *testing.T, db store.Store, queries int) {
	if testing.Short() {
		queries = min(queries, 50)
	}
	seed, a, s := randomData(t, db)
	t.Logf("seed %d, %d queries", seed, queries)
	for range queries {
		q := a.rankedQuery()
		compare(t, s, a.notices, q, append(a.fields(), q.Sort[0].Field))
		g := a.groups()
		g.Keys = append(g.Keys[:min(1, len(g.Keys))], a.ranking().Field())
		g.Sort = nil
		compareGroups(t, s, a.notices, g)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// rankedQuery makes a query in order of a ranking, as a rule by the words that it looks for.
func (a *asker) rankedQuery() query.Query {
	q, r := a.Query(), a.ranking()
	if w, ok := a.words().(query.Words); ok && a.chance(2) {
		q.Where = query.And{w, q.Where}
		r.Tokens = append(r.Tokens[:min(len(r.Tokens), 2)], w.Tokens...)
		if a.chance(2) {
			r.Tiers = append(r.Tiers[:min(len(r.Tiers), 3)], query.Tier{Weight: 1, Fields: w.Fields})
		}
	}
	key := query.Key{Field: r.Field(), Desc: !a.chance(4)}
	q.Sort = append([]query.Key{key}, q.Sort...)
	if len(q.Sort) > 1 && a.chance(3) {
		q.Sort[0], q.Sort[1] = q.Sort[1], q.Sort[0]
	}
	if a.chance(8) {
		q.Where = query.And{q.Where, query.Compare{Field: r.Field(), Op: query.Op(a.r.IntN(6)), Value: field.Num(float64(a.r.IntN(20)))}}
	}
	if a.chance(10) {
		q.Sort = append(q.Sort, query.Key{Field: scalar.Field("less", scalar.Neg{X: scalar.Ref{Field: r.Field()}})})
	}
	q.After = nil
	if a.chance(2) {
		p := query.PositionOf(one(a.Generator, a.notices), q.Sort)
		if a.chance(4) {
			p.ID += "x"
		}
		if a.chance(4) && len(p.Keys[0]) > 0 && q.Sort[0].Field.Name == query.ScoreField {
			p.Keys[0] = []field.Value{field.Num(p.Keys[0][0].Num + 1)} // a score that perhaps none has
		}
		q.After = &p
	}
	return q
}

// ranking makes a ranking by words of some notice and others.
func (a *asker) ranking() query.Ranking {
	r := query.Ranking{}
	for range a.r.IntN(5) {
		if w, ok := a.words().(query.Words); ok && len(w.Tokens) > 0 {
			r.Tokens = append(r.Tokens, one(a.Generator, w.Tokens))
		}
	}
	if a.chance(2) {
		r.Tiers = tiers()
		return r
	}
	for range a.r.IntN(5) {
		tier := query.Tier{Weight: 1 + a.r.IntN(9)}
		for range a.r.IntN(3) {
			tier.Fields = append(tier.Fields, one(a.Generator, a.worded))
		}
		r.Tiers = append(r.Tiers, tier)
	}
	return r
}

func testRefusedRankings(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-1", "un"))
	s := view(t, db)
	good := query.Ranking{Tokens: query.Each("un"), Tiers: tiers()}
	many := good
	many.Tokens = query.Each(strings.Fields(strings.Repeat("un ", query.MaxRanked+1))...)
	noWords := query.Ranking{Tiers: []query.Tier{{Weight: 1, Fields: []*field.Field{f("published")}}}}
	for name, c := range map[string]struct {
		r    query.Ranking
		kind fault.Kind
	}{"too many words": {many, fault.TooLarge}, "words of a day": {noWords, fault.Invalid}} {
		fd := c.r.Field()
		sum := scalar.Field("sum", scalar.Neg{X: scalar.Ref{Field: fd}})
		for what, q := range map[string]query.Query{
			"order": {Sort: []query.Key{{Field: fd}}}, "predicate": {Where: query.Compare{Field: fd}}, "computed": {Sort: []query.Key{{Field: sum}}},
		} {
			var got error
			for _, err := range s.Rows(t.Context(), q, nil) {
				got = err
			}
			if !fault.Is(got, c.kind) {
				t.Errorf("%s, %s: %v, want a fault of kind %v", name, what, got, c.kind)
			}
		}
	}
	if got := ids(t, s, query.Query{Sort: []query.Key{{Field: good.Field()}}, Limit: -1}); got != "24-1" {
		t.Errorf("after faults: %s", got)
	}
}
