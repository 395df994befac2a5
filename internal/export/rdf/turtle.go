package rdf

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
)

// turtle writes Turtle (https://www.w3.org/TR/turtle/): a block for each record.
type turtle struct {
	graph
	w    io.Writer
	out  *bufio.Writer
	buf  []byte
	text []byte
}

func (e *turtle) Begin(fields []*field.Field) error {
	e.begin(fields)
	e.out = bufio.NewWriterSize(e.w, bufferSize)
	fmt.Fprintf(e.out, "@prefix f: <%s#> .\n@prefix xsd: <%s> .\n@prefix rdf: <%s> .\n@prefix rdfs: <%s> .\n@prefix dcterms: <%s> .\n\n",
		e.base, nsXSD, nsRDF, nsRDFS, nsDCTerms)
	for _, s := range e.about() {
		value := "<" + s.value + ">"
		if !s.iri {
			value = string(appendQuoted(nil, s.value))
			if s.datatype != "" {
				value += "^^<" + s.datatype + ">"
			}
		}
		fmt.Fprintf(e.out, "<%s> dcterms:%s %s .\n", e.base, s.property, value)
	}
	for i, f := range fields {
		e.buf = append(e.buf[:0], "f:"+e.names[i]+" a rdf:Property"...)
		if f.Label != "" {
			e.buf = append(appendQuoted(append(e.buf, " ; rdfs:label "...), f.Label), "@fr"...)
		}
		e.buf = append(e.buf, " .\n"...)
		e.out.Write(e.buf)
	}
	return e.out.WriteByte('\n')
}

func (e *turtle) Row(values [][]field.Value) error {
	e.buf = e.buf[:0]
	if iri := e.iri(values); iri != "" {
		e.buf = append(append(append(e.buf, '<'), iri...), '>')
	} else {
		e.blank++
		e.buf = strconv.AppendInt(append(e.buf, "_:r"...), int64(e.blank), 10)
	}
	said := false
	for i, f := range e.fields {
		for n, v := range values[i] {
			switch {
			case n > 0:
				e.buf = append(e.buf, ", "...)
			case said:
				e.buf = append(append(append(e.buf, " ;\n  f:"...), e.names[i]...), ' ')
			default:
				e.buf = append(append(append(e.buf, "\n  f:"...), e.names[i]...), ' ')
				said = true
			}
			e.literal(f.Type, v)
		}
	}
	if !said {
		return nil // nothing is known of it
	}
	_, err := e.out.Write(append(e.buf, " .\n"...))
	return err
}

func (e *turtle) literal(t field.Type, v field.Value) {
	e.text = e.lexical(e.text[:0], t, v)
	e.buf = appendQuoted(e.buf, string(e.text))
	switch t {
	case field.Date:
		e.buf = append(e.buf, "^^xsd:date"...)
	case field.DateTime:
		e.buf = append(e.buf, "^^xsd:dateTime"...)
	case field.Number:
		e.buf = append(e.buf, "^^xsd:double"...)
	case field.Int:
		e.buf = append(e.buf, "^^xsd:integer"...)
	case field.Bool:
		e.buf = append(e.buf, "^^xsd:boolean"...)
	case field.JSON:
		e.buf = append(e.buf, "^^rdf:JSON"...)
	}
}

func (e *turtle) End() error { return e.out.Flush() }

// appendQuoted appends a string literal. What is not UTF-8 becomes U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r < 0x20 || r == 0x7F:
			dst = fmt.Appendf(dst, `\u%04X`, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
