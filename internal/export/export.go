// Package export is the contract of the encoders that turn a stream of rows into a file format, with the plain text
// formats, and the one way in which boamp writes values as text and as JSON (Style): the surfaces write their own documents
// with it. Encoders stream: memory does not grow with the number of rows.
package export

import (
	"fmt"
	"io"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// Encoder writes one result. Calls come in order: Begin once, Row for each row, End once. Errors are those of the writer,
// or faults. After an error, or when End is never called, an encoder holds nothing but memory.
type Encoder interface {
	// Begin writes what comes before the rows. The fields must stay as they are until End.
	Begin(fields []*field.Field) error
	// Row writes one row; values has one entry for each field, nil for null, and belongs to the caller.
	Row(values [][]field.Value) error
	// End writes what comes after the rows and flushes. It does not close the writer.
	End() error
}

// Format describes an encoder to surfaces.
type Format struct {
	Name      string // as in a path or a flag: "csv"
	Ext       string // of a file, without the dot: "csv"
	MediaType string // "text/csv; charset=utf-8"
	// JSON says that the format can hold a JSON document as what it is; elsewhere a field of type JSON is only its text, and
	// requests that make JSON of a text (json_format of ODSQL) need not.
	JSON bool
	New  func(w io.Writer, o Options) Encoder
}

// Formats lists the plain formats of this package. Surfaces are given the whole list by cmd, other formats included.
func Formats() []Format {
	return []Format{
		{Name: "csv", Ext: "csv", MediaType: "text/csv; charset=utf-8", New: newCSV},
		{Name: "geojson", Ext: "geojson", MediaType: "application/geo+json", JSON: true, New: newGeoJSON},
		{Name: "json", Ext: "json", MediaType: "application/json; charset=utf-8", JSON: true, New: newJSON},
		{Name: "jsonl", Ext: "jsonl", MediaType: "application/jsonl", JSON: true, New: newJSONL},
	}
}

// Options are what a caller may choose. Zero values are the defaults of the format; an option that a format does not know has no
// effect on it.
type Options struct {
	Style              // how values are written; Style.Portal also gives the portal's form of a file: CSV with CRLF, JSON as a bare array
	Meta        Meta   // where the data come from, for formats with a place for it
	Delimiter   rune   // csv: default ';', as the portal has it; see CheckDelimiter
	ListSep     string // csv, xlsx: between the values of a multi-valued field; default ","
	QuoteAll    bool   // csv: quotes around every heading and every text, date, instant and list, also where none are needed
	BOM         bool   // csv: start with a byte-order mark, so that a spreadsheet reads UTF-8
	Labels      bool   // labels instead of names as headings and keys (not in the RDF formats)
	Spreadsheet bool   // csv: cells that a spreadsheet would take for formulas are defused with an apostrophe
	Compression string // parquet: "snappy" (default), "zstd"; see CheckCompression
	Base        string // RDF: absolute IRI of the data set, without a fragment: names of fields and records are made from it
	Subject     string // RDF: name of the column that identifies a record; its IRI is Base, a slash, and the value. "" or no such column: blank nodes
	Title       string // xlsx: name of the sheet, default "Avis"; parquet: name of the schema
}

// Meta says where the data of an answer come from.
type Meta struct {
	Source     string    // who produced the data
	SourceURL  string    //
	Licence    string    //
	LicenceURL string    //
	LastUpdate time.Time // UTC; zero for an empty store
	Revision   int64     // data revision
	Total      int64     // matching notices, whatever the page; Uncounted when nobody counted them
}

// Uncounted is the Meta.Total of an answer whose records were not counted before they were sent.
const Uncounted = -1

// Headings gives the names or labels of columns, each different from all others: a label that two columns share is followed by
// the name, a name that stands twice by a number.
func Headings(fields []*field.Field, labels bool) []string {
	count := map[string]int{}
	for _, f := range fields {
		count[f.Label]++
	}
	used := make(map[string]bool, len(fields))
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
		if labels && f.Label != "" {
			out[i] = f.Label
			if count[f.Label] > 1 {
				out[i] = fmt.Sprintf("%s (%s)", f.Label, f.Name)
			}
		}
		for n, name := 2, out[i]; used[out[i]]; n++ {
			out[i] = fmt.Sprintf("%s_%d", name, n)
		}
		used[out[i]] = true
	}
	return out
}

// Separator is what stands between the values of a multi-valued field where a format knows no lists.
func (o Options) Separator() string {
	if o.ListSep == "" {
		return ","
	}
	return o.ListSep
}
