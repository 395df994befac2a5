package v110

import (
	"iter"
	"strings"
	"unicode"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	letters "github.com/boamp/boamp/internal/text"
	"github.com/boamp/boamp/internal/tree"
)

// tidy takes away what the layout of the printed bulletin left around values: white space, and commas, semicolons and
// full stops at either end. The stop of an abbreviation stays ("D.E.C.S."), which is told by another stop inside the word.
func tidy(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;.", r) })
	for {
		s = strings.TrimRightFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' })
		rest, ok := strings.CutSuffix(s, ".")
		if !ok || isAbbreviation(rest) {
			return s
		}
		s = rest
	}
}

// isAbbreviation reports whether the last word of s, which lacks its final stop, has stops between single letters.
func isAbbreviation(s string) bool {
	word := s[strings.LastIndexFunc(s, unicode.IsSpace)+1:]
	dot := strings.LastIndexByte(word, '.')
	last := []rune(word[dot+1:])
	return dot > 0 && len(last) == 1 && unicode.IsLetter(last[0])
}

// tidyCode takes the stray punctuation off a value that cannot end in any: codes, addresses of the web, telephone numbers.
func tidyCode(s string) string { return strings.Trim(s, " \t\r\n\u00a0.,;") }

// fold is letters.Fold with every kind of white space a blank, for comparisons.
func fold(s string) string { return blanks.Replace(letters.Fold(s)) }

var blanks = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

// each iterates over the elements at path below n, every repetition of every step included: in V110 any block may stand
// several times, each with a part of the values.
func each(n tree.Node, path ...string) iter.Seq[tree.Node] {
	return func(yield func(tree.Node) bool) { walk(n, path, yield) }
}

func walk(n tree.Node, path []string, yield func(tree.Node) bool) bool {
	if len(path) == 0 {
		return yield(n)
	}
	for c := range n.Each(path[0]) {
		if !walk(c, path[1:], yield) {
			return false
		}
	}
	return true
}

// first is the first element at path that has text, absent when none has.
func first(n tree.Node, path ...string) tree.Node {
	for e := range each(n, path...) {
		if e.Text() != "" {
			return e
		}
	}
	return tree.Node{}
}

// has reports whether an element stands at path, with text or without: the way V110 ticks a box.
func has(n tree.Node, path ...string) bool {
	for range each(n, path...) {
		return true
	}
	return false
}

// declare notes the place of field, once; it builds the path only then.
func declare(n *notice.Notice, field string, e tree.Node) {
	if _, ok := n.Origins[field]; !ok {
		n.Declare(field, e.Path())
	}
}

// derive notes the rule behind field, once.
func derive(n *notice.Notice, field string, e tree.Node, how string) {
	if _, ok := n.Origins[field]; !ok {
		n.Derive(field, e.Path(), how)
	}
}

// text is the tidy text of an element, with the flags that field earns.
func text(n *notice.Notice, field string, e tree.Node) string {
	if e.RawText() == "" {
		return ""
	}
	return tidy(feed.Text(n, field, e))
}

// setText fills *to, the value of field, with the tidy text of an element; the first one stands.
func setText(n *notice.Notice, to *string, field string, e tree.Node) {
	if *to != "" {
		return
	}
	if t := text(n, field, e); t != "" {
		*to = t
		declare(n, field, e)
	}
}

// setCode is setText for values that cannot end in punctuation.
func setCode(n *notice.Notice, to *string, field string, e tree.Node) {
	if *to != "" {
		return
	}
	if t := tidyCode(feed.Text(n, field, e)); t != "" {
		*to = t
		declare(n, field, e)
	}
}
