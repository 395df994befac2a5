// Package text turns running text into search terms, the same way for every engine: accents and case are folded first (œ
// and æ too), then the text is split into words, then French words are stemmed. Codes (words with a digit: CPV, SIRET,
// references) stay exact, so that a code is found as it is written.
package text

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], unicode.ToLower(r))
	for _, d := range string(norm.NFKD.Bytes(buf[:n])) {
		if !unicode.Is(unicode.Mn, d) {
			dst = utf8.AppendRune(dst, unicode.ToLower(d))
		}
	}
	return dst
}

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
	folded := Fold(s)
	for i := 0; i < len(folded); {
		start := i
		digits := false
		for i < len(folded) {
			r, n := utf8.DecodeRuneInString(folded[i:])
			if !isWordRune(r) {
				break
			}
			digits = digits || r >= '0' && r <= '9'
			i += n
		}
		if i == start {
			_, n := utf8.DecodeRuneInString(folded[i:])
			i += n
			continue
		}
		word := folded[start:i]
		f(word, stems.of(word, digits))
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
	mu    sync.RWMutex
	words map[string]string
}

const maxStems = 200_000

// stems is shared by all readers; it holds nothing but a pure function's results.
var stems = stemCache{words: make(map[string]string, 4096)}

func (c *stemCache) of(word string, exact bool) string {
	if exact || len(word) < minStem || len(word) > maxStem {
		return word
	}
	c.mu.RLock()
	stem, ok := c.words[word]
	c.mu.RUnlock()
	if ok {
		return stem
	}
	env := snowballstem.NewEnv(word)
	french.Stem(env)
	stem = strings.Clone(env.Current())
	c.mu.Lock()
	if len(c.words) < maxStems {
		c.words[strings.Clone(word)] = stem
	}
	c.mu.Unlock()
	return stem
}

// Index joins the words of texts into one line in which a search looks for " word ": first the terms in their order, with a bar
// between texts so that no phrase crosses from one into the next, then, behind a line feed, the folded words in the same
// way, for what is found by the beginning, the end or a part of a word. Words that are all terms stand there once only.
func Index(texts []string) string {
	var terms, words strings.Builder
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
	switch {
	case terms.Len() == 0:
		return ""
	case terms.String() == words.String():
		return terms.String() + " "
	}
	return terms.String() + " \n" + words.String() + " "
}

// Bag is the line of long texts of which only the words count: each word and each term once, sorted.
func Bag(texts []string) string {
	seen := map[string]struct{}{}
	for _, t := range texts {
		EachWord(unescape(t), func(word, term string) {
			seen[word] = struct{}{}
			seen[term] = struct{}{}
		})
	}
	if len(seen) == 0 {
		return ""
	}
	return " " + strings.Join(slices.Sorted(maps.Keys(seen)), " ") + " "
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
