package segment

import (
	"bytes"
	"encoding/binary"
	"iter"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// words are the words of a field over the bytes of a file.
type words struct {
	file   *file
	dir    wordsDir
	blocks []wordBlock
	lines  lazyLines
}

var _ Words = (*words)(nil)

func newWords(s *coded, d wordsDir) (*words, error) {
	w := &words{file: s.file, dir: d, lines: lazyLines{of: s}}
	var err error
	w.blocks, err = numbers[wordBlock](s.file, d.Blocks)
	return w, err
}

func (w *words) Len() int { return w.dir.Count }

// block gives the bytes of the words of a block; nil when they are damaged, which the file remembers.
func (w *words) block(b int) []byte {
	from, to := w.blocks[b].Word, uint64(w.dir.Heap.Len)
	if b+1 < len(w.blocks) {
		to = w.blocks[b+1].Word
	}
	data, err := w.file.part(w.dir.Heap, from, to-from)
	if err != nil {
		return nil
	}
	return data
}

// wordCursor goes through the words of a block.
type wordCursor struct {
	rest   []byte
	left   int
	place  int // of the word among all
	first  bool
	shared int // bytes that the word has in common with the one before
	word   []byte
	count  uint32
	only   uint32 // the only document
	at     uint64 // where the list begins
	size   uint64
	bad    bool
}

func (w *words) cursor(b int, c *wordCursor) {
	c.rest, c.left, c.first, c.shared, c.size = w.block(b), min(blockWords, w.dir.Count-b*blockWords), true, 0, 0
	c.word, c.at, c.place = c.word[:0], w.blocks[b].List, b*blockWords-1
	if c.rest == nil {
		c.left = 0
	}
}

// next goes to the next word. It gives false at the end and, with bad, where the block is damaged.
func (c *wordCursor) next() bool {
	if c.left == 0 {
		return false
	}
	c.left--
	c.place++
	c.shared = 0
	if !c.first {
		c.shared = int(c.uvarint())
	}
	c.first = false
	n := c.uvarint()
	if c.bad || c.shared > len(c.word) || n > uint64(len(c.rest)) {
		c.bad = true
		return false
	}
	c.word = append(c.word[:c.shared], c.rest[:n]...)
	c.rest = c.rest[n:]
	c.at += c.size
	c.size = 0
	switch c.count = uint32(c.uvarint()); {
	case c.count == 1:
		c.only = uint32(c.uvarint())
	case c.count > fewDocs:
		c.at = (c.at + 7) &^ 7
		fallthrough
	default:
		c.size = c.uvarint()
	}
	return !c.bad
}

func (c *wordCursor) uvarint() uint64 {
	if len(c.rest) > 0 && c.rest[0] < 0x80 {
		n := c.rest[0]
		c.rest = c.rest[1:]
		return uint64(n)
	}
	n, size := binary.Uvarint(c.rest)
	if size <= 0 {
		c.bad = true
		return 0
	}
	c.rest = c.rest[size:]
	return n
}

// head is the first word of a block.
func (w *words) head(b int) []byte {
	data := w.block(b)
	n, size := binary.Uvarint(data)
	if size <= 0 || n > uint64(len(data)-size) {
		return nil
	}
	return data[size:][:n]
}

// seek gives the last block from one on whose first word is not greater than a word: where the word would be.
func (w *words) seek(from int, word string) int {
	step := 1
	for from+step < len(w.blocks) && unsafeString(w.head(from+step)) <= word {
		from += step
		step *= 2
	}
	most := min(step, len(w.blocks)-from)
	n := sort.Search(most, func(i int) bool { return unsafeString(w.head(from+i)) > word })
	return max(from, from+n-1)
}

// find goes to a word.
func (w *words) find(word string, c *wordCursor) bool {
	if len(w.blocks) == 0 {
		return false
	}
	w.cursor(w.seek(0, word), c)
	for c.next() {
		if s := unsafeString(c.word); s >= word {
			return s == word
		}
	}
	if c.bad {
		w.damaged()
	}
	return false
}

func (w *words) damaged() error {
	return w.file.damaged("the words of %s are not readable", w.dir.Field)
}

func (w *words) Frequency(word string) uint64 {
	var c wordCursor
	if !w.find(word, &c) {
		return 0
	}
	return uint64(c.count)
}

func (w *words) Docs(word string) (*roaring.Bitmap, error) {
	var buf [64]byte
	c := wordCursor{word: buf[:0]}
	if !w.find(word, &c) {
		return roaring.New(), w.file.err()
	}
	return w.docs(&c)
}

// docs are the documents of the word that a cursor stands at.
func (w *words) docs(c *wordCursor) (*roaring.Bitmap, error) {
	if c.count == 1 {
		return roaring.BitmapOf(c.only), nil
	}
	list, err := w.file.part(w.dir.Lists, c.at, c.size)
	if err != nil {
		return nil, err
	}
	b, ok := bitmapOf(list, c.count)
	if !ok {
		return nil, w.damaged()
	}
	return b, nil
}

func (w *words) Matching(piece string, openStart, openEnd bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		w.matching(piece, openStart, openEnd, func(c *wordCursor) bool { return yield(string(c.word)) })
	}
}

// matching goes to the words that may be found by a piece until f gives false.
func (w *words) matching(piece string, openStart, openEnd bool, f func(c *wordCursor) bool) {
	if len(w.blocks) == 0 {
		return
	}
	from := 0
	if !openStart {
		from = w.seek(0, piece)
	}
	w.each(from, func(c *wordCursor) bool {
		switch {
		case !openStart && !bytes.HasPrefix(c.word, []byte(piece)):
			return unsafeString(c.word) < piece
		case openStart && !openEnd && !bytes.HasSuffix(c.word, []byte(piece)), openStart && openEnd && !bytes.Contains(c.word, []byte(piece)):
			return true
		case !openStart && !openEnd && len(c.word) != len(piece):
			return false
		}
		return f(c)
	})
}

// each goes through the words from a block on until f gives false.
func (w *words) each(block int, f func(c *wordCursor) bool) {
	var c wordCursor
	for ; block < len(w.blocks); block++ {
		for w.cursor(block, &c); c.next(); {
			if !f(&c) {
				return
			}
		}
		if c.bad {
			w.damaged()
			return
		}
	}
}
