package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/text"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Œuvre d'ÉTÉ":          "oeuvre d'ete",
		"l\u2019Haÿ-les-Roses": "l'hay-les-roses",
		"plain":                "plain",
		"ÆSTHETIQUE":           "aesthetique",
		"①":                    "1",
		"bad \xff byte":        "bad \uFFFD byte",
	} {
		if got := text.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTermsMeet(t *testing.T) {
	same := [][2]string{
		{"réhabilitations", "Rehabilitation"},
		{"travaux d'étanchéité", "TRAVAUX D\u2019ETANCHEITE"},
		{"écoles", "école"},
		{"nettoyage des locaux", "Nettoyage  des\nLocaux"},
	}
	for _, pair := range same {
		if a, b := text.Terms(pair[0]), text.Terms(pair[1]); !slices.Equal(a, b) {
			t.Errorf("Terms(%q) = %q but Terms(%q) = %q", pair[0], a, pair[1], b)
		}
	}
}

func TestCodesStayExact(t *testing.T) {
	got := text.Terms("CPV 45261210-9, SIRET 18009205800049, lot n°2, VRD")
	want := []string{"cpv", "45261210", "9", "siret", "18009205800049", "lot", "n", "2", "vrd"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEndlessWord is a word on which the stemmer would take seconds.
func TestEndlessWord(t *testing.T) {
	word := strings.Repeat("u", 60_000)
	if got := text.Terms(word); len(got) != 1 || got[0] != word {
		t.Error("an endless word is its own stem")
	}
}

func TestIndexKeepsTextsApart(t *testing.T) {
	line := text.Index([]string{"voirie communale", "réseaux divers"})
	if strings.Contains(line, " "+text.Terms("communale")[0]+" "+text.Terms("réseaux")[0]+" ") {
		t.Errorf("a phrase crosses two texts in %q", line)
	}
	if text.Index(nil) != "" {
		t.Error("no text must give no line")
	}
}

func FuzzTerms(f *testing.F) {
	f.Add("Œuvre d'été n° 12 – l\u2019eau")
	f.Add("\xff\xfe\x00")
	f.Fuzz(func(t *testing.T, s string) {
		for _, term := range text.Terms(s) {
			if term == "" || strings.ContainsAny(term, " |\n") || !utf8.ValidString(term) {
				t.Fatalf("term %q of %q", term, s)
			}
		}
	})
}

func BenchmarkTerms(b *testing.B) {
	s := strings.Repeat("Travaux de réhabilitation et de rénovation énergétique des bâtiments scolaires à Saint-Pardoux. ", 10)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		text.EachTerm(s, func(string) {})
	}
}

// TestBag holds bags against what they are said to be.
func TestBag(t *testing.T) {
	for _, texts := range [][]string{nil, {""}, {"- / -"}, {"Les marchés, le march, MARCHÉ", "45000000 lot\\nmarché"}, {`{"A":"l'\u00e9t\u00e9 1\"2"}`}, {"nationaux nation national nationalement nat"}} {
		var want []string
		for _, s := range texts {
			s = strings.NewReplacer(`\n`, " ", `\u00e9`, "é", `\"`, `"`).Replace(s)
			text.EachWord(s, func(word, term string) { want = append(want, word, term) })
		}
		slices.Sort(want)
		line := ""
		if len(want) > 0 {
			line = " " + strings.Join(slices.Compact(want), " ") + " "
		}
		if got := text.Bag(texts); got != line {
			t.Errorf("Bag(%q) = %q, want %q", texts, got, line)
		}
	}
}

func FuzzWithin(f *testing.F) {
	f.Add("entretien", "entretein", 2)
	f.Add("", "ab", 1)
	f.Add("abcdef", "badcfe", 4)
	f.Fuzz(func(t *testing.T, a, b string, most int) {
		if len(a) > 50 || len(b) > 50 || most < 0 || most > 6 {
			t.Skip()
		}
		if got, want := text.Within(a, b, most), text.Distance(a, b) <= most; got != want {
			t.Errorf("Within(%q, %q, %d) = %v: the distance is %d", a, b, most, got, text.Distance(a, b))
		}
	})
}
