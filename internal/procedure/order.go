package procedure

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// stages in the order in which they come about on one day.
var stages = map[notice.Stage]int{
	notice.StagePlanning: 1, notice.StageCall: 2, notice.StageCorrection: 3, notice.StageIntention: 4, notice.StageAward: 5,
	notice.StageModification: 6, notice.StageCompletion: 7, notice.StageOther: 8,
}

// compareTime orders notices as they came about: by day, then by what they are and by number. It is total over different ids.
func compareTime(a, b *notice.Notice) int {
	return cmp.Or(day(a).Compare(day(b)), cmp.Compare(stageRank(a), stageRank(b)), compareID(a.ID, b.ID))
}

// stageRank puts what changes a notice behind what does not.
func stageRank(n *notice.Notice) int {
	rank := 2 * stages[n.Stage]
	if n.State == notice.StateCorrected || n.State == notice.StateCancelled {
		rank++
	}
	return rank
}

// day is that of publication, without it that of dispatch.
func day(n *notice.Notice) notice.Date {
	if n.Published.IsZero() {
		return n.Dispatched
	}
	return n.Published
}

// compareID orders numbers of the BOAMP by year and number, all other ids byte by byte and behind them.
func compareID(a, b string) int {
	ka, kb := numberOf(a), numberOf(b)
	return cmp.Or(-cmp.Compare(btoi(ka > 0), btoi(kb > 0)), cmp.Compare(ka, kb), strings.Compare(a, b))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// numberOf makes one number of "24-12345"; 0 for another form. Years are those of the bulletin's numbers, from 2006 on.
func numberOf(id string) int {
	year, number, ok := strings.Cut(id, "-")
	if !ok || len(year) != 2 {
		return 0
	}
	y, err := strconv.Atoi(year)
	n, err2 := strconv.Atoi(number)
	if err != nil || err2 != nil || n < 0 {
		return 0
	}
	return (100+y)*100_000_000 + n
}
