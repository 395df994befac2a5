package record

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/fault"
)

// part is one record of a document, or the reason why there is none at that place.
type part struct {
	name string // "#3": number among the records of the document, from 1
	raw  []byte
	err  error
}

// split finds the records of a document: values one after the other, each a record, an array of records, or an answer of
// the API, which holds them in `results` (v2.1) or `records` (v1, v2.0). alone reports that there was no array around
// them.
//
// A value that is not well formed becomes a part with its error; reading goes on at the next line that begins with a value.
func split(src []byte) (parts []part, alone bool) {
	s := splitter{src: bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), alone: true}
	between := " \t\r\n"
	for at := s.skip(0, between); at < len(s.src); at = s.skip(at, between) {
		end, err := s.value(at)
		if err != nil {
			s.add(nil, err)
			end = s.resume(s.bad)
			between = " \t\r\n,]}" // what is left of the array or answer that broke
		}
		at = end
	}
	return s.parts, s.alone
}

type splitter struct {
	src   []byte
	parts []part
	alone bool
	bad   int // where the value begins that could not be read
}

// resume finds the next line that begins with a value.
func (s *splitter) resume(at int) int {
	for {
		n := bytes.IndexByte(s.src[at:], '\n')
		if n < 0 {
			return len(s.src)
		}
		at += n + 1
		if at < len(s.src) && (s.src[at] == '{' || s.src[at] == '[') {
			return at
		}
	}
}

func (s *splitter) skip(at int, blanks string) int {
	for at < len(s.src) && strings.IndexByte(blanks, s.src[at]) >= 0 {
		at++
	}
	return at
}

func (s *splitter) add(raw []byte, err error) {
	s.parts = append(s.parts, part{name: "#" + strconv.Itoa(len(s.parts)+1), raw: raw, err: err})
}

// value reads one value at the top and says where it ends.
func (s *splitter) value(at int) (end int, err error) {
	// The extent of each record is all that counts here: names and characters are checked when it is read.
	s.bad = at
	dec := jsontext.NewDecoder(bytes.NewBuffer(s.src[at:]), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	switch dec.PeekKind() {
	case '{':
		err = s.object(dec, at)
	case '[':
		s.alone = false
		err = s.array(dec, at)
	default:
		if err = dec.SkipValue(); err == nil {
			err = fault.New(fault.Invalid, "a record must be a JSON object")
		}
	}
	if err != nil {
		return 0, s.broken(err, dec, at)
	}
	return at + int(dec.InputOffset()), nil
}

// broken says of an error where it stands.
func (s *splitter) broken(err error, dec *jsontext.Decoder, at int) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	offset := dec.InputOffset()
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		offset = syntax.ByteOffset
	}
	place := min(at+int(offset), len(s.src))
	line := 1 + bytes.Count(s.src[:place], []byte("\n"))
	return fault.Wrap(fault.Invalid, err, "not well-formed JSON").At(fmt.Sprintf("line %d, byte %d", line, place))
}

// object reads a record or an answer.
func (s *splitter) object(dec *jsontext.Decoder, at int) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	answer := false
	for dec.PeekKind() != '}' {
		key, err := dec.ReadToken()
		if err != nil {
			return err
		}
		name := key.String()
		if (name == "results" || name == "records") && dec.PeekKind() == '[' {
			answer, s.alone = true, false
			err = s.array(dec, at)
		} else {
			err = dec.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if !answer {
		s.add(s.src[at:at+int(dec.InputOffset())], nil)
	}
	return nil
}

// array reads records between brackets.
func (s *splitter) array(dec *jsontext.Decoder, at int) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		s.bad = s.skip(at+int(dec.InputOffset()), " \t\r\n,")
		v, err := dec.ReadValue()
		if err != nil {
			return err
		}
		end := at + int(dec.InputOffset())
		s.add(s.src[end-len(v):end], nil)
	}
	_, err := dec.ReadToken()
	return err
}
