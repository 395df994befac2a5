package text

import (
	"strings"
	"unicode"
)

// Quoted reads the text between quotes with which s begins, of any one byte; a backslash makes the next character stand for itself. n is
// its length with both quotes; ok is false when the second is missing.
func Quoted(s string) (content string, n int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == s[0]:
			return b.String(), i + 1, true
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, false
}

// Bare is the word with which s begins: up to white space, a parenthesis or a double quote, but one character at least unless s is empty.
func Bare(s string) string {
	for i, r := range s {
		if i > 0 && (unicode.IsSpace(r) || strings.ContainsRune(`()"`, r)) {
			return s[:i]
		}
	}
	return s
}
