package export

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// jsonEncoder writes {"meta": {...}, "notices": [...]}, one notice a line. Fields are members in the order asked for, null
// included; multi-valued fields are arrays.
type jsonEncoder struct {
	w      *bufio.Writer
	o      Options
	fields []*field.Field
	rows   int
	buf    []byte
}

func newJSON(w io.Writer, o Options) Encoder {
	return &jsonEncoder{w: bufio.NewWriterSize(w, 64<<10), o: o}
}

func (e *jsonEncoder) Begin(fields []*field.Field) error {
	e.fields = fields
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
	e.buf = e.buf[:0]
	if e.rows > 0 {
		e.buf = append(e.buf, ',')
	}
	e.buf = AppendObject(append(e.buf, '\n'), e.fields, values)
	e.rows++
	_, err := e.w.Write(e.buf)
	return err
}

func (e *jsonEncoder) End() error {
	e.w.WriteString("\n]}\n")
	return e.w.Flush()
}

// jsonlEncoder writes one JSON object a line and nothing else (JSON Lines).
type jsonlEncoder struct {
	w      *bufio.Writer
	fields []*field.Field
	buf    []byte
}

func newJSONL(w io.Writer, _ Options) Encoder {
	return &jsonlEncoder{w: bufio.NewWriterSize(w, 64<<10)}
}

func (e *jsonlEncoder) Begin(fields []*field.Field) error { e.fields = fields; return nil }

func (e *jsonlEncoder) Row(values [][]field.Value) error {
	e.buf = append(AppendObject(e.buf[:0], e.fields, values), '\n')
	_, err := e.w.Write(e.buf)
	return err
}

func (e *jsonlEncoder) End() error { return e.w.Flush() }

// AppendObject appends a row as a JSON object.
func AppendObject(dst []byte, fields []*field.Field, values [][]field.Value) []byte {
	dst = append(dst, '{')
	for i, f := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSONString(dst, f.Name)
		dst = append(dst, ':')
		dst = AppendValues(dst, f, values[i])
	}
	return append(dst, '}')
}

// AppendValues appends the values of a field: null, one value, or an array for a multi-valued field.
func AppendValues(dst []byte, f *field.Field, values []field.Value) []byte {
	switch {
	case values == nil:
		return append(dst, "null"...)
	case !f.Multi:
		return appendValue(dst, f.Type, values[0])
	}
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendValue(dst, f.Type, v)
	}
	return append(dst, ']')
}

func appendValue(dst []byte, t field.Type, v field.Value) []byte {
	switch t {
	case field.DateTime:
		dst = append(dst, '"')
		dst = v.Time.UTC().AppendFormat(dst, time.RFC3339)
		return append(dst, '"')
	case field.Number, field.Int:
		return strconv.AppendFloat(dst, v.Num, 'f', -1, 64)
	case field.Bool:
		return strconv.AppendBool(dst, v.Num != 0)
	}
	return appendJSONString(dst, v.Str)
}

// appendJSONString appends s quoted. Text that is not UTF-8 cannot occur: readers refuse or repair it.
func appendJSONString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x7F {
			quoted, _ := json.Marshal(s) // escapes; cannot fail for a string
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
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
