package params_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/query"
)

func parser() *params.Parser {
	return &params.Parser{Fields: field.NewCatalogue(), Now: time.Date(2026, 3, 20, 11, 0, 0, 0, time.UTC), Extra: []string{"delimiter"}}
}

func TestParse(t *testing.T) {
	cases := map[string]string{
		"":                                  `all`,
		"famille=fns&famille=joue":          `famille in ("FNS", "JOUE")`,
		"nature=appel-offre":                `nature = "APPEL_OFFRE"`,
		"departement=01,2A":                 `departement in ("1", "20A")`,
		"cpv=45&cpv=71000000-8":             `or(cpv ^= "45", cpv ^= "71")`,
		"kind=travaux":                      `kind = "works"`,
		"q=voirie":                          `words(texte: "voir")`,
		`q="réseaux+divers"+-voirie`:        `and(not(words(texte: "voir")), words(texte: "reseau diver"))`,
		"q=l'école":                         `words(texte: "l ecol")`,
		"siret=21070186800015":              `buyer_siret = "21070186800015"`,
		"siret=210+701+868":                 `buyer_siren = "210701868"`,
		"descripteur=Voirie":                `descripteur_code = "365"`,
		"published_from=2026-01-02":         `published >= "2026-01-02"`,
		"deadline_to=2026-07-01":            `deadline <= 2026-07-01T21:59:59Z`,
		"deadline_from=2026-01-01":          `deadline >= 2025-12-31T23:00:00Z`,
		"amount_min=1000":                   `amount >= 1000`,
		"amount_min=1000&include_unknown=1": `or(amount >= 1000, amount is null)`,
		"criteres=sociaux,environnementaux": `or(environmental = 1, social = 1)`,
		"delimiter=,":                       `all`,
		"open=true":                         `and(not(state = "cancelled"), or(and(deadline is null, display_end >= "2026-03-20"), deadline >= 2026-03-20T11:00:00Z), stage = "call")`,
	}
	for in, want := range cases {
		t.Run(in, func(t *testing.T) {
			values, err := url.ParseQuery(in)
			if err != nil {
				t.Fatal(err)
			}
			req, err := parser().Parse(values)
			if err != nil {
				t.Fatal(err)
			}
			if got := query.Canonical(req.Query.Where); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestErrorsSayWhat(t *testing.T) {
	cases := map[string][2]string{ // position and a part of message or hint
		"famile=FNS":                {"parameter famile", "did you mean famille"},
		"famille=FSN":               {"parameter famille", "FNS"},
		"departement=96":            {"parameter departement", "16"},
		"cpv=4":                     {"parameter cpv", "2 to 8 digits"},
		"code_cpv=45":               {"parameter code_cpv", "cpv"},
		"siret=123":                 {"parameter siret", "neither a SIRET"},
		"published_from=2026-02-30": {"parameter published_from", "yyyy-mm-dd"},
		"published_from=2026-01-01&published_from=2026":                              {"parameter published_from", "2 times"},
		"published_from=2026-02-01&published_to=2026-01-01":                          {"parameter published_from", "after"},
		"deadline_from=soon":                                                         {"parameter deadline_from", "neither a date"},
		"deadline_from=2026-03-01T00:00:00%2B01:00&deadline_to=2026-02-28T22:59:59Z": {"parameter deadline_from", "after"},
		"amount_min=1_000":                                                           {"parameter amount_min", "no amount"},
		"amount_min=0x1p4":                                                           {"parameter amount_min", "no amount"},
		"lots=3.5":                                                                   {"parameter lots", "no whole number"},
		"open=maybe":                                                                 {"parameter open", "neither true nor false"},
		"amount_min=NaN":                                                             {"parameter amount_min", "no amount"},
		"amount_min=2&amount_max=1":                                                  {"parameter amount_min", "above"},
		"include_unknown=true":                                                       {"parameter include_unknown", "none is given"},
		"descripteur=Voiri":                                                          {"parameter descripteur", "Voirie"},
		"sort=-cpv":                                                                  {"parameter sort", "several values"},
		"sort=publishd":                                                              {"parameter sort", "published"},
		"limit=0":                                                                    {"parameter limit", "1 to 1000"},
		"limit=1001":                                                                 {"parameter limit", "1 to 1000"},
		"fields=texte":                                                               {"parameter fields", "unknown field"},
		"has=qqqqqqqq":                                                               {"parameter has", "such as idweb"},
		"q=" + strings.Repeat("x", 3000):                                             {"parameter q", "3000 bytes"},
		"id=" + strings.Repeat("1,", 300):                                            {"parameter id", "300 values"},
	}
	for in, want := range cases {
		t.Run(in[:min(len(in), 40)], func(t *testing.T) {
			values, _ := url.ParseQuery(in)
			_, err := parser().Parse(values)
			f, ok := err.(*fault.Error)
			if !ok || f.Kind != fault.Invalid {
				t.Fatalf("error %v", err)
			}
			if f.Pos != want[0] || !strings.Contains(f.Message+" "+f.Hint, want[1]) {
				t.Errorf("got %q: %q (hint %q)", f.Pos, f.Message, f.Hint)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("q=%22a+b%22+-c&cpv=45&open=true&sort=-amount,deadline&limit=7&fields=id,title")
	f.Add("departement=2A&amount_min=1e5&deadline_to=2026-01-01T00:00:00Z")
	f.Fuzz(func(t *testing.T, s string) {
		values, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		req, err := parser().Parse(values)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %v is not the caller's fault", s, err)
			}
			return
		}
		_ = query.Canonical(req.Query.Where)
	})
}
