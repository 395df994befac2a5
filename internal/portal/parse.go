package portal

import (
	"bytes"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
)

// ParseRecord reads one record in any of the forms in which the portal and those who keep its answers write it: the object of
// API v2.1, the same wrapped as {"record": {"fields": ...}} (v2.0) or {"recordid": ..., "fields": ...} (v1, several values
// joined by commas, absent fields left out), and slim records of a few fields. Values are kept as given, but for empty
// texts, which are null, and instants, which become UTC.
//
// Fields that the portal does not have and values of an unexpected type become warnings, with the field as path. The error is
// a fault of kind Invalid: not a JSON object, or not well formed.
func ParseRecord(src []byte) (notice.Record, []notice.Warning, error) {
	p, err := parseRecord(src)
	return p.rec, p.marks.Warnings, err
}

func parseRecord(src []byte) (recordParser, error) {
	for range maxWrappers {
		p := recordParser{}
		if err := p.members(src); err != nil {
			return recordParser{}, err
		}
		if p.inner == nil || p.rec.Idweb != "" {
			return p, nil
		}
		src = p.inner
	}
	return recordParser{}, fault.New(fault.Invalid, "no fields of a record within %d wrappers", maxWrappers)
}

// maxWrappers is how many objects may stand one in the other: {"record": {"fields": {...}}}.
const maxWrappers = 3

// members reads the members of a JSON object.
func (p *recordParser) members(src []byte) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(src)) // which it reads in place
	bad := func(err error) error {
		return fault.Wrap(fault.Invalid, err, "not well-formed JSON").At(string(dec.StackPointer()))
	}
	if dec.PeekKind() != '{' {
		if err := dec.SkipValue(); err != nil {
			return bad(err)
		}
		return fault.New(fault.Invalid, "a record must be a JSON object")
	}
	if _, err := dec.ReadToken(); err != nil {
		return bad(err)
	}
	for dec.PeekKind() != '}' {
		key, err := dec.ReadToken()
		if err != nil {
			return bad(err)
		}
		name := key.String()
		v, err := dec.ReadValue()
		if err != nil {
			return bad(err)
		}
		if (name == "fields" || name == "record") && v.Kind() == '{' {
			p.inner = v.Clone()
		}
		p.set(name, v)
	}
	if _, err := dec.ReadToken(); err != nil {
		return bad(err)
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return fault.New(fault.Invalid, "text after the JSON object")
	}
	return nil
}

type recordParser struct {
	rec    notice.Record
	former Former
	inner  []byte        // the object that may hold the fields, where this one is a wrapper
	marks  notice.Notice // keeps the warnings: few, cut, and once each
}

func (p *recordParser) warn(field string, v jsontext.Value, reason string) {
	p.marks.Warn(field, string(v[:min(len(v), 1000)]), reason)
}

// set keeps one value of the record.
func (p *recordParser) set(name string, v jsontext.Value) {
	c := columnOf(name)
	if c == nil {
		if v.Kind() != 'n' && !p.setFormer(name, v) {
			p.warn(name, v, "unknown field")
		}
		return
	}
	if v.Kind() == 'n' {
		return
	}
	switch to := c.at(&p.rec).(type) {
	case *string:
		*to = p.text(name, v)
	case **string:
		*to = given(p.text(name, v))
	case *[]string:
		*to = p.list(name, v)
	case *notice.Date:
		p.date(to, name, v)
	default:
		p.instant(name, v)
	}
}

// text reads a single value; what is no string is kept as its JSON.
func (p *recordParser) text(name string, v jsontext.Value) string {
	if v.Kind() == '"' {
		return unquote(v)
	}
	p.warn(name, v, "text expected")
	v = v.Clone()
	if err := v.Format(jsontext.SpaceAfterColon(true), jsontext.SpaceAfterComma(true)); err != nil {
		return ""
	}
	return string(v)
}

// unquote reads a JSON string that the decoder has accepted.
func unquote(v jsontext.Value) string {
	s, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return ""
	}
	return string(s)
}

// list reads several values: an array of texts, or one text that joins them by commas.
func (p *recordParser) list(name string, v jsontext.Value) []string {
	if v.Kind() == '"' {
		joined := unquote(v)
		if array := jsontext.Value(joined); strings.HasPrefix(joined, "[") && array.IsValid() && array.Kind() == '[' {
			return p.array(name, array) // a CSV export of others
		}
		return SplitList(name, joined)
	}
	if v.Kind() == '[' {
		return p.array(name, v)
	}
	p.warn(name, v, "array of texts expected")
	return SplitList(name, p.text(name, v))
}

func (p *recordParser) array(name string, v jsontext.Value) []string {
	var list []string
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	if _, err := dec.ReadToken(); err != nil {
		return nil
	}
	for dec.PeekKind() != ']' {
		item, err := dec.ReadValue()
		if err != nil {
			return list
		}
		switch item.Kind() {
		case '"':
			list = append(list, unquote(item))
		case 'n':
			p.warn(name, v, "null among the values")
		default:
			list = append(list, p.text(name, item))
		}
	}
	return list
}

// SplitList takes a text that joins the values of a field by commas, as API v1 and the portal's CSV write it, apart again. In
// labels and names a comma before a blank belongs to the value ("Cloison, faux plafond"). Blank items stay, an empty text is
// no value at all.
func SplitList(field, joined string) []string {
	if joined == "" {
		return nil
	}
	prose := field == "descripteur_libelle" || field == "titulaire"
	var list []string
	start := 0
	for i := 0; i < len(joined); i++ {
		if joined[i] != ',' || prose && i+1 < len(joined) && joined[i+1] == ' ' {
			continue
		}
		list = append(list, strings.TrimSpace(joined[start:i]))
		start = i + 1
	}
	return append(list, strings.TrimSpace(joined[start:]))
}

func (p *recordParser) date(to *notice.Date, name string, v jsontext.Value) {
	s := strings.TrimSpace(p.text(name, v))
	d, ok := notice.ParseDate(s)
	if !ok && s != "" {
		p.warn(name, v, "date expected (yyyy-mm-dd)")
	}
	*to = d
}

func (p *recordParser) instant(name string, v jsontext.Value) {
	s := strings.TrimSpace(p.text(name, v))
	t, ok := ParseInstant(s)
	if !ok && s != "" {
		p.warn(name, v, "date and time expected")
	}
	p.rec.Datelimitereponse = t
}
