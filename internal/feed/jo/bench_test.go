package jo_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/jo"
)

// BenchmarkRead reads one FNSimple call again and again: as it is, and with renderings of 200 kB, the usual size of those
// of a long notice, which must not cost much beside the values.
func BenchmarkRead(b *testing.B) {
	page := []byte("<HTML><![CDATA[" + strings.Repeat("<div class=\"section\">\n  <span>Texte &eacute;crit, sans intérêt.</span>\n</div>\n", 2500))
	for _, name := range []string{"fnsimple-initial", "mapa-initial", "mapa-attribution"} {
		a, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
		if err != nil {
			b.Fatal(err)
		}
		src := feedtest.Part(a, "doc.xml").Data
		b.Run(name, func(b *testing.B) { benchmark(b, src) })
		b.Run(name+"-200kB", func(b *testing.B) { benchmark(b, bytes.Replace(src, []byte("<HTML><![CDATA["), page, 1)) })
	}
}

// BenchmarkCorpus reads the real documents, one of each kind.
func BenchmarkCorpus(b *testing.B) {
	for name, src := range feedtest.Files(b, "xml-325", "*.xml") {
		b.Run(name, func(b *testing.B) { benchmark(b, src) })
	}
}

func benchmark(b *testing.B, src []byte) {
	r := jo.New(nil, nil)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(feed.Document{Bytes: src}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notices/s")
}
