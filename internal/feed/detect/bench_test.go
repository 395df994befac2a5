package detect_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/synth"
)

// The benchmarks read documents from first byte to typed notice and flat record, on as many processors as -cpu says. An
// op is one document.

// BenchmarkSynth reads invented notices, by generation.
func BenchmarkSynth(b *testing.B) {
	groups := map[notice.Version][]feed.Document{}
	reader := detect.New()
	for d := range synth.Generate(synth.Options{Seed: 1, Notices: 2000, Today: notice.Date{Year: 2026, Month: time.September, Day: 11}}) {
		doc := feed.Document{Bytes: d.Bytes, Origin: d.Path, Name: filepath.Base(d.Path)}
		res, err := reader.Read(doc)
		if err != nil {
			b.Fatalf("%s: %v", d.Path, err)
		}
		groups[res.Notices[0].Version] = append(groups[res.Notices[0].Version], doc)
	}
	for _, v := range slices.Sorted(maps.Keys(groups)) {
		b.Run(string(v), func(b *testing.B) { benchmark(b, groups[v]) })
	}
}

// BenchmarkCorpus reads real documents, by folder of the corpus and generation.
func BenchmarkCorpus(b *testing.B) {
	root := filepath.Join("..", "..", "..", "..", "shared", "corpus")
	if _, err := os.Stat(root); err != nil {
		b.Skip("no corpus of real documents beside the project (../shared/corpus)")
	}
	reader := detect.New()
	for _, folder := range []string{"xml-v110-derived", "xml-v230-derived", "xml-v230", "xml-325", "eforms", "records", "legacy-json/v110"} {
		groups := map[notice.Version][]feed.Document{}
		for _, doc := range documents(b, filepath.Join(root, folder)) {
			if res, err := reader.Read(doc); err == nil { // the corpus holds some forms that no reader takes
				v := res.Notices[0].Version
				groups[v] = append(groups[v], doc)
			}
		}
		for _, v := range slices.Sorted(maps.Keys(groups)) {
			b.Run(filepath.Base(folder)+"/"+string(v), func(b *testing.B) { benchmark(b, groups[v]) })
		}
	}
}

func benchmark(b *testing.B, docs []feed.Document) {
	var size int64
	for _, d := range docs {
		size += int64(len(d.Bytes))
	}
	b.SetBytes(size / int64(len(docs)))
	b.ReportAllocs()
	reader := detect.New()
	notices := make(chan int, 1)
	notices <- 0
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		read := 0
		for i := 0; pb.Next(); i++ {
			res, err := reader.Read(docs[i%len(docs)])
			if err != nil {
				b.Error(err)
				return
			}
			read += len(res.Notices)
		}
		notices <- <-notices + read
	})
	b.ReportMetric(float64(<-notices)/b.Elapsed().Seconds(), "notices/s")
	b.ReportMetric(float64(size)/float64(len(docs))/1e3, "kB/doc")
}
