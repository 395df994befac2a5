package index

import (
	"context"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/segment"
)

// ranked is the column of a ranking over the documents of a question: of others it knows nothing.
type ranked struct {
	docs   []uint32 // ascending
	score  []uint16 // of each of them
	scores []int    // those that there are, ascending; code 1 is scores[0]
	starts []int    // of the documents of each code from 1 on, in order
	once   sync.Once
	order  []uint32 // the documents by code, made when they are first asked for
}

var _ segment.Column = (*ranked)(nil)

// within says that what is asked from now on is asked of the documents found by a predicate.
func (a *asked) within(found docs, by query.Expr) {
	found.own = false
	a.scope, a.by, a.rankings = &found, query.Simplify(by), nil
}

// column gives the column of a field, also of a ranking.
func (a *asked) column(ctx context.Context, f *field.Field) (segment.Column, error) {
	r, ok := f.From.(query.Ranking)
	if !ok {
		return a.part.column(ctx, f)
	}
	a.mu.Lock() // rows may be read by several at once
	defer a.mu.Unlock()
	key := r.String()
	if c, ok := a.rankings[key]; ok {
		return c, nil
	}
	c, err := a.rank(r)
	if err != nil {
		return nil, err
	}
	if a.rankings == nil {
		a.rankings = map[string]*ranked{}
	}
	a.rankings[key] = c
	return c, nil
}

// rank works out the scores of the documents of the question.
func (a *asked) rank(r query.Ranking) (*ranked, error) {
	scope := a.live()
	if a.scope != nil {
		scope = *a.scope
	}
	c := &ranked{docs: scope.bitmap(a.seg.Len()).ToArray()}
	c.score = make([]uint16, len(c.docs))
	counted := make([]uint8, len(c.docs)) // the last token that counted, from 1 on
	for i, t := range r.Tokens {
		if err := a.count(c, counted, uint8(i+1), t, r.Best(), scope); err != nil {
			return nil, err
		}
	}
	c.number()
	return c, nil
}

// count adds what a token counts, in the best tier in which a document has it.
func (a *asked) count(c *ranked, counted []uint8, number uint8, t query.Token, best []query.Tier, scope docs) error {
	rest, left := scope, len(c.docs)
	for _, tier := range best {
		if left == 0 {
			break
		}
		found := scope
		if !holds(a.by, tier.Fields, t) {
			d, err := a.words(query.Words{Fields: tier.Fields, Tokens: []query.Token{t}}, rest)
			if err != nil {
				return err
			}
			found = shareOf(scope, d)
		}
		c.each(found.bitmap(a.seg.Len()), func(i int) {
			if counted[i] != number {
				counted[i] = number
				c.score[i] += uint16(tier.Weight)
				left--
			}
		})
		if strings.Contains(t.Terms+t.Text, " ") { // the fewer documents, the fewer phrases to look at
			found.own = false
			rest = shareOf(rest, found.complement())
		}
	}
	return nil
}

// holds reports whether what satisfies a predicate surely has a token in one of some fields, because the predicate asks for that: it need
// not be looked for again. What was found in the bodies of notices is as a rule.
func holds(by query.Expr, fields []*field.Field, t query.Token) bool {
	switch e := by.(type) {
	case query.And:
		return slices.ContainsFunc(e, func(x query.Expr) bool { return holds(x, fields, t) })
	case query.Words:
		known := func(f *field.Field) bool {
			return slices.ContainsFunc(fields, func(g *field.Field) bool { return f.Name == g.Name })
		}
		return slices.Contains(e.Tokens, t) && !slices.ContainsFunc(e.Fields, func(f *field.Field) bool { return !known(f) })
	}
	return false
}

// each calls f with the places of those of some documents that the column knows.
func (c *ranked) each(some *roaring.Bitmap, f func(i int)) {
	var buf [1024]uint32
	i := 0
	for it := some.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return
		}
		for _, doc := range buf[:n] {
			for i < len(c.docs) && c.docs[i] < doc {
				i++
			}
			if i < len(c.docs) && c.docs[i] == doc {
				f(i)
			}
		}
	}
}

// number gives the scores their codes.
func (c *ranked) number() {
	var counts [query.MaxRanked*query.MaxWeight + 1]int
	for _, score := range c.score {
		counts[score]++
	}
	at := 0
	for score, n := range counts {
		if n > 0 {
			c.scores, c.starts = append(c.scores, score), append(c.starts, at)
			at += n
		}
	}
	c.starts = append(c.starts, at)
}

// of are the documents of the codes [from, to), from 1 on.
func (c *ranked) of(from, to uint32) *roaring.Bitmap {
	c.once.Do(func() {
		c.order = make([]uint32, len(c.docs))
		next := slices.Clone(c.starts)
		for i, doc := range c.docs {
			code := c.code(i) - 1
			c.order[next[code]] = doc
			next[code]++
		}
	})
	bm := roaring.New()
	for code := from; code < to; code++ {
		bm.AddMany(c.order[c.starts[code-1]:c.starts[code]])
	}
	return bm
}

func (c *ranked) Values() uint32                { return uint32(len(c.scores)) }
func (c *ranked) Value(code uint32) field.Value { return field.Num(float64(c.scores[code-1])) }
func (c *ranked) Sorted() bool                  { return false }

// Span implements segment.Column: it is never sorted.
func (c *ranked) Span(uint32, uint32) (uint32, uint32) { return 0, 0 }

// Search implements segment.Column.
func (c *ranked) Search(v field.Value) (code uint32, equal bool) {
	i := sort.Search(len(c.scores), func(i int) bool { return float64(c.scores[i]) >= v.Num })
	return uint32(i + 1), i < len(c.scores) && float64(c.scores[i]) == v.Num
}

// Docs implements segment.Column.
func (c *ranked) Docs(code uint32) (*roaring.Bitmap, error) { return c.Range(code, code+1) }

// Count implements segment.Column.
func (c *ranked) Count(code uint32) uint64 {
	if code == 0 {
		return 0
	}
	return uint64(c.starts[code] - c.starts[code-1])
}

// Range implements segment.Column.
func (c *ranked) Range(from, to uint32) (*roaring.Bitmap, error) { return c.of(max(from, 1), to), nil }

// Code implements segment.Column.
func (c *ranked) Code(doc uint32) uint32 {
	i, ok := slices.BinarySearch(c.docs, doc)
	if !ok {
		return 0
	}
	return c.code(i)
}

// code is that of the document in a place.
func (c *ranked) code(i int) uint32 {
	code, _ := slices.BinarySearch(c.scores, int(c.score[i]))
	return uint32(code + 1)
}

// Codes implements segment.Column.
func (c *ranked) Codes(doc uint32, buf []uint32) []uint32 {
	if code := c.Code(doc); code != 0 {
		buf = append(buf, code)
	}
	return buf
}

// Tally implements segment.Column.
func (c *ranked) Tally(docs *roaring.Bitmap, counts []uint64) {
	c.each(docs, func(i int) { counts[c.code(i)]++ })
}
