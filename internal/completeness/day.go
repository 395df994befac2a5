package completeness

import (
	"regexp"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

var (
	// dayInName is a day with one kind of separator: DILA's folders (2026/09/11), days of exports (2026-09-11, 20260911).
	dayInName = regexp.MustCompile(`(?:^|[^0-9])(20[0-9]{2})(?:/([01][0-9])/([0-3][0-9])|-([01][0-9])-([0-3][0-9])|([01][0-9])([0-3][0-9]))(?:[^0-9]|$)`)
	// archiveName is one of DILA's archives: type, year, day of the year, batch (BOAMP-J-AO_2015_062009.taz).
	archiveName = regexp.MustCompile(`_(20[0-9]{2})_([0-9]{3})[0-9]{3}(?:[^0-9]|$)`)
)

// Day is the day of publication that the name of an edition says: the folder's of DILA, the archive's, the day of an export. It is
// zero when the name says none, as that of an export of many years.
func Day(edition string) notice.Date {
	if m := archiveName.FindStringSubmatch(edition); m != nil {
		year, _ := strconv.Atoi(m[1])
		n, _ := strconv.Atoi(m[2])
		t := time.Date(year, 1, n, 12, 0, 0, 0, time.UTC)
		if n < 1 || t.Year() != year {
			return notice.Date{}
		}
		return notice.DateOf(t)
	}
	m := dayInName.FindStringSubmatch(edition)
	if m == nil {
		return notice.Date{}
	}
	for i := 2; i < len(m); i += 2 {
		if m[i] != "" {
			if d, ok := notice.ParseDate(m[1] + "-" + m[i] + "-" + m[i+1]); ok {
				return d
			}
		}
	}
	return notice.Date{}
}
