package completeness

import (
	"strings"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Rhythm is when a source publishes: clocks of Paris on every day, in minutes from midnight, ascending.
type Rhythm []int

// rhythmOf is the rhythm of a source: DILA's of 2026-09-11 (223 of 414 files at 04:46, the others from 07:45 to 19:45 about every half
// hour; weekends too). What shows DILA's documents at second hand, a portal or another boamp, is held to their days only, a day later. Other
// sources have no rhythm.
func rhythmOf(source string) (r Rhythm, behind time.Duration) {
	r = Rhythm{4*60 + 46}
	switch kind, _, _ := strings.Cut(source, ":"); kind {
	case "dila":
		for m := 7*60 + 45; m <= 19*60+45; m += 30 {
			r = append(r, m)
		}
		return r, 0
	case "explore", "boamp":
		return r, 24 * time.Hour
	}
	return nil, 0
}

// before is the last time at or before t at which the source was to publish. The rhythm has one at least. Clocks are those of the day, also in nights that are an
// hour shorter or longer.
func (r Rhythm) before(t time.Time) time.Time {
	day := notice.DateOf(t.In(notice.Paris))
	for ; ; day = day.AddDays(-1) {
		for i := len(r) - 1; i >= 0; i-- {
			at := time.Date(day.Year, day.Month, day.Day, r[i]/60, r[i]%60, 0, 0, notice.Paris)
			if !at.After(t) {
				return at.UTC()
			}
		}
	}
}
