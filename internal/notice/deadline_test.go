package notice_test

import (
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// TestParseDeadline: one wall clock, written with every offset, in summer and in winter.
func TestParseDeadline(t *testing.T) {
	for _, c := range []struct {
		written, instant string
		flag             notice.FlagCode
	}{
		{"2026-07-06T12:00:00", "2026-07-06T10:00:00Z", ""},
		{"2026-07-06T12:00:00+02:00", "2026-07-06T10:00:00Z", ""},
		{"2026-07-06T12:00:00+01:00", "2026-07-06T10:00:00Z", ""}, // V230 all year
		{"2026-07-06T12:00:00.000Z", "2026-07-06T10:00:00Z", notice.FlagDoubtfulZone},
		{"2026-01-06T12:00:00+01:00", "2026-01-06T11:00:00Z", ""},
		{"2026-01-06T12:00:00+02:00", "2026-01-06T11:00:00Z", notice.FlagDoubtfulZone},
		{"2026-01-06T12:00:00+00:00", "2026-01-06T11:00:00Z", notice.FlagDoubtfulZone},
		{"2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z", ""}, // an hour that is there twice
		{"2026-01-06T12:00:00-04:00", "2026-01-06T16:00:00Z", ""}, // Guadeloupe
		{"2026-01-06T12:00:00+99:00", "2026-01-06T11:00:00Z", notice.FlagDoubtfulZone},
		{"2026-01-06", "2026-01-06T22:59:59Z", ""},
		{"2026-01-06 12:00", "2026-01-06T11:00:00Z", ""},
		{"2000-01-01T12:00:00+02:00", "", notice.FlagDummyDate},
	} {
		d, flag, ok := notice.ParseDeadline(c.written)
		instant := ""
		if !d.Instant.IsZero() {
			instant = d.Instant.Format(time.RFC3339)
		}
		if !ok || flag != c.flag || instant != c.instant || d.Written != c.written {
			t.Errorf("%s: instant %s, flag %q, ok %v; want %s, %q", c.written, instant, flag, ok, c.instant, c.flag)
		}
	}
	for _, written := range []string{"", "demain", "2026-13-01T12:00:00", "2026-01-06T25:00:00", "2026-01-06T12"} {
		if d, _, ok := notice.ParseDeadline(written); ok {
			t.Errorf("%q is %+v", written, d)
		}
	}
}

func TestParseDeadlineParts(t *testing.T) {
	for _, c := range []struct{ date, clock, wall, offset string }{
		{"2026-07-06+02:00", "12:00:00+02:00", "2026-07-06T12:00:00", "+02:00"},
		{"2026-07-06+02:00", "12:00:00", "2026-07-06T12:00:00", "+02:00"},
		{"2026-07-06Z", "12:00:00+02:00", "2026-07-06T12:00:00", "+02:00"},
		{"2026-07-06+02:00", "", "2026-07-06", "+02:00"},
	} {
		d, _, ok := notice.ParseDeadlineParts(c.date, c.clock)
		if !ok || d.Wall != c.wall || d.Offset != c.offset || d.DateOnly != (c.clock == "") {
			t.Errorf("%s %s: %+v", c.date, c.clock, d)
		}
	}
}
