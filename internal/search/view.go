package search

import (
	"context"
	"iter"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Open opens a view of some records: that of the notices is Door.Open, those of other data sets are their own.
type Open func(ctx context.Context) (store.View, error)

// Open opens a view of the notices without a deadline of its own.
func (d *Door) Open(ctx context.Context) (store.View, error) {
	v, err := d.snapshot(ctx)
	if err != nil {
		return nil, err // and not a nil snapshot in a view that is not nil
	}
	return v, nil
}

// View opens a view of the notices. Opening it and all questions to it together have Timeout: when it is over, they end with a fault
// of kind Timeout.
func (d *Door) View(ctx context.Context) (store.View, error) { return Within(ctx, d.Timeout, d.Open) }

// Within opens a view that has some time, from now on, for being opened and for all questions together; 0 or less means no limit.
// When the time is over they end with a fault of kind Timeout. The view must be closed.
func Within(ctx context.Context, limit time.Duration, open Open) (store.View, error) {
	if limit <= 0 {
		return open(ctx)
	}
	deadline := time.Now().Add(limit)
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	v, err := open(ctx)
	if err != nil {
		return nil, err
	}
	return &bounded{v, deadline}, nil
}

// bounded is a view of which every question ends at a deadline.
type bounded struct {
	store.View
	deadline time.Time
}

func (b *bounded) Count(ctx context.Context, where query.Expr) (int64, error) {
	ctx, cancel := context.WithDeadline(ctx, b.deadline)
	defer cancel()
	return b.View.Count(ctx, where)
}

func (b *bounded) Rows(ctx context.Context, q query.Query, fields []*field.Field) iter.Seq2[store.Row, error] {
	return until(ctx, b.deadline, func(ctx context.Context) iter.Seq2[store.Row, error] { return b.View.Rows(ctx, q, fields) })
}

func (b *bounded) Groups(ctx context.Context, g query.Groups) iter.Seq2[query.Group, error] {
	return until(ctx, b.deadline, func(ctx context.Context) iter.Seq2[query.Group, error] { return b.View.Groups(ctx, g) })
}

// until gives a stream whose context ends at a deadline.
func until[T any](ctx context.Context, deadline time.Time, stream func(ctx context.Context) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithDeadline(ctx, deadline)
		defer cancel()
		stream(ctx)(yield)
	}
}

// Send sends a table to an encoder that begin makes once the first row is there: what is wrong with the request shows before. total
// counts the records that match, of groups, too. Memory does not grow with the number of rows (but see Table); the work stops when ctx ends.
func Send(ctx context.Context, v store.View, t query.Table, begin func(info store.Info, total int64) export.Encoder) error {
	total, err := v.Count(ctx, t.Where)
	if err != nil {
		return err
	}
	var enc export.Encoder
	flow := NewFlow(ctx, v, t)
	err = flow.Encode(flow.Pieces(), func() (export.Encoder, error) {
		enc = begin(v.Info(), total)
		return enc, enc.Begin(t.Columns)
	})
	if err != nil {
		return err
	}
	return enc.End()
}

// TableStream is Send for a table of the notices: an export, which has no deadline.
func (d *Door) TableStream(ctx context.Context, t query.Table, begin func(info store.Info, total int64) export.Encoder) error {
	v, err := d.Open(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	return Send(ctx, v, t, begin)
}
