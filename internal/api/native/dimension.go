package native

import (
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// dimension is what notices are counted by: a field, a field of time in steps of the French calendar, or the codes of one level of a
// list.
type dimension struct {
	name   string       // as asked for: "published:month"
	source *field.Field // that decides about it
	field  *field.Field // to group by; nil for a level
	unit   string       // of time; "" for none
	level  []class      // the codes of a level; nil for a field
}

// class is a code of a level: the notices of it match a predicate.
type class struct {
	code, label string
	match       query.Expr
}

// longTexts are fields that nothing is counted by.
var longTexts = []string{"gestion", "donnees", "annonces_anterieures", "description"}

// units are the steps of time, by the letters of scalar.TimeStep.
var units = map[string]string{"year": "y", "quarter": "q", "month": "M", "week": "w", "day": "d"}

// dimension reads the name of one. Errors are faults of kind Invalid.
func (a *API) dimension(name string) (dimension, error) {
	base, step, stepped := strings.Cut(name, ":")
	if base == "region" && !stepped {
		return dimension{name: name, source: a.Door.Fields.Must("departement"), level: a.regions()}, nil
	}
	f, err := a.countable(base)
	if err != nil {
		return dimension{}, err
	}
	d := dimension{name: name, source: f, field: f}
	switch {
	case !stepped:
	case f.Name == "cpv" || f.Name == "nuts":
		d.field = nil
		if d.level = a.level(f, step); d.level == nil {
			return d, unknownName("level of "+f.Name, step, levels[f.Name])
		}
	case f.Type == field.Date || f.Type == field.DateTime:
		letter, ok := units[step]
		if !ok {
			return d, unknownName("step of time", step, []string{"year", "quarter", "month", "week", "day"})
		}
		d.unit = step
		d.field = scalar.Field(name, scalar.TimeStep{X: scalar.Of(f), N: 1, Unit: letter, Zone: notice.Paris})
	default:
		return d, fault.New(fault.Invalid, "field %s has no levels or steps", f.Name).WithHint("write %s alone", f.Name)
	}
	return d, nil
}

// countable finds a field that notices can be counted by.
func (a *API) countable(name string) (*field.Field, error) {
	var names []string
	for _, f := range a.Door.Fields.Columns() {
		if !f.Opaque && f.Type != field.JSON && !contains(longTexts, f.Name) {
			if f.Name == name {
				return f, nil
			}
			names = append(names, f.Name)
		}
	}
	if contains(longTexts, name) {
		return nil, fault.New(fault.Invalid, "field %s holds long texts: nothing is counted by it", name)
	}
	return nil, unknownName("field", name, append(names, "region", "cpv:division", "published:month"))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// unknownName is the fault for a name that a list does not have.
func unknownName(what, name string, valid []string) *fault.Error {
	err := fault.New(fault.Invalid, "unknown %s %q", what, name)
	if near := field.Nearest(name, valid, 3); len(near) > 0 {
		return err.WithHint("did you mean %s?", strings.Join(near, ", "))
	}
	if len(valid) > 30 {
		return err.WithHint("%s/fields lists the fields", Prefix)
	}
	return err.WithHint("valid: %s", strings.Join(valid, ", "))
}

// levels are the names of the levels of a list of codes, from above.
var levels = map[string][]string{"cpv": {"division", "group"}, "nuts": {"country", "1", "2", "3"}}

// level lists the codes of one level: of CPV divisions and groups, of NUTS those of France, and countries. nil for an unknown one.
func (a *API) level(f *field.Field, step string) []class {
	var list []class
	if f.Name == "cpv" {
		digits := map[string]int{"division": 2, "group": 3}[step]
		for _, code := range codelist.CPVs() {
			if prefix, _ := codelist.CPVPrefix(code); digits > 0 && len(prefix) == digits {
				label, _ := codelist.CPV(code)
				list = append(list, class{code, label, query.Prefix{Field: f, Prefix: prefix}})
			}
		}
		return list
	}
	length, ok := map[string]int{"country": 2, "1": 3, "2": 4, "3": 5}[step]
	if !ok {
		return nil
	}
	for _, code := range codelist.NUTSCodes() {
		if len(code) != length || length > 2 && !strings.HasPrefix(code, "FR") {
			continue
		}
		label, _ := codelist.NUTS(code)
		match := query.Or{query.Prefix{Field: f, Prefix: code}}
		if former := codelist.FormerNUTS(code); len(former) > 0 {
			match = append(match, query.In{Field: f, Values: strs(former)})
		}
		list = append(list, class{code, label, match})
	}
	return list
}

func (a *API) regions() []class {
	f := a.Door.Fields.Must("departement")
	var list []class
	for _, r := range codelist.Regions() {
		list = append(list, class{r.Code, r.Label, query.In{Field: f, Values: strs(r.Departements)}})
	}
	return list
}

func strs(list []string) []field.Value {
	values := make([]field.Value, len(list))
	for i, s := range list {
		values[i] = field.Str(s)
	}
	return values
}

// show gives a key as it stands in answers: text, number or truth; a step of time as "2026", "2026-Q1", "2026-03", "2026-W12" or
// "2026-03-17"; nil for null.
func (d dimension) show(v []field.Value) any {
	if len(v) == 0 {
		return nil
	}
	if d.unit != "" {
		return bucket(d.unit, v[0].Time.In(notice.Paris))
	}
	return plain(d.field.Type, v[0])
}

// plain gives a value as JSON has it.
func plain(t field.Type, v field.Value) any {
	switch t {
	case field.Number, field.Int:
		return v.Num
	case field.Bool:
		return v.Num != 0
	}
	return export.Text(t, v)
}

// bucket names the step of time that begins at t.
func bucket(unit string, t time.Time) string {
	switch unit {
	case "year":
		return t.Format("2006")
	case "quarter":
		return t.Format("2006") + "-Q" + strconv.Itoa((int(t.Month())+2)/3)
	case "month":
		return t.Format("2006-01")
	case "week":
		year, week := t.ISOWeek()
		return strconv.Itoa(year) + "-W" + string([]byte{byte('0' + week/10), byte('0' + week%10)})
	}
	return t.Format("2006-01-02")
}

// next is the beginning of the step behind the one that begins at t, on the clock of Paris.
func next(unit string, t time.Time) time.Time {
	y, m, d := t.In(notice.Paris).Date()
	switch unit {
	case "year":
		y++
	case "quarter":
		m += 3
	case "month":
		m++
	case "week":
		d += 7
	default:
		d++
	}
	return time.Date(y, m, d, 0, 0, 0, 0, notice.Paris)
}

// isIn is the predicate of the notices that have one of the values of a dimension; nil among them stands for no value.
func (d dimension) isIn(values [][]field.Value) query.Expr {
	var any query.Or
	in := query.In{Field: d.field}
	for _, v := range values {
		if len(v) == 0 {
			any = append(any, query.Null{Field: d.field})
		} else {
			in.Values = append(in.Values, v[0])
		}
	}
	if len(in.Values) > 0 {
		any = append(any, in)
	}
	return any
}
