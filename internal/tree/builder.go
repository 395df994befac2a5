package tree

import "sync"

// builder gathers one document in slices that serve again for the next one; finish copies what the document keeps, in
// exactly the size it takes. Reading thousands of small notices a second would else spend much of its time on growing slices.
type builder struct {
	nodes []node
	attrs []attr
	extra []byte
	names []name
	slots []slot
	index map[string]int32 // written name -> its slot
}

// attr is an Attr whose strings are not cut yet.
type attr struct{ name, value span }

// slot is what a written name stands for at present.
type slot struct {
	first int32  // its first entry in names
	id    int32  // its entry under the bindings of epoch
	epoch uint32 // see xmlParser.epoch
}

// keep is the largest scratch, in elements, that waits for the next document.
const keep = 1 << 16

// reset empties the scratch so that it holds on to nothing of the document.
func (b *builder) reset() {
	if cap(b.nodes) > keep || cap(b.attrs) > keep || cap(b.extra) > keep<<4 || len(b.names) > 1024 {
		*b = builder{}
	}
	clear(b.names)
	clear(b.index)
	b.nodes, b.attrs, b.extra, b.names, b.slots = b.nodes[:0], b.attrs[:0], b.extra[:0], b.names[:0], b.slots[:0]
	if b.index == nil {
		b.index = make(map[string]int32, 128)
	}
}

// finish makes the document.
func (b *builder) finish(src string) *Doc {
	d := &Doc{
		src:   src,
		extra: string(b.extra),
		nodes: append(make([]node, 0, len(b.nodes)), b.nodes...),
		names: append(make([]name, 0, len(b.names)), b.names...),
	}
	if len(b.attrs) > 0 {
		d.attrs = make([]Attr, len(b.attrs))
		for i, a := range b.attrs {
			d.attrs[i] = Attr{d.text(a.name), d.text(a.value)}
		}
	}
	return d
}

// add appends an element as the next child of parent, whose last child so far is last (0 for none).
func (b *builder) add(parent, last, name int32) int32 {
	id := int32(len(b.nodes))
	if last != 0 {
		b.nodes[last].next = id
	} else if id != 0 {
		b.nodes[parent].first = id
	}
	a := int32(len(b.attrs))
	b.nodes = append(b.nodes, node{name: name, parent: parent, attr0: a, attr1: a})
	return id
}

// named gives the entry of a written name under the bindings of epoch. Both strings must outlive the document.
func (b *builder) named(written, canonical string, epoch uint32) int32 {
	k, known := b.index[written]
	if !known {
		id := int32(len(b.names))
		b.names = append(b.names, name{canonical: canonical, written: written, same: id})
		b.index[written] = int32(len(b.slots))
		b.slots = append(b.slots, slot{first: id, id: id, epoch: epoch})
		return id
	}
	s := &b.slots[k]
	id := s.first
	for b.names[id].canonical != canonical {
		if b.names[id].more == 0 {
			b.names[id].more = int32(len(b.names))
			b.names = append(b.names, name{canonical: canonical, written: written, same: s.first})
		}
		id = b.names[id].more
	}
	s.id, s.epoch = id, epoch
	return id
}

// xmlScratch and jsonScratch hold parsers that are not at work. They carry nothing from one document to the next.
var (
	xmlScratch = sync.Pool{New: func() any {
		p := new(xmlParser)
		p.reset()
		return p
	}}
	jsonScratch = sync.Pool{New: func() any {
		p := new(jsonParser)
		p.reset()
		return p
	}}
)
