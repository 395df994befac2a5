package tree

import "strings"

// AppendJSON appends the element's contents as the Explore portal writes them in `gestion` and `donnees`: the rules of
// xmltodict (see ParseJSON), names as the document wrote them, members of one name gathered into an array at the place
// of the first, and the spacing and escapes of Python's json.dumps with ensure_ascii off (", " and ": "; only control
// characters, the quote and the backslash are escaped).
//
// White space: the text of an element without attributes stands as the document has it, line ends and outer blanks
// included, also when it is nothing else; "#text" beside attributes or children is trimmed, and left out when nothing
// remains. (Of the 2,852 texts of national 3.2.5 records 34 have outer white space, of 1,726 "#text" in eForms records none,
// though 2 to 4 of 100 such texts in eForms documents do. Texts of white space alone were seen in no record.)
//
// A document read by ParseJSON gives back the JSON that it was read from, if that was written with the spacing and escapes
// above, attributes first and "#text" last; empty arrays and "@xmlns" members are not kept, and the whole document {} becomes "",
// the empty element that it stands for.
func (n Node) AppendJSON(dst []byte) []byte { return n.appendJSON(dst, false) }

// AppendJSONTrimmed is AppendJSON with every text trimmed. That is how the records of V110 and V230 look: of their 5,074 texts
// none has outer white space, while one of ten in V110 documents has, and a few in those of V230.
func (n Node) AppendJSONTrimmed(dst []byte) []byte { return n.appendJSON(dst, true) }

func (n Node) appendJSON(dst []byte, trim bool) []byte {
	if !n.Exists() {
		return append(dst, `""`...)
	}
	w := portalWriter{d: n.d, dst: dst, trim: trim}
	if n.ref().first != 0 {
		w.prepare(n.i-1, n.end())
	}
	w.element(n.i - 1)
	return w.dst
}

// AppendJSONGroup appends the value that the portal gives to the element's name in its parent: the element alone, or an array
// with its later siblings of the same name.
func (n Node) AppendJSONGroup(dst []byte) []byte {
	if !n.Exists() {
		return append(dst, "null"...)
	}
	w := portalWriter{d: n.d, dst: dst}
	w.prepare(n.i-1, int32(len(n.d.nodes)))
	w.link(n.i - 1)
	w.group(n.i - 1)
	return w.dst
}

// portalWriter writes elements and all below them.
type portalWriter struct {
	d    *Doc
	dst  []byte
	trim bool

	// Siblings of one name are found in a single pass over them: seen holds the latest by name, later holds for each
	// element (by its distance from base) the next sibling of its name, and whether it is such itself.
	seen  []int32
	later []int32
	base  int32
}

// repeated marks an element that stands in the array of an earlier sibling.
const repeated = -1 << 31

// prepare makes room for the elements from base up to end.
func (w *portalWriter) prepare(base, end int32) {
	w.base = base
	w.seen = make([]int32, len(w.d.names)+int(end-base))
	w.seen, w.later = w.seen[:len(w.d.names)], w.seen[len(w.d.names):]
}

// link finds the siblings of equal names from c on.
func (w *portalWriter) link(c int32) {
	parent := w.d.nodes[c].parent
	for more := true; more; more = c != 0 {
		n := &w.d.nodes[c]
		latest := &w.seen[w.d.names[n.name].same]
		if e := *latest; e != 0 && w.d.nodes[e].parent == parent {
			w.later[e-w.base] |= c
			w.later[c-w.base] = repeated
		}
		*latest = c
		c = n.next
	}
}

// element writes one element.
func (w *portalWriter) element(i int32) {
	n, f := &w.d.nodes[i], w.d.forms[i]
	text := w.d.text(n.text)
	bare := n.first == 0 && n.attr0 == n.attr1 && f&formObject == 0
	if w.trim || !bare && !w.d.json {
		text = strings.TrimSpace(text)
	}
	if bare {
		w.text(text, f)
		return
	}
	start := len(w.dst) + 1
	w.dst = append(w.dst, '{')
	for _, a := range w.d.attrs[n.attr0:n.attr1] {
		w.key(start, "@", a.Name)
		w.text(a.Value, 0)
	}
	w.children(start, n.first)
	if text != "" || f&formText != 0 {
		w.key(start, "#", "text")
		w.text(text, f)
	}
	w.dst = append(w.dst, '}')
}

// children writes the members that an element's children make, given the first of them.
func (w *portalWriter) children(start int, c int32) {
	if c == 0 {
		return
	}
	w.link(c)
	for ; c != 0; c = w.d.nodes[c].next {
		if w.later[c-w.base] < 0 {
			continue
		}
		w.key(start, "", w.d.names[w.d.nodes[c].name].written)
		w.group(c)
	}
}

// group writes the value of a name: the element alone, or an array with its later siblings of the same name.
func (w *portalWriter) group(c int32) {
	next := w.later[c-w.base]
	if next == 0 && w.d.forms[c]&formArray == 0 {
		w.element(c)
		return
	}
	w.dst = append(w.dst, '[')
	w.element(c)
	for next != 0 {
		w.dst = append(w.dst, ", "...)
		w.element(next)
		next = w.later[next-w.base] &^ repeated
	}
	w.dst = append(w.dst, ']')
}

// key writes a member's name. The object's members start at start.
func (w *portalWriter) key(start int, prefix, name string) {
	if len(w.dst) > start {
		w.dst = append(w.dst, ", "...)
	}
	w.dst = append(append(w.dst, '"'), prefix...)
	w.dst = append(appendEscaped(w.dst, name), `": `...)
}

func (w *portalWriter) text(s string, f form) {
	switch {
	case f&formLiteral == 0:
		w.dst = AppendString(w.dst, s)
	case s == "":
		w.dst = append(w.dst, "null"...)
	default:
		w.dst = append(w.dst, s...)
	}
}

// AppendString appends a JSON string with the escapes of the portal, see AppendJSON.
func AppendString(dst []byte, s string) []byte {
	return append(appendEscaped(append(dst, '"'), s), '"')
}

const hex = "0123456789abcdef"

// appendEscaped appends the inside of a JSON string.
func appendEscaped(dst []byte, s string) []byte {
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[done:i]...)
		done = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(dst, s[done:]...)
}
