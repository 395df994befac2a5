// Package parquet writes results as Parquet files (https://parquet.apache.org), with true types: days are DATE, instants TIMESTAMP
// in UTC to the millisecond, numbers DOUBLE, whole numbers INT64, true and false BOOLEAN, JSON texts of the logical type JSON, fields
// of several values LIST. Every column may be null; no value and a list of none are told apart.
//
// Rows are gathered into row groups of bounded size and written as these are full, so memory does not grow with the number of
// rows. The encodings are those that every reader knows: plain, or a dictionary for texts of which the first rows say that they come
// again (sample.go), and for all that is short.
package parquet

import (
	"io"
	"slices"
	"strconv"
	"time"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

const (
	groupRows  = 120_000  // rows of a row group at most
	groupBytes = 32 << 20 // bytes of a row group at most, before compression
	// Of pieces several are in memory at once.
	pieceShare = 2
)

// Format describes the encoder.
func Format() export.Format {
	return export.Format{
		Name: "parquet", Ext: "parquet", MediaType: "application/vnd.apache.parquet", JSON: true,
		New: func(w io.Writer, o export.Options) export.Encoder {
			return &encoder{w: w, o: o, groupRows: groupRows, groupBytes: groupBytes}
		},
	}
}

type encoder struct {
	w          io.Writer
	o          export.Options
	groupRows  int
	groupBytes int
	codec      compress.Codec
	out        *pq.GenericWriter[any] // nil while the first rows are gathered
	fields     []*field.Field
	names      []string
	rows       *group // those that come one by one
	first      sample
	want       int
}

func (e *encoder) Begin(fields []*field.Field) error {
	if len(fields) == 0 {
		return fault.New(fault.Invalid, "a Parquet file needs a column").WithHint("select at least one field")
	}
	e.fields, e.names = fields, export.Headings(fields, e.o.Labels)
	var codec compress.Codec = &pq.Snappy
	switch e.o.Compression {
	case "", "snappy":
	case "zstd":
		codec = &pq.Zstd
	default:
		_, err := export.CheckCompression(e.o.Compression)
		return err
	}
	e.codec = codec
	return nil
}

// start opens the file, once the first rows have said which columns repeat themselves.
func (e *encoder) start() error {
	name := e.o.Title
	if name == "" {
		name = "boamp"
	}
	options := []pq.WriterOption{
		pq.NewSchema(name, schema(e.fields, e.names, e.first.repeats(e.fields))), pq.Compression(e.codec), pq.DataPageVersion(1), pq.CreatedBy("boamp", "", ""),
	}
	for i, f := range e.fields {
		if f.Multi { // smallest and largest of lists help no reader, and take time to find
			options = append(options, pq.SkipPageBounds(e.names[i], "list", "element"))
		}
	}
	for _, m := range metadata(e.o.Meta) {
		options = append(options, pq.KeyValueMetadata(m[0], m[1]))
	}
	e.out = pq.NewGenericWriter[any](e.w, options...)
	e.rows = e.group(true)
	e.want = max(1, min(e.groupRows, e.groupBytes*len(e.first.rows)/max(1, e.first.bytes+8*len(e.fields)*len(e.first.rows)))/pieceShare)
	for _, values := range e.first.rows {
		if err := e.write(values); err != nil {
			return err
		}
	}
	e.first = sample{}
	return nil
}

func (e *encoder) group(copies bool) *group {
	return &group{o: &e.o, fields: e.fields, names: e.names, copies: copies, out: e.out.BeginRowGroup(), columns: make([][]pq.Value, len(e.fields))}
}

// metadata are the key-value pairs of the file: where the data come from.
func metadata(m export.Meta) [][2]string {
	update := ""
	if !m.LastUpdate.IsZero() {
		update = m.LastUpdate.UTC().Format(time.RFC3339)
	}
	var list [][2]string
	for _, p := range [][2]string{
		{"source", m.Source}, {"source_url", m.SourceURL}, {"licence", m.Licence}, {"licence_url", m.LicenceURL},
		{"last_update", update}, {"revision", strconv.FormatInt(m.Revision, 10)},
	} {
		if p[1] != "" {
			list = append(list, p)
		}
	}
	return list
}

// ordered is a group whose columns stand in the order of the request; those of the library are sorted by name.
type ordered struct {
	pq.Group
	columns []pq.Field
}

func (o ordered) Fields() []pq.Field { return o.columns }

func schema(fields []*field.Field, names []string, repeats []bool) pq.Node {
	group := pq.Group{}
	for i, f := range fields {
		node := leaf(f, repeats[i])
		if f.Multi {
			node = pq.List(node)
		}
		group[names[i]] = pq.Optional(node)
	}
	o := ordered{group, group.Fields()}
	place := make(map[string]int, len(names))
	for i, n := range names {
		place[n] = i
	}
	slices.SortFunc(o.columns, func(a, b pq.Field) int { return place[a.Name()] - place[b.Name()] })
	return o
}

// leaf is the type of one value, and how values are encoded.
func leaf(f *field.Field, repeats bool) pq.Node {
	var node pq.Node
	switch f.Type {
	case field.Date:
		node = pq.Date()
	case field.DateTime:
		node = pq.Timestamp(pq.Millisecond)
	case field.Number:
		node = pq.Leaf(pq.DoubleType)
	case field.Int:
		node = pq.Int(64)
	case field.Bool:
		node, repeats = pq.Leaf(pq.BooleanType), false
	case field.JSON:
		node = pq.JSON()
	default:
		node = pq.String()
	}
	if repeats {
		return pq.Encoded(node, &pq.RLEDictionary)
	}
	return pq.Encoded(node, &pq.Plain)
}

// Row writes one row, or keeps it while it is one of the first.
func (e *encoder) Row(values [][]field.Value) error {
	if e.out == nil {
		if e.first.add(values) {
			return nil
		}
		return e.start()
	}
	return e.write(values)
}

// write writes one row, and its group when that is full.
func (e *encoder) write(values [][]field.Value) error {
	if err := e.rows.Row(values); err != nil {
		return err
	}
	if e.rows.rows < e.groupRows && e.rows.bytes < e.groupBytes {
		return nil
	}
	return e.rows.commit()
}

// Want implements export.Splitter.
func (e *encoder) Want() int {
	if e.out == nil {
		return sampleRows
	}
	return e.want
}

// Piece implements export.Splitter: a piece is a row group.
func (e *encoder) Piece() export.Piece {
	if e.out == nil {
		return nil
	}
	return e.group(false)
}

// Add implements export.Splitter.
func (e *encoder) Add(p export.Piece) error {
	if err := e.rows.commit(); err != nil {
		return err
	}
	return p.(*group).commit()
}

func (e *encoder) End() error {
	if e.out == nil {
		if err := e.start(); err != nil {
			return err
		}
	}
	if err := e.rows.commit(); err != nil {
		return err
	}
	return e.out.Close()
}
