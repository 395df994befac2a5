package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

func testEmpty(t *testing.T, db store.Store) {
	s := view(t, db)
	if got := s.Info(); got != (store.Info{}) {
		t.Errorf("Info of an empty store = %+v", got)
	}
	if n, err := s.Count(t.Context(), nil); n != 0 || err != nil {
		t.Errorf("Count = %d, %v", n, err)
	}
	if got := rows(t, s, query.Query{Limit: -1}); len(got) != 0 {
		t.Errorf("%d rows in an empty store", len(got))
	}
	info := done(t, begin(t, db))
	if info != (store.Info{}) {
		t.Errorf("Info after an empty commit = %+v", info)
	}
}

func testPutAndGet(t *testing.T, db store.Store) {
	tx := begin(t, db)
	if got := put(t, tx, Titled("24-1", "un"), Titled("24-2", "deux")); !slices.Equal(got, []store.Outcome{store.Inserted, store.Inserted}) {
		t.Errorf("outcomes = %v", got)
	}
	info := done(t, tx)
	if want := (store.Info{Revision: 1, LastUpdate: now.Truncate(time.Microsecond), Notices: 2}); info != want {
		t.Errorf("Commit gave %+v, want %+v", info, want)
	}
	if got := view(t, db).Info(); got != info {
		t.Errorf("Info of a view = %+v, want %+v", got, info)
	}
	if got := title(t, db, "24-2"); got != "deux" {
		t.Errorf("title = %q", got)
	}
	if err := tx.Rollback(); err != nil {
		t.Errorf("Rollback after Commit: %v", err)
	}
	if _, err := tx.Put(t.Context(), []*notice.Notice{Bare("24-3")}); err == nil {
		t.Error("Put after Commit went through")
	}
}

// title reads the title of a notice in a view of its own.
func title(t testing.TB, db store.Store, id string) string {
	t.Helper()
	return ask(t, db, func(ctx context.Context, s store.Snapshot) (string, error) {
		n, err := s.Get(ctx, id)
		if err != nil {
			return "", err
		}
		return n.Title, nil
	})
}

func testUnchanged(t *testing.T, db store.Store) {
	first := commit(t, db, Titled("24-1", "un"), Titled("24-2", "deux"))
	tx := begin(t, db)
	if got := put(t, tx, Titled("24-1", "un"), Titled("24-2", "deux")); !slices.Equal(got, []store.Outcome{store.Unchanged, store.Unchanged}) {
		t.Errorf("outcomes = %v", got)
	}
	info, err := tx.Commit(t.Context(), now.Add(time.Hour))
	if err != nil || info != first {
		t.Errorf("importing the same twice changed %+v to %+v (%v)", first, info, err)
	}
	if got := view(t, db).Info(); got != first {
		t.Errorf("Info = %+v, want %+v", got, first)
	}
	bare := Bare("24-3")
	bare.Source.SHA256 = ""
	commit(t, db, bare)
	tx = begin(t, db)
	if got := put(t, tx, bare); got[0] != store.Updated {
		t.Errorf("a notice without hash is %s", got[0])
	}
	done(t, tx)
}

func testUpdate(t *testing.T, db store.Store) {
	old := Titled("24-1", "un")
	old.Record.CodeDepartement = []string{"44"}
	old.Lots = []notice.Lot{{Number: "1"}, {Number: "2"}}
	commit(t, db, old, Titled("24-2", "deux"))

	tx := begin(t, db)
	if got := put(t, tx, Titled("24-1", "un bis"), Titled("24-2", "deux")); !slices.Equal(got, []store.Outcome{store.Updated, store.Unchanged}) {
		t.Errorf("outcomes = %v", got)
	}
	if info := done(t, tx); info.Revision != 2 || info.Notices != 2 {
		t.Errorf("Info = %+v", info)
	}
	if got := title(t, db, "24-1"); got != "un bis" {
		t.Errorf("title = %q", got)
	}
	s := view(t, db)
	for _, gone := range []query.Expr{
		query.Compare{Field: f("code_departement"), Value: field.Str("44")},
		query.Compare{Field: f("lots"), Value: field.Num(2)},
		query.Compare{Field: f("title"), Value: field.Str("un")},
	} {
		if got := ids(t, s, all(gone)); got != "" {
			t.Errorf("%s still gives %s", query.Canonical(gone), got)
		}
	}
	newer := Titled("24-2", "deux")
	newer.Source.Reader = 2
	tx = begin(t, db)
	if got := put(t, tx, newer); got[0] != store.Updated {
		t.Errorf("the same bytes from a newer reader are %s", got[0])
	}
	done(t, tx)
}

func testTwice(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-0", "avant"))
	tx := begin(t, db)
	if got := put(t, tx, Titled("24-1", "un"), Titled("24-1", "deux"), Titled("24-1", "deux")); !slices.Equal(got, []store.Outcome{store.Inserted, store.Updated, store.Unchanged}) {
		t.Errorf("outcomes within a Put = %v", got)
	}
	if got := put(t, tx, Titled("24-1", "trois"), Titled("24-0", "après")); !slices.Equal(got, []store.Outcome{store.Updated, store.Updated}) {
		t.Errorf("outcomes of the next Put = %v", got)
	}
	if got := put(t, tx, Titled("24-1", "trois"), Titled("24-0", "avant")); !slices.Equal(got, []store.Outcome{store.Unchanged, store.Updated}) {
		t.Errorf("outcomes of the last Put = %v", got)
	}
	if info := done(t, tx); info.Notices != 2 || info.Revision != 2 {
		t.Errorf("Info = %+v", info)
	}
	if got := title(t, db, "24-1") + " " + title(t, db, "24-0"); got != "trois avant" {
		t.Errorf("titles = %q", got)
	}
	if got := ids(t, view(t, db), all(nil)); got != "24-0 24-1" {
		t.Errorf("ids = %s", got)
	}
}

// testRank puts the same notice from sources that tell more or less.
func testRank(t *testing.T, db store.Store) {
	from := func(title, form string, partial bool) *notice.Notice {
		n := Titled("24-1", title)
		n.Source.Form, n.Source.Partial = form, partial
		return n
	}
	steps := []struct {
		n    *notice.Notice
		want store.Outcome
	}{
		{from("partie", "record", true), store.Inserted},
		{from("fiche", "record", false), store.Updated},
		{from("partie bis", "xml", true), store.Unchanged},
		{from("document", "xml", false), store.Updated},
		{from("fiche bis", "record", false), store.Unchanged},
		{from("document bis", "xml", false), store.Updated},
	}
	for _, s := range steps {
		tx := begin(t, db)
		if got := put(t, tx, s.n); got[0] != s.want {
			t.Errorf("%s: %s, want %s", s.n.Title, got[0], s.want)
		}
		done(t, tx)
	}
	tx := begin(t, db) // all in one transaction, two in each Put
	for pair := range slices.Chunk(steps, 2) {
		var notices []*notice.Notice
		var want []store.Outcome
		for _, s := range pair {
			n := *s.n
			n.ID = "24-2"
			notices, want = append(notices, &n), append(want, s.want)
		}
		if got := put(t, tx, notices...); !slices.Equal(got, want) {
			t.Errorf("%s and %s in one transaction: %v, want %v", pair[0].n.Title, pair[1].n.Title, got, want)
		}
	}
	done(t, tx)
	if got := title(t, db, "24-1") + ", " + title(t, db, "24-2"); got != "document bis, document bis" {
		t.Errorf("titles = %s", got)
	}
}

func testRefused(t *testing.T, db store.Store) {
	bad := func(change func(n *notice.Notice)) *notice.Notice {
		n := Titled("24-9", "mauvais")
		change(n)
		return n
	}
	cases := map[string]*notice.Notice{
		"no id":               bad(func(n *notice.Notice) { n.ID = "" }),
		"title not UTF-8":     bad(func(n *notice.Notice) { n.Title = "d\xe9j\xe0" }),
		"record not UTF-8":    bad(func(n *notice.Notice) { s := "\xff"; n.Record.Donnees = &s }),
		"day that is none":    bad(func(n *notice.Notice) { n.Published = notice.Date{Year: 2024, Month: 2, Day: 31} }),
		"number not finite":   bad(func(n *notice.Notice) { n.Estimated = &notice.Amount{Value: infinity(), Currency: "EUR"} }),
		"time beyond all use": bad(func(n *notice.Notice) { n.Record.Datelimitereponse = time.Date(12024, 1, 1, 0, 0, 0, 0, time.UTC) }),
	}
	tx := begin(t, db)
	for name, n := range cases {
		if _, err := tx.Put(t.Context(), []*notice.Notice{Titled("24-8", "bon"), n}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want a fault of kind invalid", name, err)
		}
	}
	put(t, tx, Titled("24-1", "un"))
	done(t, tx)
	if got := ids(t, view(t, db), all(nil)); got != "24-1" {
		t.Errorf("stored: %s, want only what was not refused", got)
	}
}

func infinity() float64 { zero := 0.0; return 1 / zero }

func testRollback(t *testing.T, db store.Store) {
	first := commit(t, db, Titled("24-1", "un"))
	tx := begin(t, db)
	put(t, tx, Titled("24-1", "autre"), Titled("24-2", "deux"))
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Errorf("second Rollback: %v", err)
	}
	if _, err := tx.Commit(t.Context(), now); err == nil {
		t.Error("Commit after Rollback went through")
	}
	if got := view(t, db).Info(); got != first {
		t.Errorf("Info = %+v, want %+v", got, first)
	}
	if got := title(t, db, "24-1"); got != "un" {
		t.Errorf("title = %q", got)
	}
	if info := commit(t, db, Titled("24-2", "deux")); info.Notices != 2 || info.Revision != 2 {
		t.Errorf("Info of the next commit = %+v", info)
	}
}

func testOneWriter(t *testing.T, db store.Store) {
	tx := begin(t, db)
	if _, err := db.Begin(t.Context()); !fault.Is(err, fault.Conflict) {
		t.Errorf("second Begin: %v, want a fault of kind conflict", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := begin(t, db).Rollback(); err != nil {
		t.Fatal(err)
	}
}

// testMany goes over the sizes at which engines cut their work into pieces.
func testMany(t *testing.T, db store.Store) {
	const most = 5000
	tx := begin(t, db)
	var batch []*notice.Notice
	for i := range most {
		n := Titled(fmt.Sprintf("24-%d", i), fmt.Sprintf("titre %d", i))
		n.Lots = make([]notice.Lot, i%7)
		batch = append(batch, n)
		if len(batch) == 1+i%700 {
			put(t, tx, batch...)
			batch = nil
		}
	}
	put(t, tx, batch...)
	if info := done(t, tx); info.Notices != most {
		t.Fatalf("Info = %+v", info)
	}
	s := view(t, db)
	seen := 0
	for r, err := range s.Rows(t.Context(), all(nil), []*field.Field{f("title"), f("lots")}) {
		if err != nil {
			t.Fatal(err)
		}
		var i int
		if _, err := fmt.Sscanf(r.ID, "24-%d", &i); err != nil {
			t.Fatal(err)
		}
		if got, want := r.Values[0][0].Str, fmt.Sprintf("titre %d", i); got != want || r.Values[1][0].Num != float64(i%7) {
			t.Fatalf("row %s has %q and %v", r.ID, got, r.Values[1])
		}
		seen++
	}
	if seen != most {
		t.Errorf("%d rows, want %d", seen, most)
	}
	for _, i := range []int{0, 2047, 2048, 4999} {
		if got := title(t, db, fmt.Sprintf("24-%d", i)); got != fmt.Sprintf("titre %d", i) {
			t.Errorf("notice %d has title %q", i, got)
		}
	}
}

func testFull(t *testing.T, db store.Store) {
	want := Full("24-1")
	commit(t, db, Bare("24-0"), Full("24-1"), Bare("24-2"))
	s := view(t, db)
	got, err := s.Get(t.Context(), "24-1")
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "Notice", reflect.ValueOf(*got), reflect.ValueOf(*want))
	for _, fields := range [][]*field.Field{catalogue.Columns(), catalogue.Flat(), {f("title")}, {f("title"), f("donnees")}} {
		for _, limit := range []int{-1, 1, 5000} { // engines get rows in different ways
			q := query.Query{Where: query.Compare{Field: f("sha256"), Value: field.Str(want.Source.SHA256)}, Limit: limit}
			list := rows(t, s, q, fields...)
			if len(list) != 1 {
				t.Fatalf("%s gives %d rows, want 1", describe(q), len(list))
			}
			checkRow(t, want, list[0], defaultKeys, fields)
		}
	}
}

// diff names what differs between two values, not only that they do.
func diff(t testing.TB, path string, got, want reflect.Value) {
	t.Helper()
	if want.Kind() == reflect.Struct && want.Type() != reflect.TypeFor[time.Time]() {
		for i := range want.NumField() {
			diff(t, path+"."+want.Type().Field(i).Name, got.Field(i), want.Field(i))
		}
		return
	}
	if !reflect.DeepEqual(got.Interface(), want.Interface()) {
		t.Errorf("%s = %v, want %v", path, got, want)
	}
}

func testNulls(t *testing.T, db store.Store) {
	empty := ""
	blank := Bare("24-1")
	blank.Record.Objet = &empty
	blank.Record.Titulaire = []string{}
	blank.Record.DC = []string{""}
	want := *blank
	commit(t, db, blank, Bare("24-2"))
	s := view(t, db)
	got, err := s.Get(t.Context(), "24-1")
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "Notice", reflect.ValueOf(*got), reflect.ValueOf(want))
	fields := []*field.Field{f("objet"), f("titulaire"), f("dc"), f("deadline")}
	list := rows(t, s, all(nil), fields...)
	for i, want := range [][]field.Value{{{}}, nil, {{}}, nil} {
		if !same(fields[i], list[0].Values[i], want) {
			t.Errorf("%s = %v, want %v", fields[i].Name, list[0].Values[i], want)
		}
	}
	for i := range fields {
		if list[1].Values[i] != nil {
			t.Errorf("%s of a bare notice = %v, want null", fields[i].Name, list[1].Values[i])
		}
	}
}

func testNotFound(t *testing.T, db store.Store) {
	commit(t, db, Titled("24-1", "un"))
	s := view(t, db)
	for _, id := range []string{"", "24-2", "24-", "24-1 ", "24-1'", "\xff", "é"} {
		if _, err := s.Get(t.Context(), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("Get(%q): %v, want a fault of kind not_found", id, err)
		}
	}
	if n, err := s.Get(t.Context(), "24-1"); err != nil || n.Title != "un" {
		t.Errorf("Get after faults: %v, %v", n, err)
	}
}
