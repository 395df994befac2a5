package scalar

import (
	"math"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

const (
	microsecond = time.Microsecond
	dayMicros   = 24 * 3600 * 1_000_000
)

// clock is what a clock in zone shows for a day or an instant, as a time in UTC. A text that is no day has none.
func clock(t field.Type, v field.Value, zone *time.Location) (time.Time, bool) {
	if t == field.Date {
		d, ok := notice.ParseDate(v.Str)
		return d.In(time.UTC), ok && d.String() == v.Str
	}
	if zone == nil {
		return v.Time.UTC(), true
	}
	_, offset := v.Time.In(zone).Zone()
	return v.Time.UTC().Add(time.Duration(offset) * time.Second), true
}

// instantOf is the instant at which a clock in zone shows wall. Of two such instants, when clocks are set back, it is the
// earlier. When clocks are set forward over wall it is as long after the change as wall is after the clock's last reading: what
// the clock would show had it not been changed.
func instantOf(wall time.Time, zone *time.Location) time.Time {
	if zone == nil {
		return wall
	}
	offset := func(t time.Time) time.Duration {
		_, s := t.In(zone).Zone()
		return time.Duration(s) * time.Second
	}
	before, after := offset(wall.Add(-24*time.Hour)), offset(wall.Add(24*time.Hour))
	if early := wall.Add(-before); before == after || offset(early) == before {
		return early
	}
	if late := wall.Add(-after); offset(late) == after {
		return late
	}
	return wall.Add(-before)
}

// Type is Int.
func (x Part) Type() field.Type { return field.Int }

func (x Part) eval(r field.Record) []field.Value {
	t := x.X.Type()
	return each(x.X, r, func(v field.Value) (field.Value, bool) {
		c, ok := clock(t, v, x.Zone)
		return field.Num(float64(part(x.Unit, c))), ok
	})
}

func part(unit string, c time.Time) int {
	switch unit {
	case "year":
		return c.Year()
	case "month":
		return int(c.Month())
	case "day":
		return c.Day()
	case "hour":
		return c.Hour()
	case "minute":
		return c.Minute()
	}
	return c.Second()
}

// Type is Text.
func (x Format) Type() field.Type { return field.Text }

func (x Format) eval(r field.Record) []field.Value {
	t := x.X.Type()
	return each(x.X, r, func(v field.Value) (field.Value, bool) {
		c, ok := clock(t, v, x.Zone)
		return field.Str(x.Layout.Format(c)), ok
	})
}

// Type is DateTime.
func (x TimeStep) Type() field.Type { return field.DateTime }

func (x TimeStep) eval(r field.Record) []field.Value {
	t := x.X.Type()
	return each(x.X, r, func(v field.Value) (field.Value, bool) {
		c, ok := clock(t, v, x.Zone)
		if !ok {
			return v, false
		}
		start := instantOf(floor(c, x.N, x.Unit), x.Zone)
		return field.Value{Time: start.UTC()}, start.Year() >= 1 && start.Year() <= 9999
	})
}

// floor is the beginning of the range of n units that holds what a clock shows.
func floor(c time.Time, n int, unit string) time.Time {
	y, m, d := c.Date()
	switch unit {
	case "y":
		return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	case "q":
		return time.Date(y, m-(m-1)%3, 1, 0, 0, 0, 0, time.UTC)
	case "M":
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	case "w":
		return time.Date(y, m, d-(int(c.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
	}
	width := int64(n) * micros(unit)
	at := c.UnixMicro()
	rest := at % width
	if rest < 0 {
		rest += width
	}
	return time.UnixMicro(at - rest).UTC()
}

// micros is the length of a unit that always has the same, in microseconds; 0 for others.
func micros(unit string) int64 {
	switch unit {
	case "ms":
		return 1000
	case "s":
		return 1_000_000
	case "m":
		return 60_000_000
	case "h":
		return 3600_000_000
	case "d":
		return dayMicros
	}
	return 0
}

// maxWidth bounds the ranges of TimeStep: ten thousand years, in microseconds.
const maxWidth = 10_000 * 366 * dayMicros

// steps reports whether there are ranges of n units.
func steps(n int, unit string) bool {
	switch unit {
	case "w", "M", "q", "y":
		return n == 1
	}
	u := micros(unit)
	return u > 0 && n > 0 && int64(n) <= math.MaxInt64/u && int64(n)*u <= maxWidth
}
