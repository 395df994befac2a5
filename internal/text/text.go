// Package text turns running text into search terms, the same way for every engine: accents and case are folded first (œ
// and æ too), then the text is split into words, then French words are stemmed. Codes (words with a digit: CPV, SIRET,
// references) stay exact, so that a code is found as it is written.
package text

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/french"
	"golang.org/x/text/unicode/norm"
)

// Fold lowers case and removes accents: "Œuvre d'ÉTÉ" becomes "oeuvre d'ete".
func Fold(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return string(appendFolded(make([]byte, 0, len(s)), s))
		}
	}
	return s
}

func appendFolded(dst []byte, s string) []byte {
	for _, r := range s {
		dst = appendFoldedRune(dst, r)
	}
	return dst
}

func appendFoldedRune(dst []byte, r rune) []byte {
	switch {
	case r >= 'A' && r <= 'Z':
		return append(dst, byte(r)|0x20)
	case r < utf8.RuneSelf:
		return append(dst, byte(r))
	case r == 'œ' || r == 'Œ':
		return append(dst, "oe"...)
	case r == 'æ' || r == 'Æ':
		return append(dst, "ae"...)
	case r == 'ß':
		return append(dst, "ss"...)
	case r == '’' || r == 'ʼ' || r == '\u0092':
		return append(dst, '\'')
	}
	if r < latinRunes {
		return append(dst, latin()[r]...)
	}
	return appendDecomposed(dst, r)
}

func appendDecomposed(dst []byte, r rune) []byte {
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], unicode.ToLower(r))
	for _, d := range string(norm.NFKD.Bytes(buf[:n])) {
		if !unicode.Is(unicode.Mn, d) {
			dst = utf8.AppendRune(dst, unicode.ToLower(d))
		}
	}
	return dst
}

// latin holds what appendDecomposed makes of the accented letters of European languages: decomposing each anew is what most of
// the time of folding a French text goes into.
var latin = sync.OnceValue(func() *[latinRunes]string {
	var table [latinRunes]string
	for r := range rune(latinRunes) {
		table[r] = string(appendDecomposed(nil, r))
	}
	return &table
})

const latinRunes = 0x180

// Terms gives the search terms of a text in order, repetitions kept.
func Terms(s string) []string {
	var terms []string
	EachTerm(s, func(term string) { terms = append(terms, term) })
	return terms
}

// EachTerm calls f with each search term of a text in order.
func EachTerm(s string, f func(term string)) {
	EachWord(s, func(_, term string) { f(term) })
}

// EachWord calls f with each word of a text in order, folded as it stands and as the search term that it is.
func EachWord(s string, f func(word, term string)) {
	eachFolded(Fold(s), func(word string, digits bool) { f(word, stems.of(word, digits)) })
}

// eachFolded calls f with each word of a folded text in order, and whether it has a digit.
func eachFolded(folded string, f func(word string, digits bool)) {
	for i := 0; i < len(folded); {
		start := i
		digits := false
		n := 0
		for i < len(folded) {
			r := rune(folded[i])
			if n = 1; r >= utf8.RuneSelf {
				r, n = utf8.DecodeRuneInString(folded[i:])
			}
			if !isWordRune(r) {
				break
			}
			digits = digits || r >= '0' && r <= '9'
			i += n
		}
		if i == start {
			i += n
			continue
		}
		f(folded[start:i], digits)
	}
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// minStem and maxStem are the bytes below and above which a word is its own stem: short words are abbreviations as often as not,
// and on endless ones, which are no words, the stemmer takes time that grows with the square of their length.
const minStem, maxStem = 4, 100

// stemCache remembers stems: a bulletin repeats a small vocabulary, and stemming costs more than all the rest of reading a
// word. It stops growing at maxStems words; later unknown words are stemmed each time.
type stemCache struct {
	old   atomic.Pointer[map[string]string] // never changed, so that readers need not wait for one another
	mu    sync.Mutex
	fresh map[string]string // what old lacks
}

const maxStems = 200_000

// stems is shared by all readers; it holds nothing but a pure function's results.
var stems = stemCache{fresh: map[string]string{}}

func (c *stemCache) of(word string, exact bool) string {
	if exact || len(word) < minStem || len(word) > maxStem {
		return word
	}
	old := c.old.Load()
	if old != nil {
		if stem, ok := (*old)[word]; ok {
			return stem
		}
	}
	c.mu.Lock()
	stem, ok := c.fresh[word]
	c.mu.Unlock()
	if ok {
		return stem
	}
	env := snowballstem.NewEnv(word)
	french.Stem(env)
	stem = strings.Clone(env.Current())
	c.keep(strings.Clone(word), stem)
	return stem
}

// keep remembers a stem. When there are many fresh ones, they go over into a new old map.
func (c *stemCache) keep(word, stem string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var old map[string]string
	if p := c.old.Load(); p != nil {
		old = *p
	}
	if len(old)+len(c.fresh) >= maxStems {
		return
	}
	c.fresh[word] = stem
	if len(c.fresh) > 256+len(old)/4 {
		all := make(map[string]string, 2*len(old))
		maps.Copy(all, old)
		maps.Copy(all, c.fresh)
		c.old.Store(&all)
		c.fresh = map[string]string{}
	}
}

// Index joins the words of texts into one line in which a search looks for " word ": first the terms in their order, with a bar
// between texts so that no phrase crosses from one into the next, then, behind a line feed, the folded words in the same
// way, for what is found by the beginning, the end or a part of a word. Words that are all terms stand there once only.
func Index(texts []string) string {
	var terms, words strings.Builder
	size := 2
	for _, t := range texts {
		size += len(t) + 2
	}
	terms.Grow(size)
	words.Grow(size)
	for _, t := range texts {
		if terms.Len() > 0 {
			terms.WriteString(" |")
			words.WriteString(" |")
		}
		EachWord(t, func(word, term string) {
			terms.WriteByte(' ')
			terms.WriteString(term)
			words.WriteByte(' ')
			words.WriteString(word)
		})
	}
	if terms.Len() == 0 {
		return ""
	}
	if terms.String() != words.String() {
		terms.WriteString(" \n")
		terms.WriteString(words.String())
	}
	terms.WriteByte(' ')
	return terms.String()
}

// EachOfLine calls f with the words of a line until it gives false.
func EachOfLine(line string, f func(word string) bool) {
	for word := range strings.FieldsSeq(line) {
		if word != "|" && !f(word) {
			return
		}
	}
}

// Distance is the Levenshtein distance of two words in bytes.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		prev := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := prev
			if a[i] != b[j] {
				cost++
			}
			prev = row[j+1]
			row[j+1] = min(cost, row[j]+1, prev+1)
		}
	}
	return row[len(b)]
}

// Within reports whether the Distance of two words is at most so much, without measuring more than it takes to tell.
func Within(a, b string, most int) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > most {
		return false
	}
	for a != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if a == "" || most == 0 {
		return len(b) <= most
	}
	if most > 3 { // three ways each time would be too many
		return Distance(a, b) <= most
	}
	// One edit at the first place where they differ, in each of the three ways.
	return Within(a[1:], b[1:], most-1) || Within(a, b[1:], most-1) || Within(a[1:], b, most-1)
}
