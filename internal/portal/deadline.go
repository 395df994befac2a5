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
