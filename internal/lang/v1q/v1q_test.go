package v1q_test

import (
	"encoding/csv"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/v1q"
	"github.com/boamp/boamp/internal/query"
)

// env has fields of every type, and what words without a field are looked for in.
func env(t testing.TB) v1q.Env {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	get := func(field.Record) []field.Value { return nil }
	text := func(name string) *field.Field { return &field.Field{Name: name, Words: true, Get: get} }
	all := text("all")
	return v1q.Env{
		Fields: field.CatalogueOf(text("idweb"), text("objet"), text("type_avis"), text("famille"),
			&field.Field{Name: "dateparution", Type: field.Date, Get: get},
			&field.Field{Name: "datefindiffusion", Type: field.Date, Get: get},
			&field.Field{Name: "datelimitereponse", Type: field.DateTime, Get: get},
			&field.Field{Name: "montant", Type: field.Number, Get: get},
			&field.Field{Name: "lots", Type: field.Int, Get: get},
			&field.Field{Name: "ouvert", Type: field.Bool, Get: get},
			&field.Field{Name: "recordid", Get: get},
			&field.Field{Name: "html", Opaque: true, Get: get}),
		Text: []*field.Field{all},
		Now:  time.Date(2026, 8, 18, 22, 30, 0, 500, time.UTC), // the 19th in Paris
		Zone: zone,
	}
}

func TestParse(t *testing.T) {
	e := env(t)
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "all"},
		{"blanks", " \t\n", "all"},
		{"everything", "*", "all"},
		{"everything, otherwise", "*:*", "all"},
		{"a sign", " - ", "all"},
		{"empty parentheses", "()", "all"},
		{"word", "film", `words(all: "film"|as "film"*)`},
		{"code", "45-2", `words(all: "45 2"|as "45 2")`},
		{"implicit and", "voirie réseaux", `words(all: "reseau"|as "reseaux"*, "voir"|as "voirie"*)`},
		{"and", "voirie AND béton", `words(all: "beton"|as "beton"*, "voir"|as "voirie"*)`},
		{"or", "eau OR gaz", `or(words(all: "eau"|as "eau"*), words(all: "gaz"|as "gaz"*))`},
		{"operators are capitals", "eau or gaz", `words(all: "eau"|as "eau"*, "gaz"|as "gaz"*, "or"|as "or"*)`},
		{"and binds closer than or", "a OR b c", `or(words(all: "a"|as "a"*), words(all: "b"|as "b"*, "c"|as "c"*))`},
		{"not binds closest", "NOT a b", `and(not(words(all: "a"|as "a"*)), words(all: "b"|as "b"*))`},
		{"not not", "NOT NOT a", `words(all: "a"|as "a"*)`},
		{"not before a parenthesis", "NOT(a)", `not(words(all: "a"|as "a"*))`},
		{"parentheses", "(a OR b) AND c", `and(or(words(all: "a"|as "a"*), words(all: "b"|as "b"*)), words(all: "c"|as "c"*))`},
		{"phrase", `"espaces verts"`, `words(all: as "espaces verts")`},
		{"phrase with an escape", `"a \" b"`, `words(all: as "a b")`},
		{"phrase beside a word", `eau"gaz"`, `words(all: "eau"|as "eau"*, as "gaz")`},
		{"apostrophe", "d'accès", `words(all: "d acce"|as "d acces"*)`},
		{"wildcards", "*nettoy* béto*", `words(all: as "beto"*, as *"nettoy"*)`},
		{"running text", "Travaux : lot #2 [VRD]", `words(all: "2"|as "2", "lot"|as "lot"*, "traval"|as "travaux"*, "vrd"|as "vrd"*)`},
		{"field and word", "objet:voirie", `words(objet: "voir"|as "voirie"*)`},
		{"field and blank", "objet : voirie", `words(objet: "voir"|as "voirie"*)`},
		{"field and phrase", `objet:"Travaux de voirie"`, `words(objet: as "travaux de voirie")`},
		{"field and beginning", "idweb:26*", `words(idweb: as "26"*)`},
		{"field and code", "idweb:26-1234", `words(idweb: "26 1234"|as "26 1234")`},
		{"field and list", `type_avis:("6" OR "8")`, `or(words(type_avis: as "6"), words(type_avis: as "8"))`},
		{"field and words", "objet:(voirie béton)", `words(objet: "beton"|as "beton"*, "voir"|as "voirie"*)`},
		{"field and not", "objet:(voirie NOT béton)", `and(not(words(objet: "beton"|as "beton"*)), words(objet: "voir"|as "voirie"*))`},
		{"any value", "objet:*", "not(objet is null)"},
		{"no word in the value", `objet:"+"`, `objet = "+"`},
		{"exact", "famille==MAPA", `famille = "MAPA"`},
		{"equals", `famille = "MAPA"`, `famille = "MAPA"`},
		{"differs", `famille != "MAPA"`, `famille != "MAPA"`},
		{"text compared", `famille>="M"`, `famille >= "M"`},
		{"field that is no text to search", "recordid:abc", `recordid = "abc"`},
		{"beginning of such a field", "recordid:ab*", `recordid ^= "ab"`},
		{"words of an opaque field", "html:voirie", `words(all: "voir"|as "voirie"*)`},
		{"number", "montant>=1000.5", "montant >= 1000.5"},
		{"whole number", "lots:3", "lots = 3"},
		{"operator behind the colon", "lots:>=3", "lots >= 3"},
		{"numbers", "montant:[10 TO 20]", "and(montant <= 20, montant >= 10)"},
		{"open at one side", "montant:[* TO 20]", "montant <= 20"},
		{"open at both sides", "montant:[* TO *]", "not(montant is null)"},
		{"bounds not in it", "montant:]10 TO 20[", "and(montant < 20, montant > 10)"},
		{"bounds in braces", "montant:{10 to 20}", "and(montant < 20, montant > 10)"},
		{"range in a list", "montant:([1 TO 2] OR 5)", "or(and(montant <= 2, montant >= 1), montant = 5)"},
		{"flag", "ouvert:true", "ouvert = 1"},
		{"day", "dateparution:2024-05-03", `and(dateparution <= "2024-05-03", dateparution >= "2024-05-03")`},
		{"year", "dateparution:2024", `and(dateparution <= "2024-12-31", dateparution >= "2024-01-01")`},
		{"after a year", "dateparution>2024", `dateparution > "2024-12-31"`},
		{"until a month", "dateparution<=2024/02", `dateparution <= "2024-02-29"`},
		{"not a month", "dateparution!=2024/02", `or(dateparution < "2024-02-01", dateparution > "2024-02-29")`},
		{"days", "dateparution:[2024-08-01 TO 2024-12-01]", `and(dateparution <= "2024-12-01", dateparution >= "2024-08-01")`},
		{"days with slashes", "dateparution:[2024/08/01 TO 2024/12/01]", `and(dateparution <= "2024-12-01", dateparution >= "2024-08-01")`},
		{"quoted days", `dateparution:["2024-08-01" TO '2024-12']`, `and(dateparution <= "2024-12-31", dateparution >= "2024-08-01")`},
		{"days of a list", `dateparution:("2024-08-01" OR 2023)`, `or(and(dateparution <= "2023-12-31", dateparution >= "2023-01-01"), and(dateparution <= "2024-08-01", dateparution >= "2024-08-01"))`},
		{"instants of a day", "datelimitereponse:2024-05-03", "and(datelimitereponse < 2024-05-03T22:00:00Z, datelimitereponse >= 2024-05-02T22:00:00Z)"},
		{"quoted", `datelimitereponse>="2026-08-19"`, "datelimitereponse >= 2026-08-18T22:00:00Z"},
		{"before a day", `datelimitereponse<"2026-01-18"`, "datelimitereponse < 2026-01-17T23:00:00Z"},
		{"after a day", `datelimitereponse>"2026-01-18"`, "datelimitereponse >= 2026-01-18T23:00:00Z"},
		{"until an instant", "datelimitereponse<=2026-01-18T12:00:00Z", "datelimitereponse < 2026-01-18T12:00:01Z"},
		{"instants", "datelimitereponse:[2026-08-18T00:00:00Z TO NOW]", "and(datelimitereponse < 2026-08-18T22:30:01Z, datelimitereponse >= 2026-08-18T00:00:00Z)"},
		{"instants with a blank", "datelimitereponse:[2026-08-18 00:00:00 TO 2026-08-19 10:00]", "and(datelimitereponse < 2026-08-19T08:01:00Z, datelimitereponse >= 2026-08-17T22:00:00Z)"},
		{"today is a day of the zone", "dateparution<=NOW", `dateparution <= "2026-08-19"`},
		{"now", "datefindiffusion>=#now()", `datefindiffusion >= "2026-08-19"`},
		{"now moved", "dateparution >= #now(years=-1, weekday=MO(2))", `dateparution >= "2025-09-01"`},
		{"now in a range", "dateparution:[#now(days=-7) TO #now()]", `and(dateparution <= "2026-08-19", dateparution >= "2026-08-12")`},
		{"null", "#null(datelimitereponse)", "datelimitereponse is null"},
		{"null of what is always there", "#null(html)", "or()"},
		{"exact function", `#exact(famille,"MAPA")`, `famille = "MAPA"`},
		{"exact day", `#exact(dateparution, 2024-05-03)`, `and(dateparution <= "2024-05-03", dateparution >= "2024-05-03")`},
		{"startswith", `#startswith(objet, "Trav")`, `objet ^= "Trav"`},
		{"search everywhere", `#search("réfection toits")`, `words(all: "refect"|as "refection"~2, "toit"|as "toits"*~1)`},
		{"search star", `#SEARCH(*, "eau")`, `words(all: "eau"|as "eau"*~1)`},
		{"search in fields", `#search(objet, idweb, "eau")`, `words(idweb, objet: "eau"|as "eau"*~1)`},
		{"open notices", `(NOT #null(datelimitereponse) AND datelimitereponse>="2026-08-19") OR (#null(datelimitereponse) AND datefindiffusion>="2026-08-19")`,
			`or(and(datefindiffusion >= "2026-08-19", datelimitereponse is null), and(datelimitereponse >= 2026-08-18T22:00:00Z, not(datelimitereponse is null)))`},
	} {
		x, err := v1q.Parse(e, c.text)
		if err != nil {
			t.Errorf("%s: %s: %v", c.name, c.text, err)
			continue
		}
		if got := query.Canonical(x); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", c.name, c.text, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	e := env(t)
	for _, c := range []struct {
		text, code, message string
		position            int
	}{
		{"AND eau", v1q.SyntaxError, "before AND", 0},
		{"eau AND", v1q.SyntaxError, "behind AND", 4},
		{"eau AND OR gaz", v1q.SyntaxError, "behind AND", 8},
		{"eau OR", v1q.SyntaxError, "beside OR", 6},
		{"OR eau", v1q.SyntaxError, "beside OR", 0},
		{"é NOT", v1q.SyntaxError, "behind NOT", 2},
		{"(eau", v1q.SyntaxError, "not closed", 0},
		{"eau)", v1q.SyntaxError, "unexpected )", 3},
		{`é "eau`, v1q.SyntaxError, "quote is not closed", 2},
		{"objet:", v1q.SyntaxError, "a value is missing", 6},
		{"(objet>=)", v1q.SyntaxError, "a value is missing", 8},
		{"montant>=(1)", v1q.SyntaxError, "single value", 9},
		{"dateparutionennouveau:[2026 TO NOW]", v1q.SemanticsError, "Unknown field: dateparutionennouveau", 0},
		{"nature>=3", v1q.SemanticsError, "Unknown field: nature", 0},
		{"#null(nature)", v1q.SemanticsError, "Unknown field: nature", 6},
		{"#null()", v1q.SyntaxError, "#null takes", 0},
		{"#exact(objet)", v1q.SyntaxError, "#exact takes", 0},
		{"#nothing(objet)", v1q.SyntaxError, "no function #nothing", 0},
		{"#exact(objet, )", v1q.SyntaxError, "argument is missing", 14},
		{"#exact(objet", v1q.SyntaxError, "not closed", 0},
		{`#exact("objet" "x")`, v1q.SyntaxError, "a comma", 15},
		{"#now()", v1q.SemanticsError, "is a value", 0},
		{"dateparution>#now(century=1)", v1q.SemanticsError, `no argument "century"`, 13},
		{"dateparution>#now(1)", v1q.SyntaxError, "years=-1", 18},
		{"objet=#now()", v1q.SemanticsError, "not a date", 6},
		{`#distance(objet,"48,2",100)`, v1q.SemanticsError, "no field here is one", 0},
		{`#polygon(place,"(48,2)")`, v1q.SemanticsError, "Unknown field: place", 9},
		{"#startswith(lots, 1)", v1q.SemanticsError, "a field of text", 12},
		{"#search(lots, 1)", v1q.SemanticsError, "searched by words", 8},
		{"lots:beaucoup", v1q.SemanticsError, "is a number", 5},
		{"lots:NaN", v1q.SemanticsError, "is a number", 5},
		{"ouvert:peut-être", v1q.SemanticsError, "true or false", 7},
		{"dateparution:2023-02-29", v1q.SemanticsError, "February 2023 has 28 days", 13},
		{"dateparution:[2023 TO ]", v1q.SyntaxError, "two bounds", 13},
		{`dateparution:["2023" x TO 2024]`, v1q.SyntaxError, "in a range", 21},
		{"recordid:a*b", v1q.SemanticsError, "at the end", 9},
		{"html=x", v1q.SemanticsError, "not allowed", 5},
		{strings.Repeat("(", 70), v1q.SyntaxError, "nested", 64},
		{strings.Repeat("NOT ", 70) + "eau", v1q.SyntaxError, "nested", 256},
		{strings.Repeat("eau ", 3000), v1q.SyntaxError, "at most 2048 words", 8192},
		{strings.Repeat("e", 70_000), v1q.SyntaxError, "at most 65536 bytes", 0},
		{"eau\xff", v1q.SyntaxError, "UTF-8", 0},
	} {
		_, err := v1q.Parse(e, c.text)
		var got *v1q.Error
		if !errors.As(err, &got) || !fault.Is(err, fault.Invalid) {
			t.Errorf("%.40s: error %v", c.text, err)
			continue
		}
		if got.Code != c.code || got.Position != c.position || !strings.Contains(got.Message, c.message) {
			t.Errorf("%.40s: got %s %q at %d, want %s %q at %d", c.text, got.Code, got.Message, got.Position, c.code, c.message, c.position)
		}
	}
}

// TestRealQueries reads every q of the recorded requests against the fields of the data set.
func TestRealQueries(t *testing.T) {
	path := feedtest.Shared(t, "conformance", "explore-queries.tsv")
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	fields := field.NewCatalogue()
	e := v1q.Env{Fields: fields, Text: fields.Flat()[:1], Now: time.Date(2026, 8, 18, 0, 0, 0, 0, time.UTC)}
	read := 0
	for _, row := range rows {
		u, err := url.Parse(row[0])
		if err != nil {
			continue
		}
		for name, values := range u.Query() {
			if name != "qv1" && (name != "q" && !strings.HasPrefix(name, "q.") || !strings.Contains(u.Path, "/1.0/")) {
				continue
			}
			for _, v := range values {
				read++
				if _, err := v1q.Parse(e, v); (err != nil) != (row[1] == "error-400") {
					t.Errorf("%s: %s gives %v, expected %s", name, v, err, row[1])
				}
			}
		}
	}
	if read < 5 {
		t.Errorf("only %d queries found", read)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`(type_avis:("6" OR "8") AND ((NOT #null(datelimitereponse) AND datelimitereponse<"2026-01-18") OR (#null(datelimitereponse) AND datefindiffusion<"2026-01-18"))) AND idweb:26*`,
		"dateparution:[2026-08-18T00:00:00Z TO NOW]", `#search(objet, idweb, "eau")`, "dateparution >= #now(years=-1, weekday=MO(2))",
		`Travaux : lot #2 [VRD] "x\"y" *`, "NOT(a OR b)c", "montant:]1 TO 2[", "objet:(a b NOT [c TO d])", `#startswith(objet,'d\'`,
	} {
		f.Add(s)
	}
	e := env(f)
	f.Fuzz(func(t *testing.T, s string) {
		x, err := v1q.Parse(e, s)
		if err != nil {
			var got *v1q.Error
			if !errors.As(err, &got) || got.Message == "" || got.Position < 0 || got.Position > len(s) {
				t.Fatalf("%q: %#v", s, err)
			}
			return
		}
		again, err := v1q.Parse(e, s)
		if err != nil || query.Canonical(again) != query.Canonical(x) {
			t.Fatalf("%q is not read alike twice", s)
		}
		if wrapped, err := v1q.Parse(e, "("+s+")"); err == nil && query.Canonical(wrapped) != query.Canonical(x) {
			t.Fatalf("%q means %s, in parentheses %s", s, query.Canonical(x), query.Canonical(wrapped))
		}
	})
}
