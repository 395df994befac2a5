package duckdb

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// ranking writes the score of a ranking: for each token the weight of the first tier, from the best on, in which it is found.
func (s *statement) ranking(r query.Ranking) (value, error) {
	parts := []string{"0"}
	for _, t := range r.Tokens {
		var ways strings.Builder
		for _, tier := range r.Best() {
			found, err := s.words(query.Words{Fields: tier.Fields, Tokens: []query.Token{t}})
			if err != nil {
				return value{}, err
			}
			ways.WriteString(" WHEN " + found + " THEN " + strconv.Itoa(tier.Weight))
		}
		if ways.Len() > 0 {
			parts = append(parts, "(CASE"+ways.String()+" ELSE 0 END)")
		}
	}
	return value{t: field.Int, sql: "CAST(" + strings.Join(parts, " + ") + " AS BIGINT)", whole: true}, nil
}

// rankingCost is that of looking for its words, see cost.
func rankingCost(r query.Ranking) int {
	most := 0
	for _, tier := range r.Tiers {
		most = max(most, wordsCost(query.Words{Fields: tier.Fields, Tokens: r.Tokens}))
	}
	return most
}
