package index

import (
	"context"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/segment"
)

// ranked is the column of a ranking over the documents of a question: of others it knows nothing. There are few scores (query.MaxWeight),
// so that a set of documents for each says all.
type ranked struct {
	scores []int // ascending; code 1 is scores[0]
	docs   []*roaring.Bitmap
	common []int // places, those of the most documents first
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

// rank divides the documents of the question by their scores: token by token, each set into those that the token adds as much to.
func (a *asked) rank(r query.Ranking) (*ranked, error) {
	scope := a.live()
	if a.scope != nil {
		scope = *a.scope
	}
	byScore := map[int]*roaring.Bitmap{0: scope.bitmap(a.seg.Len()).Clone()}
	for _, t := range r.Tokens {
		gains, err := a.gains(t, r.Best(), scope)
		if err != nil {
			return nil, err
		}
		next := make(map[int]*roaring.Bitmap, 2*len(byScore))
		add := func(score int, bm *roaring.Bitmap) {
			if other, ok := next[score]; ok {
				other.Or(bm)
			} else if !bm.IsEmpty() {
				next[score] = bm
			}
		}
		for score, rest := range byScore {
			for _, g := range gains {
				won := roaring.And(rest, g.docs)
				rest.AndNot(g.docs)
				add(score+g.weight, won)
			}
			add(score, rest)
		}
		byScore = next
	}
	return newRanked(byScore), nil
}

// gain are the documents to which a token adds a weight.
type gain struct {
	weight int
	docs   *roaring.Bitmap
}

// gains are those of a token, each document in the best one only.
func (a *asked) gains(t query.Token, best []query.Tier, scope docs) ([]gain, error) {
	var list []gain
	rest := scope
	for _, tier := range best {
		if rest.empty() {
			break
		}
		found := rest
		if !holds(a.by, tier.Fields, t) {
			var err error
			if found, err = a.words(query.Words{Fields: tier.Fields, Tokens: []query.Token{t}}, rest); err != nil {
				return nil, err
			}
			found = shareOf(rest, found)
		}
		if found.empty() {
			continue
		}
		found.own = false
		list = append(list, gain{tier.Weight, found.bitmap(a.seg.Len())})
		rest = shareOf(rest, found.complement())
	}
	return list, nil
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

func newRanked(byScore map[int]*roaring.Bitmap) *ranked {
	c := &ranked{}
	for score, bm := range byScore {
		if !bm.IsEmpty() {
			c.scores = append(c.scores, score)
		}
	}
	slices.Sort(c.scores)
	for i, score := range c.scores {
		c.docs, c.common = append(c.docs, byScore[score]), append(c.common, i)
	}
	size := make([]uint64, len(c.docs))
	for i, bm := range c.docs {
		size[i] = bm.GetCardinality()
	}
	sort.Slice(c.common, func(i, j int) bool { return size[c.common[i]] > size[c.common[j]] })
	return c
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
func (c *ranked) Docs(code uint32) (*roaring.Bitmap, error) {
	if code == 0 {
		return roaring.New(), nil
	}
	return c.docs[code-1], nil
}

// Count implements segment.Column.
func (c *ranked) Count(code uint32) uint64 {
	if code == 0 {
		return 0
	}
	return c.docs[code-1].GetCardinality()
}

// Range implements segment.Column.
func (c *ranked) Range(from, to uint32) (*roaring.Bitmap, error) {
	acc := roaring.New()
	for code := max(from, 1); code < to; code++ {
		acc.Or(c.docs[code-1])
	}
	return acc, nil
}

// Code implements segment.Column.
func (c *ranked) Code(doc uint32) uint32 {
	for _, i := range c.common {
		if c.docs[i].Contains(doc) {
			return uint32(i + 1)
		}
	}
	return 0
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
	for i, bm := range c.docs {
		counts[i+1] += bm.AndCardinality(docs)
	}
}
