// Package dcat writes the catalogue of data sets in the formats by which portals harvest one another: DCAT as RDF/XML and
// Turtle, Dublin Core, the data.json of Project Open Data, RSS. The tabular exports of the catalogue (csv, xlsx) are those of
// any table, and its json lists the data sets as the Explore API shows each: neither is here.
//
// What the portal writes in these formats is not published. The graph here follows DCAT-AP 3.0.0 (mandatory and recommended
// properties, European authority tables), which is valid DCAT too, so dcat, rdf, ttl and all dcat_ap_* hold the same. The portal has
// the dcat_ap_* of single countries only where it was asked to; here they are answered by the European profile, without the
// additions of any country.
package dcat

import (
	"io"
	"net/url"
	"slices"
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
	Frequency   string // how often it changes: a code of the European list ("DAILY"), "" for none
	Modified    time.Time
	Records     int64    // negative when unknown
	Exports     []Export // files in which the records are to be had
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

// countries are the endings of the formats dcat_ap_* in the API description; the official npm client names besides the versions
// of the European profile.
var (
	countries = []string{"ch", "de", "se", "sp", "it", "vl", "benap"}
	versions  = []string{"v1", "v2", "v3"}
)

// Formats lists the formats of the API description, in its order.
func Formats() []Format {
	list := []Format{
		{"data.json", "application/json; charset=utf-8", "json", writeProject},
		profile("dcat"),
	}
	for _, country := range countries {
		list = append(list, profile("dcat_ap_"+country))
	}
	return append(list,
		Format{"dublin_core", rdfXML, "rdf", graphWriter(dublinCore, writeXML)},
		profile("rdf"),
		Format{"rss", "application/rss+xml; charset=utf-8", "rss", writeRSS},
		Format{"ttl", "text/turtle; charset=utf-8", "ttl", graphWriter(catalogGraph, writeTurtle)})
}

const rdfXML = "application/rdf+xml; charset=utf-8"

// profile is a format that holds the graph as RDF/XML.
func profile(name string) Format {
	return Format{name, rdfXML, "rdf", graphWriter(catalogGraph, writeXML)}
}

// Find looks for a format by its name in a path; a hyphen counts as an underscore ("dcat-ap-ch"). It also knows dcat_ap and the
// versions of the profile, which Formats does not list.
func Find(name string) (Format, bool) {
	name = strings.ReplaceAll(name, "-", "_")
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	if rest, ok := strings.CutPrefix(name, "dcat_ap"); ok && (rest == "" || slices.Contains(versions, strings.TrimPrefix(rest, "_"))) {
		return profile(name), true
	}
	return Format{}, false
}

// Write writes the catalogue. Errors are those of the writer, or a fault of kind Invalid for a Base that is no absolute http(s)
// URL.
func (f Format) Write(w io.Writer, c *Catalog, o Options) error {
	if f.write == nil {
		return fault.New(fault.Internal, "a format of the catalogue without a writer")
	}
	u, err := url.Parse(c.Base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fault.New(fault.Invalid, "%q is no address of a server", c.Base).WithHint("it begins with https:// and has no slash at its end")
	}
	return f.write(w, c, o)
}

func graphWriter(graph func(*Catalog, Options) *node, write func(io.Writer, *node) error) func(io.Writer, *Catalog, Options) error {
	return func(w io.Writer, c *Catalog, o Options) error { return write(w, graph(c, o)) }
}
