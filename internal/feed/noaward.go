package feed

import (
	"regexp"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
)

// Words by which a buyer says, in the place of a winner, that there is none. They are looked for in folded text.
var (
	unsuccessfulName = regexp.MustCompile(`\binfructueu(x|se|ses)\b|\binfructuosite\b|^(aucune|pas d') ?(offre|candidature|pli)s?\b`)
	abandonedName    = regexp.MustCompile(`\bsans suites?\b|\bne pas donner suite\b`)
	unnamed          = regexp.MustCompile(`^(neant|(lot |marche )?non attribuee?)\W*$`)
)

// NoAward tells a winner's name that is none. Forms demand a winner, so buyers write into its place that the lot had none:
// "Infructueux", "Lot sans suite", "Néant". ok says that name is such a remark; outcome is what it says, OutcomeUnknown where
// it leaves open which of the two it was. The remark is the reason of the result.
func NoAward(name string) (outcome notice.Outcome, ok bool) {
	s := text.Fold(name)
	unsuccessful, abandoned := unsuccessfulName.MatchString(s), abandonedName.MatchString(s)
	switch {
	case unsuccessful && !abandoned:
		return notice.OutcomeUnsuccessful, true
	case abandoned && !unsuccessful:
		return notice.OutcomeAbandoned, true
	case unsuccessful || unnamed.MatchString(s):
		return notice.OutcomeUnknown, true
	}
	return "", false
}
