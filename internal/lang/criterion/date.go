package criterion

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// The forms of dates: year first with or without signs between, or day first. What is missing at the end makes it a period.
var (
	yearFirst = regexp.MustCompile(`^(\d{4})(?:[/.-](\d{1,2})(?:[/.-](\d{1,2}))?)?$`)
	joined    = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})?$`)
	dayFirst  = regexp.MustCompile(`^(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})$`)
)

// days reads a date: its first day, and the first day behind it. false for what no calendar has.
func days(s string) (first, behind time.Time, ok bool) {
	s = strings.TrimRight(strings.TrimSuffix(strings.TrimSpace(s), "*"), "/.-")
	y, m, d := "", "", ""
	if x := yearFirst.FindStringSubmatch(s); x != nil {
		y, m, d = x[1], x[2], x[3]
	} else if x := joined.FindStringSubmatch(s); x != nil {
		y, m, d = x[1], x[2], x[3]
	} else if x := dayFirst.FindStringSubmatch(s); x != nil {
		y, m, d = x[3], x[2], x[1]
	} else {
		return first, behind, false
	}
	year, month, day := number(y), number(m), number(d)
	first = time.Date(year, time.Month(max(month, 1)), max(day, 1), 0, 0, 0, 0, time.UTC)
	if m != "" && (month < 1 || month > 12) || d != "" && (day < 1 || first.Day() != day) {
		return first, behind, false
	}
	switch {
	case d != "":
		behind = first.AddDate(0, 0, 1)
	case m != "":
		behind = first.AddDate(0, 1, 0)
	default:
		behind = first.AddDate(1, 0, 0)
	}
	return first, behind, year > 0 && behind.Year() <= 9999
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // of at most four digits
	return n
}

// date compares a field with a day or a period: "=" and ":" mean a day in it, ">" one behind it, ">=" one in it or behind it.
func (p *parser) date(f *Field, op string, v literal) (query.Expr, error) {
	first, behind, ok := days(v.text)
	if !ok {
		return nil, hinted(p.fail(v.at, "%q is no date", cut(v.text)), "write %s:2016/01/07, 20160107 or 2016-01-07; 2016/01 is the month", f.Name)
	}
	of := p.env.Fields.Must(f.Of[0])
	at := func(op query.Op, t time.Time) query.Expr {
		value := field.Str(t.Format(time.DateOnly))
		if f.Kind == Instant {
			value = field.Instant(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, p.env.Zone))
		}
		return query.Compare{Field: of, Op: op, Value: value}
	}
	switch op {
	case ">":
		return at(query.Ge, behind), nil
	case ">=":
		return at(query.Ge, first), nil
	case "<":
		return at(query.Lt, first), nil
	case "<=":
		return at(query.Lt, behind), nil
	case "!=":
		return query.Not{X: query.And{at(query.Ge, first), at(query.Lt, behind)}}, nil
	}
	return query.And{at(query.Ge, first), at(query.Lt, behind)}, nil
}
