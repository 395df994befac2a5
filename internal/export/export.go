// Package export is the contract of the encoders that turn a stream of rows into a file format. Encoders stream: memory
// does not grow with the number of rows.
package export

import (
	"io"

	"github.com/boamp/boamp/internal/field"
)

// Encoder writes one result. Calls come in order: Begin once, Row for each row, End once.
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
	Name      string // "csv", as in a path or a flag
	MediaType string // "text/csv; charset=utf-8"
	Extension string // "csv"
	New       func(w io.Writer, o Options) Encoder
}

// Options are what a caller may choose. Zero values are the defaults of the format.
type Options struct {
	Meta        Meta   // where the data come from, for formats with a place for it
	Delimiter   rune   // csv: default ';' for compatibility with the portal
	ListSep     string // csv, xlsx: between the values of a multi-valued field; default ","
	WithBOM     bool   // csv
	Labels      bool   // headings are labels instead of names
	Spreadsheet bool   // csv: cells that a spreadsheet would take for formulas are defused
}

// Meta says where the data of an answer come from.
type Meta struct {
	Source     string
	Licence    string
	LicenceURL string
	LastUpdate string // RFC 3339, UTC; "" for an empty store
	Revision   int64
	Total      int64 // matching notices, whatever the page
}
