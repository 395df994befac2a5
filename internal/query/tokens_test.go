package query_test

import (
	"slices"
	"testing"

	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

// notices are invented titles, each one text of a field.
var titles = []string{
	"Rectificatif : réhabilitation des écoles communales",
	"Contrôle d\u2019accès de l'Hôtel de Ville",
	"Nettoyage des locaux – espaces verts, lot n°2",
	"CPV 80500000 services de formation",
	"Travaux neufs à Saint-Pardoux-le-Neuf",
	"Fourniture d'entretien",
}

// found are the places of the titles in which all tokens are.
func found(tokens []query.Token) []int {
	list := []int{}
	for i, title := range titles {
		line := text.Index([]string{title})
		if len(tokens) > 0 && !slices.ContainsFunc(tokens, func(t query.Token) bool { return !t.In(line, false) }) {
			list = append(list, i)
		}
	}
	return list
}

func TestTokens(t *testing.T) {
	phrase := func(s string) []query.Token {
		if token, ok := query.PhraseToken(s); ok {
			return []query.Token{token}
		}
		return nil
	}
	for _, c := range []struct {
		name string
		read func(string) []query.Token
		text string
		want []int
	}{
		{"like: beginning of a word", query.LikeTokens, "rectifi", []int{0}},
		{"like: stem, accents, case", query.LikeTokens, "REHABILITATIONS Ecole", []int{0}},
		{"like: all words required", query.LikeTokens, "nettoyage écoles", []int{}},
		{"like: any order", query.LikeTokens, "verts nettoyage", []int{2}},
		{"like: not the end of a word", query.LikeTokens, "ficatif", []int{}},
		{"like: substring", query.LikeTokens, "%ficat%", []int{0}},
		{"like: substring over an apostrophe", query.LikeTokens, "%d'acc%", []int{1}},
		{"like: suffix", query.LikeTokens, "%catif", []int{0}},
		{"like: suffix only", query.LikeTokens, "%rectifica", []int{}},
		{"like: prefix", query.LikeTokens, "805%", []int{3}},
		{"like: a pattern is not stemmed", query.LikeTokens, "écol%", []int{0}},
		{"like: pattern that no word has", query.LikeTokens, "école_s%", []int{}},
		{"like: several words in a pattern", query.LikeTokens, "%espace vert%", []int{2}},
		{"like: both ends of a word", query.LikeTokens, "rect%if", []int{0}},
		{"like: star", query.LikeTokens, "*ettoya*", []int{2}},
		{"like: hyphens stand together", query.LikeTokens, "Saint-Pardoux", []int{4}},
		{"like: hyphens keep their order", query.LikeTokens, "Pardoux-Saint", []int{}},
		{"search: one edit in a short word", query.SearchTokens, "hotle d'accès", []int{}},
		{"search: two edits in a long word", query.SearchTokens, "netoyagge locaux", []int{2}},
		{"search: too far", query.SearchTokens, "netoyagges0 locaux", []int{}},
		{"search: last word is a beginning", query.SearchTokens, "services forma", []int{3}},
		{"search: first word is none", query.SearchTokens, "entre fourniture", []int{}},
		{"search: codes are exact", query.SearchTokens, "80500001 formation", []int{}},
		{"search: a sign is no word", query.SearchTokens, "Saint - Pardoux", []int{4}},
		{"search: OR is a word", query.SearchTokens, "nettoyage OR formation", []int{}},
		{"suggest", query.SuggestTokens, "for serv", []int{3}},
		{"suggest: every letter counts", query.SuggestTokens, "fro", []int{}},
		{"bare: no phrase", query.BareTokens, "vert espace", []int{2}},
		{"bare: not a beginning", query.BareTokens, "nettoy locaux", []int{}},
		{"bare: beginning asked for", query.BareTokens, "locaux netto*", []int{2}},
		{"bare: beginning not asked for", query.BareTokens, "netto", []int{}},
		{"bare: code", query.BareTokens, "80500000", []int{3}},
		{"bare: apostrophes of any kind", query.BareTokens, "d'acces", []int{1}},
		{"free: beginning of a word", query.FreeTokens, "netto esp", []int{2}},
		{"free: codes are exact", query.FreeTokens, "8050", []int{}},
		{"free: beginning of a code", query.FreeTokens, "8050*", []int{3}},
		{"free: part of a word", query.FreeTokens, "*pard*", []int{4}},
		{"free: percent is a sign", query.FreeTokens, "%catif", []int{}},
		{"phrase", phrase, "espaces verts", []int{2}},
		{"phrase: order", phrase, "verts espaces", []int{}},
		{"phrase: over signs", phrase, "locaux espaces", []int{2}},
		{"phrase: as written", phrase, "réhabilitations", []int{}},
	} {
		if got := found(c.read(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q found %v by %v, want %v", c.name, c.text, got, c.read(c.text), c.want)
		}
	}
}

func TestNoTokens(t *testing.T) {
	for _, s := range []string{"", " ", "%", "%%", "* - *", "'"} {
		for name, read := range map[string]func(string) []query.Token{
			"like": query.LikeTokens, "search": query.SearchTokens, "suggest": query.SuggestTokens, "bare": query.BareTokens, "free": query.FreeTokens,
		} {
			if got := read(s); len(got) != 0 {
				t.Errorf("%s(%q) = %v, want none", name, s, got)
			}
		}
		if _, ok := query.PhraseToken(s); ok {
			t.Errorf("%q is a phrase", s)
		}
	}
}

// FuzzTokens holds the tokens to what engines rely on: words and terms as the index writes them.
func FuzzTokens(f *testing.F) {
	f.Add("%d'accès à l\u2019eau* 80500000")
	f.Add("a%b\xff_ *")
	f.Fuzz(func(t *testing.T, s string) {
		for _, list := range [][]query.Token{query.LikeTokens(s), query.SearchTokens(s), query.SuggestTokens(s), query.BareTokens(s), query.FreeTokens(s)} {
			for _, token := range list {
				if token.Terms == "" && token.Text == "" {
					t.Fatalf("%q gives an empty token", s)
				}
				var words []string
				text.EachWord(token.Text, func(word, _ string) { words = append(words, word) })
				if token.Fuzzy > 0 && len(words) != 1 {
					t.Fatalf("%q gives fuzzy %q", s, token.Text)
				}
			}
		}
	})
}
