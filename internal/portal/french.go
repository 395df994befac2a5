package portal

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	letters "github.com/boamp/boamp/internal/text"
)

// french is a day written as French text, in the pieces from which the portal makes its dates.
type french struct {
	day, month, year string // "2", "08", "2006"
}

// parseFrench reads "2 août 2006", "1er septembre 2006", "08 FÉVRIER   2008". The day keeps its padding or the lack of it;
// "1er" becomes "01". What is no such day gives the zero value.
func parseFrench(s string) french {
	words := strings.Fields(s)
	if len(words) < 3 {
		return french{}
	}
	f := french{day: words[0], month: month(words[1]), year: strings.TrimRight(words[2], ".,;")}
	if strings.EqualFold(f.day, "1er") {
		f.day = "01"
	}
	if f.month == "" || f.date().IsZero() {
		return french{}
	}
	return f
}

// month is the number of a month's name, two digits, "" for no month.
func month(name string) string {
	name = letters.Fold(name)
	for i, m := range letters.Months() {
		if m == name {
			return pad(strconv.Itoa(i+1), 2)
		}
	}
	return ""
}

func (f french) ok() bool { return f != french{} }

// asWritten joins the pieces as the portal does, which leaves days without padding: "2006-08-2".
func (f french) asWritten() string {
	if !f.ok() {
		return ""
	}
	return f.year + "-" + f.month + "-" + f.day
}

func (f french) date() notice.Date {
	d, _ := notice.ParseDate(f.year + "-" + f.month + "-" + f.day)
	return d
}
