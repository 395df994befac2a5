package index

import (
	"sync/atomic"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store"
)

// reader reads a field of documents of one part: from its column, or from the notice.
type reader struct {
	f     *field.Field
	c     segment.Column // nil: from the notice
	codes []uint32
	seen  []atomic.Pointer[field.Value] // see handle.seenOf
	code  uint32                        // that value holds
	value field.Value
	buf   []field.Value
	// lender is not nil when texts may be borrowed.
	lender segment.Lender
}

// rowReader reads rows of one part. What it gives is valid until the next one.
type rowReader struct {
	*asked
	keys, fields []*reader
	notice       bool       // some fields are read from the notice
	part         store.Part // as much of it as they need
	row          store.Row
}

func (a *asked) rowReader(keys []sortKey, fields []*field.Field) (*rowReader, error) {
	r := &rowReader{asked: a}
	for _, k := range keys {
		r.keys = append(r.keys, a.newReader(k.field, k.c))
	}
	for _, f := range fields {
		c, err := a.column(a.ctx, f)
		switch {
		case isNotHere(err):
			r.notice = true
			r.part = max(r.part, needed(f))
		case err != nil:
			return nil, err
		}
		if err != nil {
			c = nil
		}
		r.fields = append(r.fields, a.newReader(f, c))
	}
	r.row = store.Row{Keys: make([][]field.Value, len(keys)), Values: make([][]field.Value, len(fields))}
	return r, nil
}

// needed is the part of a notice in which a field is, or those that it is computed from.
func needed(f *field.Field) store.Part {
	if f.From == nil {
		return store.PartOf(f)
	}
	return store.PartOf(scalar.Fields(scalar.Of(f))...)
}

func (a *asked) newReader(f *field.Field, c segment.Column) *reader {
	r := &reader{f: f, c: c}
	if c != nil {
		r.seen = a.seenOf(f, c)
	}
	return r
}

// unpacked reads the notice of a document when fields need it. Safe for concurrent use.
func (r *rowReader) unpacked(doc uint32) (*notice.Notice, error) {
	if !r.notice {
		return nil, nil
	}
	data, err := r.seg.Packed(doc)
	if err != nil {
		return nil, err
	}
	return r.unpack(r.seg.ID(doc), data, r.part)
}

// read reads a document, of which unpacked gave n.
func (r *rowReader) read(doc uint32, n *notice.Notice) store.Row {
	r.row.ID = r.seg.ID(doc)
	for i, k := range r.keys {
		r.row.Keys[i] = k.read(doc, n)
	}
	for i, f := range r.fields {
		r.row.Values[i] = f.read(doc, n)
	}
	return r.row
}

// read gives the values; nil is null.
func (r *reader) read(doc uint32, n *notice.Notice) []field.Value {
	if r.c == nil {
		if v := r.f.Get(n); len(v) > 0 {
			return v
		}
		return nil
	}
	r.buf = r.buf[:0]
	if !r.f.Multi {
		code := r.c.Code(doc)
		if code == 0 {
			return nil
		}
		r.buf = append(r.buf, r.of(code))
		return r.buf
	}
	r.codes = r.c.Codes(doc, r.codes[:0])
	for _, code := range r.codes {
		r.buf = append(r.buf, r.of(code))
	}
	if len(r.buf) == 0 {
		return nil
	}
	return r.buf
}

// lend makes the reader give texts as they stand in the segment, valid as long as that is open.
func (r *rowReader) lend() {
	for _, f := range r.fields {
		f.lender, _ = f.c.(segment.Lender)
	}
}

// of is the value of a code.
func (r *reader) of(code uint32) field.Value {
	if r.lender != nil {
		return r.lender.Lend(code)
	}
	if r.seen == nil {
		if r.code != code {
			r.code, r.value = code, r.c.Value(code)
		}
		return r.value
	}
	v := r.seen[code-1].Load()
	if v == nil {
		read := r.c.Value(code)
		v = &read
		r.seen[code-1].Store(v)
	}
	return *v
}
