// Package period reads dates as clients of the Explore API write them. What is written is a period, not an instant: "2024" is
// a year, "2024-05" a month, "2024-05-03T08:00" a minute, and the languages say which end of it a comparison means.
package period

import (
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Precision is the unit in which a date was written.
type Precision int

const (
	Year Precision = iota
	Month
	Day
	Hour
	Minute
	Second
	Fraction // a part of a second, as many digits as were written
)

func (p Precision) String() string {
	return [...]string{"year", "month", "day", "hour", "minute", "second", "fraction"}[p]
}

// Period is what a written date stands for.
type Period struct {
	From, To  time.Time // instants in the zone of reading, or with the offset that was written; To is exclusive
	Precision Precision
	Offset    bool // an offset (or Z) was written, so that the zone of reading has no part in it
	// FirstDay and LastDay are the days that the period touches, as written ("2006-01-02"), whatever the offset: what is
	// compared with fields that are days.
	FirstDay, LastDay string
}

// Seconds gives the period in whole seconds, rounded up at both ends: instants of whole seconds are in it (from included, to not)
// exactly when they are in the period. Stored instants have whole seconds.
func (p Period) Seconds() (from, to time.Time) { return ceil(p.From), ceil(p.To) }

func ceil(t time.Time) time.Time {
	if t.Nanosecond() == 0 {
		return t
	}
	return t.Truncate(time.Second).Add(time.Second)
}

// Forms says what Parse accepts: for hints.
const Forms = "YYYY, YYYY-MM, YYYY-MM-DD (also with /), YYYYMMDD, each day also with a time: 2024-05-03T08:00:00, with Z or an offset such as +02:00 if wanted"

// Parse reads a written date: YYYY, YYYY-MM, YYYY-MM-DD (also with / and without leading zeros), YYYYMMDD; behind a day T or
// blanks and HH, HH:MM, HH:MM:SS, with a fraction of up to nine digits, or HHMM and HHMMSS; behind a time Z or an offset
// (+02:00, +0200, +02). An offset whose plus became a blank on its way through a URL is understood. Without offset the date
// is read in zone. Years are 1 to 9999. Errors are of kind Invalid and say what is impossible about it.
func Parse(s string, zone *time.Location) (Period, error) {
	r := reader{rest: strings.TrimSpace(s)}
	d, err := r.read()
	if err != nil {
		return Period{}, fault.New(fault.Invalid, "%q is not a date: %s", clip(s), err.Error()).WithHint("expected %s", Forms)
	}
	if d.offset {
		zone = time.FixedZone("", d.east)
	}
	return d.period(zone), nil
}

// clip keeps messages short.
func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "..."
	}
	return s
}

// date is a written date, taken apart.
type date struct {
	year, month, day, hour, minute, second, nano int
	digits                                       int // of the fraction
	precision                                    Precision
	offset                                       bool
	east                                         int // seconds
}

// period computes the instants and the days.
func (d date) period(zone *time.Location) Period {
	p := Period{Precision: d.precision, Offset: d.offset, FirstDay: dayOf(d.year, d.month, d.day)}
	at := func(year, month, day, hour, minute, second int) time.Time {
		return time.Date(year, time.Month(month), day, hour, minute, second, d.nano, zone)
	}
	p.From = at(d.year, d.month, d.day, d.hour, d.minute, d.second)
	p.LastDay = p.FirstDay
	switch d.precision {
	case Year:
		p.To, p.LastDay = at(d.year+1, 1, 1, 0, 0, 0), dayOf(d.year, 12, 31)
	case Month:
		p.To, p.LastDay = at(d.year, d.month+1, 1, 0, 0, 0), dayOf(d.year, d.month, daysIn(d.year, d.month))
	case Day:
		p.To = at(d.year, d.month, d.day+1, 0, 0, 0)
	case Hour:
		p.To = p.From.Add(time.Hour)
	case Minute:
		p.To = p.From.Add(time.Minute)
	case Second:
		p.To = p.From.Add(time.Second)
	default:
		step := time.Second
		for range d.digits {
			step /= 10
		}
		p.To = p.From.Add(step)
	}
	return p
}

func dayOf(year, month, day int) string {
	return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2)
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, width-len(s))) + s
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
