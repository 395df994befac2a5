package duckdb_test

import (
	"context"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

// tenFacets are what a page of the portal counts.
var tenFacets = []string{"famille", "code_departement", "perimetre", "procedure_categorise", "nature_categorise_libelle", "criteres", "etat", "descripteur_libelle", "type_marche", "type_avis"}

// BenchmarkGroups counts and searches by words.
func BenchmarkGroups(b *testing.B) {
	db := filled(b)
	c := field.NewCatalogue()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		b.Fatal(err)
	}
	layout, err := scalar.ParseLayout("MM", "fr")
	if err != nil {
		b.Fatal(err)
	}
	month := scalar.Field("month", scalar.Format{X: scalar.Ref{Field: c.Must("dateparution")}, Layout: layout})
	hour := scalar.Field("hour", scalar.Part{Unit: "hour", X: scalar.Ref{Field: c.Must("deadline")}, Zone: paris})
	year := scalar.Field("year", scalar.Part{Unit: "year", X: scalar.Ref{Field: c.Must("dateparution")}})
	since := query.Compare{Field: c.Must("dateparution"), Op: query.Ge, Value: field.Str("2025-06-01")}
	bare := func(text string) query.Expr {
		return query.Words{Fields: []*field.Field{c.Must("texte"), c.Must("gestion"), c.Must("donnees")}, Tokens: query.BareTokens(text)}
	}
	search := query.Words{Fields: []*field.Field{c.Must("objet")}, Tokens: query.SearchTokens("entretien nettoyag")}
	searchAll := query.Words{Fields: []*field.Field{c.Must("texte"), c.Must("gestion"), c.Must("donnees")}, Tokens: query.SearchTokens("entretien nettoyag")}
	may := query.Compare{Field: month, Value: field.Str("05")}
	cases := []struct {
		name string
		ask  func(s store.Snapshot) (int, error)
	}{
		{"by family", grouping(nil, nil, c.Must("famille"))},
		{"by department, several values", grouping(nil, nil, c.Must("code_departement"))},
		{"by buyer, all of them", grouping(nil, nil, c.Must("nomacheteur"))},
		{"ten facets", facets(c, nil)},
		{"ten facets since a day", facets(c, since)},
		{"year x family", grouping(nil, nil, year, c.Must("famille"))},
		{"hour in Paris", grouping(nil, nil, hour)},
		{"month by date_format", grouping(nil, nil, month)},
		{"nine aggregates of an amount by family", grouping(nil, nine(c.Must("amount")), c.Must("famille"))},
		{"count of date_format", counting(may)},
		{"page of 20 by date_format", paging(may, c.Flat(), 20)},
		{"bare words everywhere, count", counting(bare("marchea prestat"))},
		{"bare words everywhere, count since a day", counting(query.And{bare("marchea prestat"), since})},
		{"bare words everywhere, page of 20", paging(bare("marchea prestat"), c.Flat(), 20)},
		{"search() in objet, count", counting(search)},
		{"search() everywhere, count", counting(searchAll)},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) { measure(b, db, c.ask) })
	}
	for _, name := range tenFacets {
		b.Run("facet "+name, func(b *testing.B) { measure(b, db, grouping(nil, nil, c.Must(name))) })
	}
}

func nine(f *field.Field) []query.Aggregate {
	list := []query.Aggregate{{Func: query.Count}}
	for fn := query.CountDistinct; fn <= query.SumSquares; fn++ {
		list = append(list, query.Aggregate{Func: fn, Field: f, Q: 0.5})
	}
	return list
}

// grouping counts by keys, most first.
func grouping(where query.Expr, values []query.Aggregate, keys ...*field.Field) func(s store.Snapshot) (int, error) {
	if values == nil {
		values = []query.Aggregate{{Func: query.Count}}
	}
	g := query.Groups{Where: where, Keys: keys, Values: values, Sort: []query.GroupSort{{Column: len(keys), Desc: true}}, Limit: 20_000}
	return func(s store.Snapshot) (n int, err error) {
		for _, err := range s.Groups(context.Background(), g) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
}

func facets(c *field.Catalogue, where query.Expr) func(s store.Snapshot) (int, error) {
	return func(s store.Snapshot) (n int, err error) {
		for _, name := range tenFacets {
			k, err := grouping(where, nil, c.Must(name))(s)
			if n += k; err != nil {
				return n, err
			}
		}
		return n, nil
	}
}

// BenchmarkFirstRow streams everything in the portal's order and gives the time to the first row, and that to all rows.
func BenchmarkFirstRow(b *testing.B) {
	db := filled(b)
	c := field.NewCatalogue()
	five := []*field.Field{c.Must("idweb"), c.Must("objet"), c.Must("nomacheteur"), c.Must("dateparution"), c.Must("famille")}
	body := &field.Field{Name: "body", Opaque: true, Get: c.Must("donnees").Get}
	words := query.Words{Fields: []*field.Field{c.Must("texte")}, Tokens: query.BareTokens("marchea prestat")}
	asc := []query.Key{{Field: c.Must("dateparution")}}
	cases := []struct {
		name   string
		where  query.Expr
		fields []*field.Field
		sort   []query.Key
	}{
		{"5 columns", nil, five, asc},
		{"41 columns", nil, c.Flat(), asc},
		{"41 columns, latest first", nil, c.Flat(), nil},
		{"41 columns by buyer", nil, c.Flat(), []query.Key{{Field: c.Must("nomacheteur")}}},
		{"41 columns of two words", words, c.Flat(), asc},
		{"an opaque one", nil, []*field.Field{body}, asc},
	}
	for _, x := range cases {
		b.Run(x.name, func(b *testing.B) {
			var first time.Duration
			peak := int64(0)
			measure(b, db, func(s store.Snapshot) (n int, err error) {
				start := time.Now()
				for _, err := range s.Rows(context.Background(), query.Query{Where: x.where, Sort: x.sort, Limit: -1}, x.fields) {
					if err != nil {
						return n, err
					}
					if n++; n == 1 {
						first += time.Since(start)
					}
					if n%1000 == 0 {
						peak = max(peak, residentMB())
					}
				}
				return n, nil
			})
			b.ReportMetric(float64(first.Microseconds())/1000/float64(b.N), "first-ms")
			b.ReportMetric(float64(peak), "peakMB")
		})
	}
}
