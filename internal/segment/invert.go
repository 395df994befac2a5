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
const DefaultMemory = 96 << 20

// inverter turns "this place has this key" around, for keys of many fields at once: it gives the keys in order, each with its
// places. What does not fit into memory goes to a temporary file in runs that are in order by themselves.
type inverter struct {
	temp     string
	most     limits
	table    table
	keys     []string // two bytes of the field, then the key
	arena    []byte   // of the keys
	keyBytes int
	pairs    []pair
	scratch  memoryRun
	next     []uint32
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
	return &inverter{temp: temp, most: most, table: newTable()}
}

// add takes a place of a key and says whether the key is fresh, which at least the first of each is. One and the same place that
// comes twice running counts once when once is set. id is the number of the key, from 1 on, until the number of runs changes.
func (v *inverter) add(f int, key string, place uint32, once bool) (id uint32, fresh bool, err error) {
	entry := v.table.find(v.keys, f, key)
	switch {
	case entry.id == 0:
		v.newKey(f, key)
		entry.id, fresh = uint32(len(v.keys)), true
	case once && entry.last == place:
		return entry.id, false, nil
	}
	id, entry.last = entry.id, place
	if len(v.pairs) == cap(v.pairs) {
		v.pairs = slices.Grow(v.pairs, min(max(1024, cap(v.pairs)), v.most.pairs-len(v.pairs)))
	}
	v.pairs = append(v.pairs, pair{entry.id - 1, place})
	if len(v.pairs) < v.most.pairs && len(v.keys) < v.most.keys && v.keyBytes < v.most.bytes {
		return id, fresh, nil
	}
	return id, fresh, v.spill()
}

// newKey keeps a key.
func (v *inverter) newKey(f int, key string) {
	n := len(key) + 2
	if cap(v.arena)-len(v.arena) < n {
		v.arena = make([]byte, 0, max(n, min(1<<20, 1024+v.keyBytes)))
	}
	v.arena = append(binary.BigEndian.AppendUint16(v.arena, uint16(f)), key...)
	v.keys, v.keyBytes = append(v.keys, unsafeString(v.arena[len(v.arena)-n:])), v.keyBytes+n
}

// run puts what is in memory into order. It is valid until the next add.
func (v *inverter) run() *memoryRun {
	r := &v.scratch
	r.keys = v.keys
	r.starts = cleared(r.starts, len(v.keys)+1)
	r.places = cleared(r.places, len(v.pairs))
	for _, p := range v.pairs {
		r.starts[p.key+1]++
	}
	for i := range v.keys {
		r.starts[i+1] += r.starts[i]
	}
	v.next = append(v.next[:0], r.starts...)
	for _, p := range v.pairs {
		r.places[v.next[p.key]] = p.place
		v.next[p.key]++
	}
	r.order = sortKeys(r.order[:0], v.keys)
	return r
}

// cleared is a list of zeros, in the memory of another where it is large enough.
func cleared(list []uint32, n int) []uint32 {
	list = slices.Grow(list[:0], n)[:n]
	clear(list)
	return list
}

// sortKeys appends the keys in order. Most differ in their first bytes.
func sortKeys(order []sortedKey, keys []string) []sortedKey {
	for i, k := range keys {
		order = append(order, sortedKey{head(k), uint32(i)})
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
	v.table.clear()
	clear(v.keys)
	v.keys, v.pairs, v.arena, v.keyBytes = v.keys[:0], v.pairs[:0], nil, 0
	return nil
}

// each gives all keys in order, each with its places in the order in which they were added, as long as these came to a key in
// ascending order; else in any. Both are valid until the next. Nothing can be added afterwards.
func (v *inverter) each(f func(field int, key []byte, places []uint32) error) error {
	// What is in memory goes to the file, too, where the rest is: there is more to come than reading it.
	if len(v.runs) > 0 && len(v.keys) > 0 {
		if err := v.spill(); err != nil {
			return err
		}
		v.keys, v.scratch = nil, memoryRun{}
	}
	var runs cursors
	for i, r := range v.runs {
		runs = append(runs, newFileCursor(v.file, r, i))
	}
	if len(v.keys) > 0 {
		runs = append(runs, &memoryCursor{run: v.run(), at: -1})
	}
	v.table, v.pairs, v.next = table{}, nil, nil
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

// close removes the file and lets go of the memory.
func (v *inverter) close() {
	if v.file != nil {
		v.file.Close()
		os.Remove(v.file.Name())
	}
	*v = inverter{}
}
