package tree

import (
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// ParseXML reads one XML document. It is a non-validating reader of XML 1.0 with namespaces, strict about
// well-formedness and closed to everything that documents of the BOAMP never use: a document type declaration (and so
// any entity beyond the five of XML) is refused. ns names the elements of known namespaces.
//
// src must be UTF-8, whatever its XML declaration says (see Decode for others); it is not kept. Errors are faults with line
// and column: Invalid, TooLarge beyond a limit, Unsupported for a document type declaration.
func ParseXML(src []byte, ns Namespaces, lim Limits) (*Doc, error) {
	lim = lim.withDefaults()
	if err := lim.size(src); err != nil {
		return nil, err
	}
	if err := checkText(src); err != nil {
		return nil, err
	}
	p := xmlScratch.Get().(*xmlParser)
	defer p.release()
	p.s, p.ns, p.lim = unixLines(src), ns, lim
	p.brackets = strings.Contains(p.s, "]]>")
	if err := p.document(); err != nil {
		return nil, err
	}
	d := p.finish(p.s)
	d.rootNS = p.rootNS
	return d, nil
}

type xmlParser struct {
	builder
	s        string // the document
	i        int    // place of the parser in it
	ns       Namespaces
	lim      Limits
	brackets bool // "]]>" occurs, perhaps where it must not
	rootNS   string
	stack    []open
	pieces   []piece // character data of all open elements

	bind   []binding
	epoch  uint32 // number of the set of bindings in force
	epochs uint32 // numbers given so far
}

// open is an element whose end tag has not come yet.
type open struct {
	node     int32
	last     int32  // its last child so far, 0 for none
	at, end  int32  // its name, as a place in the document
	pieces   int32  // len(pieces) before its own
	bindings int32  // len(bind) before its own declarations
	epoch    uint32 // before its own declarations
	ink      bool   // it has character data other than white space
}

// release gives the parser back for the next document.
func (p *xmlParser) release() {
	p.reset()
	clear(p.bind)
	*p = xmlParser{builder: p.builder, stack: p.stack[:0], pieces: p.pieces[:0], bind: p.bind[:0]}
	if cap(p.pieces) > keep {
		p.pieces = nil
	}
	xmlScratch.Put(p)
}

func (p *xmlParser) fail(at int, format string, args ...any) error {
	return fault.New(fault.Invalid, "not well-formed XML: "+format, args...).At(position(p.s, at))
}

func (p *xmlParser) tooLarge(at int, format string, args ...any) error {
	return fault.New(fault.TooLarge, format, args...).At(position(p.s, at))
}

func (p *xmlParser) skipSpace() {
	for p.i < len(p.s) && isSpace(p.s[p.i]) {
		p.i++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// element reads the root element and all below it, without recursion.
func (p *xmlParser) element() error {
	if err := p.startTag(); err != nil {
		return err
	}
	for len(p.stack) > 0 {
		if err := p.content(); err != nil {
			return err
		}
	}
	return nil
}

// content reads character data up to the next markup, then that markup.
func (p *xmlParser) content() error {
	k := strings.IndexByte(p.s[p.i:], '<')
	if k < 0 {
		return p.fail(len(p.s), "document ends inside <%s>", p.openName())
	}
	if k > 0 {
		if err := p.charData(p.i, p.i+k); err != nil {
			return err
		}
		p.i += k
	}
	rest := p.s[p.i:]
	if len(rest) > 1 {
		switch rest[1] {
		case '/':
			return p.endTag()
		case '?':
			return p.instruction()
		case '!':
			switch {
			case strings.HasPrefix(rest, "<!--"):
				return p.comment()
			case strings.HasPrefix(rest, "<![CDATA["):
				return p.cdata()
			}
			return p.fail(p.i, "markup declaration inside an element")
		}
	}
	return p.startTag()
}

// openName is the name of the innermost open element.
func (p *xmlParser) openName() string {
	o := &p.stack[len(p.stack)-1]
	return p.s[o.at:o.end]
}

func (p *xmlParser) endTag() error {
	start := p.i
	p.i += len("</")
	want := p.openName()
	if strings.HasPrefix(p.s[p.i:], want) {
		p.i += len(want)
		p.skipSpace()
		if p.i < len(p.s) && p.s[p.i] == '>' {
			p.i++
			p.close()
			return nil
		}
	}
	p.i = start + len("</")
	name, err := p.qname()
	switch {
	case err != nil:
		return err
	case name.at == name.end:
		return p.fail(start, "end tag without a name")
	case p.s[name.at:name.end] != want:
		return p.fail(start, "</%s> where </%s> was expected", p.s[name.at:name.end], want)
	}
	return p.fail(start, "end tag </%s without '>'", want)
}

// close ends the innermost open element: its text is put together, layout white space goes, its namespace declarations
// lose force.
func (p *xmlParser) close() {
	o := &p.stack[len(p.stack)-1]
	if own := p.pieces[o.pieces:]; len(own) > 0 {
		if n := &p.nodes[o.node]; o.ink || n.first == 0 {
			n.text = p.join(own)
		}
		p.pieces = p.pieces[:o.pieces]
	}
	p.bind, p.epoch = p.bind[:o.bindings], o.epoch
	p.stack = p.stack[:len(p.stack)-1]
}

func (p *xmlParser) startTag() error {
	start := p.i
	p.i++
	q, err := p.qname()
	switch {
	case err != nil:
		return err
	case q.at == q.end:
		return p.fail(start, "'<' that starts no element")
	case len(p.stack) >= p.lim.Depth:
		return p.tooLarge(start, "elements nested deeper than %d", p.lim.Depth)
	case len(p.nodes) >= p.lim.Nodes:
		return p.tooLarge(start, "more than %d elements", p.lim.Nodes)
	}
	o := open{at: int32(q.at), end: int32(q.end), pieces: int32(len(p.pieces)), bindings: int32(len(p.bind)), epoch: p.epoch}
	if depth := len(p.stack); depth > 0 {
		up := &p.stack[depth-1]
		o.node = p.add(up.node, up.last, 0)
		up.last = o.node
	} else {
		p.add(0, 0, 0)
	}
	empty := false
	if p.i < len(p.s) && p.s[p.i] == '>' {
		p.i++
	} else if empty, err = p.attributes(o.node); err != nil {
		return err
	}
	if p.nodes[o.node].name, err = p.resolve(q); err != nil {
		return err
	}
	p.stack = append(p.stack, o)
	if empty {
		p.close()
	}
	return nil
}
