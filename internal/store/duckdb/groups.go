package duckdb

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Groups are one statement in layers, innermost first: the columns of the records that match, several values taken apart, one GROUP
// BY, the order. One GROUP BY each is what a caller with several facets should ask for: DuckDB answers ten of them sooner, and in
// a fraction of the memory, than one statement that keeps the matching records for ten.

// Groups streams the groups.
func (v *snapshot) Groups(ctx context.Context, g query.Groups) iter.Seq2[query.Group, error] {
	return func(yield func(query.Group, error) bool) {
		if err := v.groups(ctx, g, yield); err != nil {
			yield(nil, err)
		}
	}
}

// groups gives the groups to yield; the error is the caller's to give.
func (v *snapshot) groups(ctx context.Context, g query.Groups, yield func(query.Group, error) bool) error {
	if err := store.CheckGroups(g); err != nil {
		return err
	}
	if err := v.usable(ctx); err != nil {
		return err
	}
	defer v.answered()
	sql, args, err := v.grouping(g)
	if err != nil {
		return err
	}
	r, err := v.stream(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer v.endStream(r)
	read := newGroupReader(g)
	for {
		more, err := r.next(ctx)
		if err == nil {
			err = ended(ctx)
		}
		if err != nil || !more {
			return err
		}
		if !yield(read.group(r), nil) {
			return nil
		}
	}
}

// groupReader turns rows of DuckDB into groups.
type groupReader struct {
	rowReader
	types   []field.Type
	out     query.Group
	buffers [][]field.Value
}

func newGroupReader(g query.Groups) *groupReader {
	r := &groupReader{rowReader: rowReader{days: map[int32]string{}}}
	for _, k := range g.Keys {
		r.types = append(r.types, k.Type)
	}
	for _, a := range g.Values {
		r.types = append(r.types, a.Type())
	}
	r.out, r.buffers = make(query.Group, len(r.types)), make([][]field.Value, len(r.types))
	return r
}

func (r *groupReader) group(from *result) query.Group {
	for i, t := range r.types {
		values := r.read(&from.columns[i], from.row, t, r.buffers[i])
		if values != nil {
			r.buffers[i] = values
		}
		r.out[i] = values
	}
	return r.out
}

// grouping writes the statement. Keys are the columns k0, k1..., what is aggregated a0, a1..., the aggregates v0, v1...
func (v *snapshot) grouping(g query.Groups) (string, []any, error) {
	s := &statement{view: v}
	records, keys, aggregates, err := s.records(g)
	if err != nil {
		return "", nil, err
	}
	inner, outer := append(keys, aggregates...), append([]string{}, keys...)
	for i, a := range g.Values {
		outer = append(outer, presented(a, "v"+strconv.Itoa(i)))
	}
	if len(inner) == 0 {
		inner, outer = []string{"count(*) AS v0"}, []string{"v0"}
	}
	sql := "SELECT " + strings.Join(inner, ", ") + " FROM (" + records + ")"
	if len(keys) > 0 {
		sql += " GROUP BY " + strings.Join(keys, ", ")
	}
	sql = "SELECT " + strings.Join(outer, ", ") + " FROM (" + sql + ")" + orderOfGroups(g)
	if g.Limit >= 0 {
		sql += " LIMIT " + s.arg(int64(g.Limit))
	}
	if g.Offset > 0 {
		sql += " OFFSET " + s.arg(int64(g.Offset))
	}
	return sql, s.args, nil
}

// records writes the layers below the GROUP BY, and names the keys and the aggregates over them.
func (s *statement) records(g query.Groups) (sql string, keys, aggregates []string, err error) {
	var columns, several []string
	for i, f := range g.Keys {
		k, err := s.value(f)
		if err != nil {
			return "", nil, nil, err
		}
		name := "k" + strconv.Itoa(i)
		if k.list != "" {
			several = append(several, name)
		}
		columns, keys = append(columns, k.all()+" AS "+name), append(keys, name)
	}
	names := map[string]string{} // of columns that are aggregated
	for i, a := range g.Values {
		argument := ""
		var x value
		if a.Field != nil {
			if x, err = s.value(a.Field); err != nil {
				return "", nil, nil, err
			}
			if argument = names[a.Field.Formula()]; argument == "" {
				argument = "a" + strconv.Itoa(len(names))
				names[a.Field.Formula()] = argument
				columns = append(columns, x.all()+" AS "+argument)
			}
		}
		aggregates = append(aggregates, aggregate(a, x, argument)+" AS v"+strconv.Itoa(i))
	}
	where, err := s.where(g.Where)
	if err != nil {
		return "", nil, nil, err
	}
	if len(columns) == 0 {
		columns = []string{"1 AS record"}
	}
	sql = "SELECT " + strings.Join(columns, ", ") + " FROM notices WHERE " + where
	for _, k := range several { // one after the other: side by side DuckDB would pair the values
		// Each value where it comes first: a third of the time of list_distinct.
		different := "list_filter(" + k + ", lambda x, i: list_position(" + k + ", x) = i)"
		sql = "SELECT * REPLACE (unnest(coalesce(" + different + ", [NULL])) AS " + k + ") FROM (" + sql + ")"
	}
	return sql, keys, aggregates, nil
}

// aggregate writes an aggregate of a column.
func aggregate(a query.Aggregate, x value, column string) string {
	number := x
	number.sql = column
	switch a.Func {
	case query.Count:
		if a.Field == nil {
			return "count(*)"
		}
		return "count(" + column + ")"
	case query.CountDistinct:
		if x.list != "" { // first the different lists, then the different values in them
			return "coalesce(len(list_distinct(flatten(list(DISTINCT " + column + ") FILTER (WHERE " + column + " IS NOT NULL)))), 0)"
		}
		return "count(DISTINCT " + column + ")"
	case query.Sum:
		if a.Field.Type == field.Int {
			return "sum(CAST(" + column + " AS HUGEINT))"
		}
		return "fsum(" + column + ")"
	case query.Avg:
		return "fsum(" + number.number() + ") / count(" + column + ")"
	case query.Min:
		return "min(" + column + ")"
	case query.Max:
		return "max(" + column + ")"
	case query.Percentile:
		return "quantile_cont(" + number.number() + ", " + strconv.FormatFloat(a.Q, 'e', -1, 64) + ")"
	case query.StdDev: // stddev_pop loses half of the digits where values are large and near one another
		return "struct_pack(list := list(" + number.number() + ") FILTER (WHERE " + column + " IS NOT NULL), mean := favg(" + number.number() + "))"
	case query.SumSquares:
		return "fsum(" + number.number() + " * " + number.number() + ")"
	}
	panic(fmt.Sprintf("duckdb: unknown aggregate %d", a.Func))
}

// presented writes an aggregate as it is given: null when it is no number that a field can have.
func presented(a query.Aggregate, v string) string {
	switch {
	case a.Func == query.StdDev:
		squares := "list_transform(" + v + ".list, lambda x: (x - " + v + ".mean) * (x - " + v + ".mean))"
		return "list_filter([sqrt(list_aggregate(" + squares + ", 'fsum') / len(" + v + ".list))], lambda x: isfinite(x))[1] AS " + v
	case a.Func == query.Sum && a.Field.Type == field.Int:
		return "CAST(CASE WHEN " + v + " BETWEEN -9007199254740991 AND 9007199254740991 THEN " + v + " END AS DOUBLE) AS " + v
	case a.Type() == field.Number && a.Func != query.Min && a.Func != query.Max:
		return "CASE WHEN isfinite(" + v + ") THEN " + v + " END AS " + v
	}
	return v
}

// orderOfGroups writes the order: that asked for, then the keys.
func orderOfGroups(g query.Groups) string {
	var list []string
	for _, k := range g.Sort {
		order := strconv.Itoa(k.Column + 1)
		if k.Desc {
			order += " DESC"
		}
		if k.NullFirst {
			order += " NULLS FIRST"
		} else {
			order += " NULLS LAST"
		}
		list = append(list, order)
	}
	for i := range g.Keys {
		list = append(list, strconv.Itoa(i+1)+" NULLS FIRST")
	}
	if len(list) == 0 {
		return ""
	}
	return " ORDER BY " + strings.Join(list, ", ")
}
