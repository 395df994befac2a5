package duckdb_test

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/storetest"
)

// expressions has every kind of computed field, with the operands that are written in different ways in SQL.
func expressions(t *testing.T) []*field.Field {
	t.Helper()
	c := field.NewCatalogue()
	ref := func(name string) scalar.Expr { return scalar.Ref{Field: c.Must(name)} }
	num := func(v float64) scalar.Expr {
		kind := field.Number
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			kind = field.Int
		}
		return scalar.Lit{T: kind, Value: &field.Value{Num: v}}
	}
	str := func(s string) scalar.Expr { return scalar.Lit{T: field.Text, Value: &field.Value{Str: s}} }
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	layout, err := scalar.ParseLayout("EEEE d MMMM yyyy 'à' HH:mm", "fr")
	if err != nil {
		t.Fatal(err)
	}
	month, err := scalar.ParseLayout("yyyy-MM", "fr")
	if err != nil {
		t.Fatal(err)
	}
	deep := ref("amount")
	for range 20 {
		deep = scalar.Arith{Op: '/', L: scalar.Arith{Op: '*', L: deep, R: deep}, R: ref("amount")}
		if len(deep.String()) > 200 {
			break
		}
	}
	var list []*field.Field
	add := func(e scalar.Expr) {
		if err := scalar.Check(e); err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		list = append(list, scalar.Field(fmt.Sprintf("f%d", len(list)), e))
	}
	for _, name := range []string{"objet", "dc", "lots", "amount", "dateparution", "deadline", "framework", "donnees"} {
		add(ref(name))
		add(scalar.First{X: ref(name)})
		add(scalar.IfNull{X: ref(name), Else: scalar.First{X: ref(name)}})
		add(scalar.Compare{Op: "!=", L: ref(name), R: scalar.First{X: ref(name)}})
	}
	for _, op := range "+-*/" {
		add(scalar.Arith{Op: byte(op), L: ref("lots"), R: num(3)})
		add(scalar.Arith{Op: byte(op), L: ref("amount"), R: ref("lots")})
		add(scalar.Arith{Op: byte(op), L: scalar.Length{X: ref("dc")}, R: ref("lots")})
	}
	add(scalar.Arith{Op: '*', L: ref("lots"), R: num(9e15)})
	add(scalar.Arith{Op: '/', L: num(1), R: scalar.Arith{Op: '*', L: ref("amount"), R: num(1.5e308)}})
	add(deep)
	add(scalar.Neg{X: ref("lots")})
	add(scalar.Neg{X: ref("amount")})
	for _, op := range []string{"=", "!=", "<", "<=", ">", ">="} {
		add(scalar.Compare{Op: op, L: ref("lots"), R: num(1.5)})
		add(scalar.Compare{Op: op, L: ref("dateparution"), R: ref("deadline")})
		add(scalar.Compare{Op: op, L: ref("famille"), R: str("JOUE")})
		add(scalar.Compare{Op: op, L: ref("framework"), R: ref("partial")})
	}
	for _, name := range []string{"objet", "titulaire", "annonce_lie", "nature_libelle"} {
		add(scalar.Length{X: ref(name)})
		add(scalar.Lower{X: ref(name)})
		add(scalar.Segments{X: ref(name), Separator: " ", N: 1})
		add(scalar.Segments{X: scalar.Lower{X: ref(name)}, Separator: "é", N: 2})
		add(scalar.IfNull{X: ref(name), Else: str("néant")})
		add(scalar.IfNull{X: ref(name), Else: ref("famille")})
		add(scalar.IfNull{X: scalar.Segments{X: ref(name), Separator: " ", N: 2}, Else: ref("objet")})
		add(scalar.First{X: scalar.Lower{X: ref(name)}})
	}
	add(scalar.IfNull{X: ref("famille"), Else: ref("dc")})
	add(scalar.IfNull{X: ref("lots"), Else: ref("amount")})
	add(scalar.IfNull{X: ref("amount"), Else: ref("lots")})
	add(scalar.IfNull{X: scalar.Length{X: ref("dc")}, Else: num(0)})
	add(scalar.IfNull{X: ref("deadline"), Else: scalar.Lit{T: field.DateTime, Value: &field.Value{Time: time.Date(2024, 1, 2, 3, 4, 5, 678_901_000, time.UTC)}}})
	within := scalar.Lit{T: field.DateTime, Value: &field.Value{Time: time.Date(2024, 12, 3, 6, 30, 0, 0, time.UTC)}}
	for _, op := range []string{"=", "!=", "<", "<=", ">", ">="} {
		for _, unit := range []string{"h", "d", "M", "y"} {
			add(scalar.Compare{Op: op, L: scalar.TimeStep{X: ref("deadline"), N: 1, Unit: unit}, R: within})
			add(scalar.Compare{Op: op, L: scalar.TimeStep{X: ref("dateparution"), N: 1, Unit: unit}, R: within})
		}
		add(scalar.Compare{Op: op, L: scalar.Part{Unit: "month", X: ref("deadline")}, R: num(6.5)})
		add(scalar.Compare{Op: op, L: scalar.Length{X: ref("objet")}, R: num(1e9)})
		add(scalar.Compare{Op: op, L: scalar.Step{X: ref("lots"), Width: 2}, R: num(1)})
	}
	add(scalar.Lit{T: field.Date})
	add(scalar.Lit{T: field.Bool, Value: &field.Value{Num: 1}})
	for _, name := range []string{"dateparution", "deadline"} {
		for _, zone := range []*time.Location{nil, time.UTC, paris} {
			for _, unit := range []string{"year", "month", "day", "hour", "minute", "second"} {
				add(scalar.Part{Unit: unit, X: ref(name), Zone: zone})
			}
			for _, unit := range []string{"ms", "s", "m", "h", "d", "w", "M", "q", "y"} {
				add(scalar.TimeStep{X: ref(name), N: 1, Unit: unit, Zone: zone})
			}
			add(scalar.TimeStep{X: ref(name), N: 7, Unit: "h", Zone: zone})
			add(scalar.Format{X: ref(name), Layout: layout, Zone: zone})
			add(scalar.Format{X: ref(name), Layout: month, Zone: zone})
		}
	}
	add(scalar.JSONOf{X: ref("donnees")})
	other := `{"a":[1]}`
	add(scalar.JSONOf{X: ref("objet"), Else: &other})
	add(scalar.Shuffle{Seed: -7, ID: c.Must("idweb")})
	add(scalar.Step{X: ref("lots"), Width: 2})
	add(scalar.Step{X: ref("lots"), Width: 0.3})
	add(scalar.Step{X: ref("amount"), Width: 1000})
	add(scalar.Bounds{X: ref("lots"), Bounds: []field.Value{field.Num(1), field.Num(2)}, OpenStart: true})
	add(scalar.Bounds{X: ref("dateparution"), Bounds: []field.Value{field.Str("2024-01-01"), field.Str("2024-07-01"), field.Str("2025-01-01")}, OpenEnd: true})
	add(scalar.Bounds{X: ref("deadline"), Bounds: []field.Value{{Time: time.Date(2024, 6, 1, 0, 0, 0, 500, time.UTC)}}, OpenStart: true, OpenEnd: true})
	return list
}

func generated(t *testing.T, db store.Store, count int) []*notice.Notice {
	t.Helper()
	g := storetest.NewGenerator(5)
	notices := g.Notices(count)
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Put(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	return notices
}

// TestComputed asks for every kind of computed field as column, sort key and condition.
func TestComputed(t *testing.T) {
	db, err := open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	notices := generated(t, db, 300)
	byID := map[string]*notice.Notice{}
	for _, n := range notices {
		byID[n.ID] = n
	}
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, f := range expressions(t) {
		rows := 0
		for r, err := range s.Rows(t.Context(), query.Query{Limit: -1}, []*field.Field{f}) {
			if err != nil {
				t.Fatalf("%s: %v", f.From, err)
			}
			want := f.Get(byID[r.ID])
			if rows++; !slices.EqualFunc(want, r.Values[0], func(a, b field.Value) bool { return f.Type.Compare(a, b) == 0 }) {
				t.Errorf("%s of %s is %v, want %v", f.From, r.ID, r.Values[0], want)
				break
			}
		}
		if rows < len(notices) && !t.Failed() {
			t.Errorf("%s: %d rows", f.From, rows)
		}
		if f.Type == field.JSON {
			continue
		}
		some := field.Value{}
		for _, n := range notices {
			if v := f.Get(n); len(v) > 0 {
				some = v[len(v)-1]
			}
		}
		for _, e := range []query.Expr{query.Compare{Field: f, Op: query.Ge, Value: some}, query.In{Field: f, Values: []field.Value{some}}, query.Not{X: query.Null{Field: f}}} {
			want := int64(0)
			for _, n := range notices {
				if query.Match(e, n) {
					want++
				}
			}
			if n, err := s.Count(t.Context(), e); err != nil || n != want {
				t.Errorf("%s: %d (%v), want %d", query.Canonical(e), n, err, want)
			}
		}
		checkGroups(t, s, notices, query.Groups{Keys: []*field.Field{f}, Values: []query.Aggregate{{Func: query.Count}, {Func: query.CountDistinct, Field: f}}, Limit: -1})
		if f.Multi {
			continue
		}
		q := query.Query{Sort: []query.Key{{Field: f, Desc: true}}, Limit: -1}
		place := 0
		records := func(yield func(string, field.Record) bool) {
			for _, n := range notices {
				if !yield(n.ID, n) {
					return
				}
			}
		}
		want := query.Select(records, q, q.Sort)
		for r, err := range s.Rows(t.Context(), q, nil) {
			if err != nil || r.ID != want[place].ID {
				t.Errorf("by %s: %s in place %d (%v), want %s", f.From, r.ID, place, err, want[place].ID)
				break
			}
			place++
		}
	}
}

func checkGroups(t *testing.T, s store.View, notices []*notice.Notice, g query.Groups) {
	t.Helper()
	records := func(yield func(field.Record) bool) {
		for _, n := range notices {
			if !yield(n) {
				return
			}
		}
	}
	want := query.RunGroups(records, g)
	i := 0
	for got, err := range s.Groups(context.Background(), g) {
		if err != nil {
			t.Errorf("groups by %s: %v", g.Keys[0].Formula(), err)
			return
		}
		if i >= len(want) || fmt.Sprint(got) != fmt.Sprint(want[i]) {
			t.Errorf("groups by %s: %v in place %d of %d, want %v", g.Keys[0].Formula(), got, i, len(want), want[min(i, len(want)-1)])
			return
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%d groups by %s, want %d", i, g.Keys[0].Formula(), len(want))
	}
}

// TestOpaque shows what is worked out from the whole notice, by each way in which rows are got, and computes with it nowhere.
func TestOpaque(t *testing.T) {
	c := field.NewCatalogue()
	opaque := &field.Field{Name: "page", Opaque: true, Get: func(r field.Record) []field.Value {
		n := r.(*notice.Notice)
		return []field.Value{field.Str(fmt.Sprint(n.ID, len(n.Lots), n.Title))}
	}}
	alias := scalar.Field("html", scalar.Ref{Field: opaque})
	year := scalar.Field("year", scalar.Part{Unit: "year", X: scalar.Ref{Field: c.Must("dateparution")}})
	ways := map[string]func(db *duckdb.Store){
		"as it comes": func(*duckdb.Store) {},
		"in steps":    func(db *duckdb.Store) { duckdb.InSteps(db, 7) },
		"in windows":  func(db *duckdb.Store) { duckdb.InWindows(db, 3, 17) },
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			db, err := duckdb.Open(options(t.TempDir()))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			way(db)
			byID := map[string]*notice.Notice{}
			for _, n := range generated(t, db, 50) {
				byID[n.ID] = n
			}
			s, err := db.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			fields := []*field.Field{opaque, c.Must("objet"), alias, year}
			for _, limit := range []int{-1, 5, 40} {
				rows := 0
				for r, err := range s.Rows(t.Context(), query.Query{Limit: limit, Sort: []query.Key{{Field: c.Must("dateparution")}}}, fields) {
					if err != nil {
						t.Fatal(err)
					}
					rows++
					if want := store.Values(byID[r.ID], fields); !reflect.DeepEqual(r.Values, want) {
						t.Fatalf("%s has %v, want %v", r.ID, r.Values, want)
					}
				}
				if limit < 0 && rows != len(byID) || limit > 0 && rows != limit {
					t.Errorf("%d rows with the limit %d", rows, limit)
				}
			}
			refused(t, s, opaque)
		})
	}
}

func refused(t *testing.T, s store.View, f *field.Field) {
	t.Helper()
	invalid := func(what string, err error) {
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s of a field that is only shown: %v", what, err)
		}
	}
	_, err := s.Count(t.Context(), query.Compare{Field: f, Value: field.Str("x")})
	invalid("comparison", err)
	for _, err := range s.Rows(t.Context(), query.Query{Sort: []query.Key{{Field: f}}}, nil) {
		invalid("order", err)
	}
	for _, err := range s.Groups(t.Context(), query.Groups{Keys: []*field.Field{f}}) {
		invalid("groups", err)
	}
}

// TestStopInWindows gives up in the middle of a stream of windows, by the context and by leaving the loop.
func TestStopInWindows(t *testing.T) {
	db, err := duckdb.Open(options(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	duckdb.InWindows(db, 3, 17)
	generated(t, db, 200)
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows := 0
	var last error
	for _, err := range s.Rows(ctx, query.Query{Limit: -1}, field.NewCatalogue().Flat()) {
		if last = err; err == nil {
			rows++
		}
		if rows == 60 {
			cancel()
		}
	}
	if rows != 60 || !fault.Is(last, fault.Timeout) {
		t.Errorf("%d rows, then %v; want 60 and a fault of kind timeout", rows, last)
	}
	rows = 0
	for _, err := range s.Rows(t.Context(), query.Query{Limit: -1}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if rows++; rows == 60 {
			break
		}
	}
	if n, err := s.Count(t.Context(), query.Null{Field: field.NewCatalogue().Must("objet")}); err != nil || n == 0 {
		t.Errorf("after a stream that was left the view counts %d (%v)", n, err)
	}
}
