package v230

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
)

// dispatch opens the sentence that the BOAMP's own form adds at the end of a JOUE notice: day, month in words and year follow.
const dispatch = "Date d'envoi du présent avis au JOUE et au BOAMP : "

// dispatchDate is the day of dispatch in the further information of a JOUE notice.
func dispatchDate(information string) (notice.Date, bool) {
	i := strings.LastIndex(information, dispatch)
	if i < 0 {
		return notice.Date{}, false
	}
	return frenchDate(strings.TrimRight(information[i+len(dispatch):], ". "))
}

// frenchDate reads "2 mars 2015" and "1er mars 2015".
func frenchDate(s string) (notice.Date, bool) {
	words := strings.Fields(text.Fold(s))
	if len(words) != 3 {
		return notice.Date{}, false
	}
	month := text.Month(words[1])
	day, err1 := strconv.Atoi(strings.TrimSuffix(words[0], "er"))
	year, err2 := strconv.Atoi(words[2])
	if err1 != nil || err2 != nil || month == 0 {
		return notice.Date{}, false
	}
	d := notice.Date{Year: year, Month: month, Day: day}
	_, ok := notice.ParseDate(d.String())
	return d, ok && d.Plausible()
}
