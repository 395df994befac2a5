package dir_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/dir"
	"github.com/boamp/boamp/internal/source/sourcetest"
)

// BenchmarkSource imports 2,000 invented documents of 8 kB in each form.
//
//	go test ./internal/source/dir -bench Source -benchtime 3s
func BenchmarkSource(b *testing.B) {
	var files []file
	var lines, array strings.Builder
	root := b.TempDir()
	write := func(name string, body []byte) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), body, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 2000 {
		f := file{Name: fmt.Sprintf("d/15-%d.xml", i), Body: sourcetest.Notice(i, 8000)}
		files = append(files, f)
		write("loose/"+f.Name, []byte(f.Body))
		record := fmt.Sprintf(`{"idweb":"15-%d","donnees":%q}`, i, f.Body)
		lines.WriteString(record + "\n")
		array.WriteString("," + record)
	}
	write("a.taz", sourcetest.TarGz(b, files...))
	write("a.zip", sourcetest.Zip(b, files...))
	write("a.jsonl", []byte(lines.String()))
	write("a.json", []byte("["+array.String()[1:]+"]"))
	for _, name := range []string{"loose", "a.taz", "a.zip", "a.jsonl", "a.json"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var total int64
			n := 0
			for b.Loop() {
				for e, err := range (dir.Source{Paths: []string{filepath.Join(root, name)}, Open: opener()}).Editions(context.Background()) {
					if err != nil {
						b.Fatal(err)
					}
					for item, err := range e.Items(context.Background()) {
						if err != nil {
							b.Fatal(err)
						}
						n++
						total += int64(len(item.Bytes))
					}
				}
			}
			b.SetBytes(total / int64(b.N))
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}

// BenchmarkJSON splits one large array without a disk.
func BenchmarkJSON(b *testing.B) {
	var array bytes.Buffer
	for i := range 2000 {
		fmt.Fprintf(&array, `,{"idweb":"15-%d","donnees":%q}`, i, sourcetest.Notice(i, 8000))
	}
	array.Bytes()[0] = '['
	array.WriteByte(']')
	b.SetBytes(int64(array.Len()))
	for b.Loop() {
		n := 0
		for _, err := range opener().Items(context.Background(), source.Stream{Origin: "x", R: bytes.NewReader(array.Bytes())}) {
			if n++; err != nil {
				b.Fatal(err)
			}
		}
		if n != 2000 {
			b.Fatal(n)
		}
	}
}
