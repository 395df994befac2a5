package portal

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/notice"
)

// AppendRecord appends a record as the Explore API v2.1 gives it: one JSON object with all 41 fields in the portal's order,
// null for what is absent, arrays for fields of several values, "2026-03-17" and "2026-04-10T17:00:00+00:00", and the
// spacing of Python's json.dumps.
func AppendRecord(dst []byte, rec *notice.Record) []byte {
	for i := range columns {
		if i == 0 {
			dst = append(dst, '{')
		} else {
			dst = append(dst, ", "...)
		}
		dst = append(AppendText(dst, columns[i].name), ": "...)
		dst = columns[i].append(dst, rec)
	}
	return append(dst, '}')
}

// append appends the field's value as JSON.
func (c *column) append(dst []byte, rec *notice.Record) []byte {
	switch v := c.at(rec).(type) {
	case *string:
		return AppendText(dst, *v)
	case **string:
		if *v != nil {
			return AppendText(dst, **v)
		}
	case *[]string:
		if *v != nil {
			return appendList(dst, *v)
		}
	case *notice.Date:
		if !v.IsZero() {
			return AppendText(dst, v.String())
		}
	case *time.Time:
		if !v.IsZero() {
			return AppendText(dst, v.UTC().Format(instantLayout))
		}
	}
	return append(dst, "null"...)
}

func appendList(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = AppendText(dst, s)
	}
	return append(dst, ']')
}

// AppendText appends a JSON string with the escapes of Python's json.dumps with ensure_ascii off, as the portal writes them: only
// the quote, the backslash and control characters. What is not UTF-8 becomes U+FFFD.
func AppendText(dst []byte, s string) []byte {
	out, err := jsontext.AppendQuote(dst, s)
	if err != nil {
		out, _ = jsontext.AppendQuote(dst, strings.ToValidUTF8(s, "\ufffd"))
	}
	return out
}

// Difference is a field in which two records differ, with both values as JSON.
type Difference struct {
	Field     string
	Got, Want string
}

// Diff compares two records field by field, in the portal's order.
func Diff(got, want *notice.Record) []Difference {
	var list []Difference
	for i := range columns {
		g, w := string(columns[i].append(nil, got)), string(columns[i].append(nil, want))
		if g != w {
			list = append(list, Difference{Field: columns[i].name, Got: g, Want: w})
		}
	}
	return list
}

// Cells gives the fields of a record as the portal's CSV export writes them, in the portal's order: empty for null, several
// values joined by commas.
func Cells(rec *notice.Record) []string {
	cells := make([]string, len(columns))
	for i := range columns {
		switch v := columns[i].at(rec).(type) {
		case *string:
			cells[i] = *v
		case **string:
			cells[i] = value(*v)
		case *[]string:
			cells[i] = strings.Join(*v, ",")
		case *notice.Date:
			cells[i] = v.String()
		case *time.Time:
			if !v.IsZero() {
				cells[i] = v.UTC().Format(instantLayout)
			}
		}
	}
	return cells
}

// instantLayout is how answers write instants, which are UTC: "2026-04-10T17:00:00+00:00".
const instantLayout = "2006-01-02T15:04:05-07:00"
