package odsql_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/lang/odsql"
)

// TestWhereText holds the canonical text of every form of a condition.
func TestWhereText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "  ", ``},
		{"equality", `nature="MAPA"`, `nature = "MAPA"`},
		{"colon", `nature:'MAPA'`, `nature = "MAPA"`},
		{"operators", `a!=1 and a<1 and a<=1 and a>1 and a>=1`, `a != 1 and a < 1 and a <= 1 and a > 1 and a >= 1`},
		{"keywords in any case", `NOT a Is NoT nUlL Or b LIKE "x" aNd c In (1)`, `not a is not null or b like "x" and c in (1)`},
		{"precedence", `not a = 1 and b = 2 or c = 3`, `not a = 1 and b = 2 or c = 3`},
		{"parentheses that matter", `not (a = 1 and (b = 2 or c = 3))`, `not (a = 1 and (b = 2 or c = 3))`},
		{"parentheses that do not", `((a = 1) and ((b = 2))) and (c = 3)`, `a = 1 and b = 2 and c = 3`},
		{"sums in parentheses", `(a + 1) * 2 > (b - (c - d)) / -e`, `(a + 1) * 2 > (b - (c - d)) / -e`},
		{"signs", `a = -5 and a = +5 and a = - - 5 and a = -b`, `a = -5 and a = 5 and a = --5 and a = -b`},
		{"numbers", `a = .5 and a = 1e3 and a = 1.50E-2`, `a = .5 and a = 1e3 and a = 1.50E-2`},
		{"back-quotes", "`12` = 1 and `group` = 2 and `a b` = 3 and `x` = 4 and `a\\`b` = 5", "`12` = 1 and `group` = 2 and `a b` = 3 and x = 4 and `a\\`b` = 5"},
		{"metadata", `default.title like "x"`, `default.title like "x"`},
		{"bare text", `"GED" or 'gestion'`, `"GED" or "gestion"`},
		{"bare field", `framework and not social`, `framework and not social`},
		{"escapes", `a = 'Don\'t' and a = 'Don''t' and a = "a\"b\\c\/d\n\t\u00e9\ud83d\ude00\x" and a = "a""b"`,
			`a = "Don't" and a = "Don't" and a = "a\"b\\c/d\n\té😀x" and a = "a\"b"`},
		{"dates", `a > date'2026' and a < date"2026-08-19" and date = date '2020'`, "a > date\"2026\" and a < date\"2026-08-19\" and `date` = date\"2020\""},
		{"null and booleans", `a is true or a is not false or a = null or true`, `a is true or a is not false or a = null or true`},
		{"list", `a in ("x" , 'y',3, null)`, `a in ("x", "y", 3, null)`},
		{"membership", `'186' IN descripteur_code`, `"186" in descripteur_code`},
		{"ranges", `a in [1..2] and a in ]1..2[ and a in [1 to 2[ and a:]'x' TO 'y']`, `a in [1 to 2] and a in ]1 to 2[ and a in [1 to 2[ and a in ]"x" to "y"]`},
		{"range of numbers without blanks", `a in[1.5..2.5]`, `a in [1.5 to 2.5]`},
		{"functions", `SEARCH(a,b,"x") and Search(*,'x') and suggest("x") and startswith(a, "x")`, `search(a, b, "x") and search(*, "x") and suggest("x") and startswith(a, "x")`},
		{"without blanks", `not(search(a,"x"))and(b>=1)or(c<2)`, `not search(a, "x") and b >= 1 or c < 2`},
		{"now", `a > now( ) and a < now(days=-1,HOUR = +3)`, `a > now() and a < now(days=-1, hour=3)`},
		{"geometry", `in_bbox(g,1,-2,3,4) or within_distance(g, geom'POINT(1 2)', 500m) or geometry(g, geom'x', within)`,
			`in_bbox(g, 1, -2, 3, 4) or within_distance(g, geom"POINT(1 2)", 500m) or geometry(g, geom"x", within)`},
		{"a function's name as a field", `length = 1 and now = 2`, `length = 1 and now = 2`},
		{"other blanks", "a\u00a0=\t1\r\nand b = 2", `a = 1 and b = 2`},
	} {
		tree, err := odsql.ParseWhere(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := printExpr(tree); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		same(t, c.text, odsql.ParseWhere, printExpr)
	}
}

// TestItemsText holds the canonical texts of the other clauses.
func TestItemsText(t *testing.T) {
	sel := func(s string) (string, error) { l, err := odsql.ParseSelect(s); return l.String(), err }
	group := func(s string) (string, error) { l, err := odsql.ParseGroupBy(s); return l.String(), err }
	order := func(s string) (string, error) { l, err := odsql.ParseOrderBy(s); return l.String(), err }
	for _, c := range []struct {
		name       string
		read       func(string) (string, error)
		text, want string
	}{
		{"nothing", sel, " ", ""},
		{"all", sel, "*, a", "*, a"},
		{"alias", sel, "a AS b, c as `d e`, count(*) as count, f as `f`", "a as b, c as `d e`, count(*) as count, f as f"},
		{"the name of an expression is its text", sel, "COUNT(*), a+1, (a)", "count(*) as `COUNT(*)`, a + 1 as `a+1`, a"},
		{"include and exclude", sel, "include(pop*, b), EXCLUDE( c )", "include(pop*, b), exclude(c)"},
		{"fields of those names", sel, "include, exclude", "`include`, `exclude`"},
		{"count", sel, "count(distinct a), count(a)", "count(distinct a), count(a)"},
		{"words that are functions", sel, "year, count", "`year`, `count`"},
		{"group", group, "a, year(b) as y, range(c, 5)", "a, year(b) as y, range(c, 5)"},
		{"range forms", group, "range(c, *, 15, 20, *) as r, range(c, ]10, 20[), range(c,[20.5[) , range(d, 1 day), range(d, 5h)",
			"range(c, *, 15, 20, *) as r, range(c, ]10, 20[), range(c, [20.5[) as `range(c,[20.5[)`, range(d, 1day) as `range(d, 1 day)`, range(d, 5h)"},
		{"order", order, "a DESC, -b, -c desc, d asc, count(*) desc, random(5), n", "a desc, b desc, c, d, count(*) desc, random(5), n"},
		{"order by what is called as a function", order, "count desc, year", "`count` desc, `year`"},
	} {
		got, err := c.read(c.text)
		if err != nil || got != c.want {
			t.Errorf("%s:\n got %s (%v)\nwant %s", c.name, got, err, c.want)
		}
		if again, err := c.read(got); err != nil || again != got {
			t.Errorf("%s: %s reads as %s (%v)", c.name, got, again, err)
		}
	}
}

func TestKeysAreTypedText(t *testing.T) {
	l, err := odsql.ParseSelect("COUNT( * ) , SUM(a)+1, sum( a ) as s, `b c`")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, i := range l {
		keys = append(keys, i.Key())
	}
	if got := strings.Join(keys, "|"); got != "COUNT( * )|SUM(a)+1|s|b c" {
		t.Errorf("keys %s", got)
	}
}
