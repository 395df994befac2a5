package criterion_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/criterion"
	"github.com/boamp/boamp/internal/query"
)

func env(t testing.TB) criterion.Env {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return criterion.Env{Fields: field.NewCatalogue(), Zone: zone}
}

func TestParse(t *testing.T) {
	e := env(t)
	for _, c := range []struct{ in, want string }{
		{"#all", "all"},
		{" #ALL ", "all"},
		{"source_cat: v0", `version = "v010"`},
		{"source_cat:v1", `version = "v110"`},
		{"source_cat: v2 devise:EUR", `and(or(words(donnees: as "currencyid"), words(donnees: as "devise")), version = "v230", words(donnees: as "eur"))`},
		{"source_cat:v3", `version = "v230"`},
		{"source_cat: v2 nature:ATTRIBUTION", `and(nature = "ATTRIBUTION", version = "v230")`},
		{"source_cat: v2 idweb:16-941", `and(idweb = "16-941", version = "v230")`},
		{"idweb:bwp06181000031p", `idweb = "BWP06181000031P"`},
		{"source_cat: v2 dateparution:2016/01/07", `and(dateparution < "2016-01-08", dateparution >= "2016-01-07", version = "v230")`},
		{"(source_cat:v0 OR source_cat:v1 OR source_cat:v2) AND numeroregion:42", `and(code_departement in ("67", "68"), or(version = "v010", version = "v110", version = "v230"))`},
		{"(source_cat:v0 OU source_cat:v1) ET famille_cat:JOUE AND famille_cat:FNS", `and(or(famille = "FNS", famille = "JOUE"), or(version = "v010", version = "v110"))`},
		{"famille_cat:JOUE AND (famille_cat:FNS)", `and(famille = "FNS", famille = "JOUE")`},
		{"numerodepartement:40 numerodepartement:33", `and(code_departement = "33", code_departement = "40")`},
		{"nomacheteur: syctom", `words(buyer_name, nomacheteur: "syctom"|as "syctom"*)`},
		{"(numerodepartement:40 AND dateparution:2016/01)", `and(code_departement = "40", dateparution < "2016-02-01", dateparution >= "2016-01-01")`},
		{"numerodepartement:2a", `code_departement = "20A"`},
		{"numerodepartement=01", `code_departement = "1"`},
		{"dateparution>=20180527 securite", `and(dateparution >= "2018-05-27", words(texte: "securit"|as "securite"*))`},
		{"dateparution>2020/11/01 ET mot", `and(dateparution >= "2020-11-02", words(texte: "mot"|as "mot"*))`},
		{"nature_cat=attribution AND dateparution>=2021/01/01 AND dateparution<=2021/01/31", `and(dateparution < "2021-02-01", dateparution >= "2021-01-01", nature = "ATTRIBUTION")`},
		{"nature_cat:avis-de-marché", `nature = "APPEL_OFFRE"`},
		{"NuméroDepartement:40", `code_departement = "40"`},
		{"NUMERODEPARTEMENT:40", `code_departement = "40"`},
		{"dateparution<2016", `dateparution < "2016-01-01"`},
		{"dateparution>201602", `dateparution >= "2016-03-01"`},
		{"dateparution!=07/01/2016", `not(and(dateparution < "2016-01-08", dateparution >= "2016-01-07"))`},
		{"dateparution:2016*", `and(dateparution < "2017-01-01", dateparution >= "2016-01-01")`},
		{"datelimitereponse<=2026-07-01", `deadline < 2026-07-01T22:00:00Z`},
		{`objet:"eau potable"`, `words(objet, title: as "eau potable")`},
		{"objet:(eau OU gaz)", `or(words(objet, title: "eau"|as "eau"*), words(objet, title: "gaz"|as "gaz"*))`},
		{"Écoles NOT voirie", `and(not(words(texte: "voir"|as "voirie"*)), words(texte: "ecol"|as "ecoles"*))`},
		{"voirie SAUF (eau OR gaz)", `and(not(or(words(texte: "eau"|as "eau"*), words(texte: "gaz"|as "gaz"*))), words(texte: "voir"|as "voirie"*))`},
		{"Travaux : voirie", `and(words(texte: "traval"|as "travaux"*), words(texte: "voir"|as "voirie"*))`},
		{"eau et gaz ou or", `and(words(texte: "eau"|as "eau"*), words(texte: "et"|as "et"*), words(texte: "gaz"|as "gaz"*), words(texte: "or"|as "or"*), words(texte: "ou"|as "ou"*))`},
		{"http://example.org", `words(texte: "http exampl org"|as "http example org"*)`},
		{"entretien*", `words(texte: as "entretien"*)`},
		{"cpv:4523*", `cpv ^= "4523"`},
		{"classementdescripteur_cat:0341", `descripteur_code = "341"`},
		{"classementdescripteur_cat:34*", `descripteur_code ^= "34"`},
		{"descripteur:terrassement", `words(descripteur_libelle: "terrass"|as "terrassement"*)`},
		{"- voirie", `words(texte: "voir"|as "voirie"*)`},
		{"numeroregion:44", `code_departement in ("10", "51", "52", "54", "55", "57", "67", "68", "8", "88")`},
		{"numeroregion:4", `code_departement = "974"`},
	} {
		x, err := criterion.Parse(e, c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if got := query.Canonical(x); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	e := env(t)
	for _, c := range []struct {
		in, message string
		position    int
		hint        string
	}{
		{"", "empty", 1, "#all"},
		{"é zone:3", "unknown field zone", 3, "numeroregion"},
		{"dateparutoin:2016", "unknown field dateparutoin", 1, "did you mean dateparution"},
		{"source_cat:v9", "v9", 12, "v325"},
		{"dateparution:2016/13", "no date", 14, "2016/01/07"},
		{"dateparution:2016/02/30", "no date", 14, "2016/01/07"},
		{"dateparution:", "value of dateparution is missing", 14, "dateparution>="},
		{"famille_cat>JOUE", "only dates", 13, "famille_cat:JOUE"},
		{"numerodepartement:123", "no department", 19, "974"},
		{"numeroregion:99", "no region", 14, "Alsace"},
		{"(eau", "not closed", 1, ""},
		{"eau)", "unexpected )", 4, ""},
		{`"eau`, "quote is not closed", 1, ""},
		{"eau AND", "missing beside AND", 5, ""},
		{"AND eau", "missing beside AND", 1, ""},
		{"eau OR OR gaz", "missing beside OR", 8, ""},
		{"eau AND OR gaz", "missing beside AND", 5, ""},
		{"eau NOT", "missing behind NOT", 5, ""},
		{"()", "missing", 2, ""},
		{"#tout", "unknown word #tout", 1, "#all"},
		{"dateparution>(2016)", "followed by one value", 14, ""},
		{"\xff", "UTF-8", 1, ""},
		{strings.Repeat("(", 100) + "a", "nested", 65, ""},
		{strings.Repeat("a ", 600), "at most 512", 1025, ""},
		{strings.Repeat("a", 20000), "at most 16384 bytes", 1, ""},
		{"devise:-", "no currency", 8, "EUR"},
	} {
		_, err := criterion.Parse(e, c.in)
		var got *criterion.Error
		if !errors.As(err, &got) || !fault.Is(err, fault.Invalid) {
			t.Errorf("%.40q: error %v", c.in, err)
			continue
		}
		if !strings.Contains(got.Message, c.message) || got.Position != c.position || !strings.Contains(got.Hint, c.hint) {
			t.Errorf("%.40q: %q at %d, hint %q; want %q at %d, hint %q", c.in, got.Message, got.Position, got.Hint, c.message, c.position, c.hint)
		}
	}
}

// TestLong takes what the old service broke at.
func TestLong(t *testing.T) {
	in := "numerodepartement:40" + strings.Repeat(" OR numerodepartement:33", 40)
	if _, err := criterion.Parse(env(t), in); err != nil || len(in) < 500 {
		t.Errorf("%d bytes: %v", len(in), err)
	}
}

// TestFields checks that each field of the table has what it stands for, and that its example is read.
func TestFields(t *testing.T) {
	e := env(t)
	for _, f := range criterion.Fields() {
		for _, name := range f.Of {
			if _, ok := e.Fields.Lookup(name); !ok {
				t.Errorf("%s stands for %s, which no field is", f.Name, name)
			}
		}
		if _, err := criterion.Parse(e, f.Example); err != nil || f.Doc == "" {
			t.Errorf("%s: example %s: %v", f.Name, f.Example, err)
		}
	}
}

// FuzzParse reads damaged criteria: an error has a position inside of the text, a predicate can be printed.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"#all", `source_cat: v2 (a OU "b") ET NOT dateparution>=2016/01`, "numeroregion:42 AND", `nature:"x\"y"`, "é:é", "a:(b OR c) d=e"} {
		f.Add(s)
	}
	e := env(f)
	f.Fuzz(func(t *testing.T, s string) {
		x, err := criterion.Parse(e, s)
		var refused *criterion.Error
		switch {
		case err == nil:
			query.Canonical(x)
		case !errors.As(err, &refused):
			t.Fatalf("error %v of another type", err)
		case refused.Position < 1 || refused.Position > len([]rune(s))+1 || refused.Message == "":
			t.Fatalf("%q at %d", refused.Message, refused.Position)
		}
	})
}
