package tree

import (
	"math"

	"github.com/boamp/boamp/internal/fault"
)

// Limits bounds what a document may ask of us. Zero fields mean the default.
type Limits struct {
	Bytes int // size of the document; default 64 MiB (the largest V110 bulk file known is below 30), at most 1 GiB
	Depth int // nesting of elements; default 96
	Nodes int // elements; default 2,000,000
	Attrs int // attributes of one element; default 64
	Name  int // bytes of one name, prefix included; default 256 (the longest of any schema is below 80)
}

func (l Limits) withDefaults() Limits {
	def := func(v *int, d, most int) {
		if *v <= 0 {
			*v = d
		}
		*v = min(*v, most)
	}
	// Places in a document are kept in 32 bits, and a document's decoded texts may take up to its size once more.
	def(&l.Bytes, 64<<20, 1<<30)
	def(&l.Depth, 96, math.MaxInt32)
	def(&l.Nodes, 2_000_000, math.MaxInt32)
	def(&l.Attrs, 64, math.MaxInt32)
	def(&l.Name, 256, math.MaxInt32)
	return l
}

// size refuses a document that is too large.
func (l Limits) size(src []byte) error {
	if len(src) <= l.Bytes {
		return nil
	}
	return fault.New(fault.TooLarge, "document of %d bytes, more than the limit of %d", len(src), l.Bytes)
}
