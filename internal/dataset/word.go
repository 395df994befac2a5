package dataset

import (
	"strings"
	"unicode/utf8"
)

// wordKind is what a piece of a facet parameter is.
type wordKind int

const (
	wordEnd   wordKind = iota
	wordPlain          // letters, digits and whatever is no sign: a name, true, 20
	wordName           // in back-quotes
	wordText           // in quotes
	wordSign           // ( ) , =
	wordBad            // a quote that is not closed
)

// word is one piece.
type word struct {
	kind  wordKind
	value string // without quotes and escapes
	pos   int    // in characters
	start int    // in bytes
}

const signs, quotes, blanks = "(),=", "\"'`", " \t\r\n"

// next reads the next piece.
func (r *specReader) next() {
	for r.at < len(r.src) && strings.IndexByte(blanks, r.src[r.at]) >= 0 {
		r.at++
	}
	r.tok = word{start: r.at, pos: utf8.RuneCountInString(r.src[:r.at])}
	rest := r.src[r.at:]
	switch {
	case rest == "":
	case strings.IndexByte(signs, rest[0]) >= 0:
		r.tok.kind, r.tok.value = wordSign, rest[:1]
		r.at++
	case strings.IndexByte(quotes, rest[0]) >= 0:
		end := closing(rest)
		if end < 0 {
			r.tok.kind = wordBad
			r.at = len(r.src)
			return
		}
		r.tok.kind, r.tok.value = wordText, unescape(rest[1:end])
		if rest[0] == '`' {
			r.tok.kind = wordName
		}
		r.at += end + 1
	default:
		n := strings.IndexAny(rest, signs+quotes+blanks)
		if n < 0 {
			n = len(rest)
		}
		r.tok.kind, r.tok.value = wordPlain, rest[:n]
		r.at += n
	}
}
