package export_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
)

// twelve are the columns of an ordinary export.
var twelve = []*field.Field{
	{Name: "idweb", Label: "Référence"}, {Name: "objet", Label: "Objet"}, {Name: "nomacheteur", Label: "Acheteur"}, {Name: "famille", Facet: true},
	{Name: "nature", Facet: true}, {Name: "code_departement", Multi: true, Facet: true}, {Name: "dateparution", Type: field.Date},
	{Name: "datelimitereponse", Type: field.DateTime}, {Name: "descripteur_libelle", Multi: true}, {Name: "montant", Type: field.Number},
	{Name: "lots", Type: field.Int}, {Name: "url_avis"},
}

// rowsOf invents rows of the twelve columns; they come again after the first thousand, but for the reference.
type rowsOf struct{ rows [][][]field.Value }

func invent() *rowsOf {
	r := &rowsOf{}
	start := time.Date(2024, 1, 1, 11, 0, 0, 0, time.UTC)
	for i := range 1000 {
		day := start.AddDate(0, 0, i%700)
		r.rows = append(r.rows, [][]field.Value{
			nil, {field.Str(fmt.Sprintf("Travaux de réfection de la voirie communale, tranche %d ; lot n° %d", i, i%7))},
			{field.Str(fmt.Sprintf("Commune de Saint-Exemple-%d", i%300))}, {field.Str("FNS")}, {field.Str("APPEL_OFFRE")},
			{field.Str("44"), field.Str("85")}, {field.Str(day.Format(time.DateOnly))}, {field.Instant(day.AddDate(0, 1, 0))},
			{field.Str("Voirie"), field.Str("Espaces verts (aménagement)")}, {field.Num(float64(i) * 1234.5)}, {field.Num(float64(i % 9))},
			{field.Str(fmt.Sprintf("https://www.boamp.fr/pages/avis/?q=idweb:\"24-%d\"", i))},
		})
	}
	return r
}

func (r *rowsOf) at(i int) [][]field.Value {
	row := r.rows[i%len(r.rows)]
	row[0] = []field.Value{field.Str(fmt.Sprintf("24-%d", i))}
	return row
}

// counter counts what is written, and fails after most bytes unless that is 0.
type counter struct{ bytes, most int }

var errFull = errors.New("the disk is full")

func (c *counter) Write(b []byte) (int, error) {
	c.bytes += len(b)
	if c.most > 0 && c.bytes > c.most {
		return 0, errFull
	}
	return len(b), nil
}

// TestWriterFails: the error of the writer comes out of the encoder, soon after it came up.
func TestWriterFails(t *testing.T) {
	rows := invent()
	for _, f := range all() {
		t.Run(f.Name, func(t *testing.T) {
			out := &counter{most: 100_000}
			e := f.New(out, export.Options{})
			err := e.Begin(twelve)
			n := 0
			for ; err == nil && n < 400_000; n++ {
				err = e.Row(rows.at(n))
			}
			if !errors.Is(err, errFull) {
				t.Errorf("after %d rows: %v", n, err)
			}
		})
	}
}

// TestFlat: memory does not grow with the number of rows, no files are left behind by an encoder that never ends, and the first bytes
// come long before the last row.
func TestFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("writes many rows")
	}
	rows := invent()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, f := range all() {
		t.Run(f.Name, func(t *testing.T) {
			out := &counter{}
			e := f.New(out, export.Options{})
			if err := e.Begin(twelve); err != nil {
				t.Fatal(err)
			}
			var few uint64
			const many = 300_000
			for i := range many {
				if err := e.Row(rows.at(i)); err != nil {
					t.Fatal(err)
				}
				if i == many/3 {
					few = heap()
				}
			}
			if out.bytes == 0 {
				t.Error("nothing is written before the end")
			}
			if grown := int64(heap()) - int64(few); grown > 8<<20 {
				t.Errorf("the last %d rows hold %d bytes", many-many/3, grown)
			}
			if files, _ := os.ReadDir(temp); len(files) > 0 {
				t.Errorf("it keeps files: %v", files)
			}
			runtime.KeepAlive(e)
		})
	}
}

// TestFlatWide: nor does memory follow the size of the rows.
func TestFlatWide(t *testing.T) {
	if testing.Short() {
		t.Skip("writes many bytes")
	}
	rows := invent()
	fields := append(append([]*field.Field{}, twelve...), &field.Field{Name: "donnees"})
	body := strings.Repeat(`{"initial":{"nom":"Commune","lot":1}}`, 200) // 7 kB
	for _, f := range all() {
		t.Run(f.Name, func(t *testing.T) {
			before := heap()
			e := f.New(&counter{}, export.Options{})
			if err := e.Begin(fields); err != nil {
				t.Fatal(err)
			}
			for i := range 20_000 { // 150 MB
				if err := e.Row(append(append([][]field.Value{}, rows.at(i)...), []field.Value{field.Str(fmt.Sprint(i, body))})); err != nil {
					t.Fatal(err)
				}
				if i%1000 != 999 {
					continue
				}
				if grown := int64(heap()) - int64(before); grown > 48<<20 {
					t.Fatalf("it holds %d MB after %d rows", grown>>20, i+1)
				}
			}
			runtime.KeepAlive(e)
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestAllocations: rows of the text formats cost no garbage of their own.
func TestAllocations(t *testing.T) {
	rows := invent()
	for _, name := range []string{"csv", "json", "jsonl", "geojson", "turtle", "jsonld"} {
		e := format(t, name).New(io.Discard, export.Options{Subject: "idweb"})
		if err := e.Begin(twelve); err != nil {
			t.Fatal(err)
		}
		row := rows.at(1)
		if n := testing.AllocsPerRun(1000, func() {
			if err := e.Row(row); err != nil {
				t.Fatal(err)
			}
		}); n > 4 {
			t.Errorf("%s: %v allocations a row", name, n)
		}
	}
}

// BenchmarkFormats writes rows of twelve columns.
func BenchmarkFormats(b *testing.B) {
	rows := invent()
	for _, f := range all() {
		b.Run(f.Name, func(b *testing.B) {
			out := &counter{}
			e := f.New(out, export.Options{})
			if err := e.Begin(twelve); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := e.Row(rows.at(i)); err != nil {
					b.Fatal(err)
				}
			}
			if err := e.End(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(out.bytes)/1e6/b.Elapsed().Seconds(), "MB/s")
		})
	}
}
