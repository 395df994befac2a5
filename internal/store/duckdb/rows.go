package duckdb

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// pageRows is the most rows of which the ids are looked for first and the columns fetched then: DuckDB carries all columns
// asked for through a sort, and finds a few rows by their key at once.
const pageRows = 100

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
	read, err := newRowReader(v.store.schema, keys, fields)
	if err != nil {
		return err
	}
	if q.Limit >= 0 && q.Limit <= pageRows && len(fields) > 0 {
		return v.page(ctx, q, read, yield)
	}
	sql, args, err := v.store.schema.selection(q, keys, read.columns)
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

// selection writes the statement of a query for some columns.
func (sc *schema) selection(q query.Query, keys []query.Key, columns []string) (string, []any, error) {
	s := statement{schema: sc}
	where, err := s.where(q.Where)
	if err != nil {
		return "", nil, err
	}
	if q.After != nil {
		behind, err := s.behind(keys, q.After)
		if err != nil {
			return "", nil, err
		}
		where += " AND " + behind
	}
	order, err := s.orderBy(keys)
	if err != nil {
		return "", nil, err
	}
	sql := "SELECT " + strings.Join(columns, ", ") + " FROM notices WHERE " + where + order
	if q.Limit >= 0 {
		sql += " LIMIT " + s.arg(int64(q.Limit))
	}
	if q.Offset > 0 {
		sql += " OFFSET " + s.arg(int64(q.Offset))
	}
	return sql, s.args, nil
}

// page gives a few rows in two steps.
func (v *snapshot) page(ctx context.Context, q query.Query, read *rowReader, yield func(store.Row, error) bool) error {
	ids, err := v.pageIDs(ctx, q, read.keys)
	if err != nil || len(ids) == 0 {
		return err
	}
	s := statement{schema: v.store.schema}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = s.arg(id)
	}
	sql := fmt.Sprintf("SELECT %s FROM notices WHERE %s IN (%s)", strings.Join(read.columns, ", "), colNotice, strings.Join(names, ", "))
	r, err := v.stream(ctx, sql, s.args...)
	if err != nil {
		return err
	}
	found := make(map[string]store.Row, len(ids))
	more := true
	for more && err == nil {
		if more, err = r.next(ctx); more && err == nil {
			read.forget()
			row := read.row(r)
			found[row.ID] = row
		}
	}
	r.close()
	defer func() { v.streaming = false }()
	for _, id := range ids {
		if err == nil {
			err = ended(ctx)
		}
		if err != nil || !yield(found[id], nil) {
			return err
		}
	}
	return err
}

func (v *snapshot) pageIDs(ctx context.Context, q query.Query, keys []query.Key) (ids []string, err error) {
	sql, args, err := v.store.schema.selection(q, keys, []string{colNotice})
	if err != nil {
		return nil, err
	}
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	r, err := v.c.query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer r.close()
	for {
		more, err := r.next(ctx)
		if !more || err != nil {
			return ids, err
		}
		ids = append(ids, r.text(0))
	}
}

// rowReader turns rows of DuckDB into rows of a result.
type rowReader struct {
	columns []string // to select, each once; the first is the id
	keys    []query.Key
	fields  []*field.Field // of the keys, then those wanted
	at      []int          // the column of each of these
	out     store.Row
	buffers [][]field.Value // one for each of fields
}

func newRowReader(sc *schema, keys []query.Key, fields []*field.Field) (*rowReader, error) {
	r := &rowReader{columns: []string{colNotice}, keys: keys}
	for _, k := range keys {
		r.fields = append(r.fields, k.Field)
	}
	r.fields = append(r.fields, fields...)
	place := map[string]int{}
	s := statement{schema: sc}
	for _, f := range r.fields {
		if err := s.known(f); err != nil {
			return nil, err
		}
		if _, ok := place[f.Name]; !ok {
			place[f.Name] = len(r.columns)
			r.columns = append(r.columns, column(f))
		}
		r.at = append(r.at, place[f.Name])
	}
	r.forget()
	return r, nil
}

// forget lets the rows read so far stay as they are.
func (r *rowReader) forget() {
	r.buffers = make([][]field.Value, len(r.fields))
	all := make([][]field.Value, len(r.fields))
	r.out = store.Row{Keys: all[:len(r.keys):len(r.keys)], Values: all[len(r.keys):]}
}

// row reads the current row. It is valid until the next one.
func (r *rowReader) row(from *result) store.Row {
	r.out.ID = from.text(0)
	for i, f := range r.fields {
		values := readValues(&from.columns[r.at[i]], from.row, f, r.buffers[i][:0])
		if values != nil {
			r.buffers[i] = values
		}
		if i < len(r.keys) {
			r.out.Keys[i] = values
		} else {
			r.out.Values[i-len(r.keys)] = values
		}
	}
	return r.out
}

// readValues reads the values of a field into buf; nil for null.
func readValues(v *vector, row int, f *field.Field, buf []field.Value) []field.Value {
	if v.null(row) {
		return nil
	}
	if !f.Multi {
		return append(buf, readValue(v, row, f.Type))
	}
	from, to := v.list(row)
	for i := from; i < to; i++ {
		buf = append(buf, readValue(v.child, i, f.Type))
	}
	return buf
}

func readValue(v *vector, row int, t field.Type) field.Value {
	switch t {
	case field.Date:
		return field.Day(dateOf(day(at[int32](v, row))))
	case field.DateTime:
		return field.Value{Time: instant(at[int64](v, row))}
	case field.Number:
		return field.Num(at[float64](v, row))
	case field.Bool:
		return field.Flag(at[bool](v, row))
	}
	return field.Str(v.text(row))
}
