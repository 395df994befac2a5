package index

import "github.com/RoaringBitmap/roaring/v2"

// docs is a set of documents of one segment: those of a bitmap, or all but those.
type docs struct {
	bm  *roaring.Bitmap
	not bool
	own bool // the bitmap may be changed
}

func none() docs                     { return docs{bm: roaring.New(), own: true} }
func all() docs                      { return docs{bm: roaring.New(), own: true, not: true} }
func shared(bm *roaring.Bitmap) docs { return docs{bm: bm} }
func owned(bm *roaring.Bitmap) docs  { return docs{bm: bm, own: true} }
func (d docs) complement() docs      { d.not = !d.not; return d }
func (d docs) empty() bool           { return !d.not && d.bm.IsEmpty() }
func (d docs) everything() bool      { return d.not && d.bm.IsEmpty() }
func (d docs) count(length int) (n uint64) {
	n = d.bm.GetCardinality()
	if d.not {
		n = uint64(length) - n
	}
	return n
}

// first is the first document of a segment of some length.
func (d docs) first(length int) (uint32, bool) {
	if !d.not {
		if d.bm.IsEmpty() {
			return 0, false
		}
		return d.bm.Minimum(), true
	}
	for doc := range uint32(length) {
		if !d.bm.Contains(doc) {
			return doc, true
		}
	}
	return 0, false
}

// bitmap gives the documents of a segment of some length. It is not to be changed.
func (d docs) bitmap(length int) *roaring.Bitmap {
	if !d.not {
		return d.bm
	}
	return roaring.Flip(d.bm, 0, uint64(length))
}

// mine is a bitmap with the documents of bm that may be changed.
func (d docs) mine() *roaring.Bitmap {
	if d.own {
		return d.bm
	}
	return d.bm.Clone()
}

// and are the documents in both. Neither is used afterwards.
func (d docs) and(o docs) docs {
	switch {
	case d.not && o.not:
		return docs{bm: either(d, o), own: true, not: true}
	case o.not:
		if o.bm.IsEmpty() {
			return d
		}
		bm := d.mine()
		bm.AndNot(o.bm)
		return owned(bm)
	case d.not:
		return o.and(d)
	}
	if !d.own && (o.own || o.bm.GetCardinality() < d.bm.GetCardinality()) {
		d, o = o, d
	}
	if d.own {
		d.bm.And(o.bm)
		return d
	}
	return owned(roaring.And(d.bm, o.bm))
}

// or are the documents in one of them. Neither is used afterwards.
func (d docs) or(o docs) docs {
	switch {
	case !d.not && !o.not:
		return owned(either(d, o))
	default:
		return d.complement().and(o.complement()).complement()
	}
}

func either(d, o docs) *roaring.Bitmap {
	if !d.own && o.own {
		d, o = o, d
	}
	if !d.own {
		return roaring.Or(d.bm, o.bm)
	}
	d.bm.Or(o.bm)
	return d.bm
}
