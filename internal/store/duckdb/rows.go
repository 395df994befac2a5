package duckdb

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Rows streams the matching notices.
func (v *snapshot) Rows(ctx context.Context, q query.Query, fields []*field.Field) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if err := v.rows(ctx, q, fields, yield); err != nil {
			yield(store.Row{}, err)
		}
	}
}

// rows gives the rows to yield; the error is the caller's to give.
func (v *snapshot) rows(ctx context.Context, q query.Query, fields []*field.Field, yield func(store.Row, error) bool) error {
	keys := store.Keys(q, v.store.schema.catalogue)
	if err := store.CheckQuery(q, keys, fields); err != nil {
		return err
	}
	if err := v.usable(ctx); err != nil {
		return err
	}
	defer v.answered()
	read, err := v.reader(keys, fields)
	if err != nil {
		return err
	}
	if suits, err := v.windowed(ctx, q, read, yield); suits || err != nil {
		return err
	}
	steps, err := v.inSteps(ctx, q, read)
	if err != nil {
		return err
	}
	if steps {
		return v.stepwise(ctx, q, read, yield)
	}
	q, more, err := v.head(ctx, q, read, yield)
	if !more || err != nil {
		return err
	}
	return v.straight(ctx, q, read, yield)
}

// head gives the first rows before the rest is sorted, which takes the longer the more there are, and the query for the rest. It
// is left out where looking for them takes as long as the sort.
func (v *snapshot) head(ctx context.Context, q query.Query, read *rowReader, yield func(store.Row, error) bool) (rest query.Query, more bool, err error) {
	size := v.store.windows
	if v.info.Notices < size.many || q.Limit >= 0 && q.Limit <= size.head || q.Where != nil && cost(q.Where) >= searching {
		return q, true, nil
	}
	first := q
	first.Limit = size.head
	n, last, more, err := upTo(int64(size.head), yield, func(yield func(store.Row, error) bool) error { return v.stepwise(ctx, first, read, yield) })
	if n < int64(size.head) || !more || err != nil {
		return q, false, err
	}
	q.After, q.Offset = &last, 0
	if q.Limit >= 0 {
		q.Limit -= size.head
	}
	return q, true, nil
}

// straight gives the rows of one statement as they come.
func (v *snapshot) straight(ctx context.Context, q query.Query, read *rowReader, yield func(store.Row, error) bool) error {
	sql, args, err := v.selection(q, read)
	if err != nil {
		return err
	}
	r, err := v.stream(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer v.endStream(r)
	for {
		more, err := r.next(ctx)
		if err == nil {
			err = ended(ctx)
		}
		if err != nil || !more {
			return err
		}
		if !yield(read.row(r), nil) {
			return nil
		}
	}
}

// selection writes the statement of a query for the columns of read.
func (v *snapshot) selection(q query.Query, read *rowReader) (string, []any, error) {
	s := statement{view: v, args: slices.Clone(read.args)}
	where, err := s.where(q.Where)
	if err != nil {
		return "", nil, err
	}
	if q.After != nil {
		where += " AND " + s.behind(read, q.After)
	}
	sql := "SELECT " + strings.Join(read.columns, ", ") + " FROM notices WHERE " + where + orderBy(read)
	if q.Limit >= 0 {
		sql += " LIMIT " + s.arg(int64(q.Limit))
	}
	if q.Offset > 0 {
		sql += " OFFSET " + s.arg(int64(q.Offset))
	}
	return sql, s.args, nil
}
