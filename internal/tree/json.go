package tree

import (
	"bytes"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/fault"
)

// ParseJSON reads the JSON that the Explore portal keeps in `gestion` and `donnees`: the XML document by the rules
// of xmltodict (empty element "", attribute "@name", text beside attributes "#text", repeated element an array).
// The document must be an object; its members become the children of a root element named root.
//
// Numbers, booleans and null are read as the text they show (null as an empty element): the portal writes strings only,
// but clients that round-trip records do not always.
func ParseJSON(src []byte, root string, lim Limits) (*Doc, error) {
	lim = lim.withDefaults()
	if len(src) > lim.Bytes {
		return nil, fault.New(fault.TooLarge, "document of %d bytes, more than the limit of %d", len(src), lim.Bytes)
	}
	p := jsonParser{dec: jsontext.NewDecoder(bytes.NewReader(src)), lim: lim, d: &Doc{}, names: map[string]string{}}
	if p.dec.PeekKind() != '{' {
		return nil, fault.New(fault.Invalid, "JSON object expected")
	}
	p.d.nodes = append(make([]node, 0, len(src)/48+16), node{name: root, qname: root})
	if err := p.object(0, 1); err != nil {
		return nil, err
	}
	if _, err := p.dec.ReadToken(); err != io.EOF {
		return nil, fault.New(fault.Invalid, "text after the JSON object").At(string(p.dec.StackPointer()))
	}
	return p.d, nil
}

type jsonParser struct {
	dec   *jsontext.Decoder
	lim   Limits
	d     *Doc
	names map[string]string
}

func (p *jsonParser) fail(err error) error {
	return fault.Wrap(fault.Invalid, err, "not well-formed JSON").At(string(p.dec.StackPointer()))
}

// object reads the members of an object into node id.
func (p *jsonParser) object(id int32, depth int) error {
	if depth > p.lim.Depth {
		return fault.New(fault.TooLarge, "objects nested deeper than %d", p.lim.Depth).At(string(p.dec.StackPointer()))
	}
	if _, err := p.dec.ReadToken(); err != nil { // '{'
		return p.fail(err)
	}
	// Attributes of one node must be neighbours in the arena, so they are collected before the children add theirs.
	var attrs []Attr
	p.d.nodes[id].attr0 = int32(len(p.d.attrs))
	for p.dec.PeekKind() != '}' {
		key, err := p.dec.ReadToken()
		if err != nil {
			return p.fail(err)
		}
		name := p.intern(key.String())
		switch {
		case name == "#text" || strings.HasPrefix(name, "@"):
			text, err := p.scalar()
			if err != nil {
				return err
			}
			if name == "#text" {
				p.d.nodes[id].text = text
			} else if !strings.HasPrefix(name, "@xmlns") {
				attrs = append(attrs, Attr{name[1:], text})
			}
			if len(attrs) > p.lim.Attrs {
				return fault.New(fault.TooLarge, "more than %d attributes in one element", p.lim.Attrs).At(string(p.dec.StackPointer()))
			}
		default:
			if err := p.member(id, name, depth); err != nil {
				return err
			}
		}
	}
	if len(attrs) > 0 {
		p.d.nodes[id].attr0 = int32(len(p.d.attrs))
		p.d.attrs = append(p.d.attrs, attrs...)
		p.d.nodes[id].attr1 = int32(len(p.d.attrs))
	} else {
		p.d.nodes[id].attr1 = p.d.nodes[id].attr0
	}
	_, err := p.dec.ReadToken() // '}'
	if err != nil {
		return p.fail(err)
	}
	return nil
}

// member reads one value, or each value of an array, as an element of that name below parent.
func (p *jsonParser) member(parent int32, name string, depth int) error {
	switch p.dec.PeekKind() {
	case '[':
		if _, err := p.dec.ReadToken(); err != nil {
			return p.fail(err)
		}
		for p.dec.PeekKind() != ']' {
			if p.dec.PeekKind() == '[' {
				return fault.New(fault.Invalid, "array within an array, which no XML document gives").At(string(p.dec.StackPointer()))
			}
			if err := p.member(parent, name, depth); err != nil {
				return err
			}
		}
		_, err := p.dec.ReadToken()
		if err != nil {
			return p.fail(err)
		}
		return nil
	case '{':
		id, err := p.append(parent, name)
		if err != nil {
			return err
		}
		return p.object(id, depth+1)
	}
	id, err := p.append(parent, name)
	if err != nil {
		return err
	}
	p.d.nodes[id].text, err = p.scalar()
	return err
}

func (p *jsonParser) append(parent int32, name string) (int32, error) {
	if len(p.d.nodes) >= p.lim.Nodes {
		return 0, fault.New(fault.TooLarge, "more than %d elements", p.lim.Nodes).At(string(p.dec.StackPointer()))
	}
	id := int32(len(p.d.nodes))
	link(p.d.nodes, parent, id)
	p.d.nodes = append(p.d.nodes, node{name: name, qname: name, parent: parent})
	return id, nil
}

func (p *jsonParser) scalar() (string, error) {
	tok, err := p.dec.ReadToken()
	if err != nil {
		return "", p.fail(err)
	}
	switch tok.Kind() {
	case '{', '[', '}', ']':
		return "", fault.New(fault.Invalid, "text expected").At(string(p.dec.StackPointer()))
	case 'n':
		return "", nil
	}
	return tok.String(), nil
}

func (p *jsonParser) intern(s string) string {
	if v, ok := p.names[s]; ok {
		return v
	}
	s = strings.Clone(s)
	p.names[s] = s
	return s
}
