package portal

import (
	"strings"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// deadline computes datelimitereponse from what the header says, with the portal's two defects: an offset is honoured unless
// milliseconds stand before it, and a value without offset, which is French time, is taken for UTC. A date alone is midnight
// of that day, UTC, with or without offset. What is no date-time at all is null.
func deadline(written string) time.Time {
	day, hms, clocked := strings.Cut(written, "T")
	if !clocked {
		day, hms, clocked = strings.Cut(written, " ")
	}
	d, ok := notice.ParseDate(day)
	if !ok {
		return time.Time{}
	}
	if !clocked {
		return d.In(time.UTC)
	}
	if clock, _, milliseconds := strings.Cut(hms, "."); milliseconds {
		return instant(d, clock, "Z")
	}
	if clock, ok := strings.CutSuffix(hms, "Z"); ok {
		return instant(d, clock, "Z")
	}
	if k := strings.IndexAny(hms, "+-"); k >= 0 {
		return instant(d, hms[:k], hms[k:])
	}
	return instant(d, hms, "Z")
}

// instant is a day, clock and offset as UTC.
func instant(d notice.Date, clock, offset string) time.Time {
	for _, layout := range []string{"15:04:05Z07:00", "15:04Z07:00", "15:04:05Z0700"} {
		if t, err := time.Parse(layout, clock+offset); err == nil {
			_, seconds := t.Zone()
			return time.Date(d.Year, d.Month, d.Day, t.Hour(), t.Minute(), t.Second(), 0, time.FixedZone("", seconds)).UTC()
		}
	}
	return time.Time{}
}

// ParseInstant reads the value of a datetime field as the portal's answers write it: with an offset, which counts (API v1
// writes that of Paris, v2.1 "+00:00"), or without, which is UTC. A date alone is midnight. The result is UTC, whole seconds.
func ParseInstant(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02T15:04:05Z0700",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC().Truncate(time.Second), true
		}
	}
	return time.Time{}, false
}
