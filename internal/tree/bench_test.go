package tree_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/tree"
)

// generations are the corpus folders that the benchmarks read, one kind of document each.
var generations = []string{"xml-v110-derived", "xml-v230", "xml-325", "eforms/ted-real"}

// benchmark runs read over every document of each generation; an op is one document.
func benchmark(b *testing.B, read func(src []byte) error) {
	for _, folder := range generations {
		b.Run(strings.ReplaceAll(folder, "/", "-"), func(b *testing.B) {
			var docs [][]byte
			size := 0
			for _, src := range xmlFiles(b, folder) {
				docs = append(docs, src)
				size += len(src)
			}
			b.SetBytes(int64(size / len(docs)))
			b.ReportAllocs()
			k := 0
			for b.Loop() {
				if err := read(docs[k%len(docs)]); err != nil {
					b.Fatal(err)
				}
				k++
			}
			b.ReportMetric(float64(k)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}

func BenchmarkParseXML(b *testing.B) {
	benchmark(b, func(src []byte) error {
		_, err := tree.ParseXML(src, tree.UBL, tree.Limits{})
		return err
	})
}

// BenchmarkRawToken is the least that encoding/xml can do: tokens, no tree.
func BenchmarkRawToken(b *testing.B) {
	benchmark(b, func(src []byte) error {
		dec := xml.NewDecoder(bytes.NewReader(src))
		for {
			if _, err := dec.RawToken(); err != nil {
				return notEOF(err)
			}
		}
	})
}

// BenchmarkToken builds a comparable tree from encoding/xml's tokens.
func BenchmarkToken(b *testing.B) {
	benchmark(b, func(src []byte) error {
		_, err := standardTree(src)
		return err
	})
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// element is the tree that a reader built on encoding/xml would hold.
type element struct {
	space, local string
	attrs        []xml.Attr
	text         string
	children     []*element
}

// standardTree reads a document with encoding/xml in strict mode.
func standardTree(src []byte) (*element, error) {
	dec := xml.NewDecoder(bytes.NewReader(src))
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	root := &element{}
	stack := []*element{root}
	texts := [][]byte{nil}
	for {
		tok, err := dec.Token()
		if err != nil {
			return root, notEOF(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			e := &element{space: t.Name.Space, local: t.Name.Local, attrs: t.Attr}
			up := stack[len(stack)-1]
			up.children = append(up.children, e)
			stack = append(stack, e)
			texts = append(texts, nil)
		case xml.EndElement:
			stack[len(stack)-1].text = string(texts[len(texts)-1])
			stack, texts = stack[:len(stack)-1], texts[:len(texts)-1]
		case xml.CharData:
			texts[len(texts)-1] = append(texts[len(texts)-1], t...)
		}
	}
}

// halves are the JSON texts of the records of one file.
func halves(b *testing.B, name string) (list [][]byte, size int) {
	for _, r := range records(b, name) {
		for _, s := range []string{r.Gestion, r.Donnees} {
			list = append(list, []byte(s))
			size += len(s)
		}
	}
	return list, size
}

func BenchmarkParseJSON(b *testing.B) {
	for _, name := range []string{"v110.jsonl", "v230.jsonl", "v325.jsonl"} {
		b.Run(name, func(b *testing.B) {
			list, size := halves(b, name)
			b.SetBytes(int64(size / len(list)))
			b.ReportAllocs()
			k := 0
			for b.Loop() {
				if _, err := tree.ParseJSON(list[k%len(list)], "donnees", tree.Limits{}); err != nil {
					b.Fatal(err)
				}
				k++
			}
		})
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	for _, folder := range generations {
		b.Run(strings.ReplaceAll(folder, "/", "-"), func(b *testing.B) {
			var docs []*tree.Doc
			size := 0
			var buf []byte
			for name, src := range xmlFiles(b, folder) {
				d, err := tree.ParseXML(src, tree.UBL, tree.Limits{})
				if err != nil {
					b.Fatal(name, err)
				}
				docs = append(docs, d)
				size += len(d.Root().AppendJSON(nil))
			}
			b.SetBytes(int64(size / len(docs)))
			b.ReportAllocs()
			k := 0
			for b.Loop() {
				buf = docs[k%len(docs)].Root().AppendJSON(buf[:0])
				k++
			}
		})
	}
}
