package segment

import (
	"encoding/binary"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// bitmapOf reads a list of documents as lister.encode wrote it; false when it is damaged.
func bitmapOf(list []byte, count uint32) (*roaring.Bitmap, bool) {
	b := roaring.New()
	if count > fewDocs {
		_, err := b.FromBuffer(list)
		return b, err == nil
	}
	var docs [fewDocs]uint32
	own, ok := appendDocs(docs[:0], list, count)
	b.AddMany(own)
	return b, ok
}

// appendDocs reads a list of differences.
func appendDocs(docs []uint32, list []byte, count uint32) ([]uint32, bool) {
	doc := uint32(0)
	for range count {
		if len(list) > 0 && list[0] < 0x80 {
			doc += uint32(list[0])
			list = list[1:]
		} else {
			d, n := binary.Uvarint(list)
			if n <= 0 {
				return docs, false
			}
			doc += uint32(d)
			list = list[n:]
		}
		docs = append(docs, doc)
	}
	return docs, true
}

// dense marks documents, for unions of many lists.
type dense []uint64

func newDense(docs int) dense { return make(dense, (docs+63)/64) }

func (d dense) add(doc uint32) { d[doc/64] |= 1 << (doc % 64) }

// bitmap gives the documents; d is not to be used again.
func (d dense) bitmap() *roaring.Bitmap { return roaring.FromDense(d, false) }

func (d dense) addAll(docs []uint32) {
	for _, doc := range docs {
		d.add(doc)
	}
}

// addBitmap marks those of a bitmap.
func (d dense) addBitmap(b *roaring.Bitmap) { eachPart(b, d.addAll) }

// parts are buffers for the documents of bitmaps.
var parts = sync.Pool{New: func() any { return new([1024]uint32) }}

// eachPart calls f with the documents of a bitmap, a part of them at a time.
func eachPart(b *roaring.Bitmap, f func(docs []uint32)) {
	buf := parts.Get().(*[1024]uint32)
	defer parts.Put(buf)
	for it := b.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return
		}
		f(buf[:n])
	}
}
