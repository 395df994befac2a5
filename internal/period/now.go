package period

import (
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Arg is a named argument of now(): a unit and a whole number as written, or for weekday also a name as in MO(2).
type Arg struct{ Name, Value string }

// weekdays in their order, as weekday= numbers and names them.
var weekdays = [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// Now is the arithmetic of now() in the languages of the Explore API: a unit in the singular sets it, in the plural adds to it, a
// weekday moves to a day of that name, all on the clock of now's zone. The order of the arguments is of no effect, except that
// of two of one name the last stands: years and months come first, then a day that the month does not have becomes its last,
// then days, hours and the rest are added, then the weekday is looked for.
//
// Units are year, month, day, hour, minute, second, microsecond and weekday (0 is Monday, the next one counting today; MO(2) is the
// second Monday from today on, MO(-1) the last one up to today), years, months, weeks, days, hours, minutes, seconds,
// microseconds and mondays to sundays (mondays=2 is MO(2)). Errors are of kind Invalid.
func Now(now time.Time, args []Arg) (time.Time, error) {
	given := map[string]int{}
	weekday, turns := -1, 0
	for _, a := range args {
		name := strings.ToLower(a.Name)
		if day, n, ok, err := weekdayOf(name, a.Value); err != nil {
			return time.Time{}, err
		} else if ok {
			weekday, turns = day, n
			continue
		}
		n, err := unit(name, a.Value)
		if err != nil {
			return time.Time{}, err
		}
		given[name] = n
	}
	t, err := shift(now, given)
	if err != nil {
		return time.Time{}, err
	}
	if weekday >= 0 {
		t = turn(t, weekday, turns)
	}
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, fault.New(fault.Invalid, "now() with these arguments leaves the years 1 to 9999")
	}
	return t, nil
}

// bounds of the units that are set, and how far those that are added may go: over all years.
var bounds = map[string][2]int{
	"year": {1, 9999}, "month": {1, 12}, "day": {1, 31}, "hour": {0, 23}, "minute": {0, 59}, "second": {0, 59}, "microsecond": {0, 999_999},
	"years": {-9999, 9999}, "months": {-120_000, 120_000}, "weeks": {-530_000, 530_000}, "days": {-3_660_000, 3_660_000},
	"hours": {-90_000_000, 90_000_000}, "minutes": {-5_300_000_000, 5_300_000_000}, "seconds": {-320_000_000_000, 320_000_000_000},
	"microseconds": {-320_000_000_000_000_000, 320_000_000_000_000_000},
}

// Units lists the names of arguments: for hints.
const Units = "year(s), month(s), weeks, day(s), hour(s), minute(s), second(s), microsecond(s), weekday, mondays to sundays"

func unit(name, value string) (int, error) {
	b, ok := bounds[name]
	if !ok {
		return 0, fault.New(fault.Invalid, "now() has no argument %q", clip(name)).WithHint("expected %s", Units)
	}
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || n < b[0] || n > b[1] {
		return 0, fault.New(fault.Invalid, "%s=%s in now(): a whole number from %d to %d is expected", name, clip(value), b[0], b[1])
	}
	return n, nil
}

// weekdayOf reads an argument that asks for a day of the week; ok is false for others.
func weekdayOf(name, value string) (day, turns int, ok bool, err error) {
	value = strings.TrimSpace(value)
	wrong := fault.New(fault.Invalid, "%s=%s in now() is no day of the week", name, clip(value)).
		WithHint("expected weekday=0 (Monday) to 6, weekday=MO(2), or mondays=2 to sundays=2, with up to 500000 in either direction")
	for i, full := range weekdays {
		if name == full+"s" {
			n, err := strconv.Atoi(value)
			if err != nil || n < -500_000 || n > 500_000 {
				return 0, 0, true, wrong
			}
			return i, n, true, nil
		}
	}
	if name != "weekday" {
		return 0, 0, false, nil
	}
	if n, err := strconv.Atoi(value); err == nil {
		if n < 0 || n > 6 {
			return 0, 0, true, wrong
		}
		return n, 1, true, nil
	}
	short, count, counted := strings.Cut(strings.ToLower(value), "(")
	turns = 1
	if counted {
		count, counted = strings.CutSuffix(count, ")")
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if !counted || err != nil || n == 0 || n < -500_000 || n > 500_000 {
			return 0, 0, true, wrong
		}
		turns = n
	}
	for i, full := range weekdays {
		if strings.TrimSpace(short) == full[:2] {
			return i, turns, true, nil
		}
	}
	return 0, 0, true, wrong
}

// shift sets and adds everything but the weekday.
func shift(t time.Time, given map[string]int) (time.Time, error) {
	set := func(name string, present int) int {
		if n, ok := given[name]; ok {
			return n
		}
		return present
	}
	months := set("month", int(t.Month())) - 1 + given["months"]
	year := set("year", t.Year()) + given["years"] + floorDiv(months, 12)
	month := months - 12*floorDiv(months, 12) + 1
	day := min(set("day", t.Day()), daysIn(year, month))
	micros := set("microsecond", t.Nanosecond()/1000)
	t = time.Date(year, time.Month(month), day+given["days"]+7*given["weeks"], set("hour", t.Hour()), set("minute", t.Minute()), set("second", t.Second()), 0, t.Location())
	if t.Year() < -20_000 || t.Year() > 30_000 {
		return t, fault.New(fault.Invalid, "now() with these arguments leaves the years 1 to 9999")
	}
	micros += given["microseconds"]
	carry := floorDiv(micros, 1_000_000)
	seconds := given["hours"]*3600 + given["minutes"]*60 + given["seconds"] + carry
	return time.Unix(t.Unix()+int64(seconds), int64(micros-carry*1_000_000)*1000).In(t.Location()), nil
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// turn goes to the n-th day of that name, today counting as the first; backwards for a negative n; 0 stays.
func turn(t time.Time, weekday, n int) time.Time {
	today := (int(t.Weekday()) + 6) % 7
	switch {
	case n > 0:
		return t.AddDate(0, 0, (weekday-today+7)%7+7*(n-1))
	case n < 0:
		return t.AddDate(0, 0, -(today-weekday+7)%7+7*(n+1))
	}
	return t
}
