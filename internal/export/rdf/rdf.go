// Package rdf writes results as linked data, in four syntaxes of RDF 1.1 that say the same: RDF/XML, Turtle, N3 (of which Turtle is a
// part) and JSON-LD.
//
// The vocabulary is made from the address of the data set, Options.Base. A field is the property Base#name; a character of a
// name that XML does not allow in one is written _xHH_ by its code, so that one IRI fits all syntaxes. A record is the resource
// Base/value of the column Options.Subject, or a blank node without one. Values are literals: days xsd:date, instants
// xsd:dateTime, numbers xsd:double and xsd:integer, true and false xsd:boolean, JSON rdf:JSON, all other text strings; a field of several
// values has a triple for each, null has none. Each property has its label (rdfs:label, French), and the data set, the
// resource Base, says where it comes from: dcterms:source, license and modified.
package rdf

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
)

// Formats describes the encoders.
func Formats() []export.Format {
	return []export.Format{
		{Name: "jsonld", Ext: "jsonld", MediaType: "application/ld+json", JSON: true, New: newJSONLD},
		{Name: "n3", Ext: "n3", MediaType: "text/n3; charset=utf-8", JSON: true, New: newTurtle},
		{Name: "rdfxml", Ext: "rdf", MediaType: "application/rdf+xml", JSON: true, New: newXML},
		{Name: "turtle", Ext: "ttl", MediaType: "text/turtle; charset=utf-8", JSON: true, New: newTurtle},
	}
}

const (
	nsXSD     = "http://www.w3.org/2001/XMLSchema#"
	nsRDF     = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsRDFS    = "http://www.w3.org/2000/01/rdf-schema#"
	nsDCTerms = "http://purl.org/dc/terms/"
	// noBase names a data set that has no address.
	noBase = "urn:boamp:records"
	// bufferSize is what the encoders gather before they write, in bytes.
	bufferSize = 64 << 10
)

// graph is what the syntaxes share: the names of fields and records.
type graph struct {
	o       export.Options
	base    string
	fields  []*field.Field
	names   []string // local names of the properties
	subject int      // column that identifies a record, -1 for none
	blank   int      // blank nodes so far
}

func newGraph(o export.Options) graph {
	g := graph{o: o, base: clean(o.Base)}
	if g.base == "" {
		g.base = noBase
	}
	g.o.Portal = false // literals are those of XML Schema
	return g
}

func (g *graph) begin(fields []*field.Field) {
	g.fields, g.names, g.subject = fields, export.Headings(fields, false), -1
	for i, f := range fields {
		if f.Name == g.o.Subject && !f.Multi && g.subject < 0 {
			g.subject = i
		}
		g.names[i] = local(g.names[i])
	}
}

// iri is the resource of a record, "" for a blank node.
func (g *graph) iri(values [][]field.Value) string {
	if g.subject < 0 || len(values[g.subject]) == 0 {
		return ""
	}
	return g.base + "/" + url.PathEscape(export.Text(g.fields[g.subject].Type, values[g.subject][0]))
}

// about are the statements on the data set: a property of Dublin Core, a text or an IRI.
func (g *graph) about() (list []statement) {
	m := g.o.Meta
	add := func(property, value string, iri bool, datatype string) {
		if value != "" {
			list = append(list, statement{property, value, iri, datatype})
		}
	}
	add("source", clean(m.SourceURL), true, "")
	add("publisher", m.Source, false, "")
	add("license", clean(m.LicenceURL), true, "")
	if !m.LastUpdate.IsZero() {
		add("modified", m.LastUpdate.UTC().Format(time.RFC3339), false, nsXSD+"dateTime")
	}
	return list
}

type statement struct {
	property string // of Dublin Core
	value    string
	iri      bool
	datatype string // "" for a string
}

// lexical appends a value as the text of a literal.
func (g *graph) lexical(dst []byte, t field.Type, v field.Value) []byte {
	if t == field.JSON {
		return g.o.AppendValue(dst, t, v) // compact, and JSON in any case
	}
	return g.o.AppendText(dst, t, v)
}

// datatype is the type of a field's literals, "" for strings.
func datatype(t field.Type) string {
	switch t {
	case field.Date:
		return nsXSD + "date"
	case field.DateTime:
		return nsXSD + "dateTime"
	case field.Number:
		return nsXSD + "double"
	case field.Int:
		return nsXSD + "integer"
	case field.Bool:
		return nsXSD + "boolean"
	case field.JSON:
		return nsRDF + "JSON"
	}
	return ""
}

// local makes a name of letters, digits and underlines that does not begin with a digit.
func local(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_', i > 0 && r >= '0' && r <= '9':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "_x%02X_", r)
		}
	}
	if b.Len() == 0 {
		return "_"
	}
	return b.String()
}

// clean escapes what an IRI cannot hold, so that none can leave its brackets or quotes.
func clean(iri string) string {
	var b strings.Builder
	for i := range len(iri) {
		if c := iri[i]; c <= ' ' || c == 0x7F || strings.IndexByte("<>\"{}|\\^`", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return strings.ToValidUTF8(b.String(), "%EF%BF%BD")
}

func newTurtle(w io.Writer, o export.Options) export.Encoder {
	return &turtle{graph: newGraph(o), w: w}
}
func newXML(w io.Writer, o export.Options) export.Encoder {
	return &xmlEncoder{graph: newGraph(o), w: w}
}
func newJSONLD(w io.Writer, o export.Options) export.Encoder {
	return &jsonld{graph: newGraph(o), w: w}
}
