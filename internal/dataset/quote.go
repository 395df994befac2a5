package dataset

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// unescape reads a text between quotes: a backslash stands before a quote, before itself, or begins an escape of JSON, since the
// official npm client writes texts as JSON does.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if j := strings.IndexByte("bfnrt", s[i]); j >= 0 {
			b.WriteByte("\b\f\n\r\t"[j])
		} else if r, n := hex(s[i:]); n > 0 {
			b.WriteRune(r)
			i += n - 1
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// hex reads uXXXX, and two of them that make one letter; n is the length read, 0 when there is none.
func hex(s string) (r rune, n int) {
	one := func(s string) (rune, bool) {
		if len(s) < 5 || s[0] != 'u' {
			return 0, false
		}
		v, err := strconv.ParseUint(s[1:5], 16, 16)
		return rune(v), err == nil
	}
	r, ok := one(s)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) && len(s) > 6 && s[5] == '\\' {
		if low, ok := one(s[6:]); ok {
			return utf16.DecodeRune(r, low), 11
		}
	}
	return r, 5
}

// closing finds the quote that ends the text which begins with a quote at s[0]: its place, or -1.
func closing(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i
		}
	}
	return -1
}

// quoted reads a text that is in quotes as a whole. Quotes inside need no backslash, as in "l'"Orangerie"": only those at the ends
// count.
func quoted(s string) (text string, ok bool) {
	if len(s) < 2 || s[0] != '"' && s[0] != '\'' || s[len(s)-1] != s[0] {
		return "", false
	}
	inner := s[1 : len(s)-1]
	if (len(inner)-len(strings.TrimRight(inner, `\`)))%2 == 1 {
		return "", false // the last quote belongs to the text
	}
	return unescape(inner), true
}
