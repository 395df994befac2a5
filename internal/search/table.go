package search

import (
	"context"
	"iter"
	"math"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

// MaxSorted is the most rows of groups that are held to put them in an order that the engine cannot give.
const MaxSorted = 100_000

// Table answers a request for a table from a view: rows of one entry for each column, nil for null. A row and its slices are only
// valid until the next one; an error is the last thing that the stream gives. Memory does not grow with the number of rows,
// except when groups are sorted by what is computed from their columns: then the rows up to Offset and Limit are held, and more than
// MaxSorted of them are a fault of kind TooLarge. The work stops when ctx ends.
func Table(ctx context.Context, v store.View, t query.Table) iter.Seq2[[][]field.Value, error] {
	switch {
	case t.Groups == nil:
		return records(ctx, v, t)
	case t.Repeat:
		return repeated(ctx, v, t)
	}
	g := *t.Groups
	g.Where, g.Limit, g.Offset = t.Where, t.Limit, t.Offset
	if sort, ok := pushed(t); ok {
		g.Sort = sort
		return columns(v.Groups(ctx, g), t.Columns)
	}
	return columns(sorted(ctx, v, g, t.Sort), t.Columns)
}

// Total counts the rows that a table has without Limit and Offset: matching records, or groups.
func Total(ctx context.Context, v store.View, t query.Table) (n int64, err error) {
	if t.Groups == nil || t.Repeat {
		return v.Count(ctx, t.Where)
	}
	g := query.Groups{Where: t.Where, Keys: t.Groups.Keys, Limit: -1}
	for _, err := range v.Groups(ctx, g) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// records gives a row for each record.
func records(ctx context.Context, v store.View, t query.Table) iter.Seq2[[][]field.Value, error] {
	return func(yield func([][]field.Value, error) bool) {
		q := query.Query{Where: t.Where, Sort: t.Sort, Limit: t.Limit, Offset: t.Offset}
		for row, err := range v.Rows(ctx, q, t.Columns) {
			if !yield(row.Values, err) {
				return
			}
		}
	}
}

// columns gives what the columns show of groups.
func columns(groups iter.Seq2[query.Group, error], fields []*field.Field) iter.Seq2[[][]field.Value, error] {
	return func(yield func([][]field.Value, error) bool) {
		row := make([][]field.Value, len(fields))
		for g, err := range groups {
			if err != nil {
				yield(nil, err)
				return
			}
			for i, f := range fields {
				if row[i] = f.Get(g); len(row[i]) == 0 {
					row[i] = nil
				}
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// repeated gives the row of aggregates over all records once for each of them.
func repeated(ctx context.Context, v store.View, t query.Table) iter.Seq2[[][]field.Value, error] {
	return func(yield func([][]field.Value, error) bool) {
		times, err := repetitions(ctx, v, t)
		if err != nil {
			yield(nil, err)
			return
		}
		if times == 0 {
			return
		}
		g := *t.Groups
		g.Where, g.Limit, g.Offset, g.Sort = t.Where, 1, 0, nil
		for row, err := range columns(v.Groups(ctx, g), t.Columns) {
			for range times {
				if err == nil && ctx.Err() != nil {
					row, err = nil, fault.Wrap(fault.Timeout, ctx.Err(), "the question was given up before its answer")
				}
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// repetitions says how often the row of aggregates stands in the table.
func repetitions(ctx context.Context, v store.View, t query.Table) (int64, error) {
	if len(t.Groups.Keys) > 0 {
		return 0, fault.New(fault.Internal, "groups with keys are not repeated")
	}
	if t.Offset < 0 {
		return 0, fault.New(fault.Invalid, "offset %d is negative", t.Offset)
	}
	matching, err := v.Count(ctx, t.Where)
	if err != nil {
		return 0, err
	}
	times := max(0, matching-int64(t.Offset))
	if t.Limit >= 0 {
		times = min(times, int64(t.Limit))
	}
	if times == 0 { // a bad request is one all the same
		g := *t.Groups
		g.Where = t.Where
		err = store.CheckGroups(g)
	}
	return times, err
}

// pushed is the order of a table of groups as an engine takes it, when it does: by columns alone.
func pushed(t query.Table) ([]query.GroupSort, bool) {
	var list []query.GroupSort
	for _, k := range t.Sort {
		place, ok := placeOf(k.Field)
		if !ok {
			return nil, false
		}
		list = append(list, query.GroupSort{Column: place, Desc: k.Desc})
	}
	return append(list, t.Groups.Sort...), true
}

// placeOf finds the column that a field shows as it is, whatever it is called.
func placeOf(f *field.Field) (int, bool) {
	for {
		ref, ok := f.From.(scalar.Ref)
		if !ok {
			break
		}
		f = ref.Field
	}
	place, ok := f.From.(query.Place)
	return int(place), ok
}

// sorted gives groups in an order of ours; where it leaves groups equal, in that of the engine.
func sorted(ctx context.Context, v store.View, g query.Groups, keys []query.Key) iter.Seq2[query.Group, error] {
	return func(yield func(query.Group, error) bool) {
		if err := checkSort(g, keys); err != nil {
			yield(nil, err)
			return
		}
		offset, limit := g.Offset, g.Limit
		g.Offset, g.Limit = 0, -1
		best := top{keys: keys, most: math.MaxInt}
		if limit >= 0 && offset <= math.MaxInt-limit {
			best.most = offset + limit
		}
		for row, err := range v.Groups(ctx, g) {
			if err == nil {
				err = best.add(row)
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
		list := best.sorted()
		for _, row := range list[min(offset, len(list)):] {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func checkSort(g query.Groups, keys []query.Key) error {
	if g.Offset < 0 {
		return fault.New(fault.Invalid, "offset %d is negative", g.Offset)
	}
	for _, k := range keys {
		if k.Field.Multi || k.Field.Type == field.JSON {
			return fault.New(fault.Invalid, "column %s cannot be sorted by", k.Field.Name)
		}
		if e, ok := k.Field.From.(scalar.Expr); ok {
			if err := scalar.Check(e); err != nil {
				return err
			}
		}
	}
	return nil
}
