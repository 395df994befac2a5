package native

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// Limits of a table of statistics.
const (
	maxBy       = 3
	maxMeasures = 10
	maxTop      = 1000
	defaultRows = 1000
	maxRows     = 10_000 // of an answer, empty steps of time included
	maxGroups   = 200_000
)

func (a *API) statsRoutes() []Route {
	shape := []Param{
		{Name: "by", In: "query", Type: "string", Value: "fields", Repeated: true, Example: "published:month,kind",
			Doc: "what to group by, at most 3: any field but long texts; a time in steps of the French calendar (deadline:week; year, quarter, month, week, day); one of cpv:division, cpv:group, nuts:country, nuts:1, nuts:2, nuts:3, region. Without it one row of all"},
		{Name: "measures", In: "query", Type: "string", Value: "measures", Repeated: true, Default: "count", Example: "count,sum:awarded,median:awarded",
			Doc: "what to work out, at most 10: count; sum, mean, median, min, max of a number (sum:awarded), min and max of a time, distinct of any field, count of those with a value (count:awarded)"},
		{Name: "top", In: "query", Type: "integer", Value: "number", Min: 1, Max: maxTop, Example: "5", Doc: "the values of the first field that is no time for which the first measure is greatest, and no others"},
		{Name: "rest", In: "query", Type: "boolean", Value: "true or false", Default: "false", Doc: "with top: rows of the notices that have none of its values"},
		{Name: "fill", In: "query", Type: "boolean", Value: "true or false", Default: "where it fits", Doc: "rows for steps of time without notices between the first and the last; without it when that makes no more than 10,000 rows, which the answer tells"},
		{Name: "sort", In: "query", Type: "string", Value: "measure", Example: "-count", Doc: "order by a measure, a minus before it for descending; without it by the keys, those of top in its order"},
		{Name: "limit", In: "query", Type: "integer", Value: "number", Min: 1, Max: maxRows, Default: strconv.Itoa(defaultRows), Doc: "rows of the answer; rows_total says how many there are"},
	}
	return []Route{{
		Pattern: "GET " + Prefix + "/stats", ID: "getStatistics", Tag: "data", Doc: "group the notices that match and work out measures, as time series, too",
		Params: slices.Concat(a.criteria(), shape), Answers: []Answer{{jsonMedia, "a table of groups", StatsAnswer{}}},
		Errors: append(slices.Clone(listErrors), http.StatusRequestEntityTooLarge), Cache: CacheRevision, handler: a.stats,
	}}
}

// statement is what a request for statistics asks for.
type statement struct {
	where    query.Expr
	by       []dimension
	measures []measure
	top      int // 0 for all
	ranked   int // place in by of what top is about; -1 for nothing
	rest     bool
	fill     bool // empty steps of time are shown
	must     bool // and it is a fault when they are too many
	sort     int  // place among measures; -1 for the keys
	desc     bool
	limit    int
}

// measure is an aggregate with its name.
type measure struct {
	name string
	query.Aggregate
}

// stats answers with a table of groups.
func (a *API) stats(w http.ResponseWriter, r *http.Request) error {
	s, err := a.statement(r)
	if err != nil {
		return err
	}
	v, err := a.asked(w, r)
	if v == nil {
		return err
	}
	defer v.Close()
	body := StatsAnswer{By: []string{}, Measures: []string{}, Links: self(r)}
	if body.Total, err = v.Count(r.Context(), s.where); err != nil {
		return err
	}
	rows, filled, err := s.table(r.Context(), v)
	if err != nil {
		return err
	}
	body.Filled = filled
	body.RowsTotal = int64(len(rows))
	for _, d := range s.by {
		body.By = append(body.By, d.name)
	}
	for _, m := range s.measures {
		body.Measures = append(body.Measures, m.name)
	}
	body.Rows = s.show(rows[:min(s.limit, len(rows))])
	body.Meta = meta(v.Info(), body.Total)
	return writeTagged(w, r, body)
}

func (a *API) statement(r *http.Request) (s statement, err error) {
	values, err := readQuery(r)
	if err != nil {
		return s, err
	}
	if s.where, err = a.filter(values, ""); err != nil {
		return s, err
	}
	if names(values["by"]) != nil {
		if s.by, err = a.dimensions(values["by"], "by", "", maxBy); err != nil {
			return s, err
		}
	}
	if s.measures, err = a.measures(names(values["measures"])); err != nil {
		return s, at("measures", err)
	}
	if s.top, err = whole(values, "top", 0, 1, maxTop); err != nil {
		return s, err
	}
	if s.rest, err = truth(values, "rest", false); err != nil {
		return s, err
	}
	if s.fill, err = truth(values, "fill", true); err != nil {
		return s, err
	}
	s.must = s.fill && values.Get("fill") != ""
	if s.limit, err = whole(values, "limit", defaultRows, 1, maxRows); err != nil {
		return s, err
	}
	return s, s.check(values.Get("sort"))
}

// check sees that the parts of a request fit one another.
func (s *statement) check(sort string) error {
	s.ranked, s.sort = -1, -1
	levels := 0
	for i, d := range s.by {
		if d.level != nil {
			levels++
		}
		if s.ranked < 0 && d.unit == "" && d.source.Type != field.Date && d.source.Type != field.DateTime {
			s.ranked = i
		}
	}
	switch {
	case levels > 1:
		return fault.New(fault.Invalid, "only one of regions and levels of codes can be grouped by").At("parameter by")
	case s.top > 0 && s.ranked < 0:
		return fault.New(fault.Invalid, "top needs a field that is no time").At("parameter top").WithHint("name one in by")
	case s.rest && s.top == 0:
		return fault.New(fault.Invalid, "rest is what top leaves, and there is no top").At("parameter rest").WithHint("add top, or leave rest out")
	}
	if sort = strings.TrimSpace(sort); sort == "" {
		return nil
	}
	s.desc = strings.HasPrefix(sort, "-")
	name := strings.TrimPrefix(sort, "-")
	if s.sort = slices.IndexFunc(s.measures, func(m measure) bool { return m.name == name }); s.sort < 0 {
		var valid []string
		for _, m := range s.measures {
			valid = append(valid, m.name)
		}
		return unknownName("measure to sort by", name, valid).At("parameter sort")
	}
	return nil
}

// functions are the measures, by name.
var functions = map[string]query.AggregateFunc{
	"count": query.Count, "distinct": query.CountDistinct, "sum": query.Sum, "mean": query.Avg, "median": query.Percentile, "min": query.Min, "max": query.Max,
}

func (a *API) measures(list []string) ([]measure, error) {
	if len(list) == 0 {
		list = []string{"count"}
	}
	if len(list) > maxMeasures {
		return nil, fault.New(fault.Invalid, "%d measures, at most %d", len(list), maxMeasures)
	}
	var out []measure
	for _, name := range list {
		m, err := a.measure(name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(o measure) bool { return o.name == name }) {
			return nil, fault.New(fault.Invalid, "%s is named twice", name)
		}
		out = append(out, m)
	}
	return out, nil
}

func (a *API) measure(name string) (m measure, err error) {
	function, of, hasField := strings.Cut(name, ":")
	f, ok := functions[function]
	m = measure{name, query.Aggregate{Func: f, Q: 0.5}}
	switch {
	case !ok:
		return m, unknownName("measure", function, []string{"count", "distinct", "sum", "mean", "median", "min", "max"})
	case !hasField && f == query.Count:
		return m, nil
	case !hasField:
		return m, fault.New(fault.Invalid, "%s of what?", function).WithHint("write %s:awarded", function)
	}
	if m.Field, err = a.countable(of); err != nil {
		return m, err
	}
	t := m.Field.Type
	time := t == field.Date || t == field.DateTime
	switch {
	case f == query.Count || f == query.CountDistinct:
	case m.Field.Multi || !t.Numeric() && !(time && (f == query.Min || f == query.Max)):
		return m, fault.New(fault.Invalid, "%s of field %s (%s) cannot be worked out", function, of, t).WithHint("numbers are: %s", strings.Join(a.numbers(), ", "))
	}
	return m, nil
}

func (a *API) numbers() []string {
	var list []string
	for _, f := range a.Door.Fields.Columns() {
		if f.Type.Numeric() && !f.Multi {
			list = append(list, f.Name)
		}
	}
	return list
}
