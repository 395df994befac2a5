// Package tree holds one source document as a light, read-only element tree, whether it came as XML (every generation of
// the BOAMP, eForms) or as the JSON that the Explore portal made from XML (`gestion` and `donnees`). The readers of all
// generations work on this one shape, so a notice read from its XML and from its record goes through the same code.
//
// The tree is an arena without pointers: nodes are indexes into one slice, names are indexes into a table, and texts are
// places in the document where nothing had to be decoded. It keeps what readers and the portal's JSON need (order of
// elements, attributes, text) and drops comments, processing instructions and the white space between elements.
//
// Every string that a Node gives shares the memory of the whole document. Whoever keeps a few of them for long, and not
// the document, clones them.
package tree

import (
	"iter"
	"strings"
)

// Doc is one parsed document. It is immutable after parsing and safe for concurrent readers.
type Doc struct {
	src    string // the document
	extra  string // texts that are no piece of the document: decoded, or put together from several pieces
	nodes  []node
	attrs  []Attr
	names  []name
	rootNS string
	json   bool           // read by ParseJSON
	forms  map[int32]form // nodes whose JSON was not what XML gives; nil as a rule
}

type node struct {
	text   span  // character data; white space alone is dropped when the element has child elements
	name   int32 // index into names
	parent int32
	first  int32 // first child, 0 for none (node 0 is never a child)
	next   int32 // next sibling, 0 for none
	attr0  int32 // attributes: attrs[attr0:attr1]
	attr1  int32
}

// span is a piece of the document's text, or of its extra text when at is negative (from ^at on).
type span struct{ at, n int32 }

// name is an entry of the document's name table.
type name struct {
	canonical string // namespace prefix by URI (see Namespaces), or the local name
	written   string // as the document writes it
	same      int32  // first entry of the same written name: a prefix may be bound to several namespaces
	more      int32  // next entry of the same written name, 0 for none
}

func (d *Doc) text(s span) string {
	if s.at < 0 {
		return d.extra[^s.at : ^s.at+s.n]
	}
	return d.src[s.at : s.at+s.n]
}

// Attr is one attribute. Name is as written, prefix included ("xsi:type"); xmlns declarations are not attributes here.
type Attr struct{ Name, Value string }

// Node is a place in a document. The zero Node is "absent": every method on it answers as for an empty element,
// so readers can walk optional paths without checks.
type Node struct {
	d *Doc
	i int32 // index + 1, so that the zero Node is absent
}

// Root gives the document's root element.
func (d *Doc) Root() Node {
	if d == nil || len(d.nodes) == 0 {
		return Node{}
	}
	return Node{d, 1}
}

// RootNamespace is the namespace URI of the root element, empty when it has none (or when the document was JSON).
func (d *Doc) RootNamespace() string { return d.rootNS }

// Len counts the elements.
func (d *Doc) Len() int { return len(d.nodes) }

func (n Node) ref() *node {
	if n.d == nil {
		return nil
	}
	return &n.d.nodes[n.i-1]
}

// Exists reports whether the element is there.
func (n Node) Exists() bool { return n.d != nil }

// Name is the canonical name ("cbc:ID", "IDWEB"), "" for an absent node.
func (n Node) Name() string {
	if r := n.ref(); r != nil {
		return n.d.names[r.name].canonical
	}
	return ""
}

// Local is Name without its prefix.
func (n Node) Local() string {
	name := n.Name()
	return name[strings.IndexByte(name, ':')+1:]
}

// RawText is the element's own character data exactly as the document says it (after decoding), untrimmed.
func (n Node) RawText() string {
	if r := n.ref(); r != nil {
		return n.d.text(r.text)
	}
	return ""
}

// Text is RawText without outer white space, no-break spaces included.
func (n Node) Text() string { return strings.TrimSpace(n.RawText()) }

// Attr gives an attribute's value, "" when absent. Names are as written, prefix included.
func (n Node) Attr(name string) string {
	for _, a := range n.Attrs() {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Attrs lists the attributes in document order. The slice belongs to the document.
func (n Node) Attrs() []Attr {
	r := n.ref()
	if r == nil {
		return nil
	}
	return n.d.attrs[r.attr0:r.attr1:r.attr1]
}

// Child walks down the first element of each name; it is absent as soon as one step is.
func (n Node) Child(path ...string) Node {
	for _, name := range path {
		n = n.child(name)
		if n.d == nil {
			return n
		}
	}
	return n
}

func (n Node) child(name string) Node {
	r := n.ref()
	if r == nil {
		return Node{}
	}
	return n.d.find(r.first, name)
}

// find gives the first of a row of siblings, c and those after it, that has the name.
func (d *Doc) find(c int32, name string) Node {
	for c != 0 {
		x := &d.nodes[c]
		if d.names[x.name].canonical == name {
			return Node{d, c + 1}
		}
		c = x.next
	}
	return Node{}
}

// Has reports whether a child of that name is there (the way BOAMP documents say "yes": an empty element).
func (n Node) Has(name string) bool { return n.child(name).d != nil }

// First is the first child element: the choice, where a document expresses one by the name of an empty child.
func (n Node) First() Node {
	r := n.ref()
	if r == nil || r.first == 0 {
		return Node{}
	}
	return Node{n.d, r.first + 1}
}

// IsLeaf reports whether the element has no child elements.
func (n Node) IsLeaf() bool { r := n.ref(); return r == nil || r.first == 0 }

// Parent is the element around this one, absent for the root.
func (n Node) Parent() Node {
	r := n.ref()
	if r == nil || n.i == 1 {
		return Node{}
	}
	return Node{n.d, r.parent + 1}
}

// All iterates over the child elements in document order.
func (n Node) All() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		r := n.ref()
		if r == nil {
			return
		}
		for c := r.first; c != 0; c = n.d.nodes[c].next {
			if !yield(Node{n.d, c + 1}) {
				return
			}
		}
	}
}

// Each iterates over the child elements of one name in document order: one occurrence or several read alike.
func (n Node) Each(name string) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := n.child(name); c.d != nil; c = c.d.find(c.ref().next, name) {
			if !yield(c) {
				return
			}
		}
	}
}

// Descend iterates over the element itself and everything below it, in document order.
func (n Node) Descend() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.d == nil {
			return
		}
		// The arena is in document order, so what stands below an element is the run of nodes behind it.
		for i, end := n.i, n.end(); i <= end; i++ {
			if !yield(Node{n.d, i}) {
				return
			}
		}
	}
}

// end is the place, as in Node.i, of the last element at or below n.
func (n Node) end() int32 {
	for x := n; x.i > 1; x = x.Parent() {
		if next := x.ref().next; next != 0 {
			return next
		}
	}
	return int32(len(n.d.nodes))
}

// Path is the element's place, "/ANNONCE/GESTION/INDEXATION": canonical names, without positions.
func (n Node) Path() string {
	size := 0
	for x := n; x.d != nil; x = x.Parent() {
		size += 1 + len(x.Name())
	}
	if size == 0 {
		return ""
	}
	b := make([]byte, size)
	for x := n; x.d != nil; x = x.Parent() {
		name := x.Name()
		size -= len(name)
		copy(b[size:], name)
		size--
		b[size] = '/'
	}
	return string(b)
}
