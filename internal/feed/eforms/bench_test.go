package eforms_test

import (
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/eforms"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// BenchmarkRead reads two invented notices of 15 kB again and again.
func BenchmarkRead(b *testing.B) {
	docs := fixtures(b)
	for _, name := range []string{"call-lots", "award-groups"} {
		b.Run(name, func(b *testing.B) { benchmark(b, docs[name]) })
	}
}

// BenchmarkCorpus reads real notices: one of about 40 kB, a big award, and one of 100 lots.
func BenchmarkCorpus(b *testing.B) {
	docs := plainDocuments(b)
	for _, name := range []string{
		"ted-real/2024-OJS017-00047522.xml", "ted-real/2024-OJS065-00191534.xml", "sdk-examples/cn_24_FRA_comments.xml",
		"sdk-examples/can_24_maximal.xml", "sdk-examples/cn_24_maximal_100_lots.xml",
	} {
		b.Run(name, func(b *testing.B) { benchmark(b, docs[name]) })
	}
	b.Run("all", func(b *testing.B) {
		size := 0
		for _, src := range docs {
			size += len(src)
		}
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, src := range docs {
				eforms.New().Read(feed.Document{Bytes: src})
			}
		}
		b.ReportMetric(float64(b.N*len(docs))/b.Elapsed().Seconds(), "notices/s")
	})
}

// BenchmarkBody reads the typed values of a parsed notice.
func BenchmarkBody(b *testing.B) {
	d, err := tree.ParseXML(plainDocuments(b)["sdk-examples/cn_24_FRA_comments.xml"], tree.UBL, tree.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		eforms.Body().ReadBody(feed.Body{Donnees: d.Root()}, &notice.Notice{})
	}
}

func benchmark(b *testing.B, src []byte) {
	r := eforms.New()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(feed.Document{Bytes: src}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notices/s")
}
