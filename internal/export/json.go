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
	texts
	w             *bufio.Writer
	o             Options
	fields        []*field.Field
	keys          [][]byte
	comma         bool // between rows
	before, after string
	rows          int
	buf           []byte
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

// appendRow appends a row with what stands around it, a comma before where rows are joined by such.
func (e *objects) appendRow(dst []byte, values [][]field.Value) []byte {
	if e.comma {
		dst = append(dst, ',')
	}
	return append(e.append(append(dst, e.before...), values), e.after...)
}

// Row implements Encoder.
func (e *objects) Row(values [][]field.Value) error {
	e.buf = e.appendRow(e.buf[:0], values)
	return e.write(e.buf)
}

// write writes rows, the first of all without its comma.
func (e *objects) write(rows []byte) error {
	if e.rows == 0 && e.comma {
		rows = rows[1:]
	}
	e.rows++
	_, err := e.w.Write(rows)
	return err
}

// Piece implements Splitter.
func (e *objects) Piece() Piece { return &textPiece{append: e.appendRow} }

// Add implements Splitter.
func (e *objects) Add(p Piece) error {
	t := p.(*textPiece)
	defer t.reset()
	if t.rows == 0 {
		return nil
	}
	e.added(t.rows, len(t.buf))
	return e.write(t.buf)
}

// jsonEncoder writes {"meta": {...}, "notices": [...]}, one notice a line; in the portal's style a bare array, its records joined by
// commas. Fields are members in the order asked for, null included; multi-valued fields are arrays.
type jsonEncoder struct{ objects }

func newJSON(w io.Writer, o Options) Encoder { return &jsonEncoder{newObjects(w, o)} }

func (e *jsonEncoder) Begin(fields []*field.Field) error {
	e.begin(fields)
	e.comma = true
	if e.o.Portal {
		return e.w.WriteByte('[')
	}
	e.before = "\n"
	meta, err := json.Marshal(e.o.Meta)
	if err != nil {
		return err
	}
	e.w.WriteString(`{"meta":`)
	e.w.Write(meta)
	_, err = e.w.WriteString(`,"notices":[`)
	return err
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

func (e *jsonlEncoder) Begin(fields []*field.Field) error {
	e.begin(fields)
	e.after = "\n"
	return nil
}

func (e *jsonlEncoder) End() error { return e.w.Flush() }

// geoEncoder writes a FeatureCollection (RFC 7946) of features that stand nowhere: their geometry is null, their properties are the
// fields.
type geoEncoder struct{ objects }

func newGeoJSON(w io.Writer, o Options) Encoder {
	return &geoEncoder{newObjects(w, o)}
}

func (e *geoEncoder) Begin(fields []*field.Field) error {
	e.begin(fields)
	e.comma, e.before, e.after = true, string(e.o.respace(nil, `{"type":"Feature","geometry":null,"properties":`)), "}"
	_, err := e.w.Write(e.o.respace(nil, `{"type":"FeatureCollection","features":[`))
	return err
}

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
