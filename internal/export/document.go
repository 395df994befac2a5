package export

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// Object is a JSON object whose members stand in order.
type Object []Member

// Member is one member of an Object. Its value is nil, a string, *string, bool, int, int64 or float64, a time.Time (written as the style
// writes instants; zero is null), []string (nil is null), []int, an Object, a []Object, a List, a Record, or json.RawMessage (JSON,
// written in the style's spacing).
type Member struct {
	Name  string
	Value any
}

// List is a JSON array of values that a Member may have.
type List []any

// Record is a row as a value of a document.
type Record struct {
	Fields   []*field.Field
	Values   [][]field.Value
	SkipNull bool // leave out the fields that are null, as version 1 of the Explore API does
}

// Append appends a document: a value of a kind that a Member may have. It panics at any other, which is a mistake of the program.
func (s Style) Append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return s.AppendString(dst, v)
	case *string:
		if v == nil {
			return append(dst, "null"...)
		}
		return s.AppendString(dst, *v)
	case bool:
		return strconv.AppendBool(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return s.AppendNumber(dst, v)
	case time.Time:
		if v.IsZero() {
			return append(dst, "null"...)
		}
		return append(s.AppendInstant(append(dst, '"'), v), '"')
	case []string:
		if v == nil {
			return append(dst, "null"...)
		}
		return appendList(s, dst, v)
	case []int:
		return appendList(s, dst, v)
	case List:
		return appendList(s, dst, v)
	case []Object:
		return appendList(s, dst, v)
	case Object:
		return s.appendMembers(dst, v)
	case Record:
		return s.appendRecord(dst, v)
	case json.RawMessage:
		return s.respace(dst, string(v))
	}
	panic(fmt.Sprintf("export: a document cannot hold a %T", v))
}

func appendList[T any](s Style, dst []byte, list []T) []byte {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = s.appendComma(dst)
		}
		dst = s.Append(dst, v)
	}
	return append(dst, ']')
}

func (s Style) appendMembers(dst []byte, o Object) []byte {
	dst = append(dst, '{')
	for i, m := range o {
		if i > 0 {
			dst = s.appendComma(dst)
		}
		dst = s.Append(s.appendColon(s.AppendString(dst, m.Name)), m.Value)
	}
	return append(dst, '}')
}

func (s Style) appendRecord(dst []byte, r Record) []byte {
	if !r.SkipNull {
		return s.AppendObject(dst, r.Fields, r.Values)
	}
	dst = append(dst, '{')
	first := true
	for i, f := range r.Fields {
		if r.Values[i] == nil {
			continue
		}
		if !first {
			dst = s.appendComma(dst)
		}
		first = false
		dst = s.AppendValues(s.appendColon(s.AppendString(dst, f.Name)), f, r.Values[i])
	}
	return append(dst, '}')
}

// AppendIndented appends a document over several lines, two blanks for each level, as the portal writes its errors. Empty arrays and
// objects stay on one line.
func (s Style) AppendIndented(dst []byte, v any) []byte {
	doc := s.Append(nil, v)
	depth, inString := 0, false
	newline := func() {
		dst = append(dst, '\n')
		for range depth {
			dst = append(dst, "  "...)
		}
	}
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case inString:
			if dst = append(dst, c); c == '\\' {
				i++
				dst = append(dst, doc[i])
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			inString, dst = true, append(dst, c)
		case (c == '{' || c == '[') && doc[i+1] == c+2: // empty: the closing bracket is two further in ASCII
			dst = append(dst, c, c+2)
			i++
		case c == '{' || c == '[':
			depth++
			dst = append(dst, c)
			newline()
		case c == '}' || c == ']':
			depth--
			newline()
			dst = append(dst, c)
		case c == ',':
			dst = append(dst, c)
			newline()
		case c == ':':
			dst = append(dst, ": "...)
		case c != ' ':
			dst = append(dst, c)
		}
	}
	return dst
}
