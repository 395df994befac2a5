package export_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/parquet"
	"github.com/boamp/boamp/internal/export/rdf"
	"github.com/boamp/boamp/internal/export/xlsx"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing them")

// all are the formats of boamp, as cmd lists them.
func all() []export.Format {
	return append(append(export.Formats(), rdf.Formats()...), parquet.Format(), xlsx.Format())
}

func format(t testing.TB, name string) export.Format {
	t.Helper()
	f, err := export.Find(all(), name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// write encodes rows.
func write(t testing.TB, name string, o export.Options, fields []*field.Field, rows ...[][]field.Value) []byte {
	t.Helper()
	var buf bytes.Buffer
	e := format(t, name).New(&buf, o)
	if err := e.Begin(fields); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := e.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// sample has a column of every type; its rows hold what is hard to carry.
var sample = []*field.Field{
	{Name: "idweb", Label: "Référence"},
	{Name: "objet", Label: "Objet"},
	{Name: "cpv", Label: "CPV", Multi: true},
	{Name: "dateparution", Label: "Date de parution", Type: field.Date},
	{Name: "datelimitereponse", Label: "Date limite", Type: field.DateTime},
	{Name: "montant", Label: "Montant", Type: field.Number},
	{Name: "count(*)", Label: "count(*)", Type: field.Int},
	{Name: "accord_cadre", Label: "Accord-cadre", Type: field.Bool},
	{Name: "donnees", Label: "Données", Type: field.JSON},
}

var sampleRows = [][][]field.Value{
	{
		{field.Str("26-1")}, {field.Str("Voirie; \"été\" <b>&\\ œuvre\r\n2\tlots \U0001F6A7\x01")}, {field.Str("45000000"), field.Str("71,5")},
		{field.Str("2026-03-17")}, {field.Instant(time.Date(2026, 4, 16, 10, 0, 0, 0, time.UTC))}, {field.Num(10)}, {field.Num(9007199254740991)},
		{field.Flag(true)}, {field.Str("{\"FNSimple\": {\"n\":1.50 ,\"a\":[ ],\n\"t\":\"é: \\\"x\\\", y\"}}")},
	},
	{{field.Str("26 2/<>\"é")}, nil, nil, nil, nil, nil, nil, nil, nil},
	{
		{field.Str("26-3")}, {field.Str("")}, {}, {field.Str("0999-12-31")}, {field.Instant(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))},
		{field.Num(-1.5e-7)}, {field.Num(-3)}, {field.Flag(false)}, {field.Str("not JSON")},
	},
	{{field.Str("=1+1")}, {field.Str("-2")}, {field.Str("+3")}, nil, nil, {field.Num(1e16)}, {field.Num(0)}, nil, nil},
}

var meta = export.Meta{
	Source: "BOAMP, DILA", SourceURL: "https://www.boamp.fr", Licence: "Licence Ouverte 2.0", LicenceURL: "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
	LastUpdate: time.Date(2026, 3, 17, 5, 10, 0, 0, time.UTC), Revision: 812, Total: 4,
}

// TestGolden writes the sample in every text format, in boamp's style and in the portal's.
func TestGolden(t *testing.T) {
	base := export.Options{Meta: meta, Base: "https://boamp.example/api/v1/notices", Subject: "idweb"}
	portal := base
	portal.Style = export.Style{Portal: true, Zone: notice.Paris}
	for name, o := range map[string]export.Options{"native": base, "portal": portal} {
		formats := export.Formats()
		if name == "native" { // the RDF formats have one style
			formats = append(formats, rdf.Formats()...)
		}
		for _, f := range formats {
			t.Run(name+" "+f.Name, func(t *testing.T) {
				got := write(t, f.Name, o, sample, sampleRows...)
				path := filepath.Join("testdata", name+"."+f.Name)
				if *update {
					if err := os.WriteFile(path, got, 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s differs (go test -update writes it):\n%s", path, got)
				}
			})
		}
	}
}
