package native

import (
	"slices"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// filled adds rows for steps of time without notices, for each combination of the other keys. It needs one time in steps.
func (s *statement) filled(rows []row) (full []row, has bool, err error) {
	at := s.series()
	if at < 0 || len(rows) == 0 {
		return rows, false, nil
	}
	steps, err := s.steps(rows, at)
	if err != nil {
		return nil, false, err
	}
	have := map[string]bool{}
	series := map[string]row{}
	var names []string
	for _, r := range rows {
		name := s.name(r, at)
		if _, ok := series[name]; !ok {
			series[name] = r
			names = append(names, name)
		}
		if v := r.keys[at]; len(v) > 0 {
			have[name+"\x00"+s.stepName(at, v[0])] = true
		}
	}
	if len(steps)*len(names) > maxRows+len(rows) {
		return nil, false, fault.New(fault.TooLarge, "%d steps of time for each of %d series are more than %d rows", len(steps), len(names), maxRows).
			At("parameter by").WithHint("take a longer step, a shorter time, or fill=false")
	}
	for _, name := range names {
		for _, v := range steps {
			if !have[name+"\x00"+s.stepName(at, v)] {
				rows = append(rows, s.empty(series[name], at, v))
			}
		}
	}
	return rows, true, nil
}

// empty is the row of a step without notices in the series of another row: counts are 0, all else is null.
func (s *statement) empty(of row, at int, v field.Value) row {
	r := row{keys: slices.Clone(of.keys), values: make([][]field.Value, len(s.measures)), rest: of.rest, rank: of.rank}
	r.keys[at] = []field.Value{v}
	for i, m := range s.measures {
		if m.Func == query.Count || m.Func == query.CountDistinct {
			r.values[i] = []field.Value{{}}
		}
	}
	return r
}

func (s *statement) stepName(i int, v field.Value) string {
	text, _ := s.by[i].show([]field.Value{v}).(string)
	return text
}

// name identifies the series of a row: its keys but the time.
func (s *statement) name(r row, at int) string {
	name := strconv.FormatBool(r.rest)
	for i, k := range r.keys {
		if i != at {
			name += "\x00" + strconv.Itoa(len(k))
			for _, v := range k {
				name += v.Str + v.Time.UTC().Format(time.RFC3339) + strconv.FormatFloat(v.Num, 'g', -1, 64)
			}
		}
	}
	return name
}

// steps lists the steps from the first to the last that occurs.
func (s *statement) steps(rows []row, at int) ([]field.Value, error) {
	d := s.by[at]
	var first, last *field.Value
	for _, r := range rows {
		if v := r.keys[at]; len(v) > 0 {
			if first == nil || d.field.Type.Compare(v[0], *first) < 0 {
				first = &v[0]
			}
			if last == nil || d.field.Type.Compare(v[0], *last) > 0 {
				last = &v[0]
			}
		}
	}
	if first == nil {
		return nil, nil
	}
	unit := d.unit
	if unit == "" {
		unit = "day"
	}
	var list []field.Value
	for t := s.begin(d, *first); ; t = next(unit, t) {
		v := field.Value{Time: t.UTC()}
		if d.unit == "" {
			v = field.Day(notice.DateOf(t))
		}
		if d.field.Type.Compare(v, *last) > 0 {
			return list, nil
		}
		if list = append(list, v); len(list) > maxRows {
			return nil, fault.New(fault.TooLarge, "more than %d steps of time", maxRows).At("parameter by").WithHint("take a longer step, a shorter time, or fill=false")
		}
	}
}

func (s *statement) begin(d dimension, v field.Value) time.Time {
	if d.unit != "" {
		return v.Time.In(notice.Paris)
	}
	day, _ := notice.ParseDate(v.Str)
	return day.In(notice.Paris)
}

// series is the place of the one time in steps; -1 for none, and for two: they have no series.
func (s *statement) series() int {
	at := -1
	for i, d := range s.by {
		if step := d.unit != "" || d.level == nil && d.field.Type == field.Date; step && at >= 0 {
			return -1
		} else if step {
			at = i
		}
	}
	return at
}
