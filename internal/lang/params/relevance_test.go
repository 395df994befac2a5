package params_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/query"
)

const places = "8 objet title, 4 descripteur_libelle, 2 buyer_name nomacheteur, 1 texte"

func TestRelevance(t *testing.T) {
	cases := map[string]string{ // the order
		"q=voirie&sort=relevance":                                 `ranking(` + places + `: "voir") desc by published desc`,
		"q=voirie communale&sort=relevance":                       `ranking(` + places + `: "communal", "voir") desc by published desc`,
		"q=voirie&sort=relevance,deadline":                        `ranking(` + places + `: "voir") desc by deadline`,
		"q=voirie&sort=famille,relevance":                         `famille by ranking(` + places + `: "voir") desc by published desc`,
		"q=voirie&q=pont&sort=relevance":                          `ranking(` + places + `: "pont", "voir") desc by published desc`,
		"q=voirie VOIRIES -pont&sort=relevance":                   `ranking(` + places + `: "voir") desc by published desc`,
		`q="voirie communale" l'école&sort=relevance`:             `ranking(` + places + `: "l ecol", "voir communal") desc by published desc`,
		"q=la réfection de la voirie et des ponts&sort=relevance": `ranking(` + places + `: "pont", "refect", "voir") desc by published desc`,
		"q=de la&sort=relevance":                                  `ranking(` + places + `: "de", "la") desc by published desc`,
		"q=voirie":                                                ``,
	}
	for in, want := range cases {
		req, err := parser().Parse(values(t, in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		var keys []string
		for _, k := range req.Query.Sort {
			keys = append(keys, k.String())
		}
		if got := strings.Join(keys, " by "); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
		if (req.Score != nil) != (want != "") {
			t.Errorf("%s: score %v", in, req.Score)
		}
	}
}

func TestScoreIsAColumn(t *testing.T) {
	req, err := parser().Parse(values(t, "fields=title,score&q=voirie&sort=relevance"))
	if err != nil || len(req.Fields) != 2 || req.Fields[1] != req.Score || req.Score.Name != query.ScoreField {
		t.Fatalf("%v, columns %v", err, req.Fields)
	}
}

func TestNoRelevance(t *testing.T) {
	long := "mot"
	for i := range query.MaxRanked {
		long += " mot" + strconv.Itoa(i)
	}
	cases := map[string][2]string{ // position, and a part of message or hint
		"sort=relevance":                   {"parameter sort", "add q"},
		"sort=relevance&q=-voirie":         {"parameter sort", "add q"},
		"sort=relevance&buyer=nantes":      {"parameter sort", "add q"},
		"sort=relevance&q= ":               {"parameter sort", "add q"},
		"sort=-relevance&q=voirie":         {"parameter sort", "best first"},
		"sort=score&q=voirie":              {"parameter sort", "sort=relevance"},
		"fields=score&q=voirie":            {"parameter fields", "sort=relevance"},
		"sort=relevance&q=" + long:         {"parameter sort", "16"},
		"sort=relevance,a&q=voirie":        {"parameter sort", "unknown field"},
		"sort=relevance&q=voirie&limit=-1": {"parameter limit", "1 to 1000"},
	}
	for in, want := range cases {
		_, err := parser().Parse(values(t, in))
		f, ok := err.(*fault.Error)
		if !ok || f.Kind != fault.Invalid || f.Pos != want[0] || !strings.Contains(f.Message+f.Hint, want[1]) {
			t.Errorf("%s: %v, want a fault at %s that says %q", in, err, want[0], want[1])
		}
	}
}

// values reads parameters as they are written here, not encoded.
func values(t *testing.T, s string) url.Values {
	t.Helper()
	list := url.Values{}
	for pair := range strings.SplitSeq(s, "&") {
		name, value, _ := strings.Cut(pair, "=")
		list.Add(name, value)
	}
	return list
}

func FuzzRelevance(f *testing.F) {
	for _, s := range []string{"voirie", `"l'école" -pont`, "de la", "", "\xff", strings.Repeat("mot ", 30)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		req, err := parser().Parse(url.Values{"q": {s}, "sort": {"relevance"}})
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		if r, ok := req.Score.From.(query.Ranking); !ok || r.Check() != nil || len(r.Tokens) == 0 {
			t.Errorf("%q is ranked by %v", s, req.Score.From)
		}
	})
}
