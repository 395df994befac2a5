package query_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

func tiers(c *field.Catalogue) []query.Tier {
	return []query.Tier{{Weight: 1, Fields: []*field.Field{c.Must("texte")}}, {Weight: 4, Fields: []*field.Field{c.Must("title"), c.Must("objet")}},
		{Weight: 2, Fields: []*field.Field{c.Must("buyer_name")}}}
}

func TestScore(t *testing.T) {
	c := field.NewCatalogue()
	n := &notice.Notice{ID: "26-1", Title: "Réfection de la voirie", Description: "Travaux de voirie pour l'école", Buyers: []notice.Party{{Name: "Ville de la Voirie-sur-Mer"}}}
	cases := []struct {
		name   string
		tokens []query.Token
		want   int
	}{
		{"nothing looked for", nil, 0},
		{"found nowhere", query.Each("pont"), 0},
		{"the best tier alone counts", query.Each("voir"), 4},
		{"in the buyer's name", query.Each("vill"), 2},
		{"in the body", query.Each("ecol"), 1},
		{"the sum of the words", query.Each("voir", "vill", "ecol", "pont"), 7},
		{"twice the same counts twice", query.Each("voir", "voir"), 8},
		{"a phrase", []query.Token{query.Phrase("refect", "de")}, 4},
		{"a beginning", []query.Token{{Text: "sur", OpenEnd: true}}, 2},
	}
	for _, k := range cases {
		r := query.Ranking{Tokens: k.tokens, Tiers: tiers(c)}
		if got := r.Score(n); got != k.want {
			t.Errorf("%s: %d, want %d", k.name, got, k.want)
		}
		if v := r.Field().Get(n); len(v) != 1 || v[0].Num != float64(k.want) {
			t.Errorf("%s: the field gives %v, want %d", k.name, v, k.want)
		}
	}
}

func TestRankingInOneWay(t *testing.T) {
	c := field.NewCatalogue()
	list := tiers(c)
	a := query.Ranking{Tokens: query.Each("a", "b"), Tiers: list}
	b := query.Ranking{Tokens: query.Each("b", "a"), Tiers: []query.Tier{list[1], list[2], list[0]}}
	if a.String() != b.String() || a.String() != `ranking(4 objet title, 2 buyer_name, 1 texte: "a", "b")` {
		t.Errorf("two ways to write one ranking:\n%s\n%s", a, b)
	}
	for _, other := range []query.Ranking{{Tokens: query.Each("a"), Tiers: list}, {Tokens: query.Each("a", "b"), Tiers: list[:2]}, {Tokens: query.Each("a", "b", "b"), Tiers: list}} {
		if other.String() == a.String() {
			t.Errorf("two rankings have one text: %s", other)
		}
	}
}

func TestRefusedRankings(t *testing.T) {
	c := field.NewCatalogue()
	title := []*field.Field{c.Must("title")}
	many := query.Each(strings.Fields(strings.Repeat("a ", query.MaxRanked+1))...)
	cases := map[string]struct {
		r    query.Ranking
		kind fault.Kind
	}{
		"words of a day":         {query.Ranking{Tiers: []query.Tier{{Weight: 1, Fields: []*field.Field{c.Must("published")}}}}, fault.Invalid},
		"a weight of nothing":    {query.Ranking{Tiers: []query.Tier{{Fields: title}}}, fault.Invalid},
		"a weight below nothing": {query.Ranking{Tiers: []query.Tier{{Weight: -1, Fields: title}}}, fault.Invalid},
		"too heavy":              {query.Ranking{Tiers: []query.Tier{{Weight: query.MaxWeight + 1, Fields: title}}}, fault.Invalid},
		"no text":                {query.Ranking{Tokens: query.Each("\xff")}, fault.Invalid},
		"too many words":         {query.Ranking{Tokens: many}, fault.TooLarge},
		"too many tiers":         {query.Ranking{Tiers: make([]query.Tier, query.MaxTiers+1)}, fault.TooLarge},
		"too many fields":        {query.Ranking{Tiers: []query.Tier{{Weight: 1, Fields: make([]*field.Field, query.MaxTier+1)}}}, fault.TooLarge},
	}
	for name, k := range cases {
		if err := k.r.Check(); !fault.Is(err, k.kind) {
			t.Errorf("%s: %v, want a fault of kind %v", name, err, k.kind)
		}
	}
	if err := (query.Ranking{Tokens: many[:query.MaxRanked], Tiers: tiers(c)}).Check(); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}
