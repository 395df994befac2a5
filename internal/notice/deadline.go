package notice

import (
	"strings"
	"time"
)

// Deadline is a moment until which something may be sent. The BOAMP writes French wall clocks with an offset that is often
// wrong, so the clock is kept as written beside the true instant.
type Deadline struct {
	Written  string    `json:"written"`             // as the document has it; date and time joined by a blank when they stand apart
	Wall     string    `json:"wall,omitempty"`      // the wall clock, "2026-10-06T12:00:00"; for DateOnly "2026-10-06"
	Offset   string    `json:"offset,omitempty"`    // as written: "+01:00", "Z", "" when there is none
	Instant  time.Time `json:"instant,omitzero"`    // the true instant, UTC; zero when the written value cannot be true
	DateOnly bool      `json:"date_only,omitempty"` // no time is given; the instant is the end of that day in Paris
	For      string    `json:"for,omitempty"`       // what is due: DeadlineTenders, DeadlineParticipation, DeadlineInterest
}

// What a deadline is for.
const (
	DeadlineTenders       = "tenders"
	DeadlineParticipation = "participation" // requests to participate
	DeadlineInterest      = "interest"      // expressions of interest
)

// ParseDeadline reads a date-time as the documents of the BOAMP write it and applies the French rule:
//
//	no offset, +01:00 or +02:00   the wall clock is the clock of Paris, whatever the offset says; +02:00 in winter is flagged
//	                              FlagDoubtfulZone, +01:00 in summer is not: all documents of V230 have it, by rule
//	Z or +00:00                   the same, flagged FlagDoubtfulZone: platforms write local time with Z
//	another offset                converted by it (overseas buyers)
//
// Milliseconds are ignored. ok is false when written is no date-time at all. A date that cannot be true gives a deadline
// without instant and its flag.
func ParseDeadline(written string) (d Deadline, flag FlagCode, ok bool) {
	return parseDeadline(written, strings.TrimSpace(written))
}

// ParseDeadlineParts reads a deadline whose date and time stand in two elements, each with or without offset (eForms
// BT-131 and others). The offset of the time wins. An empty clock gives the end of the day.
func ParseDeadlineParts(date, clock string) (d Deadline, flag FlagCode, ok bool) {
	date, clock = strings.TrimSpace(date), strings.TrimSpace(clock)
	if clock == "" {
		return parseDeadline(date, date)
	}
	day, zone := splitZone(date)
	if _, z := splitZone(clock); z == "" {
		clock += zone
	}
	return parseDeadline(date+" "+strings.TrimSpace(clock), day+"T"+clock)
}

func parseDeadline(written, s string) (Deadline, FlagCode, bool) {
	d := Deadline{Written: written}
	clock, offset := splitZone(s)
	d.Offset = offset
	date, ok := ParseDate(clock)
	if !ok {
		return d, FlagImpossibleDate, false
	}
	_, hms, found := strings.Cut(clock, "T")
	if !found {
		_, hms, found = strings.Cut(clock, " ")
	}
	var wall time.Time
	if !found {
		d.DateOnly, d.Wall = true, date.String()
		wall = time.Date(date.Year, date.Month, date.Day, 23, 59, 59, 0, Paris)
	} else {
		t, ok := parseClock(hms)
		if !ok {
			return d, FlagImpossibleDate, false
		}
		wall = time.Date(date.Year, date.Month, date.Day, t.h, t.m, t.s, 0, Paris)
		d.Wall = time.Date(date.Year, date.Month, date.Day, t.h, t.m, t.s, 0, time.UTC).Format("2006-01-02T15:04:05")
	}
	if code := date.implausible(); code != "" {
		return d, code, true
	}
	var flag FlagCode
	d.Instant, flag = trueInstant(wall, offset)
	return d, flag, true
}

// trueInstant is the moment of a wall clock, which is given as a time of Paris, written with an offset. See ParseDeadline.
func trueInstant(wall time.Time, offset string) (time.Time, FlagCode) {
	zone, err := time.Parse("-07:00", offset)
	switch {
	case offset == "":
		return wall.UTC(), ""
	case offset == "Z" || offset == "+00:00" || offset == "-00:00" || err != nil:
		return wall.UTC(), FlagDoubtfulZone
	}
	_, seconds := zone.Zone()
	y, m, d := wall.Date()
	written := time.Date(y, m, d, wall.Hour(), wall.Minute(), wall.Second(), 0, time.FixedZone("", seconds)).UTC()
	_, paris := written.In(Paris).Zone()
	switch {
	case paris == seconds: // also in the hour that comes twice in October
		return written, ""
	case offset == "+01:00":
		return wall.UTC(), ""
	case offset == "+02:00":
		return wall.UTC(), FlagDoubtfulZone
	}
	return written, ""
}

type clock struct{ h, m, s int }

// parseClock reads "12:00", "12:00:00" and "12:00:00.000"; 24:00:00 is the end of the day.
func parseClock(s string) (c clock, ok bool) {
	s, _, _ = strings.Cut(s, ".")
	h, rest, ok := leadingInt(s, 2)
	if !ok || h > 24 || len(rest) == 0 || rest[0] != ':' {
		return c, false
	}
	m, rest, ok := leadingInt(rest[1:], 2)
	if !ok || m > 59 {
		return c, false
	}
	c = clock{h: h, m: m}
	if rest == "" {
		return c, true
	}
	if rest[0] != ':' {
		return c, false
	}
	c.s, rest, ok = leadingInt(rest[1:], 2)
	return c, ok && rest == "" && c.s <= 60
}

// splitZone cuts a trailing zone from a date, time or date-time.
func splitZone(s string) (rest, zone string) {
	if strings.HasSuffix(s, "Z") {
		return s[:len(s)-1], "Z"
	}
	if k := len(s) - 6; k >= 0 && (s[k] == '+' || s[k] == '-') && s[k+3] == ':' {
		return s[:k], s[k:]
	}
	return s, ""
}

// SetDeadline fills the notice's deadline, or that of a lot (to), from what is written at path. The first one stands. Flags
// and origin go under field.
func (n *Notice) SetDeadline(to **Deadline, field, written, purpose, path string) {
	n.setDeadline(to, field, purpose, path, written, func() (Deadline, FlagCode, bool) { return ParseDeadline(written) })
}

// SetDeadlineParts is SetDeadline for a date and a time that stand apart.
func (n *Notice) SetDeadlineParts(to **Deadline, field, date, clock, purpose, path string) {
	n.setDeadline(to, field, purpose, path, date, func() (Deadline, FlagCode, bool) { return ParseDeadlineParts(date, clock) })
}

func (n *Notice) setDeadline(to **Deadline, field, purpose, path, written string, parse func() (Deadline, FlagCode, bool)) {
	if strings.TrimSpace(written) == "" || *to != nil {
		return
	}
	d, flag, ok := parse()
	if flag != "" {
		n.Flag(field, flag, d.Written, path)
	}
	if !ok {
		return
	}
	d.For = purpose
	*to = &d
	n.Declare(field, path)
}
