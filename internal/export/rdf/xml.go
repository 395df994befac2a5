package rdf

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"

	"github.com/boamp/boamp/internal/field"
)

// xmlEncoder writes RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/): a description for each record. Control characters that XML
// cannot hold become U+FFFD.
type xmlEncoder struct {
	graph
	w    io.Writer
	out  *bufio.Writer
	text []byte
	open []string // start tags of the properties
}

func (e *xmlEncoder) Begin(fields []*field.Field) error {
	e.begin(fields)
	e.out = bufio.NewWriterSize(e.w, bufferSize)
	e.out.WriteString(xml.Header)
	e.out.WriteString(`<rdf:RDF xmlns:rdf="` + nsRDF + `" xmlns:rdfs="` + nsRDFS + `" xmlns:dcterms="` + nsDCTerms + `" xmlns:f="`)
	e.escape(e.base + "#")
	e.out.WriteString("\">\n")
	if list := e.about(); len(list) > 0 {
		e.describe(e.base)
		for _, s := range list {
			e.statement(s)
		}
		e.out.WriteString("</rdf:Description>\n")
	}
	e.open = make([]string, len(fields))
	for i, f := range fields {
		e.open[i] = "  <f:" + e.names[i] + ">"
		if t := datatype(f.Type); t != "" {
			e.open[i] = fmt.Sprintf(`  <f:%s rdf:datatype="%s">`, e.names[i], t)
		}
		e.out.WriteString(`<rdf:Property rdf:about="`)
		e.escape(e.base + "#" + e.names[i])
		e.out.WriteString(`">`)
		if f.Label != "" {
			e.out.WriteString(`<rdfs:label xml:lang="fr">`)
			e.escape(f.Label)
			e.out.WriteString(`</rdfs:label>`)
		}
		e.out.WriteString("</rdf:Property>\n")
	}
	return e.out.Flush()
}

func (e *xmlEncoder) statement(s statement) {
	fmt.Fprintf(e.out, "  <dcterms:%s", s.property)
	switch {
	case s.iri:
		e.out.WriteString(` rdf:resource="`)
		e.escape(s.value)
		e.out.WriteString("\"/>\n")
		return
	case s.datatype != "":
		fmt.Fprintf(e.out, ` rdf:datatype="%s"`, s.datatype)
	}
	e.out.WriteByte('>')
	e.escape(s.value)
	fmt.Fprintf(e.out, "</dcterms:%s>\n", s.property)
}

func (e *xmlEncoder) describe(iri string) {
	e.out.WriteString(`<rdf:Description rdf:about="`)
	e.escape(iri)
	e.out.WriteString("\">\n")
}

func (e *xmlEncoder) Row(values [][]field.Value) error {
	if iri := e.iri(values); iri != "" {
		e.describe(iri)
	} else {
		e.blank++
		e.out.WriteString(`<rdf:Description rdf:nodeID="r` + strconv.Itoa(e.blank) + "\">\n")
	}
	for i, f := range e.fields {
		for _, v := range values[i] {
			e.text = e.lexical(e.text[:0], f.Type, v)
			e.out.WriteString(e.open[i])
			if err := xml.EscapeText(e.out, e.text); err != nil {
				return err
			}
			e.out.WriteString("</f:" + e.names[i] + ">\n")
		}
	}
	_, err := e.out.WriteString("</rdf:Description>\n")
	return err
}

func (e *xmlEncoder) End() error {
	e.out.WriteString("</rdf:RDF>\n")
	return e.out.Flush()
}

// escape writes text; errors of the writer stay in it until the next flush.
func (e *xmlEncoder) escape(s string) { _ = xml.EscapeText(e.out, []byte(s)) }
