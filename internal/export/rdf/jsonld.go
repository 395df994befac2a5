package rdf

import (
	"bufio"
	"io"
	"strconv"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
)

// jsonld writes JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/): a context that gives each field its property and type, and a graph of
// records, one a line.
type jsonld struct {
	graph
	w    io.Writer
	out  *bufio.Writer
	buf  []byte
	keys [][]byte
}

func (e *jsonld) Begin(fields []*field.Field) error {
	e.begin(fields)
	e.out = bufio.NewWriterSize(e.w, bufferSize)
	context := export.Object{{Name: "@version", Value: 1.1}}
	e.keys = make([][]byte, len(fields))
	for i, f := range fields {
		term := export.Object{{Name: "@id", Value: e.base + "#" + e.names[i]}}
		if t := datatype(f.Type); f.Type == field.JSON {
			term = append(term, export.Member{Name: "@type", Value: "@json"})
		} else if t != "" {
			term = append(term, export.Member{Name: "@type", Value: t})
		}
		if f.Multi {
			term = append(term, export.Member{Name: "@container", Value: "@set"})
		}
		context = append(context, export.Member{Name: e.names[i], Value: term})
		e.keys[i] = append(e.o.AppendString([]byte{','}, e.names[i]), ':')
	}
	e.buf = e.o.Append(append(e.buf[:0], `{"@context":`...), context)
	e.buf = append(e.buf, `,"@graph":[`...)
	e.buf = e.o.Append(append(e.buf, '\n'), e.dataset())
	for i, f := range fields {
		property := export.Object{{Name: "@id", Value: e.base + "#" + e.names[i]}, {Name: "@type", Value: nsRDF + "Property"}}
		if f.Label != "" {
			label := export.Object{{Name: "@value", Value: f.Label}, {Name: "@language", Value: "fr"}}
			property = append(property, export.Member{Name: nsRDFS + "label", Value: label})
		}
		e.buf = e.o.Append(append(e.buf, ",\n"...), property)
	}
	_, err := e.out.Write(e.buf)
	return err
}

// dataset describes the data set.
func (e *jsonld) dataset() export.Object {
	o := export.Object{{Name: "@id", Value: e.base}}
	for _, s := range e.about() {
		value := export.Object{{Name: "@value", Value: s.value}}
		switch {
		case s.iri:
			value[0].Name = "@id"
		case s.datatype != "":
			value = append(value, export.Member{Name: "@type", Value: s.datatype})
		}
		o = append(o, export.Member{Name: nsDCTerms + s.property, Value: value})
	}
	return o
}

func (e *jsonld) Row(values [][]field.Value) error {
	e.buf = append(e.buf[:0], ",\n{\"@id\":"...)
	if iri := e.iri(values); iri != "" {
		e.buf = e.o.AppendString(e.buf, iri)
	} else {
		e.blank++
		e.buf = append(strconv.AppendInt(append(e.buf, "\"_:r"...), int64(e.blank), 10), '"')
	}
	for i, f := range e.fields {
		if len(values[i]) > 0 {
			e.buf = e.o.AppendValues(append(e.buf, e.keys[i]...), f, values[i])
		}
	}
	_, err := e.out.Write(append(e.buf, '}'))
	return err
}

func (e *jsonld) End() error {
	e.out.WriteString("\n]}\n")
	return e.out.Flush()
}
