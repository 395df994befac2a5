package odsql_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/lang/odsql"
)

// BenchmarkCompile reads a request such as clients send.
func BenchmarkCompile(b *testing.B) {
	e := env(b)
	r := odsql.Request{
		Select:  "idweb, objet, nomacheteur, dateparution, year(dateparution) as y",
		Where:   []string{`(search(objet, "espaces verts") OR search(objet, "élagage")) AND nature = "APPEL_OFFRE" AND dateparution >= "2026-08-01" AND code_departement in ("44", "49")`},
		OrderBy: "dateparution desc, idweb", Limit: 100,
	}
	for b.Loop() {
		if _, err := odsql.Compile(e, r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLargest reads texts at the limits.
func BenchmarkLargest(b *testing.B) {
	for name, r := range map[string]odsql.Request{
		"list":    {Where: []string{"idweb in (" + strings.Repeat(`"26-1234567", `, 4000) + `"x")`}},
		"or":      {Where: []string{strings.Repeat("lots = 1 or ", 2000) + "lots = 2"}},
		"columns": {Select: strings.Repeat("length(objet) + lots, ", 1300) + "objet"},
		"groups":  {Select: strings.Repeat("count(distinct nature) + sum(lots), ", 1000) + "nature", GroupBy: strings.Repeat("lower(nature), ", 19) + "nature"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := odsql.Compile(rich(b), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
