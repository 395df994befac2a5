package segment

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// table finds the numbers of keys. Most are short words: such a one stands in its entry as a whole, so that finding it touches
// memory once.
type table struct {
	seed    maphash.Seed
	entries []entry // a power of two
	shift   int
	used    int
}

// entry is a key: its first eight bytes and, in tag, field and length of a key of no more, else a part of its hash.
type entry struct {
	head uint64
	tag  uint32
	id   uint32 // number plus one; 0 for none
	last uint32 // the last place
}

const (
	firstEntries = 1 << 10
	wholeKey     = 1 << 31 // in a tag: the key stands in the entry as a whole
)

func newTable() table {
	t := table{seed: maphash.MakeSeed()}
	t.make(firstEntries)
	return t
}

func (t *table) make(size int) {
	t.entries, t.shift, t.used = make([]entry, size), 64-bits.TrailingZeros(uint(size)), 0
}

// clear forgets all keys and keeps the memory.
func (t *table) clear() {
	clear(t.entries)
	t.used = 0
}

// find gives the entry of a key: one with id 0 when it is new, which the caller fills.
func (t *table) find(keys []string, f int, key string) *entry {
	if t.used*2 >= len(t.entries) {
		t.grow(keys)
	}
	first := head(key)
	tag, hash := t.hash(f, key, first)
	for i := hash >> t.shift; ; i = (i + 1) & uint64(len(t.entries)-1) {
		e := &t.entries[i]
		if e.id == 0 {
			t.used++
			e.head, e.tag = first, tag
			return e
		}
		if e.head == first && e.tag == tag && (tag&wholeKey != 0 || keys[e.id-1][2:] == key && fieldOf(keys[e.id-1]) == f) {
			return e
		}
	}
}

// hash gives the tag of a key and its hash. first is its head.
func (t *table) hash(f int, key string, first uint64) (tag uint32, hash uint64) {
	if len(key) <= 8 {
		tag = wholeKey | uint32(f)<<8 | uint32(len(key))
		return tag, spread(first ^ uint64(tag)<<32)
	}
	hash = spread(maphash.String(t.seed, key) + uint64(f))
	return uint32(hash) &^ wholeKey, hash
}

// spread lets every bit of n count in the high ones.
func spread(n uint64) uint64 {
	n ^= n >> 32
	n *= 0x9E3779B97F4A7C15
	n ^= n >> 29
	return n * 0xBF58476D1CE4E5B9
}

// head is the first eight bytes of a text as a number that orders as they do.
func head(s string) (n uint64) {
	if len(s) >= 8 {
		return binary.BigEndian.Uint64([]byte(s[:8]))
	}
	for i := range len(s) {
		n |= uint64(s[i]) << (56 - 8*i)
	}
	return n
}

func fieldOf(key string) int { return int(key[0])<<8 | int(key[1]) }

// grow doubles the table.
func (t *table) grow(keys []string) {
	old := t.entries
	t.make(2 * len(old))
	for _, e := range old {
		if e.id == 0 {
			continue
		}
		hash := spread(e.head ^ uint64(e.tag)<<32)
		if e.tag&wholeKey == 0 {
			key := keys[e.id-1]
			_, hash = t.hash(fieldOf(key), key[2:], e.head)
		}
		i := hash >> t.shift
		for t.entries[i].id != 0 {
			i = (i + 1) & uint64(len(t.entries)-1)
		}
		t.entries[i] = e
		t.used++
	}
}
