// Package table holds small data sets that do not change: lists of codes, the catalogue of the data sets. It answers by the
// reference evaluator of package query, by looking at every row.
package table

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Table is a data set in memory. It is immutable and safe for concurrent use.
type Table struct {
	rows  []row // by id
	info  store.Info
	order []query.Key
	fault error // of the rows
}

type row struct {
	id     string
	record field.Row
}

// New makes a table of rows, whose fields are those of the catalogue: Get reads a field.Row. order is that of requests that name
// none (nil is by id); id tells rows apart and decides between equal ones. info is what views give, with Notices counted here. For
// rows that no engine takes (store.CheckRecord) and for an id that two rows have, Open gives a fault.
func New(catalogue *field.Catalogue, rows []field.Row, info store.Info, order []query.Key, id func(field.Row) string) *Table {
	t := &Table{info: info, order: order, rows: make([]row, len(rows))}
	t.info.Notices = int64(len(rows))
	fields := catalogue.All()
	for i, r := range rows {
		t.rows[i] = row{id(r), r}
		if err := store.CheckRecord("row "+t.rows[i].id, fields, store.Values(r, fields)); err != nil && t.fault == nil {
			t.fault = err
		}
	}
	slices.SortFunc(t.rows, func(a, b row) int { return strings.Compare(a.id, b.id) })
	for i := 1; i < len(t.rows); i++ {
		if t.rows[i].id == t.rows[i-1].id {
			t.fault = fault.New(fault.Invalid, "two rows have the id %q", t.rows[i].id)
		}
	}
	return t
}

// Open gives a view of the rows.
func (t *Table) Open(ctx context.Context) (store.View, error) {
	if t.fault != nil {
		return nil, t.fault
	}
	if err := ended(ctx); err != nil {
		return nil, err
	}
	return &view{Table: t}, nil
}

// Find looks for a row by its id.
func (t *Table) Find(id string) (field.Row, bool) {
	i, ok := slices.BinarySearchFunc(t.rows, id, func(r row, id string) int { return strings.Compare(r.id, id) })
	if !ok {
		return nil, false
	}
	return t.rows[i].record, true
}

func (t *Table) records(yield func(string, field.Record) bool) {
	for _, r := range t.rows {
		if !yield(r.id, r.record) {
			return
		}
	}
}

// view is a store.View of a table.
type view struct {
	*Table
	streaming bool // a loop over Rows or Groups is under way
	closed    bool
}

func (v *view) Info() store.Info { return v.info }

func (v *view) Close() error {
	v.closed = true
	return nil
}

func (v *view) usable(ctx context.Context) error {
	switch {
	case v.closed:
		return fault.New(fault.Unavailable, "the view of the data is closed")
	case v.streaming:
		return fault.New(fault.Internal, "a view of the data was asked two things at once")
	}
	return ended(ctx)
}

func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Timeout, err, "the question was given up before its answer")
	}
	return nil
}

func (v *view) Count(ctx context.Context, where query.Expr) (n int64, err error) {
	if err := store.CheckExpr(where); err != nil {
		return 0, err
	}
	if err := v.usable(ctx); err != nil {
		return 0, err
	}
	for _, r := range v.rows {
		if query.Match(where, r.record) {
			n++
		}
	}
	return n, nil
}

func (v *view) Rows(ctx context.Context, q query.Query, fields []*field.Field) iter.Seq2[store.Row, error] {
	keys := q.Sort
	if len(keys) == 0 {
		keys = v.order
	}
	check := func() error { return store.CheckQuery(q, keys, fields) }
	return stream(ctx, v, check, func(yield func(store.Row) bool) {
		for _, f := range query.Select(v.records, q, keys) {
			if !yield(store.Row{ID: f.ID, Values: store.Values(f.Record, fields), Keys: f.Keys}) {
				return
			}
		}
	})
}

func (v *view) Groups(ctx context.Context, g query.Groups) iter.Seq2[query.Group, error] {
	check := func() error { return store.CheckGroups(g) }
	return stream(ctx, v, check, func(yield func(query.Group) bool) {
		records := func(yield func(field.Record) bool) {
			v.records(func(_ string, r field.Record) bool { return yield(r) })
		}
		for _, row := range query.RunGroups(records, g) {
			if !yield(row) {
				return
			}
		}
	})
}

// stream gives an answer as the contract of views says: one question at a time, an error at the end, none behind the end of
// ctx.
func stream[T any](ctx context.Context, v *view, check func() error, answer iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		err := check()
		if err == nil {
			err = v.usable(ctx)
		}
		if err != nil {
			yield(none, err)
			return
		}
		v.streaming = true
		defer func() { v.streaming = false }()
		for x := range answer {
			if err := ended(ctx); err != nil {
				yield(none, err)
				return
			}
			if !yield(x, nil) {
				return
			}
		}
	}
}
