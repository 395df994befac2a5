package tree

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
)

// ParseXML reads one XML document. It is a non-validating reader of XML 1.0 with namespaces, strict about
// well-formedness and closed to everything that documents of the BOAMP never use: a document type declaration (and so
// any entity beyond the five of XML) is refused. ns names the elements of known namespaces.
//
// src must be UTF-8 (see Decode for others). Errors are faults of kind Invalid with line and column, TooLarge beyond
// a limit.
func ParseXML(src []byte, ns Namespaces, lim Limits) (*Doc, error) {
	lim = lim.withDefaults()
	if len(src) > lim.Bytes {
		return nil, fault.New(fault.TooLarge, "document of %d bytes, more than the limit of %d", len(src), lim.Bytes)
	}
	if !utf8.Valid(src) {
		return nil, fault.New(fault.Invalid, "text that is not UTF-8").At(position(string(src), firstInvalid(src)))
	}
	p := xmlParser{s: string(src), ns: ns, lim: lim, d: &Doc{}, names: make(map[string]string, 128)}
	p.d.nodes = make([]node, 0, len(src)/48+16)
	if err := p.document(); err != nil {
		return nil, err
	}
	return p.d, nil
}

type xmlParser struct {
	s     string
	i     int
	ns    Namespaces
	lim   Limits
	d     *Doc
	names map[string]string // qname -> canonical name, under the bindings in force
	bind  []binding
	stack []open
}

type binding struct{ prefix, uri string }

type open struct {
	node     int32
	bindings int // len(bind) before this element's own declarations
}

func (p *xmlParser) fail(at int, format string, args ...any) error {
	return fault.New(fault.Invalid, "not well-formed XML: "+format, args...).At(position(p.s, at))
}

func (p *xmlParser) document() error {
	p.skipSpace()
	for p.i < len(p.s) {
		var err error
		switch {
		case strings.HasPrefix(p.s[p.i:], "<?"):
			err = p.skipUntil("?>", "processing instruction")
		case strings.HasPrefix(p.s[p.i:], "<!--"):
			err = p.skipUntil("-->", "comment")
		case strings.HasPrefix(p.s[p.i:], "<!"):
			return fault.New(fault.Unsupported, "a document type declaration, which no BOAMP document has").
				At(position(p.s, p.i)).WithHint("remove the DOCTYPE; entities are not read")
		case p.s[p.i] == '<' && len(p.d.nodes) == 0:
			err = p.element()
		default:
			return p.fail(p.i, "text outside the root element")
		}
		if err != nil {
			return err
		}
		p.skipSpace()
	}
	if len(p.d.nodes) == 0 {
		return p.fail(p.i, "no root element")
	}
	return nil
}

func (p *xmlParser) skipSpace() {
	for p.i < len(p.s) && isSpace(p.s[p.i]) {
		p.i++
	}
}

func (p *xmlParser) skipUntil(end, what string) error {
	k := strings.Index(p.s[p.i:], end)
	if k < 0 {
		return p.fail(p.i, "%s without end", what)
	}
	p.i += k + len(end)
	return nil
}

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
		return p.fail(len(p.s), "document ends inside <%s>", p.d.nodes[p.top()].qname)
	}
	if k > 0 {
		if err := p.charData(p.s[p.i:p.i+k], true); err != nil {
			return err
		}
		p.i += k
	}
	rest := p.s[p.i:]
	switch {
	case strings.HasPrefix(rest, "</"):
		return p.endTag()
	case strings.HasPrefix(rest, "<!--"):
		return p.skipUntil("-->", "comment")
	case strings.HasPrefix(rest, "<![CDATA["):
		start := p.i + len("<![CDATA[")
		if err := p.skipUntil("]]>", "CDATA section"); err != nil {
			return err
		}
		return p.charData(p.s[start:p.i-len("]]>")], false)
	case strings.HasPrefix(rest, "<?"):
		return p.skipUntil("?>", "processing instruction")
	case strings.HasPrefix(rest, "<!"):
		return p.fail(p.i, "markup declaration inside an element")
	}
	return p.startTag()
}

func (p *xmlParser) top() int32 { return p.stack[len(p.stack)-1].node }

// charData adds text to the open element; refs says whether character references may occur in it.
func (p *xmlParser) charData(s string, refs bool) error {
	t, err := p.decode(s, refs, false)
	if err != nil {
		return err
	}
	n := &p.d.nodes[p.top()]
	if n.text == "" {
		n.text = t
	} else {
		n.text += t
	}
	return nil
}

// decode resolves references and line ends. It returns s itself when there is nothing to do. In attribute values
// (attr) white space becomes a blank, as XML 1.0 section 3.3.3 asks.
func (p *xmlParser) decode(s string, refs, attr bool) (string, error) {
	clean := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '&' {
			if c == '&' && refs || c == '\r' || attr && (c == '\n' || c == '\t') {
				clean = false
			} else if c < 0x20 && c != '\n' && c != '\t' && c != '\r' {
				return "", p.fail(p.offset(s, i), "control character U+%04X", c)
			}
		}
	}
	if clean {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				continue
			}
			b = append(b, lineEnd(attr))
		case attr && (c == '\n' || c == '\t'):
			b = append(b, ' ')
		case c == '&' && refs:
			n, err := p.reference(&b, s[i:], p.offset(s, i))
			if err != nil {
				return "", err
			}
			i += n - 1
		default:
			b = append(b, c)
		}
	}
	return string(b), nil
}

func lineEnd(attr bool) byte {
	if attr {
		return ' '
	}
	return '\n'
}

// offset is the place of s[i] in the document, for a piece s that starts at p.i or later; only error messages use it.
func (p *xmlParser) offset(s string, i int) int {
	if k := strings.Index(p.s[p.i:], s); k >= 0 {
		return p.i + k + i
	}
	return p.i
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// reference decodes the reference at the start of s into b and says how many bytes of s it took.
func (p *xmlParser) reference(b *[]byte, s string, at int) (int, error) {
	end := strings.IndexByte(s[:min(len(s), 16)], ';')
	if end < 2 {
		return 0, p.fail(at, "'&' that starts no reference")
	}
	name := s[1:end]
	if text, ok := entities[name]; ok {
		*b = append(*b, text...)
		return end + 1, nil
	}
	if name[0] != '#' {
		return 0, p.fail(at, "unknown entity &%s;", name)
	}
	digits, base := name[1:], 10
	if strings.HasPrefix(digits, "x") {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !isChar(rune(v)) {
		return 0, p.fail(at, "character reference &%s; to no character", name)
	}
	*b = utf8.AppendRune(*b, rune(v))
	return end + 1, nil
}

// isChar tells the characters that XML 1.0 allows (production 2).
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD ||
		r >= 0x10000 && r <= 0x10FFFF
}

func (p *xmlParser) endTag() error {
	start := p.i
	p.i += 2
	qname := p.scanName()
	p.skipSpace()
	if p.i >= len(p.s) || p.s[p.i] != '>' {
		return p.fail(start, "end tag </%s without '>'", qname)
	}
	p.i++
	o := p.stack[len(p.stack)-1]
	n := &p.d.nodes[o.node]
	if n.qname != qname {
		return p.fail(start, "</%s> where </%s> was expected", qname, n.qname)
	}
	p.close(o)
	return nil
}

// close ends the open element: layout white space goes, declarations of the element lose force.
func (p *xmlParser) close(o open) {
	n := &p.d.nodes[o.node]
	if n.first != 0 && strings.TrimLeft(n.text, " \t\r\n") == "" {
		n.text = ""
	}
	if len(p.bind) != o.bindings {
		p.bind = p.bind[:o.bindings]
		clear(p.names)
	}
	p.stack = p.stack[:len(p.stack)-1]
}

func (p *xmlParser) startTag() error {
	start := p.i
	p.i++
	qname := p.scanName()
	if qname == "" {
		return p.fail(start, "'<' that starts no element")
	}
	if len(p.stack) >= p.lim.Depth {
		return fault.New(fault.TooLarge, "elements nested deeper than %d", p.lim.Depth).At(position(p.s, start))
	}
	if len(p.d.nodes) >= p.lim.Nodes {
		return fault.New(fault.TooLarge, "more than %d elements", p.lim.Nodes).At(position(p.s, start))
	}
	id := p.appendNode(qname)
	o := open{id, len(p.bind)}
	empty, err := p.attributes(id)
	if err != nil {
		return err
	}
	if len(p.bind) != o.bindings {
		clear(p.names)
	}
	p.d.nodes[id].name, err = p.resolve(qname, start)
	if err != nil {
		return err
	}
	if id == 0 {
		prefix, _, ok := strings.Cut(qname, ":")
		if !ok {
			prefix = ""
		}
		p.d.rootNS = p.lookup(prefix)
	}
	p.stack = append(p.stack, o)
	if empty {
		p.close(o)
	}
	return nil
}

func (p *xmlParser) appendNode(qname string) int32 {
	id := int32(len(p.d.nodes))
	n := node{qname: qname, attr0: int32(len(p.d.attrs)), attr1: int32(len(p.d.attrs))}
	if len(p.stack) > 0 {
		n.parent = p.top()
		link(p.d.nodes, n.parent, id)
	}
	p.d.nodes = append(p.d.nodes, n)
	return id
}

// link hangs node id behind the last child of parent.
func link(nodes []node, parent, id int32) {
	if up := &nodes[parent]; up.first == 0 {
		up.first, up.last = id, id
	} else {
		nodes[up.last].next, up.last = id, id
	}
}

// attributes reads up to and with the '>' of a start tag and reports whether the element is empty ("/>").
func (p *xmlParser) attributes(id int32) (empty bool, err error) {
	for n := 0; ; n++ {
		before := p.i
		p.skipSpace()
		if p.i >= len(p.s) {
			return false, p.fail(len(p.s), "document ends inside a tag")
		}
		if p.s[p.i] == '>' {
			p.i++
			return false, nil
		}
		if strings.HasPrefix(p.s[p.i:], "/>") {
			p.i += 2
			return true, nil
		}
		if before == p.i {
			return false, p.fail(p.i, "white space expected before an attribute")
		}
		if n >= p.lim.Attrs {
			return false, fault.New(fault.TooLarge, "more than %d attributes in one element", p.lim.Attrs).At(position(p.s, p.i))
		}
		if err := p.attribute(id); err != nil {
			return false, err
		}
	}
}

func (p *xmlParser) attribute(id int32) error {
	start := p.i
	name := p.scanName()
	p.skipSpace()
	if name == "" || p.i >= len(p.s) || p.s[p.i] != '=' {
		return p.fail(start, "attribute without value")
	}
	p.i++
	p.skipSpace()
	if p.i >= len(p.s) || p.s[p.i] != '"' && p.s[p.i] != '\'' {
		return p.fail(p.i, "attribute %s without quotes", name)
	}
	end := strings.IndexByte(p.s[p.i+1:], p.s[p.i])
	if end < 0 {
		return p.fail(p.i, "attribute %s without closing quote", name)
	}
	raw := p.s[p.i+1 : p.i+1+end]
	if k := strings.IndexByte(raw, '<'); k >= 0 {
		return p.fail(p.i+1+k, "'<' in the value of attribute %s", name)
	}
	value, err := p.decode(raw, true, true)
	if err != nil {
		return err
	}
	p.i += end + 2
	switch prefix, local, ok := strings.Cut(name, ":"); {
	case name == "xmlns":
		p.bind = append(p.bind, binding{"", value})
	case ok && prefix == "xmlns":
		p.bind = append(p.bind, binding{local, value})
	default:
		n := &p.d.nodes[id]
		for _, a := range p.d.attrs[n.attr0:n.attr1] {
			if a.Name == name {
				return p.fail(start, "attribute %s twice", name)
			}
		}
		p.d.attrs = append(p.d.attrs, Attr{name, value})
		n.attr1 = int32(len(p.d.attrs))
	}
	return nil
}

// resolve gives the canonical name of a qualified name under the bindings in force.
func (p *xmlParser) resolve(qname string, at int) (string, error) {
	if name, ok := p.names[qname]; ok {
		return name, nil
	}
	prefix, local, ok := strings.Cut(qname, ":")
	if !ok {
		prefix, local = "", qname
	}
	uri := p.lookup(prefix)
	if prefix != "" && prefix != "xml" && uri == "" {
		return "", p.fail(at, "namespace prefix %q is not declared", prefix)
	}
	name := qname
	if canonical, ok := p.ns[uri]; ok && uri != "" {
		name = local
		if canonical != "" && canonical != prefix {
			name = canonical + ":" + local
		} else if canonical != "" {
			name = qname
		}
	}
	p.names[qname] = name
	return name, nil
}

func (p *xmlParser) lookup(prefix string) string {
	for k := len(p.bind) - 1; k >= 0; k-- {
		if p.bind[k].prefix == prefix {
			return p.bind[k].uri
		}
	}
	return ""
}

// scanName reads a name: letters, digits, '-', '_', '.', ':' and everything beyond ASCII; "" when none is there.
func (p *xmlParser) scanName() string {
	start := p.i
	for p.i < len(p.s) && nameByte[p.s[p.i]] {
		p.i++
	}
	if start < p.i && (p.s[start] == '-' || p.s[start] == '.' || p.s[start] >= '0' && p.s[start] <= '9') {
		p.i = start
	}
	return p.s[start:p.i]
}

var nameByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == ':' || c >= 0x80
	}
	return t
}()

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// position says where byte offset i stands, counted from 1; columns are bytes.
func position(s string, i int) string {
	i = min(max(i, 0), len(s))
	line := 1 + strings.Count(s[:i], "\n")
	return fmt.Sprintf("line %d column %d", line, i-strings.LastIndexByte(s[:i], '\n'))
}

func firstInvalid(src []byte) int {
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(src)
}
