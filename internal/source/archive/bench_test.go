package archive_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/archive"
	"github.com/boamp/boamp/internal/source/sourcetest"
)

// BenchmarkMembers unpacks archives of 2,000 invented documents of 8 kB.
//
//	go test ./internal/source/archive -bench Members -benchtime 3s
func BenchmarkMembers(b *testing.B) {
	var files []file
	total := 0
	for i := range 2000 {
		files = append(files, file{Name: fmt.Sprintf("d/15-%d.xml", i), Body: sourcetest.Notice(i, 8000)})
		total += len(files[i].Body)
	}
	for name, packed := range map[string][]byte{
		"gzip-tar": sourcetest.TarGz(b, files...), "zip": sourcetest.Zip(b, files...),
		"zip-tar": sourcetest.Zip(b, file{Name: "x.tar", Body: string(sourcetest.Tar(b, files...))}),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(total))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				s := source.Stream{Origin: "x", R: bytes.NewReader(packed), At: bytes.NewReader(packed), Size: int64(len(packed))}
				for m, err := range (archive.Reader{}).Members(context.Background(), s) {
					if err != nil {
						b.Fatal(err)
					}
					if _, err := io.Copy(io.Discard, m.R); err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != len(files) {
					b.Fatalf("%d members", n)
				}
			}
			b.ReportMetric(float64(len(files))*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
			b.ReportMetric(float64(total)/float64(len(packed)), "ratio")
		})
	}
}
