package duckdb

import "hash/maphash"

// filter says of an id either that it was surely not added or that it may have been. It takes the same memory however many
// are added; beyond some millions it errs more often, which costs a look into the database each time.
type filter struct {
	seed maphash.Seed
	bits []uint64 // made with the first id
}

const (
	filterBits   = 1 << 25 // 4 MB
	filterProbes = 4
)

// places gives the bits of an id.
func (x *filter) places(id string) (places [filterProbes]uint64) {
	h := maphash.String(x.seed, id)
	step := h>>32 | 1
	for i := range places {
		places[i] = h % filterBits
		h += step
	}
	return places
}

func (x *filter) add(id string) {
	if x.bits == nil {
		x.seed, x.bits = maphash.MakeSeed(), make([]uint64, filterBits/64)
	}
	for _, p := range x.places(id) {
		x.bits[p/64] |= 1 << (p % 64)
	}
}

// mayHold reports whether id may have been added.
func (x *filter) mayHold(id string) bool {
	if x.bits == nil {
		return false
	}
	for _, p := range x.places(id) {
		if x.bits[p/64]&(1<<(p%64)) == 0 {
			return false
		}
	}
	return true
}
