// Package storetest is the conformance suite of the engines that hold notices: whoever adds one calls Run, and RunDurable
// when it keeps data on disk. What an engine answers is compared with the reference evaluator of package query.
package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Suite says what to test.
type Suite struct {
	Open    func(t *testing.T) store.Store // a new, empty engine; the suite closes it
	Queries int                            // random queries to compare with the reference evaluator
}

// now is the time of every commit of the suite that does not need another.
var now = time.Date(2026, time.March, 2, 5, 6, 7, 890_000, time.UTC)

// Run holds an engine against its contract.
func Run(t *testing.T, s Suite) {
	cases := []struct {
		name string
		test func(t *testing.T, db store.Store)
	}{
		{"empty", testEmpty},
		{"put and get", testPutAndGet},
		{"put the same again", testUnchanged},
		{"put other bytes", testUpdate},
		{"one id twice in a transaction", testTwice},
		{"better and worse sources", testRank},
		{"refused notices", testRefused},
		{"rollback", testRollback},
		{"remove", testRemove},
		{"remove nothing", testRemoveNothing},
		{"remove all", testRemoveAll},
		{"revisions of lines", testRevisions},
		{"one writer", testOneWriter},
		{"many notices", testMany},
		{"every field of a notice", testFull},
		{"nulls and empty lists", testNulls},
		{"not found", testNotFound},
		{"snapshot isolation", testIsolation},
		{"readers beside a writer", testReadersBesideWriter},
		{"one question at a time", testOneQuestion},
		{"cancellation", testCancellation},
		{"closed", testClosed},
		{"ledger", testLedger},
		{"known documents", testKnown},
		{"ledger lines in several pieces", testManyLines},
		{"predicates", testPredicates},
		{"predicates over every field", testEveryField},
		{"strange text", testStrangeText},
		{"words", testWords},
		{"refused requests", testRefusedRequests},
		{"order", testOrder},
		{"pages by every field", testPages},
		{"limit and offset", testLimitOffset},
		{"computed fields", testComputed},
		{"clocks", testClocks},
		{"formatted days", testFormats},
		{"refused computed fields", testRefusedComputed},
		{"groups", testGroups},
		{"refused groups", testRefusedGroups},
		{"stream of groups", testGroupStream},
		{"rankings", testRanking},
		{"pages of ranked answers", testRankedPages},
		{"refused rankings", testRefusedRankings},
		{"packed notices", testPacked},
		{"random histories", testHistory},
		{"random queries", func(t *testing.T, db store.Store) { testRandom(t, db, s.Queries) }},
		{"random computed queries", func(t *testing.T, db store.Store) { testRandomComputed(t, db, s.Queries) }},
		{"random groups", func(t *testing.T, db store.Store) { testRandomGroups(t, db, s.Queries) }},
		{"random rankings", func(t *testing.T, db store.Store) { testRandomRankings(t, db, s.Queries/4) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := s.Open(t)
			t.Cleanup(func() { db.Close() })
			c.test(t, db)
		})
	}
}

// catalogue is the one that all tests ask with. Engines have their own: fields are the same by name.
var catalogue = field.NewCatalogue()

// commit puts notices in one transaction and gives the state after it.
func commit(t testing.TB, db store.Store, notices ...*notice.Notice) store.Info {
	t.Helper()
	tx := begin(t, db)
	put(t, tx, notices...)
	return done(t, tx)
}

func begin(t testing.TB, db store.Store) store.Tx {
	t.Helper()
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	return tx
}

func put(t testing.TB, tx store.Tx, notices ...*notice.Notice) []store.Outcome {
	t.Helper()
	outcomes, err := tx.Put(t.Context(), notices)
	if err != nil {
		t.Fatalf("Put: %v", err)
	}
	if len(outcomes) != len(notices) {
		t.Fatalf("Put gave %d outcomes for %d notices", len(outcomes), len(notices))
	}
	return outcomes
}

func done(t testing.TB, tx store.Tx) store.Info {
	t.Helper()
	info, err := tx.Commit(t.Context(), now)
	if err != nil {
		t.Fatalf("Commit: %v", err)
	}
	return info
}

// view opens a snapshot that the test closes at its end.
func view(t testing.TB, db store.Reader) store.Snapshot {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatalf("Snapshot: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// ask opens a snapshot for one question and closes it.
func ask[T any](t testing.TB, db store.Reader, question func(ctx context.Context, s store.Snapshot) (T, error)) T {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatalf("Snapshot: %v", err)
	}
	defer s.Close()
	answer, err := question(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// rows collects a result.
func rows(t testing.TB, s store.Snapshot, q query.Query, fields ...*field.Field) []store.Row {
	t.Helper()
	var list []store.Row
	for r, err := range s.Rows(t.Context(), q, fields) {
		if err != nil {
			t.Fatalf("Rows of %s: %v", describe(q), err)
		}
		list = append(list, copyRow(r))
	}
	return list
}

// copyRow keeps a row beyond the next one.
func copyRow(r store.Row) store.Row {
	c := store.Row{ID: strings.Clone(r.ID), Values: make([][]field.Value, len(r.Values)), Keys: make([][]field.Value, len(r.Keys))}
	for i, v := range r.Values {
		c.Values[i] = copyValues(v)
	}
	for i, v := range r.Keys {
		c.Keys[i] = copyValues(v)
	}
	return c
}

func copyValues(list []field.Value) []field.Value {
	if list == nil {
		return nil
	}
	c := make([]field.Value, len(list))
	for i, v := range list {
		c[i] = field.Value{Str: strings.Clone(v.Str), Time: v.Time, Num: v.Num}
	}
	return c
}

// ids joins the ids of the rows that a query gives.
func ids(t testing.TB, s store.Snapshot, q query.Query) string {
	t.Helper()
	var list []string
	for _, r := range rows(t, s, q) {
		list = append(list, r.ID)
	}
	return strings.Join(list, " ")
}

// all asks for every match, by id.
func all(where query.Expr) query.Query {
	return query.Query{Where: where, Sort: []query.Key{{Field: f("partial")}}, Limit: -1}
}

func f(name string) *field.Field { return catalogue.Must(name) }

// describe prints a query for a failing test.
func describe(q query.Query) string {
	var b strings.Builder
	b.WriteString(query.Canonical(q.Where))
	for _, k := range q.Sort {
		fmt.Fprintf(&b, ", by %s", k)
	}
	fmt.Fprintf(&b, ", limit %d, offset %d", q.Limit, q.Offset)
	if q.After != nil {
		fmt.Fprintf(&b, ", after %v %q", q.After.Keys, q.After.ID)
	}
	return b.String()
}

// same compares the values of a field. Nil and empty are different: null is nil.
func same(f *field.Field, a, b []field.Value) bool {
	if (a == nil) != (b == nil) || len(a) != len(b) {
		return false
	}
	for i := range a {
		if f.Type.Compare(a[i], b[i]) != 0 {
			return false
		}
	}
	return true
}
