package segment

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// The line of a document, where the order of its words counts, is kept as the codes of these, as uvarints. The code of a word is
// its place in the order of frequency, the most frequent first, so that most take one byte or two; gap stands for all that
// is no word (the bar between texts, the line feed between terms and words). The last byte of a uvarint is the only one below 0x80:
// so a phrase stands in a line where its bytes do, unless they begin within a code.

const gap = 0

// lazyLines are the lines of words, made when a phrase is first looked for.
type lazyLines struct {
	of     *coded
	once   sync.Once
	err    error
	codes  []uint32
	texts  texts
	places []uint32
}

// line borrows the codes of the line of a document; nil when they are damaged, which the file remembers.
func (l *lazyLines) line(doc uint32) []byte { return l.texts.at(l.places[doc]) }

func (w *words) readLines() *lazyLines {
	l := &w.lines
	l.once.Do(func() {
		p := l.of.place()
		if p == nil {
			l.err = l.of.places.err
			return
		}
		if l.places = p.places; w.dir.Lines.Ends.Len == 0 && len(l.places) > 0 {
			l.err = w.file.damaged("it has no lines of %s", w.dir.Field)
			return
		}
		if l.codes, l.err = numbers[uint32](w.file, w.dir.Codes); l.err == nil {
			l.texts, l.err = newTexts(w.file, w.dir.Lines)
		}
	})
	return l
}

// Phrase implements Words.
func (w *words) Phrase(list []string, openStart, openEnd bool) func(doc uint32) bool {
	if w.dir.Lines.Ends.Len == 0 {
		return nil
	}
	none := func(uint32) bool { return false }
	l := w.readLines()
	if l.err != nil || len(list) == 0 {
		return none
	}
	if openStart || openEnd {
		return w.openPhrase(l, list, openStart, openEnd)
	}
	var needle []byte
	for _, word := range list {
		var c wordCursor
		if !w.find(word, &c) {
			return none
		}
		needle = binary.AppendUvarint(needle, uint64(l.codes[c.place]))
	}
	return func(doc uint32) bool { return standsIn(l.line(doc), needle) }
}

// standsIn reports whether codes stand one behind another among others.
func standsIn(line, needle []byte) bool {
	for from := 0; ; {
		i := bytes.Index(line[from:], needle)
		if i < 0 {
			return false
		}
		if from += i; from == 0 || line[from-1] < 0x80 {
			return true
		}
		from++
	}
}

// openPhrase is Phrase for pieces of words.
func (w *words) openPhrase(l *lazyLines, list []string, openStart, openEnd bool) func(doc uint32) bool {
	var sets []codeSet
	for i, piece := range list {
		set := codeSet{bits: make([]uint64, w.dir.Count/64+1)}
		start, end := openStart && i == 0, openEnd && i == len(list)-1
		if !start && !end { // the one word
			var c wordCursor
			if w.find(piece, &c) {
				set = codeSet{only: l.codes[c.place]}
			}
		} else {
			w.matching(piece, start, end, func(c *wordCursor) bool { set.add(l.codes[c.place]); return true })
		}
		sets = append(sets, set)
	}
	var codes []uint32
	return func(doc uint32) bool {
		codes = appendCodes(codes[:0], l.line(doc))
		for at := 0; at+len(sets) <= len(codes); at++ {
			n := 0
			for n < len(sets) && sets[n].has(codes[at+n]) {
				n++
			}
			if n == len(sets) {
				return true
			}
		}
		return false
	}
}

// codeSet are codes of words: one, or those of bits.
type codeSet struct {
	only uint32
	bits []uint64
}

func (s *codeSet) add(code uint32) {
	if int(code/64) < len(s.bits) { // else the file is damaged
		s.bits[code/64] |= 1 << (code % 64)
	}
}

func (s *codeSet) has(code uint32) bool {
	if s.bits == nil {
		return code == s.only
	}
	return int(code/64) < len(s.bits) && s.bits[code/64]>>(code%64)&1 != 0
}

// appendCodes reads the codes of a line.
func appendCodes(to []uint32, line []byte) []uint32 {
	for len(line) > 0 {
		n, size := binary.Uvarint(line)
		if size <= 0 {
			break
		}
		to, line = append(to, uint32(n)), line[size:]
	}
	return to
}
