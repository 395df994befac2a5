package notice

import (
	"fmt"
	"time"
	_ "time/tzdata" // Paris must be known on a machine without a zone database
)

// Paris is the zone of every wall clock in the BOAMP.
var Paris = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // the database is embedded
	}
	return loc
}()

// Date is a calendar day without zone. The zero Date means "not given".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2006-01-02", also unpadded ("2006-7-4"), with or without a zone suffix ("2024-02-28+02:00", "2024-02-28Z")
// or a time part, both of which it ignores. It refuses days that no calendar has.
func ParseDate(s string) (Date, bool) {
	y, rest, ok := leadingInt(s, 4)
	if !ok || len(rest) == 0 || rest[0] != '-' {
		return Date{}, false
	}
	m, rest, ok := leadingInt(rest[1:], 2)
	if !ok || len(rest) == 0 || rest[0] != '-' {
		return Date{}, false
	}
	d, rest, ok := leadingInt(rest[1:], 2)
	if !ok || len(rest) > 0 && rest[0] != '+' && rest[0] != '-' && rest[0] != 'Z' && rest[0] != 'T' && rest[0] != ' ' {
		return Date{}, false
	}
	date := Date{y, time.Month(m), d}
	return date, date.valid()
}

// leadingInt reads up to most digits.
func leadingInt(s string, most int) (v int, rest string, ok bool) {
	i := 0
	for i < len(s) && i < most && s[i] >= '0' && s[i] <= '9' {
		v = v*10 + int(s[i]-'0')
		i++
	}
	return v, s[i:], i > 0
}

func (d Date) valid() bool {
	if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31 || d.Year < 1 {
		return false
	}
	t := time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
	return t.Day() == d.Day
}

// IsZero reports that no date is given.
func (d Date) IsZero() bool { return d == Date{} }

// Plausible reports whether the date can stand for something in the life of a notice: from 1990 to 2099, and not the
// first of January 2000, which platforms write where they know nothing.
func (d Date) Plausible() bool { return d.implausible() == "" }

func (d Date) implausible() FlagCode {
	switch {
	case d == Date{2000, time.January, 1}:
		return FlagDummyDate
	case d.Year < 1990 || d.Year > 2099:
		return FlagImpossibleDate
	}
	return ""
}

// String gives "2006-01-02", "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Compare orders dates; the zero Date comes first.
func (d Date) Compare(o Date) int {
	return (d.Year*512 + int(d.Month)*32 + d.Day) - (o.Year*512 + int(o.Month)*32 + o.Day)
}

// In is midnight at the start of the day in loc.
func (d Date) In(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// DateOf is the day that t falls on in its own location.
func DateOf(t time.Time) Date { y, m, d := t.Date(); return Date{y, m, d} }

// AddDays is the date n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.In(time.UTC).AddDate(0, 0, n)) }

// MarshalText gives String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText gives.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, ok := ParseDate(string(b))
	if !ok {
		return fmt.Errorf("%q is no date (yyyy-mm-dd expected)", b)
	}
	*d = v
	return nil
}

// SetDate fills *to, the value of field, with the date written at path. A date that cannot be true is kept nowhere but
// in a flag; an absent one ("") leaves everything as it is.
func (n *Notice) SetDate(to *Date, field, written, path string) {
	if written == "" || !to.IsZero() {
		return
	}
	d, ok := ParseDate(written)
	if !ok {
		n.Flag(field, FlagImpossibleDate, written, path)
		return
	}
	if code := d.implausible(); code != "" {
		n.Flag(field, code, written, path)
		return
	}
	*to = d
	n.Declare(field, path)
}
