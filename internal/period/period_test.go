package period_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/period"
)

func paris(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestParse(t *testing.T) {
	zone := paris(t)
	for _, c := range []struct {
		text, from, to, first, last, precision string
		offset                                 bool
	}{
		{"2024", "2023-12-31T23:00:00Z", "2024-12-31T23:00:00Z", "2024-01-01", "2024-12-31", "year", false},
		{"2024-02", "2024-01-31T23:00:00Z", "2024-02-29T23:00:00Z", "2024-02-01", "2024-02-29", "month", false},
		{"2024/2", "2024-01-31T23:00:00Z", "2024-02-29T23:00:00Z", "2024-02-01", "2024-02-29", "month", false},
		{" 2024-03-31 ", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z", "2024-03-31", "2024-03-31", "day", false},
		{"2024/03/31", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z", "2024-03-31", "2024-03-31", "day", false},
		{"20240331", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z", "2024-03-31", "2024-03-31", "day", false},
		{"2024-03-31Z", "2024-03-31T00:00:00Z", "2024-04-01T00:00:00Z", "2024-03-31", "2024-03-31", "day", true},
		{"2024-07-01T12", "2024-07-01T10:00:00Z", "2024-07-01T11:00:00Z", "2024-07-01", "2024-07-01", "hour", false},
		{"2024-07-01T12:30", "2024-07-01T10:30:00Z", "2024-07-01T10:31:00Z", "2024-07-01", "2024-07-01", "minute", false},
		{"2024-07-01 12:30:05", "2024-07-01T10:30:05Z", "2024-07-01T10:30:06Z", "2024-07-01", "2024-07-01", "second", false},
		{"2024-07-01T12:30:05Z", "2024-07-01T12:30:05Z", "2024-07-01T12:30:06Z", "2024-07-01", "2024-07-01", "second", true},
		{"20240701T123005Z", "2024-07-01T12:30:05Z", "2024-07-01T12:30:06Z", "2024-07-01", "2024-07-01", "second", true},
		{"1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z", "1970-01-01", "1970-01-01", "fraction", true},
		{"2024-07-01T00:30:00+02:00", "2024-06-30T22:30:00Z", "2024-06-30T22:30:01Z", "2024-07-01", "2024-07-01", "second", true},
		{"2024-07-01T00:30:00+0200", "2024-06-30T22:30:00Z", "2024-06-30T22:30:01Z", "2024-07-01", "2024-07-01", "second", true},
		{"2024-07-01T00:30:00 02:00", "2024-06-30T22:30:00Z", "2024-06-30T22:30:01Z", "2024-07-01", "2024-07-01", "second", true},
		{"2024-07-01T00:30-05", "2024-07-01T05:30:00Z", "2024-07-01T05:31:00Z", "2024-07-01", "2024-07-01", "minute", true},
		{"2024-07-01T12:30:05,25Z", "2024-07-01T12:30:05.25Z", "2024-07-01T12:30:05.26Z", "2024-07-01", "2024-07-01", "fraction", true},
		{"9999", "9998-12-31T23:00:00Z", "9999-12-31T23:00:00Z", "9999-01-01", "9999-12-31", "year", false},
		{"7017-01-05", "7017-01-04T23:00:00Z", "7017-01-05T23:00:00Z", "7017-01-05", "7017-01-05", "day", false},
	} {
		p, err := period.Parse(c.text, zone)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		got := [...]string{p.From.UTC().Format(time.RFC3339Nano), p.To.UTC().Format(time.RFC3339Nano), p.FirstDay, p.LastDay, p.Precision.String()}
		if want := [...]string{c.from, c.to, c.first, c.last, c.precision}; got != want || p.Offset != c.offset {
			t.Errorf("%q = %v offset %v, want %v offset %v", c.text, got, p.Offset, want, c.offset)
		}
	}
}

func TestImpossible(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "does not begin with a year",
		"hier":                      "does not begin with a year",
		"24":                        "four digits",
		"202405":                    "four digits",
		"0000":                      "years are 0001 to 9999",
		"2024-13":                   "there is no month 13",
		"2023-02-29":                "February 2023 has 28 days",
		"20230229":                  "February 2023 has 28 days",
		"2024-00-10":                "there is no month 0",
		"2024-05-":                  "a day has two digits",
		"2024-5/3":                  "follows the month",
		"2024-05-03T":               "an hour has two digits",
		"2024-05-03T24:00":          "hours are 00 to 23",
		"2024-05-03T12:60":          "hours are 00 to 23",
		"2024-05-03T12:00:00.":      "one to nine digits",
		"2024-05-03T12:00:00+2":     "an offset",
		"2024-05-03T12:00:00+99:00": "an offset",
		"2024-05-03T12:00:00Zulu":   "follows the time",
		"2024-05T12:00":             "follows the month",
		"2024-05-03x":               "follows the day",
		"2024.05.03":                "follows the year",
	} {
		_, err := period.Parse(text, time.UTC)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	p, err := period.Parse("2024-05-03T12:00:00.5Z", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	from, to := p.Seconds()
	if want := time.Date(2024, 5, 3, 12, 0, 1, 0, time.UTC); !from.Equal(want) || !to.Equal(want) {
		t.Errorf("no whole second is in half a second past: got %v to %v", from, to)
	}
}

func TestNow(t *testing.T) {
	// A Thursday.
	now := time.Date(2021, 5, 6, 12, 34, 55, 450_500_000, time.UTC)
	for _, c := range []struct{ args, want string }{
		{"", "2021-05-06T12:34:55.4505Z"},
		{"year=2001", "2001-05-06T12:34:55.4505Z"},
		{"years=-1, hours=-1", "2020-05-06T11:34:55.4505Z"},
		{"day=31, month=2", "2021-02-28T12:34:55.4505Z"},
		{"month=2, day=31, year=2024", "2024-02-29T12:34:55.4505Z"},
		{"months=-5", "2020-12-06T12:34:55.4505Z"},
		{"months=8", "2022-01-06T12:34:55.4505Z"},
		{"day=31, months=1", "2021-06-30T12:34:55.4505Z"},
		{"days=-6", "2021-04-30T12:34:55.4505Z"},
		{"day=1, days=-1", "2021-04-30T12:34:55.4505Z"},
		{"weeks=-2, weekday=1", "2021-04-27T12:34:55.4505Z"},
		{"weekday=MO(2)", "2021-05-17T12:34:55.4505Z"},
		{"weekday=mo(-1)", "2021-05-03T12:34:55.4505Z"},
		{"weekday=TH", "2021-05-06T12:34:55.4505Z"},
		{"weekday=TH(-2)", "2021-04-29T12:34:55.4505Z"},
		{"weekday=0", "2021-05-10T12:34:55.4505Z"},
		{"mondays=1", "2021-05-10T12:34:55.4505Z"},
		{"sundays=-2", "2021-04-25T12:34:55.4505Z"},
		{"hour=0, minute=0, second=0, microsecond=0", "2021-05-06T00:00:00Z"},
		{"hours=1, hours=2", "2021-05-06T14:34:55.4505Z"},
		{"microseconds=-450501", "2021-05-06T12:34:54.999999Z"},
		{"seconds=10", "2021-05-06T12:35:05.4505Z"},
		{"minutes=1000000000", "3922-09-02T23:14:55.4505Z"},
		{"YEARS=+1", "2022-05-06T12:34:55.4505Z"},
	} {
		got, err := period.Now(now, args(c.args))
		if err != nil || got.Format(time.RFC3339Nano) != c.want {
			t.Errorf("now(%s) = %v, %v, want %s", c.args, got.Format(time.RFC3339Nano), err, c.want)
		}
	}
	for _, wrong := range []string{"year=0", "month=13", "month=x", "century=1", "weekday=7", "weekday=XX", "weekday=MO(0)", "weekday=MO(", "mondays=x", "years=9000", "years=-5000", "days=1.5"} {
		if got, err := period.Now(now, args(wrong)); !fault.Is(err, fault.Invalid) {
			t.Errorf("now(%s) = %v, %v, want an error", wrong, got, err)
		}
	}
}

// TestNowKeepsTheClock moves over the change to summer time.
func TestNowKeepsTheClock(t *testing.T) {
	now := time.Date(2024, 3, 30, 9, 0, 0, 0, paris(t))
	for text, want := range map[string]string{"days=1": "2024-03-31T09:00:00+02:00", "hours=24": "2024-03-31T10:00:00+02:00"} {
		if got, err := period.Now(now, args(text)); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("now(%s) = %v, %v, want %s", text, got, err, want)
		}
	}
}

func args(s string) []period.Arg {
	var list []period.Arg
	for part := range strings.SplitSeq(s, ",") {
		if name, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			list = append(list, period.Arg{Name: name, Value: value})
		}
	}
	return list
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2024", "2024-05", "2024/05/03", "20240503", "2024-05-03T08:02:11.123+02:00", "2024-05-03 08:02 0200", "9999-12-31T23:59:59Z"} {
		f.Add(s)
	}
	zone := paris(f)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := period.Parse(s, zone)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if !p.From.Before(p.To) || p.FirstDay > p.LastDay || len(p.FirstDay) != 10 || len(p.LastDay) != 10 {
			t.Fatalf("%q = %+v", s, p)
		}
		if from, to := p.Seconds(); from.Before(p.From) || to.Before(p.To) || from.After(to) {
			t.Fatalf("%q has seconds %v to %v", s, from, to)
		}
	})
}

func FuzzNow(f *testing.F) {
	f.Add("years=-1, weekday=MO(2)")
	f.Add("microseconds=-320000000000000000, day=31")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := period.Now(time.Date(2024, 2, 29, 1, 2, 3, 4, time.UTC), args(s))
		if err == nil && (got.Year() < 1 || got.Year() > 9999) {
			t.Fatalf("%q = %v", s, got)
		}
	})
}
