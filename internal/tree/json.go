package tree

import (
	"bytes"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/fault"
)

// ParseJSON reads the JSON that the Explore portal keeps in `gestion` and `donnees`, the XML document by rules close to
// those of xmltodict: empty element "", attribute "@name", text beside attributes "#text", repeated element an array. The
// document must be an object; its members become the children of a root element named root.
//
// The portal writes strings only, but clients that round-trip records do not always. Numbers and booleans are read as
// the text they show, null and {} as an empty element; AppendJSON gives them back as they were. An empty array is no
// element at all, an array within an array is refused, and "@xmlns" members are dropped.
//
// src is not kept. Errors are faults with the place as a JSON pointer: Invalid, TooLarge beyond a limit.
func ParseJSON(src []byte, root string, lim Limits) (*Doc, error) {
	lim = lim.withDefaults()
	if err := lim.size(src); err != nil {
		return nil, err
	}
	p := jsonScratch.Get().(*jsonParser)
	defer p.release()
	p.s, p.lim = string(src), lim
	p.in = bytes.NewBuffer(src) // read in place, never written to
	p.dec.Reset(p.in)
	if err := p.document(root); err != nil {
		return nil, err
	}
	d := p.finish(p.s)
	d.json, d.forms = true, p.forms
	return d, nil
}

type jsonParser struct {
	builder
	s     string // the document
	in    *bytes.Buffer
	dec   jsontext.Decoder
	lim   Limits
	own   []attr // attributes of all open objects
	forms map[int32]form
}

// form says what the JSON of an element was, where it was not what an XML document gives.
type form uint8

const (
	formLiteral form = 1 << iota // number, boolean or null, written without quotes
	formObject                   // an object, though without attribute or child
	formText                     // "#text", though empty
	formArray                    // an array of one
)

// release gives the parser back for the next document.
func (p *jsonParser) release() {
	p.reset()
	p.s, p.in, p.forms, p.own = "", nil, nil, p.own[:0]
	p.dec.Reset(strings.NewReader(""))
	jsonScratch.Put(p)
}

func (p *jsonParser) fail(err error) error {
	return fault.Wrap(fault.Invalid, err, "not well-formed JSON").At(p.place())
}

func (p *jsonParser) invalid(format string, args ...any) error {
	return fault.New(fault.Invalid, format, args...).At(p.place())
}

func (p *jsonParser) tooLarge(format string, args ...any) error {
	return fault.New(fault.TooLarge, format, args...).At(p.place())
}

// place is where the decoder stands: the JSON pointer of what it read last.
func (p *jsonParser) place() string {
	if at := string(p.dec.StackPointer()); at != "" {
		return at
	}
	return position(p.s, int(p.dec.InputOffset()))
}

func (p *jsonParser) document(root string) error {
	if p.dec.PeekKind() != '{' {
		return fault.New(fault.Invalid, "JSON object expected").At(position(p.s, 0))
	}
	p.add(0, 0, p.named(root, root, 0))
	if err := p.object(0, 1); err != nil {
		return err
	}
	if _, err := p.dec.ReadToken(); err != io.EOF {
		return p.invalid("text after the JSON object")
	}
	return nil
}

// object reads the members of an object into node id.
func (p *jsonParser) object(id int32, depth int) error {
	if depth > p.lim.Depth {
		return p.tooLarge("objects nested deeper than %d", p.lim.Depth)
	}
	if _, err := p.dec.ReadToken(); err != nil { // '{'
		return p.fail(err)
	}
	// Attributes of one node must be neighbours in the arena, so they wait here until the children have added theirs.
	waiting, last := len(p.own), int32(0)
	for p.dec.PeekKind() != '}' {
		key, err := p.string()
		if err != nil {
			return err
		}
		switch name := p.text(key); {
		case name == "#text":
			err = p.ownText(id)
		case strings.HasPrefix(name, "@"):
			err = p.attribute(key, waiting)
		case len(name) > p.lim.Name:
			err = p.tooLarge("name longer than %d bytes", p.lim.Name)
		default:
			last, err = p.member(id, last, p.nameID(name), depth)
		}
		if err != nil {
			return err
		}
	}
	if _, err := p.dec.ReadToken(); err != nil { // '}'
		return p.fail(err)
	}
	n := &p.nodes[id]
	n.attr0 = int32(len(p.attrs))
	p.attrs = append(p.attrs, p.own[waiting:]...)
	n.attr1 = int32(len(p.attrs))
	p.own = p.own[:waiting]
	if n.attr0 == n.attr1 && n.first == 0 && id != 0 { // the root is an object in any case
		p.mark(id, formObject)
	}
	return nil
}

// ownText reads the value of "#text".
func (p *jsonParser) ownText(id int32) error {
	text, literal, err := p.scalar()
	p.nodes[id].text = text
	if literal {
		p.mark(id, formLiteral)
	}
	if text.n == 0 {
		p.mark(id, formText)
	}
	return err
}

// attribute reads the value of an "@" member. Those of the same object wait in own from waiting on.
func (p *jsonParser) attribute(key span, waiting int) error {
	value, literal, err := p.scalar()
	switch name := p.text(key)[1:]; {
	case err != nil:
		return err
	case literal:
		return p.invalid("attribute %q that is no text", name)
	case name == "xmlns" || strings.HasPrefix(name, "xmlns:"):
		return nil
	case len(name) > p.lim.Name:
		return p.tooLarge("name longer than %d bytes", p.lim.Name)
	case len(p.own)-waiting >= p.lim.Attrs:
		return p.tooLarge("more than %d attributes in one element", p.lim.Attrs)
	}
	// A place in the extra text is negative, so that one further is one less.
	if key.at < 0 {
		key.at--
	} else {
		key.at++
	}
	p.own = append(p.own, attr{span{key.at, key.n - 1}, value})
	return nil
}

// member reads one value, or each value of an array, as an element of that name below parent. It takes and gives the last
// child of parent.
func (p *jsonParser) member(parent, last, name int32, depth int) (int32, error) {
	if p.dec.PeekKind() != '[' {
		return p.element(parent, last, name, depth)
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return last, p.fail(err)
	}
	before := last
	count := 0
	for ; p.dec.PeekKind() != ']'; count++ {
		if p.dec.PeekKind() == '[' {
			return last, p.invalid("array within an array, which no XML document gives")
		}
		var err error
		if last, err = p.element(parent, last, name, depth); err != nil {
			return last, err
		}
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return last, p.fail(err)
	}
	if count == 1 && last != before {
		p.mark(last, formArray)
	}
	return last, nil
}

// element reads one value as an element.
func (p *jsonParser) element(parent, last, name int32, depth int) (int32, error) {
	if len(p.nodes) >= p.lim.Nodes {
		return last, p.tooLarge("more than %d elements", p.lim.Nodes)
	}
	id := p.add(parent, last, name)
	if p.dec.PeekKind() == '{' {
		return id, p.object(id, depth+1)
	}
	text, literal, err := p.scalar()
	if literal {
		p.mark(id, formLiteral)
	}
	p.nodes[id].text = text
	return id, err
}

// scalar reads a value that is text; literal says that it was written without quotes.
func (p *jsonParser) scalar() (text span, literal bool, err error) {
	switch p.dec.PeekKind() {
	case '"':
		text, err = p.string()
		return text, false, err
	case '{', '[':
		return text, false, p.invalid("text expected")
	case 'n':
		if _, err := p.dec.ReadToken(); err != nil {
			return text, false, p.fail(err)
		}
		return text, true, nil
	}
	v, err := p.dec.ReadValue()
	if err != nil {
		return text, false, p.fail(err)
	}
	return p.here(len(v), 0), true, nil
}

// string reads a string, a member's name or a value.
func (p *jsonParser) string() (span, error) {
	v, err := p.dec.ReadValue()
	if err != nil {
		return span{}, p.fail(err)
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return p.here(len(v), 1), nil
	}
	at := len(p.extra)
	p.extra, err = jsontext.AppendUnquote(p.extra, v)
	if err != nil {
		return span{}, p.fail(err)
	}
	if bytes.IndexByte(p.extra[at:], 0) >= 0 {
		return span{}, p.invalid("character U+0000, which no text may hold")
	}
	return span{^int32(at), int32(len(p.extra) - at)}, nil
}

// here is the place of the value that was read last, without edge bytes at either end.
func (p *jsonParser) here(size, edge int) span {
	return span{int32(int(p.dec.InputOffset()) - size + edge), int32(size - 2*edge)}
}

// text gives a place in the document or in what was decoded so far; the string holds until the next text is decoded.
func (p *jsonParser) text(t span) string {
	if t.at < 0 {
		return string(p.extra[^t.at : ^t.at+t.n])
	}
	return p.s[t.at : t.at+t.n]
}

// nameID finds the name table's entry of an element's name.
func (p *jsonParser) nameID(name string) int32 {
	if k, ok := p.index[name]; ok {
		return p.slots[k].id
	}
	return p.named(name, name, 0)
}

// mark notes that an element's JSON was not what XML gives.
func (p *jsonParser) mark(id int32, f form) {
	if p.forms == nil {
		p.forms = map[int32]form{}
	}
	p.forms[id] |= f
}
