package odsql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/query"
)

// TestTables holds what requests ask for, a line for each part.
func TestTables(t *testing.T) {
	for _, c := range []struct {
		name    string
		request odsql.Request
		want    string
	}{
		{"fields", odsql.Request{Select: "idweb, nomacheteur as acheteur, objet as objet, idweb"}, "column idweb text\ncolumn acheteur text = nomacheteur\ncolumn objet text\n"},
		{"computed", odsql.Request{Select: "length(objet), amount/lots as m, ifnull(lots, 0.5) as l, lots*2+1"},
			"column length(objet) int\ncolumn m number = (amount / lots)\ncolumn l number = ifnull(lots, 0.5)\ncolumn lots*2+1 int = ((lots * 2) + 1)\n"},
		{"beyond whole numbers", odsql.Request{Select: "9007199254740991 as a, 9007199254740992 as b, -9007199254740993 as c"},
			"column a int = 9007199254740991\ncolumn b number = 9.007199254740992e+15\ncolumn c number = -9.007199254740992e+15\n"},
		{"exclude alone", odsql.Request{Select: "exclude(" + strings.Join(names(t)[1:], ", ") + ")"}, "column idweb text\n"},
		{"include and exclude", odsql.Request{Select: "include(date*), exclude(datefindiffusion)"}, "column dateparution date\ncolumn datelimitereponse datetime\n"},
		{"technical fields", odsql.Request{Select: "datasetid, recordid, record_timestamp, record_size"},
			"column datasetid text = \"boamp\"\ncolumn recordid text\ncolumn record_timestamp datetime\ncolumn record_size int\n"},
		{"JSON", odsql.Request{Select: `json_format(donnees, "{}") as d`}, "column d json = json_format(donnees, \"{}\")\n"},
		{"JSON for formats without", odsql.Request{Select: `json_format(donnees) as d`, PlainJSON: true}, "column d text = donnees\n"},
		{"order", odsql.Request{Select: "idweb, lots*2 as x", OrderBy: "-dateparution, x desc, code_departement, random(7), 5, length(objet)"},
			"column idweb text\ncolumn x int = (lots * 2)\norder dateparution desc\norder (lots * 2) desc\norder first(code_departement)\norder random(recordid, 7)\norder length(objet)\n"},
		{"an alias hides a field", odsql.Request{Select: "objet as idweb", OrderBy: "idweb"}, "column idweb text = objet\norder objet\n"},
		{"aggregates over everything", odsql.Request{Select: "COUNT(*), count(*) as n, sum(lots)/count(*) as m"},
			"value count(*)\nvalue sum(lots)\ncolumn COUNT(*) int = #0\ncolumn n int = #0\ncolumn m number = (#1 / #0)\nrepeat\n"},
		{"aggregates over everything, exported", odsql.Request{Select: "count(*)", Export: true}, "value count(*)\ncolumn count(*) int = #0\n"},
		{"aggregates", odsql.Request{Select: "count(distinct cpv) as a, min(dateparution) as b, max(deadline) as c, median(amount) as d, percentile(amount, 95) as e, avg(lots) as f, sum(amount*2) as g", Export: true},
			"value count distinct(cpv)\nvalue min(dateparution)\nvalue max(deadline)\nvalue percentile(amount) 0.5\nvalue percentile(amount) 0.95\nvalue avg(lots)\nvalue sum((amount * 2))\n" +
				"column a int = #0\ncolumn b date = #1\ncolumn c datetime = #2\ncolumn d number = #3\ncolumn e number = #4\ncolumn f number = #5\ncolumn g number = #6\n"},
		{"groups", odsql.Request{GroupBy: "nature"}, "key nature\ncolumn nature text = #0\n"},
		{"keys come first", odsql.Request{Select: "count(*) as n", GroupBy: "nature, year(dateparution) as y"},
			"key nature\nkey year(dateparution)\nvalue count(*)\ncolumn nature text = #0\ncolumn y int = #1\ncolumn n int = #2\n"},
		{"selected keys", odsql.Request{Select: "count(*), year(dateparution) as annee, nature, y + 1 as next, *", GroupBy: "nature, year(dateparution) as y"},
			"key nature\nkey year(dateparution)\nvalue count(*)\ncolumn nature text = #0\ncolumn annee int = #1\ncolumn count(*) int = #2\ncolumn next int = (#1 + 1)\n"},
		{"order of groups", odsql.Request{Select: "count(*) as n", GroupBy: "nature, famille as f", OrderBy: "n desc, sum(lots), -f, nature"},
			"key nature\nkey famille\nvalue count(*)\nvalue sum(lots)\nsort 2 desc\nsort 3\nsort 1 desc\nsort 0\ncolumn nature text = #0\ncolumn f text = #1\ncolumn n int = #2\n"},
		{"computed order of groups", odsql.Request{Select: "sum(lots)/count(*) as m", GroupBy: "nature", OrderBy: "m desc, nature"},
			"key nature\nvalue sum(lots)\nvalue count(*)\ncolumn nature text = #0\ncolumn m number = (#1 / #2)\norder (#1 / #2) desc\norder #0\n"},
		{"order of one row", odsql.Request{Select: "count(*)", OrderBy: "dateparution", Export: true}, "value count(*)\ncolumn count(*) int = #0\n"},
		{"no limit of groups", odsql.Request{Select: "count(*)", GroupBy: "nature", OrderBy: "count(*) desc", Limit: -1, AnyLimit: true}, "key nature\nvalue count(*)\nsort 1 desc\ncolumn nature text = #0\ncolumn count(*) int = #1\n"},
		{"limit of groups", odsql.Request{Select: "count(*)", GroupBy: "nature", OrderBy: "count(*) desc", Limit: 20000}, "key nature\nvalue count(*)\nsort 1 desc\ncolumn nature text = #0\ncolumn count(*) int = #1\n"},
		{"ranges leave out what is outside", odsql.Request{GroupBy: "range(lots, 1, 5)"},
			"where or(lots is null, not(bounds(lots, 1, 5) is null))\nkey bounds(lots, 1, 5)\ncolumn range(lots, 1, 5) text\n"},
	} {
		table, err := odsql.Compile(rich(t), c.request)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := describe(table); got != c.want {
			t.Errorf("%s:\n got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func names(t *testing.T) (list []string) {
	for _, f := range env(t).Columns {
		list = append(list, f.Name)
	}
	return list
}

func TestAll(t *testing.T) {
	for _, sel := range []string{"", "*", "*, idweb"} {
		table, err := odsql.Compile(env(t), odsql.Request{Select: sel, Where: []string{"", `nature = "x"`, "lots > 1"}[:2], Limit: 7, Offset: 3})
		if err != nil || len(table.Columns) != 41 || table.Limit != 7 || table.Offset != 3 {
			t.Errorf("select %q: %d columns, limit %d, offset %d, %v", sel, len(table.Columns), table.Limit, table.Offset, err)
		}
		if got := query.Canonical(table.Where); got != `nature = "x"` {
			t.Errorf("where %s", got)
		}
	}
}

func TestConditionsJoin(t *testing.T) {
	n := field.NewCatalogue().Must("idweb")
	table, err := odsql.Compile(env(t), odsql.Request{Where: []string{`nature = "x"`, `famille = "y" or etat = "z"`}, Also: query.Null{Field: n}})
	if want := `and(idweb is null, nature = "x", or(etat = "z", famille = "y"))`; err != nil || query.Canonical(table.Where) != want {
		t.Errorf("where %s (%v)", query.Canonical(table.Where), err)
	}
}

// TestLabels holds what answers show of ranges.
func TestLabels(t *testing.T) {
	at := func(s string) field.Value {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return field.Instant(v)
	}
	for _, c := range []struct {
		group string
		value field.Value // of the key
		want  string
	}{
		{"range(lots, 15)", field.Num(0), "[0, 14]"},
		{"range(lots, 15)", field.Num(15), "[15, 29]"},
		{"range(lots, 15)", field.Num(-15), "[-15, -1]"},
		{"range(lots, 2.5)", field.Num(2.5), "[3, 4]"},
		{"range(lots, *, 15, 20, 40, *)", field.Num(0), "[*, 14]"},
		{"range(lots, *, 15, 20, 40, *)", field.Num(1), "[15, 19]"},
		{"range(lots, *, 15, 20, 40, *)", field.Num(3), "[40, *]"},
		{"range(lots, 1.5, 3)", field.Num(1), "[2, 2]"},
		{"range(amount, [20.5[)", field.Num(1), "[20.5, *["},
		{"range(amount, ]20.5, 30[)", field.Num(0), "[*, 20.5["},
		{"range(amount, ]20.5, 30[)", field.Num(1), "[20.5, 30.0["},
		{"range(amount, 1000)", field.Num(2000), "[2000.0, 3000.0["},
		{"range(amount, 0.1)", field.Num(0.1), "[0.1, 0.2["},
		{"range(dateparution, 1 day)", at("2020-01-01T00:00:00Z"), "[2020-01-01T00:00:00.000Z, 2020-01-02T00:00:00.000Z["},
		{"range(dateparution, 1 month)", at("2024-02-01T00:00:00Z"), "[2024-02-01T00:00:00.000Z, 2024-03-01T00:00:00.000Z["},
		{"range(dateparution, 1q)", at("2024-10-01T00:00:00Z"), "[2024-10-01T00:00:00.000Z, 2025-01-01T00:00:00.000Z["},
		{"range(dateparution, 1 week)", at("2024-12-30T00:00:00Z"), "[2024-12-30T00:00:00.000Z, 2025-01-06T00:00:00.000Z["},
		{"range(dateparution, 1y)", at("2024-01-01T00:00:00Z"), "[2024-01-01T00:00:00.000Z, 2025-01-01T00:00:00.000Z["},
		{"range(datelimitereponse, 6 hours)", at("2024-01-01T18:00:00Z"), "[2024-01-01T18:00:00.000Z, 2024-01-02T00:00:00.000Z["},
		{"range(datelimitereponse, 30m)", at("2024-01-01T18:30:00Z"), "[2024-01-01T18:30:00.000Z, 2024-01-01T19:00:00.000Z["},
		{"range(datelimitereponse, 250ms)", at("2024-01-01T18:30:00Z"), "[2024-01-01T18:30:00.000Z, 2024-01-01T18:30:00.250Z["},
		{"range(dateparution, '2020', '2021', *)", field.Num(1), "[2020-01-01T00:00:00.000Z, 2021-01-01T00:00:00.000Z["},
		{"range(dateparution, '2020', '2021', *)", field.Num(2), "[2021-01-01T00:00:00.000Z, *["},
	} {
		e := rich(t)
		e.Zone = time.UTC
		table, err := odsql.Compile(e, odsql.Request{GroupBy: c.group})
		if err != nil {
			t.Errorf("%s: %v", c.group, err)
			continue
		}
		got := table.Columns[0].Get(query.Group{{c.value}})
		if len(got) != 1 || got[0].Str != c.want {
			t.Errorf("%s shows %v as %v, want %s", c.group, c.value, got, c.want)
		}
		if null := table.Columns[0].Get(query.Group{nil}); null != nil {
			t.Errorf("%s shows null as %v", c.group, null)
		}
	}
}

// TestLabelsInZone: the boundaries of ranges are those of the zone of the request, and shown in it.
func TestLabelsInZone(t *testing.T) {
	table, err := odsql.Compile(rich(t), odsql.Request{GroupBy: "range(datelimitereponse, 1 day)"})
	if err != nil {
		t.Fatal(err)
	}
	got := table.Columns[0].Get(query.Group{{field.Instant(time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC))}})
	if want := "[2026-03-29T00:00:00.000+01:00, 2026-03-30T00:00:00.000+02:00["; got[0].Str != want {
		t.Errorf("label %s, want %s", got[0].Str, want)
	}
}

// TestVersion20: null is no group, dates are milliseconds.
func TestVersion20(t *testing.T) {
	e := env(t)
	e.V20 = true
	table, err := odsql.Compile(e, odsql.Request{Select: "count(*) as n", GroupBy: "dateparution, nature", Where: []string{`famille = "x"`}})
	if err != nil {
		t.Fatal(err)
	}
	want := "where and(famille = \"x\", not(dateparution is null), not(nature is null))\nkey dateparution\nkey nature\nvalue count(*)\n" +
		"column dateparution int\ncolumn nature text = #1\ncolumn n int = #2\n"
	if got := describe(table); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := table.Columns[0].Get(query.Group{{field.Str("2024-01-02")}}); got[0].Num != 1704153600000 {
		t.Errorf("day %v", got)
	}
}

// TestGroupsAtRandom: what shuffles groups is made of their keys, and tells any two apart.
func TestGroupsAtRandom(t *testing.T) {
	table, err := odsql.Compile(rich(t), odsql.Request{GroupBy: "nature, dateparution, lots, deadline", OrderBy: "random(3)"})
	if err != nil {
		t.Fatal(err)
	}
	text, day, number, at := []field.Value{field.Str("x")}, []field.Value{field.Str("2024-01-02")}, []field.Value{field.Num(3)}, []field.Value{field.Instant(time.Unix(1, 0))}
	seen := map[string]bool{}
	for _, g := range []query.Group{{text, day, number, at}, {nil, day, number, at}, {text, nil, number, at}, {text, day, nil, at}, {text, day, number, nil}, {nil, nil, nil, nil}} {
		place := table.Sort[0].Field.Get(g)
		if len(place) != 1 || seen[place[0].Str] {
			t.Errorf("%v stands at %v, where another does", g, place)
			continue
		}
		seen[place[0].Str] = true
	}
}

// TestColumnLabels: a key keeps the label of its field, unless it has an alias.
func TestColumnLabels(t *testing.T) {
	table, err := odsql.Compile(env(t), odsql.Request{Select: "count(*)", GroupBy: "nature, famille as f"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Nature (code)", "f", "count(*)"} {
		if got := table.Columns[i].Label; got != want {
			t.Errorf("label %q, want %q", got, want)
		}
	}
}
