// Package dcat writes the catalogue of data sets in the formats by which portals harvest one another: DCAT as RDF/XML and
// Turtle, Dublin Core, the data.json of Project Open Data, RSS. The tabular exports of the catalogue (csv, xlsx) are those of
// any table, and its json lists the data sets as the Explore API shows each: neither is here.
package dcat

import (
	"io"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Catalog is what is described.
type Catalog struct {
	Base        string // where the server is reached, without a slash at the end: "https://boamp.example"
	Title       string
	Description string
	Publisher   string
	Language    string    // ISO 639-1: "fr"
	Modified    time.Time // newest change of any data set; zero when unknown
	Sets        []Set
}

// Set is one data set. Zero values are left out.
type Set struct {
	ID          string // as in paths, unescaped
	Title       string
	Description string // HTML
	Theme       []string
	Keyword     []string
	Publisher   string
	License     string // name
	LicenseURL  string
	Language    string // ISO 639-1
	References  string // URL of the origin, or text
	Frequency   string // how often it changes: an IRI, or a code of the EU list ("DAILY")
	Modified    time.Time
	Records     int64    // negative when unknown
	Exports     []Export // files in which the records are to be had
	Fields      []string // names of the fields, for data.json's readers; may be nil
}

// Export is one file format of the records of a data set.
type Export struct {
	Name      string // as in the path of the export: "csv"
	MediaType string // with or without parameters
}

// Options are the parameters of a request.
type Options struct {
	// Exports names the formats that become distributions (include_exports); nil means all.
	Exports []string
	// Labels asks for French labels instead of field names in the files that distributions point at (use_labels_in_exports).
	Labels bool
}

// Format is one format of the catalogue.
type Format struct {
	Name      string // as in the path, with underscores: "data.json", "dcat_ap_ch"
	MediaType string
	Extension string // of the file's name, "datasets.<extension>"
	write     func(w io.Writer, c *Catalog, o Options) error
}

// Formats lists the formats in the order of the API description.
func Formats() []Format { return nil }

// Find looks for a format by its name in a path; a hyphen counts as an underscore ("dcat-ap-ch").
func Find(name string) (Format, bool) {
	name = strings.ReplaceAll(name, "-", "_")
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// Write writes the catalogue. Errors are those of the writer, or a fault of kind Invalid for a Base that is no absolute http(s)
// URL.
func (f Format) Write(w io.Writer, c *Catalog, o Options) error {
	if f.write == nil {
		return fault.New(fault.Internal, "a format of the catalogue without a writer")
	}
	return f.write(w, c, o)
}
