package export_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
)

// odd are texts that are hard to write.
var odd = []string{"", "a", ";", `"`, "\r\n", "=1+1", " @x", "é;\"", "\xff\x00", "{\"a\" : [1, 2]}", "long " + string(bytes.Repeat([]byte("x;"), 300)), "True"}

// randomRow invents a row of the twelve columns.
func randomRow(r *rand.Rand) [][]field.Value {
	row := make([][]field.Value, len(twelve))
	for i, f := range twelve {
		count := r.IntN(2)
		if f.Multi {
			count = r.IntN(4)
		}
		for range count {
			switch f.Type {
			case field.Number:
				row[i] = append(row[i], field.Num([]float64{0, 1.5, 1e20, 1e-7, -3}[r.IntN(5)]))
			case field.Int:
				row[i] = append(row[i], field.Num(float64(r.IntN(9))))
			case field.Date:
				row[i] = append(row[i], field.Str(time.Date(1900+r.IntN(250), 1, 1+r.IntN(365), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)))
			case field.DateTime:
				row[i] = append(row[i], field.Instant(time.Unix(r.Int64N(1<<33)-1<<32, 0)))
			default:
				row[i] = append(row[i], field.Str(odd[r.IntN(len(odd))]))
			}
		}
	}
	return row
}

// TestPieces: rows in pieces, some of them empty, and rows one by one give the same bytes.
func TestPieces(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	options := []export.Options{
		{}, {Style: export.Style{Portal: true, Zone: paris}}, {QuoteAll: true, BOM: true, Labels: true, Delimiter: '€'},
		{Style: export.Style{Portal: true}, Spreadsheet: true, ListSep: "\n"},
	}
	for _, f := range export.Formats() {
		for seed := range uint64(60) {
			r := rand.New(rand.NewPCG(seed, 1))
			o := options[seed%4]
			fields := twelve
			if seed%3 == 0 {
				fields = twelve[1:2]
			}
			var a, b bytes.Buffer
			plain, pieces := f.New(&a, o), f.New(&b, o).(export.Splitter)
			for _, e := range []export.Encoder{plain, pieces} {
				if err := e.Begin(fields); err != nil {
					t.Fatal(err)
				}
			}
			list := []export.Piece{pieces.Piece(), pieces.Piece()}
			for n := range r.IntN(8) {
				p := list[n%2]
				for range r.IntN(4) {
					row := randomRow(r)
					if len(fields) == 1 {
						row = row[1:2]
					}
					if err := plain.Row(row); err != nil {
						t.Fatal(err)
					}
					to := p.Row
					if n == 0 { // some rows one by one before the pieces, as Parquet wants them
						to = pieces.Row
					}
					if err := to(row); err != nil {
						t.Fatal(err)
					}
				}
				if err := pieces.Add(p); err != nil {
					t.Fatal(err)
				}
				if want := pieces.Want(); want < 1 {
					t.Fatalf("%d rows wanted", want)
				}
			}
			for _, e := range []export.Encoder{plain, pieces} {
				if err := e.End(); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Fatalf("%s, seed %d: %d bytes by rows, %d by pieces, not the same", f.Name, seed, a.Len(), b.Len())
			}
		}
	}
}

// TestPieceSizes: pieces grow to what a piece should have in bytes, and are small again where rows are large.
func TestPieceSizes(t *testing.T) {
	rows := invent()
	for _, f := range export.Formats() {
		e := f.New(&counter{}, export.Options{}).(export.Splitter)
		if err := e.Begin(twelve); err != nil {
			t.Fatal(err)
		}
		p := e.Piece()
		add := func(n int, row func(i int) [][]field.Value) {
			for i := range n {
				if err := p.Row(row(i)); err != nil {
					t.Fatal(err)
				}
			}
			if err := e.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		if n := e.Want(); n > 100 {
			t.Errorf("%s: %d rows wanted at first", f.Name, n)
		}
		for range 10 {
			add(e.Want(), rows.at)
		}
		if n := e.Want(); n < 400 || n > 2000 {
			t.Errorf("%s: %d rows wanted of some hundred bytes each", f.Name, n)
		}
		large := slices.Clone(rows.at(1))
		large[1] = []field.Value{field.Str(fmt.Sprintf("%01000000d", 7))}
		add(1, func(int) [][]field.Value { return large })
		if n := e.Want(); n != 1 {
			t.Errorf("%s: %d rows wanted of a million bytes each", f.Name, n)
		}
	}
}
