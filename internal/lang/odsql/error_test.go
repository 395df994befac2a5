package odsql_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/store"
)

const syntax, semantics = odsql.SyntaxError, odsql.SemanticsError

// TestErrors holds codes, words and positions. Messages marked P are the portal's own.
func TestErrors(t *testing.T) {
	where := func(s string) odsql.Request { return odsql.Request{Where: []string{s}} }
	sel := func(s string) odsql.Request { return odsql.Request{Select: s} }
	group := func(s string) odsql.Request { return odsql.Request{GroupBy: s} }
	order := func(s string) odsql.Request { return odsql.Request{OrderBy: s} }
	for _, c := range []struct {
		name     string
		request  odsql.Request
		code     string
		message  string // without the clause
		position int
	}{
		{"P unknown function", where(`contains(objet, "espaces verts")`), syntax, `unexpected ( at position 8 in contains(objet, "espaces verts")`, 8},
		{"P unknown field", sel("no_such_field"), semantics, "Unknown field: no_such_field", 0},
		{"P unknown field in where", where(`idweb = "x" and departement="75"`), semantics, "Unknown field: departement", 16},
		{"P not in front of an operator", where(`objet not like "x"`), syntax, `unexpected not at position 6 in objet not like "x"`, 6},
		{"not in", where(`objet not in ("x")`), syntax, `unexpected not at position 6 in objet not in ("x")`, 6},
		{"P digits first", where("1_uai = 2"), syntax, "unexpected _uai at position 1 in 1_uai = 2", 1},
		{"P text is not summed", sel("sum(objet)"), semantics, "StatAggregation only supports numeric or date expression", 0},
		{"P text has no least", sel("count(*), min(objet)"), semantics, "StatAggregation only supports numeric or date expression", 10},
		{"P dates are not summed", sel("sum(dateparution)"), semantics, "StatAggregation only supports numeric or date expression", 0},
		{"field beside an aggregate", sel("nature, count(*)"), semantics, "Field nature is not allowed in the current clause", 0},
		{"P field that is only shown", where(`html = "x"`), semantics, "Field html is not allowed in the current clause", 0},
		{"field that is only searched", sel("texte"), semantics, "Field texte is not allowed in the current clause", 0},
		{"P unknown order", order("relevance"), semantics, "Unknown field: relevance", 0},
		{"P groups ordered without limit", odsql.Request{Select: "count(*)", GroupBy: "objet", OrderBy: "count(*) desc", Limit: -1}, semantics,
			"aggregation function in order by is not supported with a limit > 20000. Please remove the order by or set a limit parameter lower than 20001", 0},
		{"groups ordered with too high a limit, by alias", odsql.Request{Select: "count(*) as n", GroupBy: "objet", OrderBy: "n", Limit: 20001}, semantics,
			"aggregation function in order by is not supported with a limit > 20000. Please remove the order by or set a limit parameter lower than 20001", 0},
		{"aggregates behind fields", odsql.Request{Select: "count(*)", GroupBy: "nature", OrderBy: "nature, count(*)"}, semantics, "Aggregations must come before fields in order by", 8},
		{"field that is no key", odsql.Request{Select: "objet", GroupBy: "nature"}, semantics, "Field objet is not allowed in the current clause", 0},
		{"order that is no key", odsql.Request{Select: "count(*)", GroupBy: "nature", OrderBy: "objet"}, semantics, "Field objet is not allowed in the current clause", 0},
		{"aggregate in where", where("count(*) > 5"), syntax, "unexpected count at position 0 in count(*) > 5", 0},
		{"aggregate in an aggregate", sel("sum(count(*))"), semantics, "Aggregation count cannot stand inside of another expression here", 4},
		{"aggregate without groups", order("count(*)"), semantics, "Aggregation count(*) is not allowed without group_by", 0},
		{"end", where("nature ="), syntax, "unexpected end of query at position 8 in nature =", 8},
		{"end behind a comma", sel("idweb,"), syntax, "unexpected end of query at position 6 in idweb,", 6},
		{"open quote", where(`nature = "x`), syntax, `unexpected " at position 9 in nature = "x`, 9},
		{"positions count characters", where(`nature = "éàü" = 1`), syntax, `unexpected = at position 15 in nature = "éàü" = 1`, 15},
		{"no sign", where("nature = é"), syntax, "unexpected é at position 9 in nature = é", 9},
		{"double equals", where("nature == 'x'"), syntax, "unexpected = at position 8 in nature == 'x'", 8},
		{"unequal of SQL", where("nature <> 'x'"), syntax, "unexpected > at position 8 in nature <> 'x'", 8},
		{"reserved word", where("group = 1"), syntax, "unexpected group at position 0 in group = 1", 0},
		{"reserved function", where("year = 1"), syntax, "unexpected = at position 5 in year = 1", 5},
		{"reserved word in group", group("nature, by"), syntax, "unexpected by at position 8 in nature, by", 8},
		{"number alone", where("1 + 1"), syntax, "unexpected end of query at position 5 in 1 + 1", 5},
		{"text field alone", where("nature"), semantics, "nature is of type text and not a condition", 0},
		{"condition in a select", sel("nature = 'x'"), syntax, "unexpected = at position 7 in nature = 'x'", 7},
		{"list not closed", where("a in (1, 2"), syntax, "unexpected end of query at position 10 in a in (1, 2", 10},
		{"range not closed", where("a in [1 to 2"), syntax, "unexpected end of query at position 12 in a in [1 to 2", 12},
		{"range without to", where("a in [1, 2]"), syntax, "unexpected , at position 7 in a in [1, 2]", 7},
		{"is what", where("a is 5"), syntax, "unexpected 5 at position 5 in a is 5", 5},
		{"like what", where("objet like 5"), syntax, "unexpected 5 at position 11 in objet like 5", 11},
		{"search without text", where("search(objet)"), syntax, "unexpected ) at position 12 in search(objet)", 12},
		{"random in where", where("random(1) = 1"), syntax, "unexpected ( at position 6 in random(1) = 1", 6},
		{"star in a sum", sel("sum(*)"), syntax, "unexpected * at position 4 in sum(*)", 4},
		{"too many arguments", sel("length(objet, 1)"), semantics, "Function length takes 1 argument, not 2", 0},
		{"too few arguments", sel("ifnull(objet)"), semantics, "Function ifnull takes 2 arguments, not 1", 0},
		{"no date", where(`dateparution > "hier"`), semantics, `"hier" is not a date: it does not begin with a year`, 15},
		{"no such day", where("dateparution = date'2026-02-30'"), semantics, `"2026-02-30" is not a date: February 2026 has 28 days`, 15},
		{"date that is a difference", where("dateparution = 2026-01-01"), semantics, "2026 - 01 - 01 is of type int and cannot be compared with type date", 15},
		{"no number", where(`lots = "x"`), semantics, `"x" is not a value of type int`, 7},
		{"no boolean", where(`framework = 1`), semantics, "1 is not a value of type boolean", 12},
		{"text with number", where("objet = lots"), semantics, "lots is of type int and cannot be compared with type text", 8},
		{"is true of a text", where("objet is true"), semantics, "objet is of type text and neither true nor false", 0},
		{"membership of a field", where("objet in nature"), semantics, "objet is not a value that a field can hold", 0},
		{"arithmetic of text", sel("objet + 1"), semantics, "objet is of type text: only numbers can be computed with", 0},
		{"length of a number", sel("length(lots)"), semantics, "Function length takes text: lots is of type int", 7},
		{"year of a text", sel("year(objet)"), semantics, "Function year takes a date: objet is of type text", 5},
		{"pattern", sel("date_format(dateparution, 'QQ')"), semantics, `date pattern "QQ": "QQ" means nothing`, 26},
		{"now of what", where("datelimitereponse > now(fortnights=1)"), semantics, `now() has no argument "fortnights"`, 20},
		{"now with a fraction", where("datelimitereponse > now(days=1.5)"), semantics, "days=1.5 in now(): a whole number from -3660000 to 3660000 is expected", 20},
		{"words of a number", where(`search(lots, "x")`), semantics, "Field lots is of type int and cannot be searched by words", 7},
		{"words of codes", where(`search(cpv, "x")`), semantics, "Field cpv cannot be searched by words", 7},
		{"two fields of several values", where("code_departement = descripteur_code"), semantics, "only one part of an expression can have several values", 0},
		{"geometry", where("in_bbox(objet, 1, 2, 3, 4)"), semantics, "Function in_bbox needs a geographic field: objet is of type text", 8},
		{"geometry of no field", where("within_distance(geo, geom'POINT(1 2)', 1km)"), semantics, "Unknown field: geo", 16},
		{"cluster", group("geo_cluster(objet, 5)"), semantics, "Function geo_cluster needs a geographic field: objet is of type text", 12},
		{"range of a text", group("range(objet, 5)"), semantics, "Function range needs a number or a date: objet is of type text", 6},
		{"range without width", group("range(lots, 0)"), semantics, "The width of ranges must be more than 0", 12},
		{"range of a date without unit", group("range(dateparution, 5)"), semantics, "The range of a date needs a unit, such as 1 day", 20},
		{"several weeks", group("range(dateparution, 2w)"), semantics, "Ranges of more than one week, month, quarter or year are not supported", 20},
		{"bounds that fall", group("range(lots, 5, 1)"), semantics, "the bounds of ranges must ascend", 0},
		{"one bound", group("range(lots, [5])"), semantics, "Function range needs two bounds, or one and an open end", 0},
		{"group by nothing", group("1 + 1"), semantics, "1 + 1 is the same for every record: groups need a field", 0},
		{"include beside groups", odsql.Request{Select: "include(nature)", GroupBy: "nature"}, semantics, "include() and exclude() cannot be used beside group_by or an aggregation", 0},
		{"include what", sel("include(no_such_field)"), semantics, "Unknown field: no_such_field", 8},
		{"sum of several values", sel("sum(length(cpv))"), semantics, "length(cpv) has several values in a record and cannot be aggregated by sum", 4},
		{"greatest of several values", sel("max(year(now())), max(length(cpv))"), semantics, "length(cpv) has several values in a record and cannot be aggregated by max", 22},
		{"percentile", sel("percentile(lots, 101)"), semantics, "The second argument of percentile must be a number from 0 to 100", 17},
		{"length of a request", where(strings.Repeat(" ", odsql.MaxBytes+1)), semantics, "The text is longer than 65536 bytes", 0},
		{"depth", where(strings.Repeat("(", 65) + "a" + strings.Repeat(")", 65)), semantics, "More than 64 levels inside one another", 64},
		{"depth of signs", sel(strings.Repeat("-", 100) + "1"), semantics, "More than 64 levels inside one another", 65},
		{"long sums", sel("1" + strings.Repeat("+1", 100)), semantics, "More than 64 levels inside one another", 131},
		{"terms", where("lots in (1" + strings.Repeat(",1", odsql.MaxTerms) + ")"), semantics, "More than 4096 values, names and calls", 8199},
		{"words", where(`search("` + strings.Repeat("mot ", 300) + `")`), semantics, "More than 256 words to look for", 7},
		{"keys", group(strings.Repeat("nature, ", odsql.MaxKeys) + "famille"), semantics, "More than 20 keys, or 3 with several values", 160},
		{"keys with several values", group("code_departement, dc, titulaire, criteres"), semantics, "More than 20 keys, or 3 with several values", 33},
		{"order", order(strings.Repeat("idweb,", odsql.MaxOrders) + "objet"), semantics, "More than 50 keys", 300},
		{"not UTF-8", where("a = '\xff'"), semantics, "The text is not UTF-8", 0},
	} {
		_, err := odsql.Compile(rich(t), c.request)
		var e *odsql.Error
		if c.name == "P unknown field in where" {
			_, err = odsql.Compile(env(t), c.request)
		}
		if !errors.As(err, &e) || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: error %v", c.name, err)
			continue
		}
		begin := map[string]string{syntax: "ODSQL syntax exception: ", semantics: "ODSQL query is malformed: "}[c.code]
		want := begin + c.message + ". Clause(s) containing the error(s): " + e.Clause + "."
		if e.Code != c.code || e.Message != want || e.Position != c.position {
			t.Errorf("%s:\n got %s at %d: %s\nwant %s at %d: %s", c.name, e.Code, e.Position, e.Message, c.code, c.position, want)
		}
	}
}

func TestHints(t *testing.T) {
	for text, hint := range map[string]string{
		`datepublication > "2026"`: "did you mean dateparution",
		`objet not like "x"`:       "NOT in front",
		`nature = "x`:              "not closed",
		`nature`:                   "between quotes",
	} {
		_, err := odsql.Where(env(t), text)
		var e *odsql.Error
		if !errors.As(err, &e) || !strings.Contains(e.Hint, hint) {
			t.Errorf("%s: error %+v, want the hint %q", text, err, hint)
		}
	}
}

func TestManyAggregates(t *testing.T) {
	var sel []string
	for i := range odsql.MaxAggregates + 1 {
		sel = append(sel, "sum(lots + "+strconv.Itoa(i)+")")
	}
	_, err := odsql.Compile(rich(t), odsql.Request{Select: strings.Join(sel, ",")})
	if err == nil || !strings.Contains(err.Error(), "More than 100 aggregations") {
		t.Errorf("error %v", err)
	}
	if _, err := odsql.Compile(rich(t), odsql.Request{Select: strings.Join(sel[1:], ",")}); err != nil {
		t.Error(err)
	}
}

// TestLimitsOfEngines: what the language accepts, engines do not refuse.
func TestLimitsOfEngines(t *testing.T) {
	if odsql.MaxKeys > store.MaxKeys || odsql.MaxMultiKeys > store.MaxMultiKeys || odsql.MaxAggregates > store.MaxValues {
		t.Error("the language accepts more groups than engines give")
	}
}

// TestManyParentheses is about time: reading must not grow faster than the text.
func TestManyParentheses(t *testing.T) {
	text := strings.Repeat("(", 60) + `nature = "x"` + strings.Repeat(` and famille = "y")`, 60)
	if _, err := odsql.Where(env(t), text); err != nil {
		t.Fatal(err)
	}
}
