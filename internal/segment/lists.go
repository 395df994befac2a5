package segment

import (
	"encoding/binary"

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

// addBitmap marks those of a bitmap.
func (d dense) addBitmap(b *roaring.Bitmap) {
	var buf [1024]uint32
	for it := b.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return
		}
		for _, doc := range buf[:n] {
			d.add(doc)
		}
	}
}
