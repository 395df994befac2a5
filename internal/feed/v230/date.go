package v230

import (
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
)

// dispatch opens the sentence that the BOAMP's own form adds at the end of a JOUE notice: day, month in words and year follow.
const dispatch = "Date d'envoi du présent avis au JOUE et au BOAMP : "

// dispatchDate is the day of dispatch in the further information of a JOUE notice.
func dispatchDate(information string) (notice.Date, bool) {
	i := strings.LastIndex(information, dispatch)
	if i < 0 {
		return notice.Date{}, false
	}
	return feed.FrenchDate(strings.TrimRight(information[i+len(dispatch):], ". "))
}
