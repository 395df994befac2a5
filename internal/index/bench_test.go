package index_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/text"
)

// The benchmarks ask a data folder that has an index (boampdev synth makes one, boamp index the other):
//
//	go test -run - -bench . -data path/to/folder ./internal/index
var dataFlag = flag.String("data", "", "data folder with an index that the benchmarks ask; empty skips them")

func opened(b *testing.B) (*index.Index, store.Store) {
	b.Helper()
	if *dataFlag == "" {
		b.Skip("no -data: which folder to ask is not said")
	}
	db, err := duckdb.Open(duckdb.Options{Path: filepath.Join(*dataFlag, "store.duckdb"), Temp: b.TempDir(), Catalogue: field.NewCatalogue(), ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	x, err := index.Open(b.Context(), index.Options{Store: db, Catalogue: field.NewCatalogue(), Dir: filepath.Join(*dataFlag, "index"), ReadOnly: true, AsFound: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		x.Close()
		db.Close()
	})
	if s := x.Status(); !s.Ready {
		b.Fatalf("the index is not ready: %s, %v", s.Why, s.Failure)
	}
	return x, db
}

// question is what a benchmark asks of a new view each time.
type question struct {
	name string
	ask  func(ctx context.Context, v store.Snapshot) error
}

func questions(b *testing.B, x store.Reader) []question {
	c := field.NewCatalogue()
	f := c.Must
	eq := func(name, v string) query.Expr { return query.Compare{Field: f(name), Value: field.Str(v)} }
	since := func(day string) query.Expr {
		return query.Compare{Field: f("dateparution"), Op: query.Ge, Value: field.Str(day)}
	}
	words := func(s string, fields ...*field.Field) query.Expr {
		return query.Words{Fields: fields, Tokens: query.SearchTokens(s)}
	}
	page := func(where query.Expr, offset int, fields ...*field.Field) func(ctx context.Context, v store.Snapshot) error {
		return func(ctx context.Context, v store.Snapshot) error {
			if _, err := v.Count(ctx, where); err != nil {
				return err
			}
			for _, err := range v.Rows(ctx, query.Query{Where: where, Limit: 20, Offset: offset}, fields) {
				if err != nil {
					return err
				}
			}
			return nil
		}
	}
	ranked := func(words string) func(ctx context.Context, v store.Snapshot) error {
		tokens := query.Each(text.Terms(words)...)
		where := query.Words{Fields: []*field.Field{f("texte")}, Tokens: tokens}
		score := query.Ranking{Tokens: tokens, Tiers: []query.Tier{{Weight: 8, Fields: []*field.Field{f("title"), f("objet")}}, {Weight: 4, Fields: []*field.Field{f("descripteur_libelle")}},
			{Weight: 2, Fields: []*field.Field{f("buyer_name"), f("nomacheteur")}}, {Weight: 1, Fields: []*field.Field{f("texte")}}}}.Field()
		q := query.Query{Where: where, Sort: []query.Key{{Field: score, Desc: true}, {Field: f("published"), Desc: true}}, Limit: 20}
		return func(ctx context.Context, v store.Snapshot) error {
			if _, err := v.Count(ctx, where); err != nil {
				return err
			}
			for _, err := range v.Rows(ctx, q, []*field.Field{f("title"), f("buyer_name"), f("famille"), f("published"), f("deadline"), score}) {
				if err != nil {
					return err
				}
			}
			return nil
		}
	}
	groups := func(list ...query.Groups) func(ctx context.Context, v store.Snapshot) error {
		return func(ctx context.Context, v store.Snapshot) error {
			for _, g := range list {
				for _, err := range v.Groups(ctx, g) {
					if err != nil {
						return err
					}
				}
			}
			return nil
		}
	}
	var facets, some []query.Groups
	few := query.And{eq("famille", "MAPA"), since("2025-06-01")}
	for _, name := range []string{"famille", "nature_categorise_libelle", "code_departement", "type_marche_facette", "etat", "descripteur_libelle", "procedure_categorise", "type_avis", "criteres", "dateparution"} {
		g := query.Groups{Keys: []*field.Field{f(name)}, Values: []query.Aggregate{{}}, Sort: []query.GroupSort{{Column: 1, Desc: true}}, Limit: 100}
		facets = append(facets, g)
		g.Where = few
		some = append(some, g)
	}
	year := scalar.Field("year", scalar.Part{Unit: "year", X: scalar.Ref{Field: f("dateparution")}})
	id, siret, phrase := sample(b, x)
	flat := c.Flat()
	narrow := []*field.Field{f("idweb"), f("objet"), f("nomacheteur"), f("dateparution"), f("famille")}
	return []question{
		{"notice by id", func(ctx context.Context, v store.Snapshot) error { _, err := v.Get(ctx, id); return err }},
		{"filter, total, 20 full rows by date", page(query.And{eq("famille", "MAPA"), eq("code_departement", "44")}, 0, flat...)},
		{"filter, total, 20 narrow rows by date", page(query.And{eq("famille", "MAPA"), eq("code_departement", "44")}, 0, narrow...)},
		{"two words, total, 20 full rows", page(words("travaux école", f("objet")), 0, flat...)},
		{"two words of texte, 20 narrow rows", page(words("travaux école", f("texte")), 0, narrow...)},
		{"two words by relevance, 20 narrow rows", ranked("travaux école")},
		{"one word by relevance, 20 narrow rows", ranked("travaux")},
		{"five words by relevance, 20 narrow rows", ranked("travaux réfection école commune lot")},
		{"a siret in donnees", page(words(siret, f("donnees")), 0, narrow...)},
		{"a phrase of objet", page(query.Words{Fields: []*field.Field{f("objet")}, Tokens: []query.Token{{Terms: phrase}}}, 0, narrow...)},
		{"ten facets of everything", groups(facets...)},
		{"ten facets of some", groups(some...)},
		{"year by kind", groups(query.Groups{Keys: []*field.Field{year, f("nature")}, Values: []query.Aggregate{{}}, Limit: -1})},
		{"amounts by famille", groups(query.Groups{Keys: []*field.Field{f("famille")}, Values: []query.Aggregate{{Func: query.Sum, Field: f("amount")}, {Func: query.Avg, Field: f("amount")}}, Limit: -1})},
		{"buyers by count", groups(query.Groups{Keys: []*field.Field{f("nomacheteur")}, Values: []query.Aggregate{{}}, Sort: []query.GroupSort{{Column: 1, Desc: true}}, Limit: 20})},
		{"offset 9,900 of a broad query", page(since("2016-01-01"), 9900, narrow...)},
		{"offset 9,900 by deadline", func(ctx context.Context, v store.Snapshot) error {
			for _, err := range v.Rows(ctx, query.Query{Where: since("2016-01-01"), Sort: []query.Key{{Field: f("datelimitereponse"), Desc: true}}, Limit: 20, Offset: 9900}, narrow) {
				if err != nil {
					return err
				}
			}
			return nil
		}},
	}
}

// sample finds an id, and words that are there.
func sample(b *testing.B, x store.Reader) (id, siret, phrase string) {
	s, err := x.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	c := field.NewCatalogue()
	q := query.Query{Where: query.Not{X: query.Null{Field: c.Must("buyer_siret")}}, Limit: 1, Offset: 50}
	for r, err := range s.Rows(b.Context(), q, []*field.Field{c.Must("buyer_siret")}) {
		if err != nil {
			b.Fatal(err)
		}
		id, siret = r.ID, r.Values[0][0].Str
	}
	token, _ := query.PhraseToken("travaux de réfection")
	return id, siret, token.Text
}

func BenchmarkIndex(b *testing.B) {
	x, _ := opened(b)
	ask(b, x)
	b.Logf("answers: %+v", x.Status().Answers)
}

func BenchmarkStore(b *testing.B) {
	_, db := opened(b)
	ask(b, db)
}

func ask(b *testing.B, r store.Reader) {
	for _, q := range questions(b, r) {
		b.Run(q.name, func(b *testing.B) {
			var plan []store.Step
			for b.Loop() {
				v, err := r.Snapshot(b.Context())
				if err == nil {
					err = q.ask(b.Context(), v)
				}
				if err != nil {
					b.Fatal(err)
				}
				if p, ok := v.(store.Planner); ok {
					plan = p.Plan()
				}
				if err := v.Close(); err != nil {
					b.Fatal(err)
				}
			}
			for _, s := range plan {
				if s.Where == "store" {
					b.Log(fmt.Sprint(s))
				}
			}
		})
	}
}

func BenchmarkExport(b *testing.B) {
	x, db := opened(b)
	c := field.NewCatalogue()
	var narrow []*field.Field
	for _, name := range []string{"idweb", "objet", "famille", "code_departement", "dateparution", "datelimitereponse", "nomacheteur", "titulaire", "nature", "procedure_libelle", "descripteur_libelle", "url_avis"} {
		narrow = append(narrow, c.Must(name))
	}
	byDay := query.Query{Limit: -1}
	byTitle := query.Query{Limit: -1, Sort: []query.Key{{Field: c.Must("title")}}}
	for _, e := range []struct {
		name   string
		r      store.Reader
		q      query.Query
		fields []*field.Field
	}{
		{"12 columns by the index", x, byDay, narrow},
		{"12 columns by the store", db, byDay, narrow},
		{"12 columns by title by the index", x, byTitle, narrow},
		{"whole records by the index", x, byDay, c.Flat()},
		{"whole records by the store", db, byDay, c.Flat()},
	} {
		b.Run(e.name, func(b *testing.B) { export(b, e.r, e.q, e.fields) })
	}
}

func export(b *testing.B, r store.Reader, q query.Query, fields []*field.Field) {
	rows := 0
	for b.Loop() {
		v, err := r.Snapshot(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range v.Rows(b.Context(), q, fields) {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
		v.Close()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
