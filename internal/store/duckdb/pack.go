package duckdb

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

var _ store.Packer = (*snapshot)(nil)

// Unpack implements store.Packer.
func (v *snapshot) Unpack(id string, data []byte, part store.Part) (*notice.Notice, error) {
	switch part {
	case store.Halves:
		return v.store.codec.decodeHalves(id, data)
	case store.Flat:
		return v.store.codec.decodeRecord(id, data)
	}
	return v.store.codec.decode(id, data)
}

// Packed implements store.Packer: a notice is packed as its body. All of them come as they stand in the table, from one column
// behind the other; to find some by their ids in columns of long texts costs more than to read their bodies. Where they are many,
// it is most likely those that were written last, so the end of the table is read first.
func (v *snapshot) Packed(ctx context.Context, ids []string, fields, lines []*field.Field) iter.Seq2[store.Packed, error] {
	return func(yield func(store.Packed, error) bool) {
		err := v.checkPacked(ctx, fields, lines)
		switch {
		case err != nil:
		case ids == nil:
			_, err = v.packedAll(ctx, 0, fields, lines, yield)
		case len(ids) < v.store.packed:
			err = v.packedSome(ctx, ids, fields, lines, yield)
		default:
			err = v.packedLast(ctx, ids, fields, lines, yield)
		}
		if err != nil {
			yield(store.Packed{}, err)
		}
	}
}

func (v *snapshot) checkPacked(ctx context.Context, fields, lines []*field.Field) error {
	for _, f := range fields {
		if own := v.store.schema.byName[f.Name]; own == nil || own.Hidden || f.From != nil {
			return fault.New(fault.Invalid, "field %s is no column of the notices", f.Name)
		}
	}
	for _, f := range lines {
		if !slices.ContainsFunc(v.store.schema.words, func(w *field.Field) bool { return w.Name == f.Name }) {
			return fault.New(fault.Invalid, "field %s cannot be searched by words", f.Name)
		}
	}
	return v.usable(ctx)
}

// manyPacked is the number of ids from which on the end of the table is read, unless a test wants another.
const manyPacked = 2000

// packedLast looks for notices among as many rows at the end of the table, and gets those by their ids that are not there.
func (v *snapshot) packedLast(ctx context.Context, ids []string, fields, lines []*field.Field, yield func(store.Packed, error) bool) error {
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	var from int64
	_, err := v.c.one(ctx, func(r *result) { from = r.int(0) - int64(len(wanted)) }, "SELECT coalesce(max(rowid), 0) + 1 FROM notices")
	if err != nil {
		return err
	}
	more, err := v.packedAll(ctx, from, fields, lines, func(p store.Packed, err error) bool {
		if !wanted[p.ID] {
			return true
		}
		delete(wanted, p.ID)
		return yield(p, err)
	})
	if !more || err != nil || len(wanted) == 0 {
		return err
	}
	return v.packedSome(ctx, slices.Collect(maps.Keys(wanted)), fields, lines, yield)
}

// packedAll reads the table from a row to its end; more is false when no more are wanted.
func (v *snapshot) packedAll(ctx context.Context, from int64, fields, lines []*field.Field, yield func(store.Packed, error) bool) (more bool, err error) {
	read, err := v.reader(nil, fields)
	if err != nil {
		return false, err
	}
	columns := append(slices.Clone(read.columns), colBody)
	for _, f := range lines {
		columns = append(columns, wordsColumn(f))
	}
	sql := "SELECT " + strings.Join(columns, ", ") + " FROM notices"
	if from > 0 {
		sql += " WHERE rowid >= " + strconv.FormatInt(from, 10)
	}
	r, err := v.stream(ctx, sql, read.args...)
	if err != nil {
		return false, err
	}
	defer v.endStream(r)
	body := len(read.columns)
	p := store.Packed{Lines: make([]string, len(lines))}
	for {
		more, err := r.next(ctx)
		if err == nil {
			err = ended(ctx)
		}
		if err != nil || !more {
			return true, err
		}
		row := read.row(r)
		data := r.columns[body].borrow(r.row)
		p.ID, p.Values, p.Data = row.ID, row.Values, unsafe.Slice(unsafe.StringData(data), len(data))
		for i := range lines {
			p.Lines[i] = ""
			if c := &r.columns[body+1+i]; !c.null(r.row) {
				p.Lines[i] = c.borrow(r.row)
			}
		}
		if !yield(p, nil) {
			return false, nil
		}
	}
}

// packedSome makes values and lines of whole notices.
func (v *snapshot) packedSome(ctx context.Context, ids []string, fields, lines []*field.Field, yield func(store.Packed, error) bool) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !utf8.ValidString(id) }) // DuckDB takes no other text
	slices.Sort(ids)
	for ids = slices.Compact(ids); len(ids) > 0; {
		n := min(lookupIDs, len(ids))
		var list []store.Packed
		err := v.lookup(ctx, ids[:n], []string{colNotice, colBody}, nil, func(r *result) {
			list = append(list, store.Packed{ID: r.text(0), Data: r.bytes(1)})
		})
		if err == nil {
			err = v.fill(list, fields, lines, store.Workers(ctx))
		}
		if err != nil {
			return err
		}
		if more, err := v.givePacked(ctx, list, yield); !more || err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// fill makes values and lines of bodies, in several goroutines.
func (v *snapshot) fill(list []store.Packed, fields, lines []*field.Field, workers int) error {
	workers = min(workers, len(list))
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(list) && errs[w] == nil; i += workers {
				var n *notice.Notice
				if n, errs[w] = v.store.codec.decode(list[i].ID, list[i].Data); errs[w] != nil {
					return
				}
				list[i].Values = store.Values(n, fields)
				for _, f := range lines {
					list[i].Lines = append(list[i].Lines, f.Line(f.Get(n)))
				}
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

// givePacked hands over notices, during which nothing else can be asked.
func (v *snapshot) givePacked(ctx context.Context, list []store.Packed, yield func(store.Packed, error) bool) (more bool, err error) {
	v.streaming = true
	defer func() { v.streaming = false }()
	for _, p := range list {
		if err := ended(ctx); err != nil {
			return false, err
		}
		if !yield(p, nil) {
			return false, nil
		}
	}
	return true, nil
}
