package tree

import "unicode/utf8"

// AppendJSON appends the element's contents as the Explore portal writes them in `gestion` and `donnees`: the rules of
// xmltodict (see ParseJSON), names as the document wrote them, members of one name gathered into an array at the place
// of the first, and the spacing and escapes of Python's json.dumps with ensure_ascii off (", " and ": "; only control
// characters, the quote and the backslash are escaped).
func (n Node) AppendJSON(dst []byte) []byte {
	r := n.ref()
	if r == nil || r.first == 0 && r.attr0 == r.attr1 {
		return appendString(dst, n.RawText())
	}
	dst = append(dst, '{')
	sep := false
	key := func(prefix, name string) {
		if sep {
			dst = append(dst, ", "...)
		}
		sep = true
		dst = append(dst, '"')
		dst = append(dst, prefix...)
		dst = append(dst, name...)
		dst = append(dst, `": `...)
	}
	for _, a := range n.Attrs() {
		key("@", a.Name)
		dst = appendString(dst, a.Value)
	}
	if n.crowded() {
		for _, group := range n.groups() {
			key("", group[0].ref().qname)
			dst = appendGroup(dst, group)
		}
	} else {
		for c := range n.All() {
			if n.firstOf(c) != c {
				continue
			}
			key("", c.ref().qname)
			dst = c.appendGroup(dst)
		}
	}
	if r.text != "" {
		key("#", "text")
		dst = appendString(dst, r.text)
	}
	return append(dst, '}')
}

// AppendJSONGroup appends the value that the portal gives to the element's name in its parent: the element alone, or an array
// with its later siblings of the same name.
func (n Node) AppendJSONGroup(dst []byte) []byte {
	if !n.Exists() {
		return append(dst, "null"...)
	}
	return n.appendGroup(dst)
}

// crowd is the number of children from which on they are gathered by a map: the walk that serves for few would take the
// square of their number, which a hostile document could make large.
const crowd = 64

func (n Node) crowded() bool {
	count := 0
	for range n.All() {
		if count++; count == crowd {
			return true
		}
	}
	return false
}

// groups gathers the child elements by the name they were written with, in the order of the first of each name.
func (n Node) groups() [][]Node {
	var groups [][]Node
	places := make(map[string]int, crowd)
	for c := range n.All() {
		at, ok := places[c.ref().qname]
		if !ok {
			at = len(groups)
			places[c.ref().qname] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], c)
	}
	return groups
}

func appendGroup(dst []byte, group []Node) []byte {
	if len(group) == 1 {
		return group[0].AppendJSON(dst)
	}
	dst = append(dst, '[')
	for i, e := range group {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = e.AppendJSON(dst)
	}
	return append(dst, ']')
}

// firstOf finds the first sibling that shares c's written name.
func (n Node) firstOf(c Node) Node {
	for x := range n.All() {
		if x.ref().qname == c.ref().qname {
			return x
		}
	}
	return c
}

// appendGroup writes the value of a name: the element alone, or an array with its later siblings of the same name.
func (n Node) appendGroup(dst []byte) []byte {
	if !n.nextSame().Exists() {
		return n.AppendJSON(dst)
	}
	dst = append(dst, '[')
	for s := n; s.Exists(); s = s.nextSame() {
		if s != n {
			dst = append(dst, ", "...)
		}
		dst = s.AppendJSON(dst)
	}
	return append(dst, ']')
}

// nextSame is the next sibling with the same written name.
func (n Node) nextSame() Node {
	r := n.ref()
	for c := r.next; c != 0; c = n.d.nodes[c].next {
		if n.d.nodes[c].qname == r.qname {
			return Node{n.d, c + 1}
		}
	}
	return Node{}
}

// AppendString appends a JSON string with the escapes of the portal, see AppendJSON.
func AppendString(dst []byte, s string) []byte { return appendString(dst, s) }

const hex = "0123456789abcdef"

func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			_, n := utf8.DecodeRuneInString(s[i:])
			dst = append(dst, s[i:i+n]...)
			i += n - 1
		}
	}
	return append(dst, '"')
}
