package tree

import "strings"

// attributes reads up to and with the '>' of a start tag and reports whether the element is empty ("/>").
func (p *xmlParser) attributes(id int32) (empty bool, err error) {
	declared, prefixed := len(p.bind), false
	for count := 0; ; count++ {
		before := p.i
		p.skipSpace()
		if p.i >= len(p.s) {
			return false, p.fail(len(p.s), "document ends inside a tag")
		}
		if p.s[p.i] == '>' {
			p.i++
			break
		}
		if p.s[p.i] == '/' && strings.HasPrefix(p.s[p.i:], "/>") {
			p.i += len("/>")
			empty = true
			break
		}
		if before == p.i {
			return false, p.fail(p.i, "white space expected before an attribute")
		}
		if count >= p.lim.Attrs {
			return false, p.tooLarge(p.i, "more than %d attributes in one element", p.lim.Attrs)
		}
		q, value, err := p.attribute()
		if err != nil {
			return false, err
		}
		if isDeclaring, err := p.namespace(q, value, declared); err != nil {
			return false, err
		} else if isDeclaring {
			continue
		}
		prefixed = prefixed || q.local != q.at
		if err := p.addAttribute(id, q, value); err != nil {
			return false, err
		}
	}
	if len(p.bind) != declared {
		p.epochs++
		p.epoch = p.epochs
	}
	if prefixed {
		err = p.checkPrefixes(id)
	}
	return empty, err
}

// attribute reads one attribute.
func (p *xmlParser) attribute() (q qname, value span, err error) {
	start := p.i
	if q, err = p.qname(); err != nil {
		return q, value, err
	}
	p.skipSpace()
	if q.at == q.end || p.i >= len(p.s) || p.s[p.i] != '=' {
		return q, value, p.fail(start, "attribute without value")
	}
	p.i++
	p.skipSpace()
	if p.i >= len(p.s) || p.s[p.i] != '"' && p.s[p.i] != '\'' {
		return q, value, p.fail(p.i, "attribute %s without quotes", p.s[q.at:q.end])
	}
	quote, from, plain := p.s[p.i], p.i+1, true
	for i := from; i < len(p.s); i++ {
		switch c := p.s[i]; c {
		case quote:
			p.i = i + 1
			if plain {
				return q, span{int32(from), int32(i - from)}, nil
			}
			value, err = p.decode(from, i, true)
			return q, value, err
		case '<':
			return q, value, p.fail(i, "'<' in the value of attribute %s", p.s[q.at:q.end])
		case '&', '\n', '\t':
			plain = false
		}
	}
	return q, value, p.fail(from-1, "attribute %s without closing quote", p.s[q.at:q.end])
}

// namespace puts a namespace declaration in force; it reports whether the attribute was one. The element's own
// declarations are those from declared on.
func (p *xmlParser) namespace(q qname, value span, declared int) (bool, error) {
	name := p.s[q.at:q.end]
	if !strings.HasPrefix(name, "xmlns") {
		return false, nil
	}
	prefix := ""
	if q.local != q.at && q.local == q.at+len("xmlns:") {
		prefix = p.s[q.local:q.end]
	} else if name != "xmlns" {
		return false, nil
	}
	return true, p.declare(q.at, prefix, p.text(value), declared)
}

// text gives a piece of the document, or of what was decoded so far.
func (p *xmlParser) text(t span) string {
	if t.at < 0 {
		return string(p.extra[^t.at : ^t.at+t.n])
	}
	return p.s[t.at : t.at+t.n]
}

// addAttribute adds an attribute to the element that is being read.
func (p *xmlParser) addAttribute(id int32, q qname, value span) error {
	n := &p.nodes[id]
	name := p.s[q.at:q.end]
	for _, a := range p.attrs[n.attr0:n.attr1] {
		if p.text(a.name) == name {
			return p.fail(q.at, "attribute %s twice", name)
		}
	}
	p.attrs = append(p.attrs, attr{span{int32(q.at), int32(q.end - q.at)}, value})
	n.attr1++
	return nil
}

// checkPrefixes sees that the prefixes of an element's attributes are declared, and that no two of its attributes are the
// same under two prefixes.
func (p *xmlParser) checkPrefixes(id int32) error {
	n := &p.nodes[id]
	own := p.attrs[n.attr0:n.attr1]
	for i, a := range own {
		prefix, local, ok := strings.Cut(p.text(a.name), ":")
		if !ok {
			continue
		}
		b, ok := p.lookup(prefix)
		if !ok {
			return p.fail(int(a.name.at), "namespace prefix %q is not declared", prefix)
		}
		for _, other := range own[:i] {
			prefix, sameLocal, ok := strings.Cut(p.text(other.name), ":")
			if !ok || sameLocal != local {
				continue
			}
			if o, _ := p.lookup(prefix); o.uri == b.uri {
				return p.fail(int(a.name.at), "attribute %s twice, under two prefixes of one namespace", local)
			}
		}
	}
	return nil
}
