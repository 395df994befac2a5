package legacy

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/fault"
)

// Limits on a document; the largest known has 120 kB.
const (
	maxBytes = 64 << 20
	maxDepth = 96
	maxItems = 2_000_000 // values of any kind
)

type kind int

const (
	absent kind = iota // null
	scalar             // text, number, boolean, as text
	object
	array
)

// value is a JSON value with its members in order.
type value struct {
	kind    kind
	text    string
	members []member
	items   []*value
}

type member struct {
	key   string
	value *value
}

// get finds a member, nil when there is none. A nil value has none.
func (v *value) get(key string) *value {
	if v == nil {
		return nil
	}
	for _, m := range v.members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// parser reads a document within the limits.
type parser struct {
	dec   *jsontext.Decoder
	items int
}

func parse(src []byte) (*value, error) {
	if len(src) > maxBytes {
		return nil, fault.New(fault.TooLarge, "document of %d bytes, more than the limit of %d", len(src), maxBytes)
	}
	p := parser{dec: jsontext.NewDecoder(bytes.NewReader(src))}
	root, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.ReadToken(); err != io.EOF {
		return nil, fault.New(fault.Invalid, "text after the JSON object").At(p.place())
	}
	return root, nil
}

func (p *parser) place() string { return string(p.dec.StackPointer()) }

func (p *parser) value(depth int) (*value, error) {
	if p.items++; p.items > maxItems {
		return nil, fault.New(fault.TooLarge, "more than %d values", maxItems).At(p.place())
	}
	if depth > maxDepth {
		return nil, fault.New(fault.TooLarge, "values nested deeper than %d", maxDepth).At(p.place())
	}
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "not well-formed JSON").At(p.place())
	}
	switch tok.Kind() {
	case 'n':
		return &value{}, nil
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	}
	return &value{kind: scalar, text: tok.String()}, nil
}

func (p *parser) object(depth int) (*value, error) {
	v := &value{kind: object}
	for p.dec.PeekKind() != '}' {
		key, err := p.dec.ReadToken()
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "not well-formed JSON").At(p.place())
		}
		name := key.String()
		m, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.members = append(v.members, member{name, m})
	}
	return v, p.end()
}

func (p *parser) array(depth int) (*value, error) {
	v := &value{kind: array}
	for p.dec.PeekKind() != ']' {
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
	}
	return v, p.end()
}

func (p *parser) end() error {
	if _, err := p.dec.ReadToken(); err != nil {
		return fault.Wrap(fault.Invalid, err, "not well-formed JSON").At(p.place())
	}
	return nil
}
