package feed_test

import (
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
)

func TestNoAward(t *testing.T) {
	for _, c := range []struct {
		name    string
		outcome notice.Outcome
		ok      bool
	}{
		{"INFRUCTUEUX", notice.OutcomeUnsuccessful, true},
		{"appel d'offres déclaré infructueux", notice.OutcomeUnsuccessful, true},
		{"Procédure infructueuse", notice.OutcomeUnsuccessful, true},
		{"Aucune offre", notice.OutcomeUnsuccessful, true},
		{"Lot sans suite", notice.OutcomeAbandoned, true},
		{"Le conseil a décidé de ne pas donner suite au lot 1", notice.OutcomeAbandoned, true},
		{"sans suite (infructueux)", notice.OutcomeUnknown, true},
		{"Néant.", notice.OutcomeUnknown, true},
		{"Lot non attribué", notice.OutcomeUnknown, true},
		{"Ateliers Néantais", "", false},
		{"Société Dupré et suites", "", false},
		{"SARL Les Fructueux", "", false},
		{"", "", false},
	} {
		outcome, ok := feed.NoAward(c.name)
		if outcome != c.outcome || ok != c.ok {
			t.Errorf("NoAward(%q) = %q, %v, want %q, %v", c.name, outcome, ok, c.outcome, c.ok)
		}
	}
}
