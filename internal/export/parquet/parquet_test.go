package parquet_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	pq "github.com/parquet-go/parquet-go"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/parquet"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

var columns = []*field.Field{
	{Name: "zeta", Label: "Référence"}, // the columns stand in the order of the request, not of their names
	{Name: "cpv", Label: "CPV", Multi: true},
	{Name: "published", Label: "Publié le", Type: field.Date},
	{Name: "deadline", Label: "Date limite", Type: field.DateTime},
	{Name: "amount", Label: "Montant", Type: field.Number},
	{Name: "count", Label: "Nombre", Type: field.Int},
	{Name: "framework", Label: "Accord-cadre", Type: field.Bool},
	{Name: "body", Label: "Données", Type: field.JSON},
	{Name: "counts", Label: "Nombres", Type: field.Int, Multi: true},
}

var deadline = time.Date(2026, 4, 16, 10, 0, 0, 0, time.UTC)

var rows = [][][]field.Value{
	{
		{field.Str("26-1")}, {field.Str("45000000"), field.Str(""), field.Str("71")}, {field.Str("2026-03-17")}, {field.Instant(deadline)}, {field.Num(1234.5)},
		{field.Num(1 << 53)}, {field.Flag(true)}, {field.Str(`{"a": 1}`)}, {field.Num(-1), field.Num(2)},
	},
	{nil, nil, nil, nil, nil, nil, nil, nil, nil},
	{
		{field.Str("")}, {}, {field.Str("0001-01-01")}, {field.Instant(time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC))}, {field.Num(math.Inf(1))},
		{field.Num(0)}, {field.Flag(false)}, {field.Str("no JSON")}, {},
	},
	{{field.Str("26-4")}, {field.Str("x")}, {field.Str("7017-12-31")}, nil, {field.Num(0)}, nil, nil, nil, {field.Num(7)}},
}

func write(t testing.TB, e export.Encoder, rows ...[][]field.Value) {
	t.Helper()
	if err := e.Begin(columns); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := e.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
}

// read gives the rows of a file as the library reads them, and the file.
func read(t testing.TB, b []byte) ([][][]field.Value, *pq.File) {
	t.Helper()
	f, err := pq.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out [][][]field.Value
	r := pq.NewReader(f)
	defer r.Close()
	buf := make([]pq.Row, 100)
	for {
		n, err := r.ReadRows(buf)
		for _, row := range buf[:n] {
			values := make([][]field.Value, len(columns))
			for _, v := range row {
				if i := v.Column(); !v.IsNull() {
					values[i] = append(values[i], value(columns[i].Type, v))
				} else if columns[i].Multi && v.DefinitionLevel() == 1 {
					values[i] = []field.Value{}
				}
			}
			out = append(out, values)
		}
		if err == io.EOF {
			return out, f
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func value(t field.Type, v pq.Value) field.Value {
	switch t {
	case field.Date:
		return field.Str(time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly))
	case field.DateTime:
		return field.Instant(time.UnixMilli(v.Int64()))
	case field.Number:
		return field.Num(v.Double())
	case field.Int:
		return field.Num(float64(v.Int64()))
	case field.Bool:
		return field.Flag(v.Boolean())
	}
	return field.Str(string(v.ByteArray()))
}

func TestRoundTrip(t *testing.T) {
	want := append([][][]field.Value(nil), rows...)
	want[2] = append([][]field.Value(nil), rows[2]...)
	want[2][7] = []field.Value{field.Str(`"no JSON"`)} // a file with a text that is not JSON would be refused whole
	for _, codec := range []string{"", "snappy", "zstd"} {
		var buf bytes.Buffer
		write(t, parquet.Format().New(&buf, export.Options{Compression: codec}), rows...)
		got, _ := read(t, buf.Bytes())
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got\n%v\nwant\n%v", codec, got, want)
		}
	}
}

func TestSchema(t *testing.T) {
	var buf bytes.Buffer
	o := export.Options{Title: "boamp", Meta: export.Meta{Source: "BOAMP, DILA", Licence: "Licence Ouverte 2.0", Revision: 7, LastUpdate: deadline}}
	write(t, parquet.Format().New(&buf, o))
	_, f := read(t, buf.Bytes())
	const want = `message boamp {
	optional binary zeta (STRING);
	optional group cpv (LIST) {
		repeated group list {
			required binary element (STRING);
		}
	}
	optional int32 published (DATE);
	optional int64 deadline (TIMESTAMP(isAdjustedToUTC=true,unit=MILLIS));
	optional double amount;
	optional int64 count (INT(64,true));
	optional boolean framework;
	optional binary body (JSON);
	optional group counts (LIST) {
		repeated group list {
			required int64 element (INT(64,true));
		}
	}
}`
	if got := f.Schema().String(); got != want {
		t.Errorf("schema\n%s\nwant\n%s", got, want)
	}
	for key, want := range map[string]string{"source": "BOAMP, DILA", "licence": "Licence Ouverte 2.0", "revision": "7", "last_update": "2026-04-16T10:00:00Z"} {
		if got, _ := f.Lookup(key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	if f.NumRows() != 0 {
		t.Errorf("%d rows", f.NumRows())
	}
}

// TestRowGroups: groups end at a number of rows or of bytes, and all rows are there.
func TestRowGroups(t *testing.T) {
	many := make([][][]field.Value, 1000)
	for i := range many {
		many[i] = append([][]field.Value(nil), rows[0]...)
		many[i][0] = []field.Value{field.Str(fmt.Sprintf("26-%d", i))}
	}
	for name, c := range map[string]struct{ rows, bytes, groups int }{"rows": {300, 1 << 30, 4}, "bytes": {1 << 30, 64 << 10, 2}, "exact": {500, 1 << 30, 2}} {
		var buf bytes.Buffer
		write(t, parquet.NewSmall(&buf, export.Options{}, c.rows, c.bytes), many...)
		got, f := read(t, buf.Bytes())
		if n := len(f.RowGroups()); n < c.groups || n > c.groups+1 {
			t.Errorf("%s: %d row groups, want %d", name, n, c.groups)
		}
		if !reflect.DeepEqual(got, many) {
			t.Errorf("%s: %d rows, or other values", name, len(got))
		}
	}
}

// TestPieces: pieces become groups in their order, whoever filled them; all rows are there.
func TestPieces(t *testing.T) {
	var buf bytes.Buffer
	e := parquet.Format().New(&buf, export.Options{}).(export.Splitter)
	if err := e.Begin(columns); err != nil {
		t.Fatal(err)
	}
	var want [][][]field.Value
	next := func() [][]field.Value {
		row := slices.Clone(rows[0])
		row[0] = []field.Value{field.Str(fmt.Sprintf("26-%d", len(want)))}
		want = append(want, row)
		return row
	}
	for e.Piece() == nil { // the first rows decide about encodings
		if err := e.Row(next()); err != nil {
			t.Fatal(err)
		}
	}
	list := []export.Piece{e.Piece(), e.Piece(), e.Piece()}
	for range 3 {
		parts := make([][][][]field.Value, len(list))
		for i := range list {
			for range 100 * i {
				parts[i] = append(parts[i], next())
			}
		}
		var wait sync.WaitGroup
		for i, p := range list {
			wait.Go(func() {
				for _, row := range parts[i] {
					if err := p.Row(row); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		for _, p := range list {
			if err := e.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.Row(next()); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	got, f := read(t, buf.Bytes())
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d rows, want %d, or other values", len(got), len(want))
	}
	if n := len(f.RowGroups()); n != 3*3+1 {
		t.Errorf("%d row groups", n)
	}
	if e.Want() < 10_000 {
		t.Errorf("%d rows wanted", e.Want())
	}
}

// TestEncodings: texts that come again have a dictionary, others have none, whatever comes after the first rows.
func TestEncodings(t *testing.T) {
	fields := []*field.Field{{Name: "same"}, {Name: "other"}, {Name: "list", Multi: true}}
	var buf bytes.Buffer
	e := parquet.Format().New(&buf, export.Options{})
	if err := e.Begin(fields); err != nil {
		t.Fatal(err)
	}
	const many = 3000
	for i := range many {
		id := []field.Value{field.Str(fmt.Sprint(i))}
		if err := e.Row([][]field.Value{{field.Str("FNS")}, id, {field.Str("44"), field.Str("85")}}); err != nil {
			t.Fatal(err)
		}
		id[0] = field.Str("changed by its owner")
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	f, err := pq.OpenFile(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil || f.NumRows() != many {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false, true} {
		dictionary := false
		for _, encoding := range f.Metadata().RowGroups[0].Columns[i].MetaData.Encoding {
			dictionary = dictionary || encoding.String() == "RLE_DICTIONARY"
		}
		if dictionary != want {
			t.Errorf("column %s: dictionary %v, want %v", fields[i].Name, dictionary, want)
		}
	}
	r := pq.NewReader(f)
	defer r.Close()
	rows := make([]pq.Row, 5)
	if n, _ := r.ReadRows(rows); n != 5 || rows[4][1].String() != "4" {
		t.Errorf("the fifth row: %v", rows[4])
	}
}

func TestLabels(t *testing.T) {
	var buf bytes.Buffer
	write(t, parquet.Format().New(&buf, export.Options{Labels: true}), rows...)
	_, f := read(t, buf.Bytes())
	if got := f.Schema().Fields()[0].Name(); got != "Référence" {
		t.Errorf("first column %q", got)
	}
}

func TestMistakes(t *testing.T) {
	if err := parquet.Format().New(io.Discard, export.Options{}).Begin(nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("no columns: %v", err)
	}
	if err := parquet.Format().New(io.Discard, export.Options{Compression: "lzo"}).Begin(columns); !fault.Is(err, fault.Invalid) {
		t.Errorf("compression: %v", err)
	}
	e := parquet.Format().New(io.Discard, export.Options{})
	if err := e.Begin(columns[2:3]); err != nil {
		t.Fatal(err)
	}
	err := e.Row([][]field.Value{{field.Str("2026-02-30")}})
	if err == nil {
		err = e.End()
	}
	if !fault.Is(err, fault.Internal) {
		t.Errorf("no day: %v", err)
	}
}
