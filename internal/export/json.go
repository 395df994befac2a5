package export

import (
	"bufio"
	"encoding/json"
	"io"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// bufferSize is what the encoders gather before they write, in bytes.
const bufferSize = 64 << 10

// objects writes rows as JSON objects; the keys are made ready once.
type objects struct {
	w      *bufio.Writer
	o      Options
	fields []*field.Field
	keys   [][]byte
	rows   int
	buf    []byte
}

func newObjects(w io.Writer, o Options) objects {
	return objects{w: bufio.NewWriterSize(w, bufferSize), o: o}
}

func (e *objects) begin(fields []*field.Field) {
	e.fields, e.keys = fields, make([][]byte, len(fields))
	for i, name := range Headings(fields, e.o.Labels) {
		key := []byte{'{'}
		if i > 0 {
			key = e.o.appendComma(nil)
		}
		e.keys[i] = e.o.appendColon(e.o.AppendString(key, name))
	}
}

func (e *objects) append(dst []byte, values [][]field.Value) []byte {
	if len(e.fields) == 0 {
		dst = append(dst, '{')
	}
	for i, f := range e.fields {
		dst = e.o.AppendValues(append(dst, e.keys[i]...), f, values[i])
	}
	return append(dst, '}')
}

// row writes a row with what stands before it, and a comma before that unless it is the first.
func (e *objects) row(values [][]field.Value, before, after string) error {
	e.buf = e.buf[:0]
	if e.rows > 0 {
		e.buf = append(e.buf, ',')
	}
	e.rows++
	e.buf = append(e.append(append(e.buf, before...), values), after...)
	_, err := e.w.Write(e.buf)
	return err
}

// jsonEncoder writes {"meta": {...}, "notices": [...]}, one notice a line; in the portal's style a bare array, its records joined by
// commas. Fields are members in the order asked for, null included; multi-valued fields are arrays.
type jsonEncoder struct{ objects }

func newJSON(w io.Writer, o Options) Encoder { return &jsonEncoder{newObjects(w, o)} }

func (e *jsonEncoder) Begin(fields []*field.Field) error {
	e.begin(fields)
	if e.o.Portal {
		return e.w.WriteByte('[')
	}
	meta, err := json.Marshal(e.o.Meta)
	if err != nil {
		return err
	}
	e.w.WriteString(`{"meta":`)
	e.w.Write(meta)
	_, err = e.w.WriteString(`,"notices":[`)
	return err
}

func (e *jsonEncoder) Row(values [][]field.Value) error {
	if e.o.Portal {
		return e.row(values, "", "")
	}
	return e.row(values, "\n", "")
}

func (e *jsonEncoder) End() error {
	if e.o.Portal {
		e.w.WriteByte(']')
	} else {
		e.w.WriteString("\n]}\n")
	}
	return e.w.Flush()
}

// jsonlEncoder writes one JSON object a line and nothing else (JSON Lines).
type jsonlEncoder struct{ objects }

func newJSONL(w io.Writer, o Options) Encoder { return &jsonlEncoder{newObjects(w, o)} }

func (e *jsonlEncoder) Begin(fields []*field.Field) error { e.begin(fields); return nil }

func (e *jsonlEncoder) Row(values [][]field.Value) error {
	e.buf = append(e.append(e.buf[:0], values), '\n')
	_, err := e.w.Write(e.buf)
	return err
}

func (e *jsonlEncoder) End() error { return e.w.Flush() }

// geoEncoder writes a FeatureCollection (RFC 7946) of features that stand nowhere: their geometry is null, their properties are the
// fields.
type geoEncoder struct {
	objects
	feature string // what stands before the properties
}

func newGeoJSON(w io.Writer, o Options) Encoder {
	return &geoEncoder{newObjects(w, o), string(o.respace(nil, `{"type":"Feature","geometry":null,"properties":`))}
}

func (e *geoEncoder) Begin(fields []*field.Field) error {
	e.begin(fields)
	_, err := e.w.Write(e.o.respace(nil, `{"type":"FeatureCollection","features":[`))
	return err
}

func (e *geoEncoder) Row(values [][]field.Value) error { return e.row(values, e.feature, "}") }

func (e *geoEncoder) End() error {
	e.w.WriteString("]}")
	return e.w.Flush()
}

// MarshalJSON writes the members of the "meta" object of every JSON answer.
func (m Meta) MarshalJSON() ([]byte, error) {
	type members struct {
		Source     string     `json:"source"`
		SourceURL  string     `json:"source_url,omitempty"`
		Licence    string     `json:"licence"`
		LicenceURL string     `json:"licence_url,omitempty"`
		LastUpdate *time.Time `json:"last_update"`
		Revision   int64      `json:"revision"`
		Total      int64      `json:"total"`
	}
	v := members{m.Source, m.SourceURL, m.Licence, m.LicenceURL, nil, m.Revision, m.Total}
	if !m.LastUpdate.IsZero() {
		t := m.LastUpdate.UTC()
		v.LastUpdate = &t
	}
	return json.Marshal(v)
}
