package text

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Bag is the line of long texts of which only the words count: each word and each term once, sorted.
func Bag(texts []string) string {
	b := bags.Get().(*bag)
	for _, t := range texts {
		eachFolded(Fold(unescape(t)), b.add)
	}
	line := b.line()
	b.reset()
	bags.Put(b)
	return line
}

// bag collects different words.
type bag struct {
	seen map[string]bool // true for a word, false for what is so far only the term of another
	list []bagged
}

// bagged is a word, with its first eight bytes as a number that orders as they do: most words differ in these.
type bagged struct {
	first uint64
	word  string
}

func (b *bag) keep(word string) {
	var first uint64
	if len(word) >= 8 {
		first = binary.BigEndian.Uint64([]byte(word[:8]))
	} else {
		for i := range len(word) {
			first |= uint64(word[i]) << (56 - 8*i)
		}
	}
	b.list = append(b.list, bagged{first, word})
}

// bags are for use again; nothing of a text stays in them.
var bags = sync.Pool{New: func() any { return &bag{seen: map[string]bool{}} }}

func (b *bag) reset() {
	clear(b.seen)
	clear(b.list)
	b.list = b.list[:0]
}

// add takes a word and its term.
func (b *bag) add(word string, digits bool) {
	was, known := b.seen[word]
	if was {
		return
	}
	b.seen[word] = true
	if !known {
		b.keep(word)
	}
	term := stems.of(word, digits)
	if _, known := b.seen[term]; !known {
		b.seen[term] = false
		b.keep(term)
	}
}

func (b *bag) line() string {
	if len(b.list) == 0 {
		return ""
	}
	slices.SortFunc(b.list, func(x, y bagged) int {
		if c := cmp.Compare(x.first, y.first); c != 0 {
			return c
		}
		return strings.Compare(x.word, y.word)
	})
	size := 1
	for _, w := range b.list {
		size += len(w.word) + 1
	}
	var line strings.Builder
	line.Grow(size)
	line.WriteByte(' ')
	for _, w := range b.list {
		line.WriteString(w.word)
		line.WriteByte(' ')
	}
	return line.String()
}

// unescape resolves the escapes of JSON in a text, so that the line feed of "lot\nmarché" does not become a letter. What is no
// escape stays.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if s[i] == 'u' && i+4 < len(s) {
			if r, err := strconv.ParseUint(s[i+1:i+5], 16, 16); err == nil {
				b.WriteRune(rune(r))
				i += 4
				continue
			}
		}
		if strings.IndexByte("bfnrt", s[i]) >= 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
