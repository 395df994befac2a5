package duckdb

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Rows come in one statement, or in steps: the places of rows first, then the rows by their ids. DuckDB carries all columns
// through a sort, which for a page of twenty is a waste, and for many wide rows does not fit into memory: it writes narrow
// rows to disk but not those.

const (
	pageRows    = 100     // the most rows that are always got in steps
	placing     = 50_000  // places looked for at once, the most
	firstPlaces = 250     // a quarter of those looked for at first: the first row should be there soon
	sortRows    = 300_000 // rows of which half the memory limit must hold the columns, for all to be sorted; found by trial
)

// inSteps decides how to get rows.
func (v *snapshot) inSteps(ctx context.Context, q query.Query, read *rowReader) (bool, error) {
	if read.opaque {
		return true, nil
	}
	if len(read.columns) <= 1+len(read.keys) {
		return false, nil // nothing but places
	}
	if q.Limit >= 0 && q.Limit <= pageRows {
		return true, nil
	}
	width, err := v.width(ctx, read)
	if err != nil {
		return false, err
	}
	rows := float64(min(v.info.Notices, sortRows))
	return rows*width > float64(v.store.sortable), nil
}

// stepwise gives rows in steps.
func (v *snapshot) stepwise(ctx context.Context, q query.Query, read *rowReader, yield func(store.Row, error) bool) error {
	places, err := v.reader(read.keys, nil)
	if err != nil {
		return err
	}
	left, size := q.Limit, firstPlaces
	for q.Limit != 0 {
		size = min(4*size, v.store.placing)
		q.Limit = size
		if left >= 0 {
			q.Limit = min(left, q.Limit)
		}
		ids, last, err := v.places(ctx, q, places)
		if err != nil {
			return err
		}
		if more, err := v.byID(ctx, ids, read, yield); !more || err != nil {
			return err
		}
		if len(ids) < q.Limit {
			return nil
		}
		if left >= 0 {
			left -= len(ids)
			q.Limit = left
		}
		q.After, q.Offset = &last, 0
	}
	return nil
}

// places looks for the ids of rows in order, and the position of the last one.
func (v *snapshot) places(ctx context.Context, q query.Query, read *rowReader) (ids []string, last query.Position, err error) {
	sql, args, err := v.selection(q, read)
	if err != nil {
		return nil, last, err
	}
	r, err := v.c.query(ctx, sql, args...)
	if err != nil {
		return nil, last, err
	}
	defer r.close()
	for {
		more, err := r.next(ctx)
		if !more || err != nil {
			return ids, last, err
		}
		row := read.row(r)
		ids = append(ids, row.ID)
		last = query.Position{Keys: row.Keys, ID: row.ID}
	}
}

// byID gives the rows of ids in their order; more is false when no more are wanted.
func (v *snapshot) byID(ctx context.Context, ids []string, read *rowReader, yield func(store.Row, error) bool) (more bool, err error) {
	for len(ids) > 0 {
		n := min(lookupIDs, len(ids))
		rows, err := v.rowsOf(ctx, ids[:n], read)
		if err != nil {
			return false, err
		}
		if more, err := v.give(ctx, rows, yield); !more || err != nil {
			return false, err
		}
		ids = ids[n:]
	}
	return true, nil
}

// give hands over rows, during which nothing else can be asked.
func (v *snapshot) give(ctx context.Context, rows []store.Row, yield func(store.Row, error) bool) (more bool, err error) {
	v.streaming = true
	defer func() { v.streaming = false }()
	for _, r := range rows {
		if err := ended(ctx); err != nil {
			return false, err
		}
		if !yield(r, nil) {
			return false, nil
		}
	}
	return true, nil
}

// fewColumns is the number of columns up to which rows are read from them. To read a row of a column DuckDB unpacks up to
// two thousand, of the long texts 10 MB; beyond this number the whole notice, packed by itself, costs less.
const fewColumns = 16

// rowsOf reads rows by their ids, in the order of these.
func (v *snapshot) rowsOf(ctx context.Context, ids []string, read *rowReader) ([]store.Row, error) {
	place := make(map[string]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	rows := make([]store.Row, len(ids))
	if len(read.columns) <= fewColumns && !read.long && !read.opaque {
		err := v.lookup(ctx, ids, read.columns, read.args, func(r *result) {
			row := read.kept(r)
			rows[place[row.ID]] = row
		})
		return rows, err
	}
	bodies := make([][]byte, len(ids))
	err := v.lookup(ctx, ids, []string{colNotice, colBody}, nil, func(r *result) { bodies[place[r.text(0)]] = r.bytes(1) })
	if err != nil {
		return nil, err
	}
	return rows, v.unpack(ids, bodies, read, rows)
}

func (v *snapshot) lookup(ctx context.Context, ids, columns []string, args []any, row func(r *result)) error {
	return inPieces(ids, args, func(list string, args []any) error {
		r, err := v.c.query(ctx, fmt.Sprintf("SELECT %s FROM notices WHERE %s IN (%s)", strings.Join(columns, ", "), colNotice, list), args...)
		if err != nil {
			return err
		}
		defer r.close()
		for {
			more, err := r.next(ctx)
			if !more || err != nil {
				return err
			}
			row(r)
		}
	})
}

// unpack makes rows out of whole notices, on all processors.
func (v *snapshot) unpack(ids []string, bodies [][]byte, read *rowReader, rows []store.Row) error {
	workers := min(runtime.GOMAXPROCS(0), len(ids))
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(ids) && errs[w] == nil; i += workers {
				rows[i], errs[w] = v.rowOf(ids[i], bodies[i], read)
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *snapshot) rowOf(id string, data []byte, read *rowReader) (store.Row, error) {
	decode := v.store.codec.decode
	if read.flat {
		decode = v.store.codec.decodeRecord
	}
	n, err := decode(id, data)
	if err != nil {
		return store.Row{}, err
	}
	values := store.Values(n, read.fields)
	return store.Row{ID: id, Keys: values[:len(read.keys):len(read.keys)], Values: values[len(read.keys):]}, nil
}
