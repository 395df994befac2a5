package explorev1

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// axis is a field by whose values an analysis groups.
type axis struct {
	name  string
	field *field.Field
	parts []part
}

// part is one key of an axis: the values themselves, or a part of a date.
type part struct {
	name  string // "year", "weekday"; "" for the values themselves
	field *field.Field
}

// show is the x of a point.
func (x axis) show(s export.Style, values [][]field.Value) any {
	if x.parts[0].name == "" {
		return raw(s.AppendValues(nil, &field.Field{Type: x.field.Type}, values[0])) // one value, also of a field that has several
	}
	var o export.Object
	for i, p := range x.parts {
		o = append(o, export.Member{Name: p.name, Value: p.number(values[i])})
	}
	return o
}

// number is the value of a part of a date. Monday is 0.
func (p part) number(values []field.Value) int {
	if len(values) == 0 {
		return 0
	}
	if p.field.Type != field.Text {
		return int(values[0].Num)
	}
	n, _ := strconv.Atoi(values[0].Str) // digits: patterns is
	if p.name == "weekday" {
		n--
	}
	return n
}

// units of dates from the longest on. A week is a part of a year alone.
var units = []string{"year", "month", "week", "day", "hour", "minute"}

// clockParts are the parts of a date that x can name, as in x=dateparution.year.
var clockParts = []string{"year", "month", "day", "hour", "minute", "second", "week", "weekday", "yearday"}

// patterns write the parts that are no parts of package scalar, with as many digits as each has: the year of a week, the week, the
// day of the week from Monday, 1, the day of the year.
var patterns = map[string]string{"weekyear": "xxxx", "week": "ww", "weekday": "e", "yearday": "DDD"}

// axes reads x with periodic and precision. Parts of one date that x names one by one, as ods-widgets does, are one axis.
func (q *request) axes(f filter) ([]axis, error) {
	names := q.params.All("x")
	if len(names) == 0 {
		return nil, invalid("The parameter x is missing: it names the field by whose values is aggregated.")
	}
	var list []axis
	for _, name := range names {
		x, unit, err := q.axisField(f, strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list, func(a axis) bool { return a.field == x })
		if i < 0 {
			list = append(list, axis{name: x.Name, field: x})
			i = len(list) - 1
		}
		if err := q.addParts(&list[i], unit); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// axisField finds the field that x names, and the part of its dates when it names one.
func (q *request) axisField(f filter, name string) (*field.Field, string, error) {
	unit := ""
	if _, ok := f.set.Fields.Lookup(name); !ok {
		if before, after, ok := cutLast(name); ok && slices.Contains(clockParts, after) {
			name, unit = before, after
		}
	}
	x, err := f.field("x", name)
	switch {
	case err != nil:
		return nil, "", err
	case x.Bag || x.Hidden:
		return nil, "", invalid("x: the field " + name + " holds whole documents.")
	case unit != "" && !isDate(x):
		return nil, "", invalid("x: the field " + name + " is not a date, it has no " + unit + ".")
	}
	return x, unit, nil
}

func isDate(f *field.Field) bool { return f.Type == field.Date || f.Type == field.DateTime }

// addParts adds the part of a date that x names, or all that an axis has.
func (q *request) addParts(a *axis, unit string) error {
	switch {
	case unit != "":
		if slices.ContainsFunc(a.parts, func(p part) bool { return p.name == unit }) {
			return nil
		}
		p, err := q.datePart(a.field, unit)
		a.parts = append(a.parts, p)
		return err
	case a.parts != nil:
		return nil
	case isDate(a.field):
		var err error
		a.parts, err = q.dateParts(a.field)
		return err
	}
	a.parts = []part{{"", a.field}}
	return nil
}

// dateParts reads periodic and precision: the parts of a date from the one down to the other. Days have no hours: a finer precision
// is that of days.
func (q *request) dateParts(f *field.Field) ([]part, error) {
	from, err := q.unit("periodic", "year", "weekday")
	if err != nil {
		return nil, err
	}
	to, err := q.unit("precision", "day")
	if err != nil {
		return nil, err
	}
	var names []string
	last := slices.Index(units, to)
	if day := slices.Index(units, "day"); f.Type == field.Date && last > day {
		last = day
	}
	switch {
	case from == "weekday" || slices.Index(units, from) >= last:
		names = []string{from}
	case from == "year" && to == "week":
		names = []string{"weekyear", "week"}
	case from == "week":
		names = append([]string{"week", "weekday"}, units[slices.Index(units, "hour"):max(last+1, slices.Index(units, "hour"))]...)
	default:
		for _, u := range units[slices.Index(units, from) : last+1] {
			if u != "week" || to == "week" {
				names = append(names, u)
			}
		}
	}
	var parts []part
	for _, name := range names {
		p, err := q.datePart(f, name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func (q *request) unit(param, absent string, more ...string) (string, error) {
	s := strings.ToLower(strings.TrimSpace(q.params.One(param)))
	if s == "" {
		return absent, nil
	}
	all := append(slices.Clone(units), more...)
	if !slices.Contains(all, s) {
		return "", odshttp.Bad(param, s, "one of "+strings.Join(all, ", "))
	}
	return s, nil
}

func (q *request) datePart(f *field.Field, name string) (part, error) {
	pattern, ok := patterns[name]
	if !ok {
		return part{name, scalar.Field(name, scalar.Part{Unit: name, X: scalar.Of(f), Zone: q.zone})}, nil
	}
	layout, err := scalar.ParseLayout(pattern, "fr")
	if err != nil {
		return part{}, err
	}
	shown := name
	if name == "weekyear" {
		shown = "year"
	}
	return part{shown, scalar.Field(name, scalar.Format{X: scalar.Of(f), Layout: layout, Zone: q.zone})}, nil
}

// serie is a value that is computed for each x.
type serie struct {
	name       string
	aggregate  query.Aggregate
	cumulative bool
}

// functions of series. A quantile is that of subsets, in percent.
var functions = map[string]query.AggregateFunc{"COUNT": query.Count, "AVG": query.Avg, "SUM": query.Sum, "MIN": query.Min, "MAX": query.Max,
	"STDDEV": query.StdDev, "SUMSQUARES": query.SumSquares, "QUANTILES": query.Percentile}

// series reads y.NAME.func, .expr, .cumulative and .subsets.
func (q *request) series(set *dataset.Set) ([]serie, error) {
	var names []string
	for _, below := range q.params.Below("y.") {
		name, _, _ := cutLast(below)
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, invalid("No serie is asked for: y.NAME.func=COUNT is the least.")
	}
	var list []serie
	for _, name := range names {
		s, err := q.serie(set, name)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// cutLast cuts a text at its last dot.
func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+1:], true
}

func (q *request) serie(set *dataset.Set, name string) (serie, error) {
	s := serie{name: name}
	prefix := "y." + name + "."
	function := strings.ToUpper(strings.TrimSpace(q.params.One(prefix + "func")))
	f, ok := functions[function]
	if !ok {
		return s, odshttp.Bad(prefix+"func", strconv.Quote(function), "one of COUNT, AVG, SUM, MIN, MAX, STDDEV, SUMSQUARES, QUANTILES")
	}
	s.aggregate.Func = f
	var err error
	if s.cumulative, err = q.params.Flag(prefix+"cumulative", false); err != nil || f == query.Count { // COUNT is of records, whatever its expression
		return s, err
	}
	expr := strings.TrimSpace(q.params.One(prefix + "expr"))
	if expr == "" {
		return s, invalid("The parameter " + prefix + "expr is missing: " + function + " needs a number.")
	}
	if s.aggregate.Field, err = q.expression(set, prefix+"expr", expr); err != nil {
		return s, err
	}
	if f != query.Percentile {
		return s, nil
	}
	percent := 50.0
	if v := strings.TrimSpace(q.params.One(prefix + "subsets")); v != "" {
		if percent, err = strconv.ParseFloat(v, 64); err != nil || !(percent >= 0 && percent <= 100) {
			return s, odshttp.Bad(prefix+"subsets", v, "a percentage")
		}
	}
	s.aggregate.Q = percent / 100
	return s, nil
}

// expression reads the name of a number, or arithmetic over such: what select of version 2 takes.
func (q *request) expression(set *dataset.Set, param, expr string) (*field.Field, error) {
	f, ok := set.Fields.Lookup(expr)
	if !ok {
		t, err := odsql.Compile(odsql.Env{Fields: set.Fields, Columns: set.Columns, Text: set.Text, Dataset: set.ID, Now: q.start, Zone: q.zone}, odsql.Request{Select: expr})
		var reason *odsql.Error
		switch {
		case errors.As(err, &reason):
			return nil, invalid(hinted(param+": "+reason.Message, reason.Hint))
		case err != nil:
			return nil, err
		case len(t.Columns) != 1 || t.Groups != nil:
			return nil, invalid(param + ": one number of a record is expected, as in 2*(a+b).")
		}
		f = t.Columns[0]
	}
	if !f.Type.Numeric() || f.Opaque {
		return nil, invalid(param + ": " + expr + " is of type " + dataset.TypeName(f) + ", a number is expected.")
	}
	return f, nil
}
