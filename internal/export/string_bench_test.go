package export_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/export"
)

// BenchmarkAppendString writes a text like that of donnees: JSON with accents and many quotes.
func BenchmarkAppendString(b *testing.B) {
	doc := strings.Repeat(`{"OBJET": {"TITRE": "Réfection de la toiture", "CPV": {"PRINCIPAL": "45261900"}},`+"\n", 100)
	for _, style := range []struct {
		name  string
		style export.Style
	}{{"utf8", export.Style{}}, {"ascii", export.Style{ASCII: true}}} {
		b.Run(style.name, func(b *testing.B) {
			buf := make([]byte, 0, 2*len(doc))
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				buf = style.style.AppendString(buf[:0], doc)
			}
		})
	}
}
