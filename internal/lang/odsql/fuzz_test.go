package odsql_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// seeds are texts of each clause, one a line, from testdata and from the clients' requests where these lie beside the checkout.
func seeds(t testing.TB, clause string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "seeds", clause+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(text)) {
		list = append(list, strings.TrimSuffix(line, "\n"))
	}
	if _, err := os.Stat(filepath.Join(feedtest.Root(t), "..", "shared", "conformance")); err == nil {
		requests, _ := clientRequests(t)
		for _, q := range requests {
			list = append(list, q[clause]...)
		}
	}
	return list
}

// same checks that a canonical text reads as itself.
func same[T any](t *testing.T, text string, parse func(string) (T, error), print func(T) string) {
	t.Helper()
	tree, err := parse(text)
	if err != nil {
		checkError(t, text, err)
		return
	}
	first := print(tree)
	tree, err = parse(first)
	if err != nil {
		t.Fatalf("%q prints as %q, which is refused: %v", text, first, err)
	}
	if second := print(tree); second != first {
		t.Fatalf("%q prints as %q, that as %q", text, first, second)
	}
}

func checkError(t *testing.T, text string, err error) {
	t.Helper()
	var e *odsql.Error
	if !errors.As(err, &e) || !fault.Is(err, fault.Invalid) {
		t.Fatalf("%q: error %v is no *odsql.Error of kind invalid", text, err)
	}
	if !strings.HasSuffix(e.Message, " Clause(s) containing the error(s): "+e.Clause+".") {
		t.Errorf("%q: message %q does not name the clause", text, e.Message)
	}
	if e.Position < 0 || e.Position > utf8.RuneCountInString(text) {
		t.Errorf("%q: position %d is outside of the text", text, e.Position)
	}
	if strings.HasPrefix(e.Message, "ODSQL syntax exception: ") != (e.Code == odsql.SyntaxError) {
		t.Errorf("%q: message %q with code %s", text, e.Message, e.Code)
	}
}

func printExpr(e odsql.Expr) string {
	if e == nil {
		return ""
	}
	return e.String()
}

func FuzzWhere(f *testing.F) {
	for _, s := range seeds(f, "where") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		same(t, text, odsql.ParseWhere, printExpr)
		tree, err := odsql.ParseWhere(text)
		if err != nil {
			return
		}
		e, err := odsql.Where(rich(t), text)
		canonical, err2 := odsql.Where(rich(t), printExpr(tree))
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%q: error %v, its canonical text %q: %v", text, err, printExpr(tree), err2)
		}
		if err != nil {
			checkError(t, text, err)
			return
		}
		if err := store.CheckExpr(e); err != nil {
			t.Fatalf("no engine takes %q: %v", text, err)
		}
		if a, b := query.Canonical(e), query.Canonical(canonical); a != b {
			t.Fatalf("%q means %s, its canonical text %s", text, a, b)
		}
	})
}

func FuzzCompile(f *testing.F) {
	for _, s := range seeds(f, "select") {
		f.Add(s, "", "")
		f.Add(s, "nature, year(dateparution) as y", "count(*) desc, nature")
	}
	for _, s := range seeds(f, "group_by") {
		f.Add("count(*) as n, avg(amount)", s, "n desc")
	}
	for _, s := range seeds(f, "order_by") {
		f.Add("*", "", s)
		f.Add("count(*) as n, max(lots) as y", "nature", s)
	}
	f.Fuzz(func(t *testing.T, sel, group, order string) {
		same(t, sel, odsql.ParseSelect, odsql.Items.String)
		same(t, group, odsql.ParseGroupBy, odsql.Items.String)
		same(t, order, odsql.ParseOrderBy, odsql.Orders.String)
		for _, v20 := range []bool{false, true} {
			e := rich(t)
			e.V20 = v20
			r := odsql.Request{Select: sel, GroupBy: group, OrderBy: order, Limit: 100}
			table, err := odsql.Compile(e, r)
			if err != nil {
				checkError(t, sel+group+order, err)
				continue
			}
			checkCanonical(t, e, r, table)
			checkTaken(t, r, table)
		}
	})
}

// checkTaken checks that engines take what compiles: a refusal of theirs has no clause and is not worded as the portal does.
func checkTaken(t *testing.T, r odsql.Request, table query.Table) {
	t.Helper()
	q := query.Query{Where: table.Where, Sort: table.Sort, Limit: table.Limit}
	err := store.CheckQuery(q, table.Sort, table.Columns)
	if g := table.Groups; g != nil {
		err = store.CheckGroups(query.Groups{Where: table.Where, Keys: g.Keys, Values: g.Values, Sort: g.Sort, Limit: table.Limit})
	}
	if err != nil {
		t.Fatalf("no engine takes %+v: %v", r, err)
	}
}

// checkCanonical checks that the canonical texts of a request ask for the same table.
func checkCanonical(t *testing.T, e odsql.Env, r odsql.Request, table query.Table) {
	t.Helper()
	s, _ := odsql.ParseSelect(r.Select)
	g, _ := odsql.ParseGroupBy(r.GroupBy)
	o, _ := odsql.ParseOrderBy(r.OrderBy)
	r.Select, r.GroupBy, r.OrderBy = s.String(), g.String(), o.String()
	again, err := odsql.Compile(e, r)
	if err != nil {
		t.Fatalf("canonical request %+v: %v", r, err)
	}
	if a, b := describe(table), describe(again); a != b {
		t.Fatalf("canonical request %+v asks for\n%s\ninstead of\n%s", r, b, a)
	}
}
