package segment

import (
	"io"

	"github.com/RoaringBitmap/roaring/v2"
)

// Part is a segment to be merged, without the documents that are deleted (nil for none).
type Part struct {
	Segment Segment
	Deleted *roaring.Bitmap
}

// Merge makes one segment of several, without their store, and writes it to w. All must be of the catalogue and size (small or
// not) of o. Of each id one document at most may be left, else a fault of kind Invalid.
func Merge(w io.Writer, parts []Part, o Options) error { panic("not yet") }
