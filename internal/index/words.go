package index

import (
	"iter"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/segment"
)

// maxVerified is the most documents that hold all words of a phrase for which their values are read, where the segment keeps no lines.
// With more the question goes to the store.
const maxVerified = 50_000

// words are the documents in which each token is found in one of the fields.
func (a *asked) words(w query.Words, within docs) (docs, error) {
	tokens := slices.Clone(w.Tokens)
	slices.SortStableFunc(tokens, func(x, y query.Token) int { return priceOf(x) - priceOf(y) })
	acc := all()
	for _, t := range tokens {
		found := none()
		rest := shareOf(within, acc)
		for _, f := range w.Fields {
			if err := ended(a.ctx); err != nil {
				return docs{}, err
			}
			d, err := a.token(f, t, rest)
			if err != nil {
				return docs{}, err
			}
			found = found.or(d)
		}
		if acc = acc.and(found); acc.empty() {
			break
		}
	}
	return acc, nil
}

// token are the documents in which a token is found in the line of a field.
func (a *asked) token(f *field.Field, t query.Token, within docs) (docs, error) {
	if t.Terms == "" && t.Text == "" {
		return none(), nil
	}
	words, err := a.seg.Words(f)
	if err != nil {
		return docs{}, err
	}
	if words != nil {
		return a.posted(f, words, t, within)
	}
	if f.From != nil {
		return docs{}, notHere("words of a computed field")
	}
	c, err := a.column(a.ctx, f)
	if err != nil {
		return docs{}, err
	}
	if f.Multi && (f.Bag || strings.ContainsAny(t.Terms+t.Text, "|\n")) {
		return docs{}, notHere("words over several values")
	}
	return a.inValues(f, c, t)
}

// inValues are the documents with a value in whose line a token is found: a token does not go from one value into the next.
func (a *asked) inValues(f *field.Field, c segment.Column, t query.Token) (docs, error) {
	lines, kept, err := a.linesOf(a.ctx, f, c)
	if err != nil {
		return docs{}, err
	}
	var codes []uint32
	for code := uint32(1); code <= c.Values(); code++ {
		if code%1024 == 0 && a.ctx.Err() != nil {
			return docs{}, ended(a.ctx)
		}
		line := ""
		if kept {
			line = lines[code-1]
		} else {
			line = f.Line([]field.Value{c.Value(code)})
		}
		if t.In(line, f.Bag) {
			codes = append(codes, code)
		}
	}
	bm, err := union(c, codes)
	return owned(bm), err
}

// posted looks a token up in postings.
func (a *asked) posted(f *field.Field, w segment.Words, t query.Token, within docs) (docs, error) {
	if strings.ContainsAny(t.Terms+t.Text, "|\n") || irregular(t.Terms) || irregular(t.Text) || t.Fuzzy > 0 && strings.Contains(t.Text, " ") {
		return docs{}, notHere("a token that is no words")
	}
	terms, words := t.Parts()
	if f.Bag {
		return a.together(w, terms, words)
	}
	found := none()
	var phrases []phrase
	for i, way := range [][]query.Token{terms, words} {
		if len(way) == 0 {
			continue
		}
		d, err := a.allOf(w, way)
		if err != nil {
			return docs{}, err
		}
		if len(way) == 1 {
			found = found.or(d)
		} else {
			p := phrase{docs: d, token: query.Token{Terms: t.Terms}}
			if i > 0 {
				p.token = query.Token{Text: t.Text, OpenStart: t.OpenStart, OpenEnd: t.OpenEnd}
			}
			phrases = append(phrases, p)
		}
	}
	for _, p := range phrases {
		candidates := p.docs.and(shareOf(within, docs{bm: found.bm, not: !found.not}))
		verified, err := a.verify(f, w, p.token, candidates)
		if err != nil {
			return docs{}, err
		}
		found = found.or(verified)
	}
	return found, nil
}

// phrase is one of the two ways of a token, of several words, and the documents that hold all of these.
type phrase struct {
	docs  docs
	token query.Token
}

// irregular reports blanks that stand for no division of words.
func irregular(s string) bool {
	return strings.Join(strings.Fields(s), " ") != s
}

// together are the documents that hold all words of one of the two ways.
func (a *asked) together(w segment.Words, terms, words []query.Token) (docs, error) {
	found := none()
	for _, way := range [][]query.Token{terms, words} {
		if len(way) == 0 {
			continue
		}
		d, err := a.allOf(w, way)
		if err != nil {
			return docs{}, err
		}
		found = found.or(d)
	}
	return found, nil
}

// allOf are the documents that hold every one of some words.
func (a *asked) allOf(w segment.Words, parts []query.Token) (docs, error) {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(x, y query.Token) int { return priceOf(x) - priceOf(y) })
	acc := all()
	for _, p := range parts {
		d, err := a.word(w, p)
		if err != nil {
			return docs{}, err
		}
		if acc = acc.and(d); acc.empty() {
			return acc, nil
		}
	}
	return acc, nil
}

// word are the documents in which one word, or a piece of one, is found.
func (a *asked) word(w segment.Words, p query.Token) (docs, error) {
	if p.Terms != "" {
		bm, err := w.Docs(p.Terms)
		return shared(bm), err
	}
	if !p.OpenStart && !p.OpenEnd && p.Fuzzy == 0 {
		bm, err := w.Docs(p.Text)
		return shared(bm), err
	}
	exact := slices.Values([]string{p.Text})
	if p.OpenStart || p.OpenEnd {
		exact = w.Matching(p.Text, p.OpenStart, p.OpenEnd)
	}
	found, err := a.anyOf(w, exact)
	if err != nil || p.Fuzzy == 0 {
		return found, err
	}
	near, err := a.anyOf(w, w.Near(p.Text, p.Fuzzy))
	return found.or(near), err
}

// anyOf are the documents that hold one of some words.
func (a *asked) anyOf(w segment.Words, list iter.Seq[string]) (docs, error) {
	acc := roaring.New()
	var batch []*roaring.Bitmap
	n := 0
	for word := range list {
		if n++; n%256 == 0 {
			if err := ended(a.ctx); err != nil {
				return docs{}, err
			}
		}
		bm, err := w.Docs(word)
		if err != nil {
			return docs{}, err
		}
		if batch = append(batch, bm); len(batch) == 512 {
			acc.Or(roaring.FastOr(batch...))
			batch = batch[:0]
		}
	}
	if len(batch) > 0 {
		acc.Or(roaring.FastOr(batch...))
	}
	return owned(acc), nil
}

// verify are those of some documents in whose line a phrase is found.
func (a *asked) verify(f *field.Field, w segment.Words, t query.Token, candidates docs) (docs, error) {
	n := candidates.count(a.seg.Len())
	if n == 0 {
		return none(), nil
	}
	in := w.Phrase(strings.Fields(t.Terms+t.Text), t.OpenStart, t.OpenEnd)
	if in == nil {
		c, err := a.seg.Column(f)
		if err != nil {
			return docs{}, err
		}
		if c == nil {
			return docs{}, notHere("a phrase in a field without lines")
		}
		if n > maxVerified {
			return docs{}, notHere("a phrase with too many candidates")
		}
		in = inColumn(f, c, t)
	}
	var found []uint32
	for i, doc := range candidates.bitmap(a.seg.Len()).ToArray() {
		if i%1024 == 1023 {
			if err := ended(a.ctx); err != nil {
				return docs{}, err
			}
		}
		if in(doc) {
			found = append(found, doc)
		}
	}
	return owned(roaring.BitmapOf(found...)), nil
}

// inColumn reports whether a token is found in the line that is made of the values of a document.
func inColumn(f *field.Field, c segment.Column, t query.Token) func(doc uint32) bool {
	var codes []uint32
	var values []field.Value
	return func(doc uint32) bool {
		codes, values = c.Codes(doc, codes[:0]), values[:0]
		for _, code := range codes {
			values = append(values, c.Value(code))
		}
		return t.In(f.Line(values), f.Bag)
	}
}
