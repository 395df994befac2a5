package odsql_test

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
)

// env is that of the data set of the notices, in Paris, on a Wednesday of August 2026.
func env(t testing.TB) odsql.Env {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	all := field.NewCatalogue()
	columns := all.Flat()
	named := append(slices.Clone(columns), all.Must(field.RecordID), all.Must(field.RecordTimestamp), all.Must(field.RecordSize))
	return odsql.Env{
		Fields: field.CatalogueOf(named...), Columns: columns, Text: []*field.Field{all.Must("texte"), all.Must("objet"), all.Must("donnees")},
		Dataset: "boamp", Now: time.Date(2026, 8, 19, 10, 30, 15, 250_000_000, time.UTC), Zone: zone, Lang: "fr",
	}
}

// rich is env with the typed fields, and one that can be shown only.
func rich(t testing.TB) odsql.Env {
	e := env(t)
	html := &field.Field{Name: "html", Label: "html", LabelEN: "html", Opaque: true, Get: func(field.Record) []field.Value { return []field.Value{field.Str("<p>")} }}
	all := field.NewCatalogue().All()
	e.Fields = field.CatalogueOf(append(slices.Clone(all), html)...)
	return e
}
