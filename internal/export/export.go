// Package export is the contract of the encoders that turn a stream of rows into a file format, with the plain text
// formats. Encoders stream: memory does not grow with the number of rows.
package export

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// Encoder writes one result. Calls come in order: Begin once, Row for each row, End once. Errors are those of the writer,
// or faults.
type Encoder interface {
	// Begin writes what comes before the rows.
	Begin(fields []*field.Field) error
	// Row writes one row; values has one entry for each field, nil for null, and belongs to the caller.
	Row(values [][]field.Value) error
	// End writes what comes after the rows and flushes. It does not close the writer.
	End() error
}

// Format describes an encoder to surfaces.
type Format struct {
	Name      string // as in a path or a flag: "csv"
	MediaType string // "text/csv; charset=utf-8"
	New       func(w io.Writer, o Options) Encoder
}

// Formats lists the plain formats of this package. Surfaces are given the whole list by cmd, other formats included.
func Formats() []Format {
	return []Format{
		{"csv", "text/csv; charset=utf-8", newCSV},
		{"json", "application/json", newJSON},
		{"jsonl", "application/jsonl; charset=utf-8", newJSONL},
	}
}

// Options are what a caller may choose. Zero values are the defaults of the format.
type Options struct {
	Meta        Meta   // where the data come from, for formats with a place for it
	Delimiter   rune   // csv: default ';', as the portal has it
	ListSep     string // csv, xlsx: between the values of a multi-valued field; default ","
	BOM         bool   // csv: start with a byte-order mark, so that a spreadsheet reads UTF-8
	Labels      bool   // csv, xlsx: headings are French labels instead of names
	Spreadsheet bool   // csv: cells that a spreadsheet would take for formulas are defused with an apostrophe
}

// Meta says where the data of an answer come from.
type Meta struct {
	Source     string    // who produced the data
	SourceURL  string    //
	Licence    string    //
	LicenceURL string    //
	LastUpdate time.Time // UTC; zero for an empty store
	Revision   int64     // data revision
	Total      int64     // matching notices, whatever the page
}

// heading is the name or label of a column.
func heading(f *field.Field, labels bool) string {
	if labels {
		return f.Label
	}
	return f.Name
}

// Text writes one value as text: dates "2006-01-02", instants RFC 3339 in UTC, numbers without exponent.
func Text(t field.Type, v field.Value) string {
	switch t {
	case field.DateTime:
		return v.Time.UTC().Format(time.RFC3339)
	case field.Number, field.Int:
		return strconv.FormatFloat(v.Num, 'f', -1, 64)
	case field.Bool:
		return strconv.FormatBool(v.Num != 0)
	}
	return v.Str
}

// Join writes the values of a field as one text.
func Join(t field.Type, values []field.Value, sep string) string {
	switch len(values) {
	case 0:
		return ""
	case 1:
		return Text(t, values[0])
	}
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = Text(t, v)
	}
	return strings.Join(parts, sep)
}

// listSep is the separator to use.
func (o Options) listSep() string {
	if o.ListSep == "" {
		return ","
	}
	return o.ListSep
}
