package segment

import "github.com/RoaringBitmap/roaring/v2"

// bitmapDocs is the number of documents whose codes take as long to read as the count of two bitmaps in common, found by trial.
const bitmapDocs = 8_000

// Tally counts by the codes of the documents or, when these are many and the values few, by bitmaps.
func (c *column) Tally(docs *roaring.Bitmap, counts []uint64) {
	n := docs.GetCardinality()
	switch {
	case n == 0:
	case n == uint64(c.docs):
		for code := range counts {
			counts[code] += c.Count(uint32(code))
		}
	case c.bitmaps != nil && n > uint64(len(counts))*bitmapDocs && c.tallyBitmaps(docs, counts):
	case c.dir.Multi:
		c.tallyMany(docs, counts)
	case c.codes8 != nil:
		tally(c.codes8, docs, counts)
	case c.codes16 != nil:
		tally(c.codes16, docs, counts)
	default:
		tally(c.codes32, docs, counts)
	}
}

// tallyBitmaps reports false when it could not, and has counted nothing then.
func (c *column) tallyBitmaps(docs *roaring.Bitmap, counts []uint64) bool {
	list := make([]*roaring.Bitmap, len(counts))
	for code := range counts {
		var err error
		if list[code], err = c.Docs(uint32(code)); err != nil {
			return false
		}
	}
	for code, b := range list {
		counts[code] += docs.AndCardinality(b)
	}
	return true
}

func tally[T uint8 | uint16 | uint32](codes []T, docs *roaring.Bitmap, counts []uint64) {
	eachPart(docs, func(part []uint32) {
		for _, doc := range part {
			counts[codes[doc]]++
		}
	})
}

func (c *column) tallyMany(docs *roaring.Bitmap, counts []uint64) {
	eachPart(docs, func(part []uint32) {
		for _, doc := range part {
			from, to := c.starts[doc], c.starts[doc+1]
			if from == to {
				counts[0]++
			}
			for i := from; i < to; i++ {
				if code := c.at(i); !c.dir.Repeats || !c.before(from, i, code) {
					counts[code]++
				}
			}
		}
	})
}

// before reports whether a code stands before a place.
func (c *column) before(from, to, code uint32) bool {
	for i := from; i < to; i++ {
		if c.at(i) == code {
			return true
		}
	}
	return false
}
