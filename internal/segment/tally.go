package segment

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

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
	case c.dir.Multi && c.codes8 != nil:
		tallyMany(c.codes8, c.starts, c.dir.Repeats, docs, counts)
	case c.dir.Multi && c.codes16 != nil:
		tallyMany(c.codes16, c.starts, c.dir.Repeats, docs, counts)
	case c.dir.Multi:
		tallyMany(c.codes32, c.starts, c.dir.Repeats, docs, counts)
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

// tallyMany is tally for a column of several values.
func tallyMany[T uint8 | uint16 | uint32](codes []T, starts []uint32, repeats bool, docs *roaring.Bitmap, counts []uint64) {
	eachPart(docs, func(part []uint32) {
		for _, doc := range part {
			own := codes[starts[doc]:starts[doc+1]]
			if len(own) == 0 {
				counts[0]++
			}
			for i, code := range own {
				if !repeats || !slices.Contains(own[:i], code) {
					counts[code]++
				}
			}
		}
	})
}
