package completeness

import (
	"maps"
	"slices"
)

// table keeps what became of each document of an edition, by the hash of its origin: 12 bytes each, in the order of hashes, and
// those that are new since pack in a map.
type table struct {
	keys   []uint64
	states []packed
	recent map[uint64]packed
}

func (t *table) len() int { return len(t.keys) + len(t.recent) }

func (t *table) get(key uint64) (packed, bool) {
	if p, ok := t.recent[key]; ok {
		return p, true
	}
	if i, ok := slices.BinarySearch(t.keys, key); ok {
		return t.states[i], true
	}
	return 0, false
}

func (t *table) set(key uint64, p packed) {
	if i, ok := slices.BinarySearch(t.keys, key); ok {
		t.states[i] = p
		return
	}
	if t.recent == nil {
		t.recent = map[uint64]packed{}
	}
	t.recent[key] = p
}

// pack puts what is new in its place.
func (t *table) pack() {
	if len(t.recent) == 0 {
		return
	}
	keys, states := make([]uint64, 0, t.len()), make([]packed, 0, t.len())
	i := 0
	for _, key := range slices.Sorted(maps.Keys(t.recent)) {
		for ; i < len(t.keys) && t.keys[i] < key; i++ {
			keys, states = append(keys, t.keys[i]), append(states, t.states[i])
		}
		keys, states = append(keys, key), append(states, t.recent[key])
	}
	t.keys, t.states, t.recent = append(keys, t.keys[i:]...), append(states, t.states[i:]...), nil
}
