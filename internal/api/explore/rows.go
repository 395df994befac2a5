package explore

import (
	"context"
	"iter"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// rows streams the rows of a table. A row is valid until the next one.
func rows(ctx context.Context, view store.View, t query.Table) iter.Seq2[[][]field.Value, error] {
	return func(yield func([][]field.Value, error) bool) {
		if t.Groups == nil {
			for row, err := range view.Rows(ctx, query.Query{Where: t.Where, Sort: t.Sort, Limit: t.Limit, Offset: t.Offset}, t.Columns) {
				if !yield(row.Values, err) || err != nil {
					return
				}
			}
			return
		}
		g := *t.Groups
		g.Where, g.Limit, g.Offset = t.Where, t.Limit, t.Offset
		times := int64(1)
		if t.Repeat {
			n, err := view.Count(ctx, t.Where)
			if err != nil {
				yield(nil, err)
				return
			}
			times = n - int64(t.Offset)
			if t.Limit >= 0 {
				times = min(times, int64(t.Limit))
			}
			g.Limit, g.Offset = -1, 0
		}
		for group, err := range view.Groups(ctx, g) {
			if err != nil {
				yield(nil, err)
				return
			}
			values := make([][]field.Value, len(t.Columns))
			for i, f := range t.Columns {
				values[i] = f.Get(group)
			}
			for range times {
				if !yield(values, nil) {
					return
				}
			}
		}
	}
}
