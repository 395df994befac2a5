package segment

import (
	"bytes"
	"iter"
)

// Near measures each word along with those before it that begin alike: a row of distances for each of its bytes, of which the
// least says whether anything that begins so can be near.
func (w *words) Near(word string, edits int) iter.Seq[string] {
	return func(yield func(string) bool) {
		if edits < 0 || len(w.blocks) == 0 {
			return
		}
		n := newNearness(word, edits)
		var c wordCursor
		for block := 0; block < len(w.blocks); {
			next := block + 1
			for w.cursor(block, &c); c.next(); {
				if dead := n.measure(c.word, c.shared); dead > 0 {
					next = w.past(c.word[:dead], next)
					continue
				}
				if n.near(len(c.word)) && !yield(string(c.word)) {
					return
				}
			}
			if c.bad {
				w.damaged()
				return
			}
			block = next
		}
	}
}

// past gives the first block from one on that holds a word behind all that begin with a prefix.
func (w *words) past(prefix []byte, block int) int {
	var buf [64]byte
	after, ok := behind(buf[:0], prefix)
	switch {
	case !ok:
		return len(w.blocks)
	case block < len(w.blocks) && bytes.Compare(w.head(block), after) < 0:
		return w.seek(block, unsafeString(after))
	}
	return block
}

// behind is the least text that is greater than all that begin with a prefix, in the memory of to; false when there is none.
func behind(to, prefix []byte) ([]byte, bool) {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xFF {
			return append(append(to, prefix[:i]...), prefix[i]+1), true
		}
	}
	return to, false
}

// nearness are the distances of a word from the beginnings of another: row i of its first i bytes.
type nearness struct {
	word  string
	edits int
	rows  [][]int
	dead  int // bytes after which nothing is near; 0 for none
}

func newNearness(word string, edits int) *nearness {
	first := make([]int, len(word)+1)
	for i := range first {
		first[i] = i
	}
	return &nearness{word: word, edits: edits, rows: [][]int{first}}
}

// measure makes the rows of a word that shares bytes with the one before. It gives the bytes after which nothing that begins so
// is near, 0 when the word may be.
func (n *nearness) measure(word []byte, shared int) (dead int) {
	if n.dead > 0 && shared >= n.dead {
		return n.dead
	}
	n.dead = 0
	for i := shared; i < len(word); i++ {
		if i+1 == len(n.rows) {
			n.more()
		}
		if n.row(i+1, word[i]) > n.edits {
			n.dead = i + 1
			return n.dead
		}
	}
	return 0
}

// more adds some rows.
func (n *nearness) more() {
	const rows = 16
	width := len(n.word) + 1
	for slab := make([]int, rows*width); len(slab) > 0; slab = slab[width:] {
		n.rows = append(n.rows, slab[:width:width])
	}
}

// row makes row i of a byte and gives its least distance.
func (n *nearness) row(i int, b byte) int {
	above, row := n.rows[i-1], n.rows[i]
	row[0] = i
	least := i
	for j := range len(n.word) {
		cost := above[j]
		if n.word[j] != b {
			cost++
		}
		row[j+1] = min(cost, row[j]+1, above[j+1]+1)
		least = min(least, row[j+1])
	}
	return least
}

func (n *nearness) near(size int) bool { return n.rows[size][len(n.word)] <= n.edits }
