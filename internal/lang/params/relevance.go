package params

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

// relevance is what a sort calls the order by how well a notice answers to the words of q.
const relevance = "relevance"

// ranking is the order of relevance. A word counts where it says most of what a notice is about: in its title, its key words, the names of
// its buyers, or anywhere else that q looks. Each place is worth twice the next (see query.Ranking).
func ranking(c *field.Catalogue, sought []query.Token) query.Ranking {
	tier := func(weight int, names ...string) query.Tier {
		t := query.Tier{Weight: weight}
		for _, name := range names {
			t.Fields = append(t.Fields, c.Must(name))
		}
		return t
	}
	return query.Ranking{Tokens: sought, Tiers: []query.Tier{
		tier(8, field.Title, "objet"), tier(4, "descripteur_libelle"), tier(2, buyerField, "nomacheteur"), tier(1, textField),
	}}
}

// score is the field of relevance for the words of q.
func (p *Parser) score() (*field.Field, error) {
	tokens := telling(p.sought)
	if len(tokens) == 0 {
		return nil, fault.New(fault.Invalid, "there is no word by which relevance could be told").
			WithHint("add q with the words to look for, or sort by a field, such as -published")
	}
	r := ranking(p.Fields, tokens)
	if err := r.Check(); err != nil {
		return nil, fault.New(fault.Invalid, "relevance of %d words cannot be told, of at most %d", len(tokens), query.MaxRanked).
			WithHint("give q fewer words, or sort by a field, such as -published")
	}
	return r.Field(), nil
}

// sought are the tokens that a predicate of words looks for, each once; those of exclusions are not.
func sought(e query.Expr) (list []query.Token) {
	switch e := e.(type) {
	case query.And:
		for _, x := range e {
			list = append(list, sought(x)...)
		}
	case query.Or:
		for _, x := range e {
			list = append(list, sought(x)...)
		}
	case query.Words:
		list = append(list, e.Tokens...)
	}
	var once []query.Token
	for _, t := range list {
		if !slices.Contains(once, t) {
			once = append(once, t)
		}
	}
	return once
}

// little are words that say nothing of what a notice is about: nearly every title has some of them.
const little = `a à au aux avec c ce ces cet cette d dans de des du en et l la le les leur leurs n ne ou par pour qu que qui s sa sans se ses
	son sous sur un une y`

// telling leaves out the tokens of such words, unless there are no others.
func telling(tokens []query.Token) []query.Token {
	words := text.Terms(little)
	rest := slices.DeleteFunc(slices.Clone(tokens), func(t query.Token) bool {
		return !slices.ContainsFunc(strings.Fields(t.Terms), func(term string) bool { return !slices.Contains(words, term) })
	})
	if len(rest) == 0 {
		return tokens
	}
	return rest
}
