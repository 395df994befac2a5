package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// Ranking says how well a record answers to words: each token counts as much as the best of the tiers in one of whose fields it is
// found, nothing when in none, and the score is the sum. Records are ordered by it like by any other field (Field), so that cursors,
// columns and groups need to know nothing of it.
//
// Weights that double from tier to tier say that one word in a tier is worth as much as two in the next: then of a search for one
// word the tier alone decides, and of one for several a record that has all of them in a tier comes before one that has half of them
// in the tier above and the others nowhere near.
type Ranking struct {
	Tokens []Token
	Tiers  []Tier
}

// Tier are fields in which a token counts so much.
type Tier struct {
	Weight int            // from 1 to MaxWeight
	Fields []*field.Field // searchable by words
}

// Limits of a ranking. They bound the number of different scores, which is what an index makes of it.
const (
	MaxRanked = 16 // tokens
	MaxTiers  = 8
	MaxTier   = 8 // fields of one tier
	MaxWeight = 64
)

// ScoreField is what the field of a ranking is called in answers.
const ScoreField = "score"

// Field is the score as a field: a whole number, never null, the higher the better.
func (k Ranking) Field() *field.Field {
	return &field.Field{Name: ScoreField, Label: "Pertinence", LabelEN: "Relevance", Type: field.Int, From: k, Get: func(r field.Record) []field.Value {
		return []field.Value{field.Num(float64(k.Score(r)))}
	}}
}

// Score is the reference: engines answer equally.
func (k Ranking) Score(r field.Record) (score int) {
	lines := map[*field.Field]string{}
	found := func(t Token, f *field.Field) bool {
		line, ok := lines[f]
		if !ok {
			line = f.Line(f.Get(r))
			lines[f] = line
		}
		return t.In(line, f.Bag)
	}
	for _, t := range k.Tokens {
		for _, tier := range k.Best() {
			if slices.ContainsFunc(tier.Fields, func(f *field.Field) bool { return found(t, f) }) {
				score += tier.Weight
				break
			}
		}
	}
	return score
}

// Best lists the tiers, those that count most first.
func (k Ranking) Best() []Tier {
	byWeight := func(a, b Tier) int { return b.Weight - a.Weight }
	if slices.IsSortedFunc(k.Tiers, byWeight) {
		return k.Tiers
	}
	return slices.SortedStableFunc(slices.Values(k.Tiers), byWeight)
}

// Check says whether a ranking is one that every engine works out. The faults are of kind Invalid, TooLarge beyond the limits.
func (k Ranking) Check() error {
	if len(k.Tokens) > MaxRanked {
		return fault.New(fault.TooLarge, "a ranking by %d words, at most %d", len(k.Tokens), MaxRanked).WithHint("search for fewer words, or sort by a field")
	}
	if len(k.Tiers) > MaxTiers {
		return fault.New(fault.TooLarge, "a ranking of %d tiers, at most %d", len(k.Tiers), MaxTiers)
	}
	for _, t := range k.Tokens {
		if !utf8.ValidString(t.Terms) || !utf8.ValidString(t.Text) {
			return fault.New(fault.Invalid, "the words of a ranking are not UTF-8")
		}
	}
	for _, tier := range k.Tiers {
		if tier.Weight < 1 || tier.Weight > MaxWeight {
			return fault.New(fault.Invalid, "the weight %d of a ranking is not from 1 to %d", tier.Weight, MaxWeight)
		}
		if len(tier.Fields) > MaxTier {
			return fault.New(fault.TooLarge, "a ranking by %d fields of one weight, at most %d", len(tier.Fields), MaxTier)
		}
		for _, f := range tier.Fields {
			if !f.Words {
				return fault.New(fault.Invalid, "field %s cannot be searched by words", f.Name)
			}
		}
	}
	return nil
}

// String prints a ranking in one way only.
func (k Ranking) String() string {
	tiers, tokens := make([]string, len(k.Tiers)), make([]string, len(k.Tokens))
	for i, tier := range k.Best() {
		names := make([]string, len(tier.Fields))
		for j, f := range tier.Fields {
			names[j] = f.Formula()
		}
		slices.Sort(names)
		tiers[i] = fmt.Sprintf("%d %s", tier.Weight, strings.Join(slices.Compact(names), " "))
	}
	for i, t := range k.Tokens {
		tokens[i] = t.String() // one that is there twice counts twice
	}
	slices.Sort(tokens)
	return "ranking(" + strings.Join(tiers, ", ") + ": " + strings.Join(tokens, ", ") + ")"
}
