package dataset

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// pathOf brings the value of a refine into the one form that its facet lists; ok is false when it cannot be a value of the type.
func pathOf(t field.Type, value, separator string) (path string, ok bool) {
	switch t {
	case field.Date, field.DateTime:
		return datePath(t, strings.TrimSpace(value))
	case field.Number, field.Int:
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		return number(v), err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
	case field.Bool:
		switch strings.ToLower(strings.TrimSpace(value)) {
		case "true", "1":
			return "true", true
		case "false", "0":
			return "false", true
		}
		return "", false
	}
	for separator != "" && strings.HasSuffix(value, separator) && value != separator {
		value = strings.TrimSuffix(value, separator)
	}
	return value, true
}

// number is a number as facets name it.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// datePath reads a year, a month or a day, with slashes or dashes; of instants also a whole time.
func datePath(t field.Type, s string) (string, bool) {
	for _, layout := range []string{"2006", "2006/1", "2006-1", "2006/1/2", "2006-1-2"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.Format(dateLevels[strings.Count(layout, "/")+strings.Count(layout, "-")]), true
		}
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return "", false
	}
	if t == field.Date {
		return at.Format(dateLevels[2]), true
	}
	return at.UTC().Format(time.RFC3339), true
}

// dateLevels are the paths of the levels of a date.
var dateLevels = []string{"2006", "2006/01", "2006/01/02"}

// levels are the paths from the top down to that of the refinement; none when no facet shows it: a time of day, an empty text, or a
// path whose first level has no name.
func (r Refinement) levels() []string {
	sep := r.Separator
	switch r.Field.Type {
	case field.DateTime:
		if strings.Contains(r.Path, "T") {
			return nil
		}
		sep = "/"
	case field.Date:
		sep = "/"
	}
	switch {
	case r.Path == "" || sep != "" && strings.HasPrefix(r.Path, sep):
		return nil
	case sep == "":
		return []string{r.Path}
	}
	var list []string
	for i := 0; ; {
		j := strings.Index(r.Path[i:], sep)
		if j < 0 {
			return append(list, r.Path)
		}
		list = append(list, r.Path[:i+j])
		i += j + len(sep)
	}
}

// Predicate is what the refinements together ask of a record: refines of different fields are all required, several of one field
// are alternatives when it is disjunctive and all required when not; a record that has no value is not excluded. nil asks
// nothing. Days and instants are parts of the calendar of zone (nil is UTC).
func (l Refinements) Predicate(zone *time.Location) query.Expr {
	var all query.And
	alternatives := map[*field.Field]query.Or{}
	var order []*field.Field
	for _, r := range l {
		switch e := r.has(zone); {
		case r.Exclude:
			all = append(all, query.Not{X: e})
		case r.Disjunctive:
			if alternatives[r.Field] == nil {
				order = append(order, r.Field)
			}
			alternatives[r.Field] = append(alternatives[r.Field], e)
		default:
			all = append(all, e)
		}
	}
	for _, f := range order {
		all = append(all, alternatives[f])
	}
	if len(all) == 0 {
		return nil
	}
	return query.Simplify(all)
}

// has holds for the records that have the value, or one below it.
func (r Refinement) has(zone *time.Location) query.Expr {
	f := r.Field
	equal := func(v field.Value) query.Expr { return query.Compare{Field: f, Op: query.Eq, Value: v} }
	switch f.Type {
	case field.Date, field.DateTime:
		return r.within(zone)
	case field.Number, field.Int:
		v, _ := strconv.ParseFloat(r.Path, 64) // pathOf wrote it
		return equal(field.Num(v))
	case field.Bool:
		return equal(field.Flag(r.Path == "true"))
	}
	if r.Separator == "" || r.Path == "" {
		return equal(field.Str(r.Path))
	}
	return query.Or{equal(field.Str(r.Path)), query.Prefix{Field: f, Prefix: r.Path + r.Separator}}
}

// within holds for the days or instants of a year, a month or a day.
func (r Refinement) within(zone *time.Location) query.Expr {
	if strings.Contains(r.Path, "T") {
		at, _ := time.Parse(time.RFC3339, r.Path) // pathOf wrote it
		return query.Compare{Field: r.Field, Op: query.Eq, Value: field.Instant(at)}
	}
	if zone == nil || r.Field.Type == field.Date {
		zone = time.UTC
	}
	level := strings.Count(r.Path, "/")
	from, _ := time.ParseInLocation(dateLevels[level], r.Path, zone)
	to := [...]time.Time{from.AddDate(1, 0, 0), from.AddDate(0, 1, 0), from.AddDate(0, 0, 1)}[level]
	first, last, op := field.Instant(from), field.Instant(to), query.Lt
	if r.Field.Type == field.Date { // the last day instead of the next one: the text "10000-01-01" would sort before "9999-12-31"
		first, last, op = field.Str(from.Format(time.DateOnly)), field.Str(to.AddDate(0, 0, -1).Format(time.DateOnly)), query.Le
	}
	return query.And{query.Compare{Field: r.Field, Op: query.Ge, Value: first}, query.Compare{Field: r.Field, Op: op, Value: last}}
}

// Without gives the refinements without the refines of a field; its excludes stay. The values of a disjunctive facet are counted
// with them.
func (l Refinements) Without(f *field.Field) Refinements {
	var out Refinements
	for _, r := range l {
		if r.Field != f || r.Exclude {
			out = append(out, r)
		}
	}
	return out
}
