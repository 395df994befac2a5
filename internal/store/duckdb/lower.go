package duckdb

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// statement is SQL being written. Values from outside only ever come in as arguments.
type statement struct {
	view *snapshot // that asks
	args []any
}

// arg adds an argument and gives the name under which the text refers to it.
func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// SQL knows three truth values, query.Expr two. Where unknown stands for false and nothing negates it, WHERE drops the row
// either way, and the plain comparison lets DuckDB skip blocks by their smallest and largest values. Below a Not each leaf
// is made two-valued first (exact).
const (
	loose = false
	exact = true
)

// where writes a predicate; TRUE for nil.
func (s *statement) where(e query.Expr) (string, error) { return s.lower(query.Simplify(e), loose) }

func (s *statement) lower(e query.Expr, mode bool) (string, error) {
	switch e := e.(type) {
	case nil:
		return "TRUE", nil
	case query.And:
		return s.join(e, " AND ", "TRUE", mode)
	case query.Or:
		return s.join(e, " OR ", "FALSE", mode)
	case query.Not:
		x, err := s.lower(e.X, exact)
		return "(NOT " + x + ")", err
	}
	x, err := s.leaf(e)
	if mode { // exact
		x = "coalesce(" + x + ", FALSE)"
	}
	return x, err
}

// join writes a list, what costs least first: DuckDB with a search by words before a date takes ten times as long.
func (s *statement) join(list []query.Expr, op, none string, mode bool) (string, error) {
	if len(list) == 0 {
		return none, nil
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b query.Expr) int { return cmp.Compare(cost(a), cost(b)) })
	parts := make([]string, len(sorted))
	for i, e := range sorted {
		var err error
		if parts[i], err = s.lower(e, mode); err != nil {
			return "", err
		}
	}
	return "(" + strings.Join(parts, op) + ")", nil
}

// cost ranks predicates by what they take to evaluate.
func cost(e query.Expr) int {
	switch e := e.(type) {
	case query.Compare:
		return fieldCost(e.Field)
	case query.In:
		return fieldCost(e.Field)
	case query.Null:
		return 0
	case query.Prefix:
		return fieldCost(e.Field) + 1
	case query.Words:
		return wordsCost(e)
	case query.Not:
		return cost(e.X)
	case query.And:
		return costs(e)
	case query.Or:
		return costs(e)
	}
	return 0
}

func costs(list []query.Expr) int {
	most := 0
	for _, e := range list {
		most = max(most, cost(e))
	}
	return most + 1
}

func fieldCost(f *field.Field) int {
	most := 0
	for _, r := range scalar.Fields(scalar.Of(f)) {
		ranking, ranked := r.From.(query.Ranking)
		switch {
		case ranked:
			most = max(most, rankingCost(ranking))
		case r.Multi:
			most = max(most, 5)
		case r.Type == field.Text:
			most = max(most, 3)
		default:
			most = max(most, 1)
		}
	}
	if f.From != nil {
		most++
	}
	return most
}

func (s *statement) leaf(e query.Expr) (string, error) {
	switch e := e.(type) {
	case query.Compare:
		return s.onValue(e.Field, func(v value) string {
			if v.texts() {
				return s.compareTexts(v.list, e.Op, e.Value.Str)
			}
			return v.any1(s.compare(v, e.Op, e.Value))
		})
	case query.In:
		return s.onValue(e.Field, func(v value) string {
			if v.texts() {
				return "list_has_any(" + v.list + ", " + s.arg(strs(e.Values)) + ")"
			}
			return v.any1(s.in(v, e.Values))
		})
	case query.Prefix:
		return s.onValue(e.Field, func(v value) string { return v.any1(s.prefix(v, e.Prefix)) })
	case query.Null:
		if e.Field.Hidden {
			return wordsColumn(e.Field) + " IS NULL", s.known(e.Field)
		}
		v, err := s.value(e.Field)
		return v.all() + " IS NULL", err
	case query.Words:
		return s.words(e)
	}
	panic(fmt.Sprintf("duckdb: unknown predicate %T", e))
}

// onValue writes a predicate of a field.
func (s *statement) onValue(f *field.Field, predicate func(v value) string) (string, error) {
	v, err := s.value(f)
	if err != nil {
		return "", err
	}
	return predicate(v), nil
}

// texts says of a value that it is a list of texts as it is stored.
func (v value) texts() bool { return v.plain && v.t == field.Text }

// any1 holds when a predicate of the value does, or of one of several.
func (v value) any1(predicate string) string {
	if v.list == "" {
		return predicate
	}
	return any1(v.list, predicate)
}

// known says whether the database has a column for a field.
func (s *statement) known(f *field.Field) error {
	own := s.view.store.schema.byName[f.Name]
	if f.Opaque || own == nil || own.Type != f.Type || own.Multi != f.Multi {
		return fault.New(fault.Unsupported, "the database of the notices does not have the field %s", f.Name)
	}
	return nil
}

// any1 holds when a predicate of x holds for one value of a list.
func any1(col, predicate string) string {
	return "len(list_filter(" + col + ", lambda x: " + predicate + ")) > 0"
}

var signs = [...]string{query.Eq: "=", query.Ne: "<>", query.Lt: "<", query.Le: "<=", query.Gt: ">", query.Ge: ">="}

// compareTexts compares a list of texts: one of them does.
func (s *statement) compareTexts(list string, op query.Op, text string) string {
	switch op {
	case query.Eq:
		return "list_contains(" + list + ", " + s.arg(text) + ")"
	case query.Lt, query.Le:
		return "list_min(" + list + ") " + signs[op] + " " + s.arg(text)
	case query.Gt, query.Ge:
		return "list_max(" + list + ") " + signs[op] + " " + s.arg(text)
	}
	return any1(list, "x "+signs[op]+" "+s.arg(text))
}

// compare compares one value.
func (s *statement) compare(x value, op query.Op, v field.Value) string {
	switch x.t {
	case field.Date:
		if d, ok := dayOf(v); ok {
			return x.sql + " " + signs[op] + " " + s.arg(d)
		}
		return asText(x.sql) + " " + signs[op] + " " + s.arg(v.Str) // what is no day compares as text
	case field.DateTime:
		return s.compareTime(x.sql, op, v.Time)
	case field.Number, field.Int:
		return x.sql + " " + signs[op] + " " + s.arg(v.Num)
	case field.Bool:
		return compareBool(x.sql, op, v)
	}
	return x.sql + " " + signs[op] + " " + s.arg(v.Str)
}

// dayOf reads a value of a date field that is a day written in full.
func dayOf(v field.Value) (day, bool) {
	d, ok := notice.ParseDate(v.Str)
	if !ok || d.String() != v.Str {
		return 0, false
	}
	return daysOf(d), true
}

// asText writes the days of a column as the catalogue does.
func asText(col string) string { return "strftime(" + col + ", '%Y-%m-%d')" }

// DuckDB's times are whole microseconds, of the years 1 to 9999. Times between these and outside of these years are moved to
// where the comparison means the same.
var (
	firstTime = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(10_001, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (s *statement) compareTime(col string, op query.Op, t time.Time) string {
	if t.Before(firstTime) {
		t = firstTime
	}
	if t.After(lastTime) {
		t = lastTime
	}
	if whole := t.Truncate(time.Microsecond); !whole.Equal(t) {
		t = whole
		switch op {
		case query.Eq:
			return "FALSE"
		case query.Ne:
			return col + " IS NOT NULL"
		case query.Lt:
			op = query.Le
		case query.Ge:
			op = query.Gt
		}
	}
	return col + " " + signs[op] + " " + s.arg(micro(t.UnixMicro()))
}

// compareBool tries both values.
func compareBool(col string, op query.Op, v field.Value) string {
	holds := func(b bool) bool {
		c := field.Bool.Compare(field.Flag(b), v)
		return [...]bool{query.Eq: c == 0, query.Ne: c != 0, query.Lt: c < 0, query.Le: c <= 0, query.Gt: c > 0, query.Ge: c >= 0}[op]
	}
	switch no, yes := holds(false), holds(true); {
	case no && yes:
		return col + " IS NOT NULL"
	case yes:
		return col
	case no:
		return "(NOT " + col + ")"
	}
	return "FALSE"
}

// longList is the number of values from which a list goes over as one argument.
const longList = 200

// in looks for a value among others.
func (s *statement) in(x value, values []field.Value) string {
	if (x.t == field.Text || x.t == field.JSON) && len(values) > longList {
		if x.list != "" { // no subquery within a lambda
			return "list_contains(" + s.arg(strs(values)) + ", " + x.sql + ")"
		}
		return x.sql + " IN (SELECT unnest(" + s.arg(strs(values)) + "))"
	}
	if x.t == field.Bool {
		list := make([]string, len(values))
		for i, v := range values {
			list[i] = compareBool(x.sql, query.Eq, v)
		}
		return "(" + strings.Join(list, " OR ") + ")"
	}
	var list []string
	for _, v := range values {
		switch x.t {
		case field.Text, field.JSON:
			list = append(list, s.arg(v.Str))
		case field.Number, field.Int:
			list = append(list, s.arg(v.Num))
		case field.Date:
			if d, ok := dayOf(v); ok {
				list = append(list, s.arg(d))
			}
		case field.DateTime:
			if v.Time.Truncate(time.Microsecond).Equal(v.Time) && !v.Time.Before(firstTime) && !v.Time.After(lastTime) {
				list = append(list, s.arg(micro(v.Time.UnixMicro())))
			}
		}
	}
	if len(list) == 0 {
		return "FALSE"
	}
	return x.sql + " IN (" + strings.Join(list, ", ") + ")"
}

func strs(values []field.Value) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.Str
	}
	return list
}

func (s *statement) prefix(x value, prefix string) string {
	text := x.sql
	if x.t == field.Date {
		text = asText(text)
	}
	return "starts_with(" + text + ", " + s.arg(prefix) + ")"
}
