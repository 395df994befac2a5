package dcat

import (
	"bufio"
	"encoding/xml"
	"io"
	"strings"
)

// writeXML writes a graph as RDF/XML: a named node is described where it is first met and pointed at afterwards.
func writeXML(w io.Writer, root *node) error {
	x := xmlWriter{out: bufio.NewWriter(w), done: map[string]bool{}}
	x.raw(xml.Header + "<rdf:RDF")
	for _, p := range prefixes {
		x.raw("\n  xmlns:" + p.name + `="`)
		x.text(p.iri)
		x.raw(`"`)
	}
	x.raw(">\n")
	if root.class == "" {
		for _, p := range root.props {
			x.node(p.node, 1)
		}
	} else {
		x.node(root, 1)
	}
	x.raw("</rdf:RDF>\n")
	if x.err != nil {
		return x.err
	}
	return x.out.Flush()
}

type xmlWriter struct {
	out  *bufio.Writer
	done map[string]bool // named nodes that were described
	err  error
}

// raw writes markup, which only this file makes.
func (x *xmlWriter) raw(s string) {
	if x.err == nil {
		_, x.err = x.out.WriteString(s)
	}
}

// text writes a string as text or as the value of an attribute. What is no character of XML becomes U+FFFD.
func (x *xmlWriter) text(s string) {
	if x.err == nil {
		x.err = xml.EscapeText(x.out, []byte(s))
	}
}

func (x *xmlWriter) attribute(name, value string) {
	x.raw(" " + name + `="`)
	x.text(value)
	x.raw(`"`)
}

func (x *xmlWriter) node(n *node, depth int) {
	indent := strings.Repeat("  ", depth)
	x.raw(indent + "<" + n.class)
	if n.iri != "" {
		x.attribute("rdf:about", n.iri)
		x.done[n.iri] = true
	}
	if len(n.props) == 0 {
		x.raw("/>\n")
		return
	}
	x.raw(">\n")
	for _, p := range n.props {
		x.property(p, depth+1)
	}
	x.raw(indent + "</" + n.class + ">\n")
}

func (x *xmlWriter) property(p property, depth int) {
	indent := strings.Repeat("  ", depth)
	x.raw(indent + "<" + p.name)
	switch {
	case p.node != nil && !x.done[p.node.iri]:
		x.raw(">\n")
		x.node(p.node, depth+1)
		x.raw(indent + "</" + p.name + ">\n")
		return
	case p.node != nil:
		p.iri = p.node.iri
	}
	if p.iri != "" {
		x.attribute("rdf:resource", p.iri)
		x.raw("/>\n")
		return
	}
	if p.lang != "" {
		x.attribute("xml:lang", p.lang)
	}
	if p.kind != "" {
		x.attribute("rdf:datatype", expand(p.kind))
	}
	x.raw(">")
	x.text(p.text)
	x.raw("</" + p.name + ">\n")
}
