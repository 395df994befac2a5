package feed

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
)

// FrenchDate reads a text that is a day and nothing else, "2 mars 2015" or "1er mars 2015"; ok is false for any other text and for
// days that cannot be true.
func FrenchDate(s string) (notice.Date, bool) {
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
