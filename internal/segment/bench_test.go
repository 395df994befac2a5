package segment_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store/storetest"
)

// What is measured: invented notices, or a file that was made of the fields of this version.
var (
	benchNotices = flag.Int("notices", 20_000, "notices in the segment of benchmarks")
	benchSegment = flag.String("segment", "", "file of a segment for the benchmarks that only read")
)

// benchDocuments are invented once.
var benchDocuments = sync.OnceValues(func() (*field.Catalogue, []segment.Document) {
	c := field.NewCatalogue()
	return c, documents(c, false, storetest.NewGenerator(1).Notices(*benchNotices))
})

func write(b *testing.B, w io.Writer, o segment.Options, docs []segment.Document) {
	b.Helper()
	builder, err := segment.NewBuilder(w, o)
	if err != nil {
		b.Fatal(err)
	}
	defer builder.Close()
	for _, d := range docs {
		if err := builder.Add(d); err != nil {
			b.Fatal(err)
		}
	}
	if err := builder.Finish(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkBuild(b *testing.B) {
	c, docs := benchDocuments()
	size := 0
	for b.Loop() {
		var buf bytes.Buffer
		write(b, &buf, segment.Options{Catalogue: c, Temp: b.TempDir()}, docs)
		size = buf.Len()
	}
	b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "notices/s")
	b.ReportMetric(float64(size)/float64(len(docs)), "bytes/notice")
}

// benchFile writes a segment and gives its path.
func benchFile(b *testing.B) (*field.Catalogue, string) {
	if *benchSegment != "" {
		return field.NewCatalogue(), *benchSegment
	}
	c, docs := benchDocuments()
	path := filepath.Join(b.TempDir(), "bench.segment")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	write(b, f, segment.Options{Catalogue: c, Temp: b.TempDir()}, docs)
	return c, path
}

func BenchmarkMerge(b *testing.B) {
	c, docs := benchDocuments()
	o := segment.Options{Catalogue: c, Temp: b.TempDir()}
	var parts []segment.Part
	for _, own := range [][]segment.Document{docs[:len(docs)*9/10], docs[len(docs)*9/10:]} {
		var buf bytes.Buffer
		write(b, &buf, o, own)
		parts = append(parts, segment.Part{Segment: loaded(b, o, buf.Bytes()), Deleted: roaring.BitmapOf(1, 2, 3)})
	}
	for b.Loop() {
		if err := segment.Merge(io.Discard, parts, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "notices/s")
}

func BenchmarkOpen(b *testing.B) {
	c, path := benchFile(b)
	for b.Loop() {
		s, err := segment.Open(path, segment.Expect{Catalogue: c})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTouch opens a segment and every column and all words of it, which verifies the checksums of most.
func BenchmarkTouch(b *testing.B) {
	c, path := benchFile(b)
	for b.Loop() {
		s, err := segment.Open(path, segment.Expect{Catalogue: c})
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range c.All() {
			if _, err := s.Column(f); err != nil {
				b.Fatal(err)
			}
			if _, err := s.Words(f); err != nil {
				b.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkColumn(b *testing.B) {
	c, path := benchFile(b)
	s, err := segment.Open(path, segment.Expect{Catalogue: c})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	all, some := roaring.New(), roaring.New()
	all.AddRange(0, uint64(s.Len()))
	for doc := uint32(0); doc < uint32(s.Len()); doc += 100 {
		some.Add(doc)
	}
	most := all.Clone()
	most.Remove(0)
	for _, name := range []string{"famille", "code_departement", "cpv", "descripteur_code", "dateparution", "deadline", "amount", "nomacheteur", "buyer_siret", "objet", "sha256"} {
		column, err := s.Column(c.Must(name))
		if err != nil {
			b.Fatal(err)
		}
		n := column.Values()
		b.Run(fmt.Sprintf("%s of %d values", name, n), func(b *testing.B) {
			benchColumn(b, column, uint32(s.Len()), some, most)
		})
	}
}

func benchColumn(b *testing.B, column segment.Column, docs uint32, some, most *roaring.Bitmap) {
	n := column.Values()
	counts := make([]uint64, n+1)
	v := column.Value(n/2 + 1)
	var buf []uint32
	for _, m := range []struct {
		name string
		do   func()
	}{
		{"Search", func() { column.Search(v) }},
		{"Docs", func() { column.Docs(n/2 + 1) }},
		{"Value", func() { column.Value(n/2 + 1) }},
		{"RangeHalf", func() { column.Range(n/4+1, n*3/4+1) }},
		{"RangePart", func() { column.Range(n/2+1, n/2+1+n/100) }},
		{"TallyHundredth", func() { column.Tally(some, counts) }},
		{"TallyMost", func() { column.Tally(most, counts) }},
		{"CodesAll", func() {
			for doc := range docs {
				buf = column.Codes(doc, buf[:0])
			}
		}},
	} {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.do()
			}
		})
	}
}

func BenchmarkWords(b *testing.B) {
	c, path := benchFile(b)
	s, err := segment.Open(path, segment.Expect{Catalogue: c})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for _, name := range []string{"objet", field.Texte, "donnees"} {
		words, err := s.Words(c.Must(name))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%s of %d words", name, words.Len()), func(b *testing.B) { benchWords(b, words) })
	}
	packed := uint32(0)
	b.Run("Packed", func(b *testing.B) {
		for b.Loop() {
			packed = (packed + 7919) % uint32(s.Len())
			if _, err := s.Packed(packed); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func benchWords(b *testing.B, words segment.Words) {
	count := func(list func(func(string) bool)) {
		for range list {
		}
	}
	for _, m := range []struct {
		name string
		do   func()
	}{
		{"Docs", func() { words.Docs("travaux") }},
		{"Frequency", func() { words.Frequency("45210000") }},
		{"Beginning", func() { count(words.Matching("trav", false, true)) }},
		{"End", func() { count(words.Matching("aux", true, false)) }},
		{"Within", func() { count(words.Matching("rava", true, true)) }},
		{"Near1", func() { count(words.Near("travau", 1)) }},
		{"Near2", func() { count(words.Near("travau", 2)) }},
	} {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.do()
			}
		})
	}
}
