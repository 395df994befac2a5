package segment

import (
	"cmp"
	"container/heap"
	"encoding/binary"
	"os"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// DefaultMemory is the memory for sorting that Options have unless they say otherwise.
const DefaultMemory = 384 << 20

// inverter turns "this place has this key" around, for keys of many fields at once: it gives the keys in order, each with its
// places. What does not fit into memory goes to a temporary file in runs that are in order by themselves.
type inverter struct {
	temp     string
	most     limits
	ids      map[string]uint32
	keys     []string
	arena    []byte // of the keys
	keyBytes int
	last     []uint32 // the last place of each key
	pairs    []pair
	buf      []byte
	file     *os.File
	written  int64
	runs     []fileRun
}

// limits of what is held in memory.
type limits struct{ pairs, keys, bytes int }

type pair struct{ key, place uint32 }

func newInverter(temp string, memory int64) *inverter {
	if memory <= 0 {
		memory = DefaultMemory
	}
	most := limits{pairs: max(64, int(memory/24)), keys: max(16, int(memory/192)), bytes: max(1024, int(memory/6))}
	return &inverter{temp: temp, most: most, ids: map[string]uint32{}}
}

// add takes a place of a key. One and the same that comes twice running counts once when once is set.
func (v *inverter) add(f int, key string, place uint32, once bool) error {
	v.buf = append(binary.BigEndian.AppendUint16(v.buf[:0], uint16(f)), key...)
	id, ok := v.ids[string(v.buf)]
	switch {
	case !ok:
		id = v.newKey()
	case once && v.last[id] == place:
		return nil
	}
	v.last[id] = place
	if len(v.pairs) == cap(v.pairs) {
		v.pairs = slices.Grow(v.pairs, min(max(1024, cap(v.pairs)), v.most.pairs))
	}
	v.pairs = append(v.pairs, pair{id, place})
	if len(v.pairs) < v.most.pairs && len(v.keys) < v.most.keys && v.keyBytes < v.most.bytes {
		return nil
	}
	return v.spill()
}

// newKey gives the key in buf its number.
func (v *inverter) newKey() uint32 {
	if cap(v.arena)-len(v.arena) < len(v.buf) {
		v.arena = make([]byte, 0, max(len(v.buf), min(1<<20, 1024+v.keyBytes)))
	}
	v.arena = append(v.arena, v.buf...)
	key := unsafeString(v.arena[len(v.arena)-len(v.buf):])
	id := uint32(len(v.keys))
	v.ids[key] = id
	v.keys, v.last, v.keyBytes = append(v.keys, key), append(v.last, 0), v.keyBytes+len(key)
	return id
}

// run puts what is in memory into order.
func (v *inverter) run() *memoryRun {
	r := &memoryRun{keys: v.keys, starts: make([]uint32, len(v.keys)+1), places: make([]uint32, len(v.pairs))}
	for _, p := range v.pairs {
		r.starts[p.key+1]++
	}
	for i := range v.keys {
		r.starts[i+1] += r.starts[i]
	}
	next := slices.Clone(r.starts)
	for _, p := range v.pairs {
		r.places[next[p.key]] = p.place
		next[p.key]++
	}
	r.order = sortKeys(v.keys)
	return r
}

// sortKeys lists the keys in order. Most differ in their first bytes.
func sortKeys(keys []string) []sortedKey {
	order := make([]sortedKey, len(keys))
	for i, k := range keys {
		var first [8]byte
		copy(first[:], k)
		order[i] = sortedKey{binary.BigEndian.Uint64(first[:]), uint32(i)}
	}
	slices.SortFunc(order, func(a, b sortedKey) int {
		if c := cmp.Compare(a.first, b.first); c != 0 {
			return c
		}
		return strings.Compare(keys[a.id], keys[b.id])
	})
	return order
}

type sortedKey struct {
	first uint64
	id    uint32
}

// spill writes what is in memory to the file and forgets it.
func (v *inverter) spill() error {
	if v.file == nil {
		f, err := os.CreateTemp(v.temp, "segment-*.tmp")
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "no temporary file for the search index")
		}
		v.file = f
	}
	size, err := writeRun(v.file, v.run())
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "a temporary file of the search index cannot be written")
	}
	v.runs = append(v.runs, fileRun{v.written, size})
	v.written += size
	clear(v.ids)
	clear(v.keys)
	v.keys, v.last, v.pairs, v.arena, v.keyBytes = v.keys[:0], v.last[:0], v.pairs[:0], nil, 0
	return nil
}

// each gives all keys in order, each with its places in the order in which they were added, as long as these came to a key in
// ascending order; else in any. Both are valid until the next. Nothing can be added afterwards.
func (v *inverter) each(f func(field int, key []byte, places []uint32) error) error {
	var runs cursors
	for i, r := range v.runs {
		runs = append(runs, newFileCursor(v.file, r, i))
	}
	if len(v.keys) > 0 {
		runs = append(runs, &memoryCursor{run: v.run(), at: -1})
	}
	v.ids, v.pairs, v.keys, v.last, v.arena = nil, nil, nil, nil, nil
	live := runs[:0]
	for _, c := range runs {
		more, err := c.next()
		if err != nil {
			return badTemp(err)
		}
		if more {
			live = append(live, c)
		}
	}
	heap.Init(&live)
	var key []byte
	var places []uint32
	for len(live) > 0 {
		key = append(key[:0], live[0].key()...)
		places = places[:0]
		for len(live) > 0 && string(live[0].key()) == string(key) {
			var err error
			if places, err = live[0].places(places); err != nil {
				return badTemp(err)
			}
			more, err := live[0].next()
			if err != nil {
				return badTemp(err)
			}
			if more {
				heap.Fix(&live, 0)
			} else {
				heap.Pop(&live)
			}
		}
		if err := f(int(binary.BigEndian.Uint16(key)), key[2:], places); err != nil {
			return err
		}
	}
	return nil
}

func badTemp(err error) error {
	return fault.Wrap(fault.Unavailable, err, "a temporary file of the search index cannot be read")
}

// close removes the file.
func (v *inverter) close() {
	if v.file != nil {
		v.file.Close()
		os.Remove(v.file.Name())
		v.file = nil
	}
}
