package duckdb

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

// words looks for tokens in the lines of words, as query.Words says. What costs least stands first: DuckDB looks at the rest only
// where that does not decide. So tokens that few lines hold, which are long ones, come before others, short lines before
// those of whole documents, and words that are nearly the one looked for at last.
func (s *statement) words(e query.Words) (string, error) {
	fields := slices.Clone(e.Fields)
	for _, f := range fields {
		if err := s.known(f); err != nil {
			return "", err
		}
	}
	slices.SortStableFunc(fields, func(a, b *field.Field) int { return cmp.Compare(lineCost(a), lineCost(b)) })
	tokens := slices.Clone(e.Tokens)
	slices.SortStableFunc(tokens, func(a, b query.Token) int {
		return cmp.Or(cmp.Compare(a.Fuzzy, b.Fuzzy), -cmp.Compare(len(a.Terms)+len(a.Text), len(b.Terms)+len(b.Text)))
	})
	all := []string{"TRUE"}
	for _, t := range tokens {
		ways, near := []string{"FALSE"}, []string{}
		for _, f := range fields {
			stands, resembles := s.token(t, wordsColumn(f), f.Bag)
			ways, near = append(ways, stands...), append(near, resembles...)
		}
		all = append(all, anyOf(append(ways, near...)))
	}
	return allOf(all), nil
}

// anyOf and allOf join conditions, of which there is one at least.
func anyOf(list []string) string { return "(" + strings.Join(list, " OR ") + ")" }
func allOf(list []string) string { return "(" + strings.Join(list, " AND ") + ")" }

// lineCost ranks fields by the length of their lines.
func lineCost(f *field.Field) int {
	switch {
	case f.Name == longest:
		return 3
	case f.Bag, f.Name == field.Texte:
		return 2
	}
	return 1
}

// searching is the cost from which on a predicate looks through many words.
const searching = 9

// wordsCost is at least that, see cost.
func wordsCost(e query.Words) int {
	most := 0
	for _, f := range e.Fields {
		most = max(most, lineCost(f))
	}
	for _, t := range e.Tokens {
		most = max(most, 4*t.Fuzzy)
	}
	return searching - 1 + most
}

// token looks for one token in a line: it stands there in one of the ways, or a word resembles it in another.
func (s *statement) token(t query.Token, line string, bag bool) (stands, resembles []string) {
	if bag && strings.Contains(t.Terms+t.Text, " ") {
		terms, words := t.Parts()
		return []string{s.every(terms, line), s.every(words, line)}, nil
	}
	prefix := t.Text != "" && t.OpenEnd && strings.HasPrefix(t.Terms, t.Text) // then Text is found where Terms is
	if t.Terms != "" && !prefix {
		stands = append(stands, "contains("+line+", "+s.arg(" "+t.Terms+" ")+")")
	}
	if t.Text != "" {
		stands = append(stands, "contains("+line+", "+s.arg(t.Needle())+")")
		if t.Fuzzy > 0 {
			resembles = append(resembles, s.near(t, line))
		}
	}
	return stands, resembles
}

// every looks for all of a list of words.
func (s *statement) every(list []query.Token, line string) string {
	if len(list) == 0 {
		return "FALSE"
	}
	parts := make([]string, len(list))
	for i, t := range list {
		stands, resembles := s.token(t, line, false)
		parts[i] = anyOf(append(stands, resembles...))
	}
	return allOf(parts)
}

// near looks for a word of a line that is few edits away. DuckDB would make a list of all words first.
func (s *statement) near(t query.Token, line string) string {
	find := func(v field.Value) (field.Value, bool) {
		found := false
		eachWord(v.Str, func(word string) bool {
			found = text.Within(word, t.Text, t.Fuzzy)
			return !found
		})
		return field.Flag(found), true
	}
	f := &call{in: field.Text, out: field.Bool, begin: func() func(field.Value) (field.Value, bool) { return find }}
	return callName(f.in, f.out) + "(" + strconv.FormatInt(s.view.keep(f), 10) + ", " + line + ")"
}

// eachWord is text.EachOfLine for lines of which it is known that only blanks stand between words.
func eachWord(line string, f func(word string) bool) {
	for line != "" {
		word, rest, _ := strings.Cut(line, " ")
		line = rest
		if word = strings.TrimPrefix(word, "\n"); word != "" && word != "|" && !f(word) {
			return
		}
	}
}
