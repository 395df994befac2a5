package odsql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// TestMeaning holds what dates, literals and constants of a condition become. The zone is Europe/Paris.
func TestMeaning(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a partial date is its first moment", `dateparution = date'2026' or dateparution <= date'2026-08'`, `or(dateparution <= "2026-08-01", dateparution = "2026-01-01")`},
		{"a day has no time", `dateparution > "2026-08-19T23:30:00Z"`, `dateparution > "2026-08-19"`},
		{"a day without offset begins in the zone", `datelimitereponse >= "2026-08-19"`, `datelimitereponse >= 2026-08-18T22:00:00Z`},
		{"an offset counts", `datelimitereponse >= "2026-08-19T00:00:00Z"`, `datelimitereponse >= 2026-08-19T00:00:00Z`},
		{"numbers are dates", `dateparution in [20220312 TO 20220427]`, `and(dateparution <= "2022-04-27", dateparution >= "2022-03-12")`},
		{"now is a day", `dateparution = now(days=-1)`, `dateparution = "2026-08-18"`},
		{"the next Monday", `dateparution = now(weekday=0)`, `dateparution = "2026-08-24"`},
		{"the end of February", `dateparution = now(month=2, day=31)`, `dateparution = "2026-02-28"`},
		{"a number is text", `code_departement = 01 and idweb != 1.50`, `and(code_departement = "01", idweb != "1.50")`},
		{"a result is text", `code_departement = 970+4`, `code_departement = "974"`},
		{"text is a number", `lots > "3"`, `lots > 3`},
		{"sides are changed", `5 < lots and "x" != idweb`, `and(idweb != "x", lots > 5)`},
		{"constants are computed", `amount > 2 * (3 + 4) / 7`, `amount > 2`},
		{"with null nothing holds", `nature = null or not (null != 1)`, `all`},
		{"division by zero is null", `amount > 1 / 0`, `or()`},
		{"null in a list", `nature in (null)`, `or()`},
		{"list of fields", `nature in (famille, "x")`, `or((nature = famille) = 1, nature = "x")`},
		{"constants alone", `1 < 2 and "a" = "a" and date'2026' = "2026-01-01"`, `all`},
		{"name of the data set", `datasetid = "boamp" and not datasetid = "joue"`, `all`},
		{"null of a constant", `null is null and 5 is not null`, `all`},
		{"never null", `html is null`, `or()`},
		{"any value", `objet like "%"`, `not(objet is null)`},
		{"like nothing", `objet like ""`, `not(objet is null)`},
		{"no words", `search(objet, "--")`, `or()`},
		{"nothing to look for", `search("") and "  "`, `all`},
		{"case in like", `lower(objet) like "%x%"`, `words(objet: as *"x"*)`},
		{"like of a code", `cpv like "452%" and cpv like "45000000"`, `and(cpv = "45000000", cpv ^= "452")`},
		{"like of a date", `dateparution like "2026-08%" and datelimitereponse like "2026%"`,
			`and(date_format(datelimitereponse, "yyyy-MM-dd'T'HH:mm:ss", en, Europe/Paris) ^= "2026", dateparution ^= "2026-08")`},
		{"what is shown is searched where its words are", `search(html, "x")`, `words(donnees, objet, texte: "x"|as "x"*)`},
	} {
		e, err := odsql.Where(rich(t), c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := query.Canonical(e); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestNulls are the numbers that were measured at the portal: 176 records, 21 of them null, 124 equal.
func TestNulls(t *testing.T) {
	var notices []*notice.Notice
	add := func(count int, value *string) {
		for range count {
			notices = append(notices, &notice.Notice{Record: notice.Record{Famille: value}})
		}
	}
	equal, other := "Elèves", "Parents"
	add(21, nil)
	add(124, &equal)
	add(31, &other)
	for text, want := range map[string]int{
		`famille = "Elèves"`: 124, `famille != "Elèves"`: 31, `NOT famille = "Elèves"`: 52,
		`famille is null`: 21, `famille is not null`: 155, `NOT famille is null`: 155, `famille = "eleves"`: 0,
		`famille in ("Elèves", "Parents")`: 155, `NOT famille in ("Elèves")`: 52, `not not famille = "Elèves"`: 124,
		`famille like "eleves"`: 124, `not famille like "eleves"`: 52, `search(famille, "eleve")`: 124, `startswith(famille, "El")`: 124, `startswith(famille, "el")`: 0,
	} {
		e, err := odsql.Where(env(t), text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := 0
		for _, n := range notices {
			if query.Match(e, n) {
				got++
			}
		}
		if got != want {
			t.Errorf("%s finds %d, want %d", text, got, want)
		}
	}
}

// TestZones reads the same literal in different zones.
func TestZones(t *testing.T) {
	n := &notice.Notice{Record: notice.Record{Datelimitereponse: time.Date(2026, 8, 18, 23, 0, 0, 0, time.UTC), Dateparution: notice.Date{Year: 2026, Month: 8, Day: 19}}}
	for _, c := range []struct {
		zone, text string
		want       bool
	}{
		{"Europe/Paris", `datelimitereponse >= "2026-08-19"`, true},
		{"UTC", `datelimitereponse >= "2026-08-19"`, false},
		{"Europe/Paris", `day(datelimitereponse) = 19 and hour(datelimitereponse) = 1`, true},
		{"UTC", `day(datelimitereponse) = 18 and hour(datelimitereponse) = 23`, true},
		{"Pacific/Noumea", `dateparution = "2026-08-19" and year(dateparution) = 2026`, true},
		{"America/Cayenne", `date_format(datelimitereponse, "yyyy-MM-dd HH:mm") = "2026-08-18 20:00"`, true},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		e := env(t)
		e.Zone = zone
		x, err := odsql.Where(e, c.text)
		if err != nil || query.Match(x, n) != c.want {
			t.Errorf("%s in %s is not %v (%v)", c.text, c.zone, c.want, err)
		}
	}
}

// TestLanguages names months.
func TestLanguages(t *testing.T) {
	n := &notice.Notice{Record: notice.Record{Dateparution: notice.Date{Year: 2026, Month: 8, Day: 18}}}
	for lang, want := range map[string]string{"": "mar. août", "fr": "mar. août", "en": "Tue August", "de": "Di. August"} {
		e := env(t)
		e.Lang = lang
		x, err := odsql.Where(e, `date_format(dateparution, "E MMMM") = "`+want+`"`)
		if err != nil || !query.Match(x, n) {
			t.Errorf("%q is not %s (%v)", lang, want, err)
		}
	}
	e := env(t)
	e.Lang = "xx"
	if _, err := odsql.Where(e, `date_format(dateparution, "E") = "x"`); err == nil || !strings.Contains(err.Error(), `"xx"`) {
		t.Errorf("unknown language: error %v", err)
	}
}
