package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/text"
)

// This file says how what people write becomes tokens. All ways have in common:
//   - What stands between blanks is looked for as a whole: "d'accès" and "Saint-Denis" are two words that stand together, in any
//     spelling of what is between them. Every such piece is required, in any order.
//   - Accents and case never count.
//   - A text without a letter or digit gives no token. Words without tokens matches everything, so that the caller has to say
//     what it means ("%" is any value, "" may be an error).

// LikeTokens reads the pattern of a LIKE. The portal compares word by word and many of its clients write the % of SQL; this
// reading finds what either of them would. A word is found by its stem or as the beginning of a word ("rectifi" finds
// Rectificatif). A % or * before or behind it makes it an end, a beginning or a part of a word: "%x%" finds what a substring
// test finds, but for case, accents and punctuation. In a pattern of several words the stems count as well, as the % there is
// meant for the whole text. A % inside a word divides it into its two ends. "_" is no wildcard: it stands between words like
// any other sign.
func LikeTokens(pattern string) []Token {
	pieces := strings.FieldsFunc(pattern, unicode.IsSpace)
	worded := 0
	for _, p := range pieces {
		if _, ok := PhraseToken(p); ok {
			worded++
		}
	}
	var list []Token
	for _, p := range pieces {
		parts := strings.FieldsFunc(p, isWildcard)
		for i, part := range parts {
			t, ok := written(part)
			if !ok {
				continue
			}
			t.OpenStart = i > 0 || wildAt(p, 0)
			t.OpenEnd = i < len(parts)-1 || wildAt(p, len(p)-1)
			switch {
			case !t.OpenStart && !t.OpenEnd:
				t.OpenEnd = true
			case worded == 1:
				t.Terms = ""
			}
			list = append(list, t)
		}
	}
	return list
}

// SearchTokens reads the text of search(): every word is required, by its stem or but for a few letters (two in a word of more
// than five, one in a word of more than two), the last also as the beginning of a word. Codes, which are words with a digit,
// are never found by others, nor are pieces of several words. OR is a word like any other.
func SearchTokens(s string) []Token {
	list := each(s, func(t *Token) {
		if !strings.Contains(t.Text, " ") {
			t.Fuzzy = edits(t.Text)
		}
	})
	if len(list) > 0 {
		list[len(list)-1].OpenEnd = true
	}
	return list
}

// edits says how many letters may differ.
func edits(word string) int {
	n := utf8.RuneCountInString(word)
	switch {
	case n <= 2 || strings.ContainsAny(word, "0123456789"):
		return 0
	case n <= 5:
		return 1
	}
	return 2
}

// SuggestTokens reads the text of suggest(): every word is required, as the beginning of a word.
func SuggestTokens(s string) []Token {
	return each(s, func(t *Token) { t.Terms, t.OpenEnd = "", true })
}

// BareTokens reads a text that stands for itself in a filter: every word is required, by its stem. It is no phrase. A * behind a
// word asks for its beginning instead.
func BareTokens(s string) []Token {
	return each(s, func(t *Token) {
		if t.OpenEnd {
			t.Terms = ""
		} else {
			t.Text = ""
		}
	})
}

// FreeTokens reads words that stand free in the v1 language: every word is required, by its stem or as the beginning of a word;
// a * before or behind it makes it a pattern, as in LikeTokens. What holds a digit is a code, which is found as it is written:
// "26-1234" is not "26-12345".
func FreeTokens(s string) []Token {
	var list []Token
	for _, piece := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '%' }) {
		for _, t := range LikeTokens(piece) {
			if !strings.Contains(piece, "*") && strings.ContainsAny(t.Text, "0123456789") {
				t.OpenEnd = false
			}
			list = append(list, t)
		}
	}
	return list
}

// PhraseToken reads a phrase: its words one behind the other as they are written. false for a text without a word.
func PhraseToken(s string) (Token, bool) {
	t, ok := written(s)
	t.Terms = ""
	return t, ok
}

// each makes a token of every piece between blanks, with OpenEnd when a * stands behind it, and lets f change it.
func each(s string, f func(t *Token)) []Token {
	var list []Token
	for _, piece := range strings.FieldsFunc(s, unicode.IsSpace) {
		if t, ok := written(piece); ok {
			t.OpenEnd = strings.HasSuffix(piece, "*")
			f(&t)
			list = append(list, t)
		}
	}
	return list
}

// written is the token of a text's words, one behind the other, as terms and as they are written.
func written(s string) (Token, bool) {
	var terms, words []string
	text.EachWord(s, func(word, term string) {
		terms, words = append(terms, term), append(words, word)
	})
	return Token{Terms: strings.Join(terms, " "), Text: strings.Join(words, " ")}, len(words) > 0
}

func isWildcard(r rune) bool { return r == '%' || r == '*' }

func wildAt(s string, i int) bool { return s[i] == '%' || s[i] == '*' }
