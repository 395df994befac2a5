package period

import (
	"fmt"
	"strings"
	"time"
)

// reader takes a written date apart from the left.
type reader struct{ rest string }

// wrong is what is wrong with a written date: the end of a sentence.
type wrong string

func (w wrong) Error() string { return string(w) }

func wrongf(format string, args ...any) error { return wrong(fmt.Sprintf(format, args...)) }

func (r *reader) read() (date, error) {
	d := date{month: 1, day: 1}
	if err := r.day(&d); err != nil {
		return d, err
	}
	if r.rest == "" {
		return d, nil
	}
	if d.precision != Day {
		return d, wrongf("%q follows the %s", clip(r.rest), d.precision)
	}
	if c := r.rest[0]; c != 'Z' && c != '+' { // days of XML have an offset
		if err := r.time(&d); err != nil {
			return d, err
		}
	}
	if r.rest == "" {
		return d, nil
	}
	return d, r.zone(&d)
}

// day reads the part up to the day.
func (r *reader) day(d *date) error {
	digits := r.digits(9)
	switch len(digits) {
	case 4:
		d.year = number(digits)
	case 8:
		d.year, d.month, d.day, d.precision = number(digits[:4]), number(digits[4:6]), number(digits[6:]), Day
		return check(d)
	case 0:
		return wrong("it does not begin with a year")
	default:
		return wrong("a year has four digits")
	}
	if r.rest == "" {
		return check(d)
	}
	sep := r.rest[0]
	if sep != '-' && sep != '/' {
		return wrongf("%q follows the year", clip(r.rest))
	}
	for _, part := range []struct {
		to        *int
		precision Precision
	}{{&d.month, Month}, {&d.day, Day}} {
		if r.rest == "" || r.rest[0] != sep {
			break
		}
		r.rest = r.rest[1:]
		digits := r.digits(3)
		if len(digits) < 1 || len(digits) > 2 {
			return wrongf("a %s has two digits", part.precision)
		}
		*part.to, d.precision = number(digits), part.precision
	}
	return check(d)
}

func check(d *date) error {
	switch {
	case d.year < 1:
		return wrong("years are 0001 to 9999")
	case d.month < 1 || d.month > 12:
		return wrongf("there is no month %d", d.month)
	case d.day < 1 || d.day > daysIn(d.year, d.month):
		return wrongf("%s %d has %d days", time.Month(d.month), d.year, daysIn(d.year, d.month))
	}
	return nil
}

// time reads the part from the T on, without the offset.
func (r *reader) time(d *date) error {
	switch {
	case r.rest[0] == 'T' || r.rest[0] == 't':
		r.rest = r.rest[1:]
	case r.rest[0] == ' ':
		r.rest = strings.TrimLeft(r.rest, " ")
	default:
		return wrongf("%q follows the day", clip(r.rest))
	}
	digits := r.digits(7)
	switch len(digits) {
	case 2:
		d.hour, d.precision = number(digits), Hour
		for _, part := range []struct {
			to        *int
			precision Precision
		}{{&d.minute, Minute}, {&d.second, Second}} {
			if !r.skip(':') {
				break
			}
			digits := r.digits(3)
			if len(digits) != 2 {
				return wrongf("a %s has two digits", part.precision)
			}
			*part.to, d.precision = number(digits), part.precision
		}
	case 4:
		d.hour, d.minute, d.precision = number(digits[:2]), number(digits[2:]), Minute
	case 6:
		d.hour, d.minute, d.second, d.precision = number(digits[:2]), number(digits[2:4]), number(digits[4:]), Second
	default:
		return wrong("an hour has two digits")
	}
	if d.hour > 23 || d.minute > 59 || d.second > 59 {
		return wrong("hours are 00 to 23, minutes and seconds 00 to 59")
	}
	if d.precision == Second && (r.skip('.') || r.skip(',')) {
		return r.fraction(d)
	}
	return nil
}

func (r *reader) fraction(d *date) error {
	digits := r.digits(10)
	if len(digits) < 1 || len(digits) > 9 {
		return wrong("a fraction of a second has one to nine digits")
	}
	d.nano, d.digits, d.precision = number((digits + "000000000")[:9]), len(digits), Fraction
	return nil
}

// zone reads the offset, which is the last part.
func (r *reader) zone(d *date) error {
	if r.rest == "Z" || r.rest == "z" {
		d.offset = true
		return nil
	}
	sign := r.rest[0]
	if sign != '+' && sign != '-' && sign != ' ' {
		return wrongf("%q follows the time", clip(r.rest))
	}
	r.rest = r.rest[1:]
	if r.rest == "Z" || r.rest == "z" || strings.EqualFold(r.rest, "UTC") {
		d.offset = true
		return nil
	}
	hours, minutes := r.digits(5), ""
	switch {
	case len(hours) == 4:
		hours, minutes = hours[:2], hours[2:]
	case r.skip(':'):
		minutes = r.digits(3)
	}
	if len(hours) != 2 || len(minutes) != 0 && len(minutes) != 2 || r.rest != "" || number(hours) > 18 || number(minutes) > 59 {
		return wrong("an offset is Z or up to 18 hours, as in +02:00")
	}
	d.offset, d.east = true, number(hours)*3600+number(minutes)*60
	if sign == '-' {
		d.east = -d.east
	}
	return nil
}

// digits takes the digits that come next, at most so many.
func (r *reader) digits(most int) string {
	i := 0
	for i < len(r.rest) && i < most && r.rest[i] >= '0' && r.rest[i] <= '9' {
		i++
	}
	s := r.rest[:i]
	r.rest = r.rest[i:]
	return s
}

func (r *reader) skip(c byte) bool {
	if r.rest == "" || r.rest[0] != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// number is the number that digits write; 0 for none.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
