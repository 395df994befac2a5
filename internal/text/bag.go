package text

import (
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
	list []string
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
		b.list = append(b.list, word)
	}
	term := stems.of(word, digits)
	if _, known := b.seen[term]; !known {
		b.seen[term] = false
		b.list = append(b.list, term)
	}
}

func (b *bag) line() string {
	if len(b.list) == 0 {
		return ""
	}
	slices.Sort(b.list)
	size := 1
	for _, w := range b.list {
		size += len(w) + 1
	}
	var line strings.Builder
	line.Grow(size)
	line.WriteByte(' ')
	for _, w := range b.list {
		line.WriteString(w)
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
