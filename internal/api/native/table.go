package native

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// row is a group: a key for each dimension, then a value for each measure; nil is null.
type row struct {
	keys   [][]field.Value // of a level the code as a text
	values [][]field.Value
	rank   int  // of the key that top is about
	rest   bool // of what top leaves
	filled bool // a step of time without notices
}

// table works out the rows of a statement, in order, and whether they have no gaps in time.
func (s *statement) table(ctx context.Context, v store.View) (rows []row, filled bool, err error) {
	where := s.where
	var best [][]field.Value
	if s.top > 0 {
		if best, err = s.best(ctx, v); err != nil {
			return nil, false, err
		}
		where = both(where, s.oneOf(best))
	}
	if rows, err = s.groups(ctx, v, where, s.by); err != nil {
		return nil, false, err
	}
	if s.top > 0 {
		rows = s.keep(rows, best)
		if s.rest {
			others, err := s.others(ctx, v, best)
			if err != nil {
				return nil, false, err
			}
			rows = append(rows, others...)
		}
	}
	if s.fill {
		full, has, err := s.filled(rows)
		switch {
		case err == nil:
			rows, filled = full, has
		case s.must:
			return nil, false, err
		}
	}
	slices.SortStableFunc(rows, s.compare)
	return rows, filled, nil
}

// groups asks for the groups of some dimensions, those of a level code by code.
func (s *statement) groups(ctx context.Context, v store.View, where query.Expr, by []dimension) ([]row, error) {
	g := query.Groups{Limit: maxGroups + 1}
	level := -1
	for i, d := range by {
		if d.level != nil {
			level = i
			continue
		}
		g.Keys = append(g.Keys, d.field)
	}
	for _, m := range s.measures {
		g.Values = append(g.Values, m.Aggregate)
	}
	g.Values = append(g.Values, query.Aggregate{Func: query.Count}) // tells groups of nothing
	var rows []row
	ask := func(where query.Expr, code string) error {
		g.Where = where
		for got, err := range v.Groups(ctx, g) {
			if err != nil {
				return err
			}
			if len(rows) >= maxGroups {
				return fault.New(fault.TooLarge, "more than %d groups", maxGroups).At("parameter by").WithHint("group by less, or filter")
			}
			k := len(g.Keys)
			if level >= 0 && got[len(got)-1][0].Num == 0 {
				continue
			}
			one := row{keys: clone(got[:k]), values: clone(got[k : len(got)-1])}
			if level >= 0 {
				one.keys = slices.Insert(one.keys, level, []field.Value{field.Str(code)})
			}
			rows = append(rows, one)
		}
		return nil
	}
	if level < 0 {
		err := ask(where, "")
		return rows, err
	}
	for _, c := range by[level].level {
		if err := ask(both(where, c.match), c.code); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// clone copies values that are only valid until the next group.
func clone(list [][]field.Value) [][]field.Value {
	out := make([][]field.Value, len(list))
	for i, v := range list {
		out[i] = slices.Clone(v)
	}
	return out
}

// best finds the keys for which the first measure is greatest, equal ones by key; null may be one.
func (s *statement) best(ctx context.Context, v store.View) ([][]field.Value, error) {
	d, t := s.by[s.ranked], s.measures[0].Type()
	var best [][]field.Value
	if d.level == nil {
		g := query.Groups{Where: s.where, Keys: []*field.Field{d.field}, Values: []query.Aggregate{s.measures[0].Aggregate},
			Sort: []query.GroupSort{{Column: 1, Desc: true}}, Limit: s.top}
		for got, err := range v.Groups(ctx, g) {
			if err != nil {
				return nil, err
			}
			best = append(best, slices.Clone(got[0]))
		}
		return best, nil
	}
	rows, err := s.groups(ctx, v, s.where, []dimension{d})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b row) int { return compareNull(t, a.values[0], b.values[0], true) })
	for _, r := range rows[:min(s.top, len(rows))] {
		best = append(best, r.keys[0])
	}
	return best, nil
}

// oneOf is the predicate of the notices with one of the best keys.
func (s *statement) oneOf(best [][]field.Value) query.Expr {
	d := s.by[s.ranked]
	if d.level == nil {
		return d.isIn(best)
	}
	any := query.Or{}
	for _, k := range best {
		for _, c := range d.level {
			if c.code == k[0].Str {
				any = append(any, c.match)
			}
		}
	}
	return any
}

// keep drops the rows of keys that are not among the best: notices with several values have others, too.
func (s *statement) keep(rows []row, best [][]field.Value) []row {
	t := s.keyType(s.ranked)
	var kept []row
	for _, r := range rows {
		r.rank = slices.IndexFunc(best, func(b []field.Value) bool { return compareNull(t, r.keys[s.ranked], b, false) == 0 })
		if r.rank >= 0 {
			kept = append(kept, r)
		}
	}
	return kept
}

// others are the rows of the notices that have none of the best keys.
func (s *statement) others(ctx context.Context, v store.View, best [][]field.Value) ([]row, error) {
	by := slices.Delete(slices.Clone(s.by), s.ranked, s.ranked+1)
	rows, err := s.groups(ctx, v, both(s.where, query.Not{X: s.oneOf(best)}), by)
	for i := range rows {
		rows[i].keys = slices.Insert(rows[i].keys, s.ranked, nil)
		rows[i].rest = true
	}
	return rows, err
}

func (s *statement) keyType(i int) field.Type {
	if s.by[i].level != nil {
		return field.Text
	}
	return s.by[i].field.Type
}

// compareNull orders values, null last in either direction.
func compareNull(t field.Type, a, b []field.Value, desc bool) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return cmp.Compare(len(b), len(a))
	case desc:
		return t.Compare(b[0], a[0])
	}
	return t.Compare(a[0], b[0])
}

// compare orders rows: by a measure, or by keys; what top leaves comes last among equals before it.
func (s *statement) compare(a, b row) int {
	if s.sort >= 0 {
		if c := compareNull(s.measures[s.sort].Type(), a.values[s.sort], b.values[s.sort], s.desc); c != 0 {
			return c
		}
	}
	for i := range s.by {
		if i == s.ranked && s.top > 0 {
			if c := cmp.Compare(order(a), order(b)); c != 0 {
				return c
			}
		}
		if c := compareNull(s.keyType(i), a.keys[i], b.keys[i], false); c != 0 {
			return c
		}
	}
	return 0
}

// order is the place of a row among the keys of top.
func order(r row) int {
	if r.rest {
		return maxTop
	}
	return r.rank
}

// filled adds rows for steps of time without notices, for each combination of the other keys. It needs one time in steps.
func (s *statement) filled(rows []row) (full []row, has bool, err error) {
	at := -1
	for i, d := range s.by {
		step := d.unit != "" || d.level == nil && d.field.Type == field.Date
		if step && at >= 0 {
			return rows, false, nil // two times have no series
		}
		if step {
			at = i
		}
	}
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
			if have[name+"\x00"+s.stepName(at, v)] {
				continue
			}
			r := row{keys: slices.Clone(series[name].keys), values: make([][]field.Value, len(s.measures)), rest: series[name].rest, rank: series[name].rank, filled: true}
			r.keys[at] = []field.Value{v}
			for i, m := range s.measures {
				if m.Func == query.Count || m.Func == query.CountDistinct {
					r.values[i] = []field.Value{{}}
				}
			}
			rows = append(rows, r)
		}
	}
	return rows, true, nil
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

// show writes rows.
func (s *statement) show(rows []row) []StatsRow {
	out := make([]StatsRow, 0, len(rows))
	for _, r := range rows {
		one := StatsRow{Keys: map[string]any{}, Values: map[string]any{}, Rest: r.rest}
		for i, d := range s.by {
			key, text := s.key(d, r.keys[i])
			one.Keys[d.name] = key
			if text != "" {
				if one.Labels == nil {
					one.Labels = map[string]string{}
				}
				one.Labels[d.name] = text
			}
		}
		for i, m := range s.measures {
			one.Values[m.name] = nil
			if v := r.values[i]; len(v) > 0 {
				one.Values[m.name] = plain(m.Type(), v[0])
			}
		}
		out = append(out, one)
	}
	return out
}

func (s *statement) key(d dimension, v []field.Value) (key any, text string) {
	if d.level == nil {
		key = d.show(v)
		code, _ := key.(string)
		return key, label(d.source.Name, code)
	}
	for _, c := range d.level {
		if len(v) > 0 && c.code == v[0].Str {
			return c.code, c.label
		}
	}
	return nil, ""
}
