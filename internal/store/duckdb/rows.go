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

// fewColumns is the number of columns up to which a page reads them. To read a row of a column DuckDB unpacks up to two
// thousand, of the long texts 10 MB; beyond this number the whole notice, packed by itself, costs less.
const fewColumns = 16

// page gives a few rows in two steps.
func (v *snapshot) page(ctx context.Context, q query.Query, read *rowReader, yield func(store.Row, error) bool) error {
	ids, err := v.pageIDs(ctx, q, read.keys)
	if err != nil || len(ids) == 0 {
		return err
	}
	columns, row := read.columns, read.kept
	if len(columns) > fewColumns || read.long {
		columns, row = []string{colNotice, colBody}, func(r *result) (store.Row, error) { return v.rowOfBody(r, read) }
	}
	found, err := v.rowsOf(ctx, ids, columns, row)
	if err != nil {
		return err
	}
	v.streaming = true
	defer func() { v.streaming = false }()
	for _, id := range ids {
		if err := ended(ctx); err != nil {
			return err
		}
		if !yield(found[id], nil) {
			return nil
		}
	}
	return nil
}

// rowsOf reads rows by their ids.
func (v *snapshot) rowsOf(ctx context.Context, ids, columns []string, row func(r *result) (store.Row, error)) (map[string]store.Row, error) {
	found := make(map[string]store.Row, len(ids))
	err := inPieces(ids, func(list string, args []any) error {
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
			one, err := row(r)
			if err != nil {
				return err
			}
			found[one.ID] = one
		}
	})
	return found, err
}

// rowOfBody makes the row out of the whole notice.
func (v *snapshot) rowOfBody(r *result, read *rowReader) (store.Row, error) {
	id := r.text(0)
	n, err := v.store.codec.decode(id, r.bytes(1))
	if err != nil {
		return store.Row{}, err
	}
	values := store.Values(n, read.fields)
	return store.Row{ID: id, Keys: values[:len(read.keys):len(read.keys)], Values: values[len(read.keys):]}, nil
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
	long    bool           // the long texts are among them
	out     store.Row
	buffers [][]field.Value // one for each of fields
	days    map[int32]string
}

func newRowReader(sc *schema, keys []query.Key, fields []*field.Field) (*rowReader, error) {
	r := &rowReader{columns: []string{colNotice}, keys: keys, days: map[int32]string{}}
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
		r.long = r.long || f.Name == "gestion" || f.Name == "donnees"
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

// kept reads the current row for longer than until the next one.
func (r *rowReader) kept(from *result) (store.Row, error) {
	r.forget()
	return r.row(from), nil
}

// row reads the current row. It is valid until the next one.
func (r *rowReader) row(from *result) store.Row {
	r.out.ID = from.text(0)
	for i, f := range r.fields {
		values := r.values(&from.columns[r.at[i]], from.row, f, r.buffers[i])
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

// values reads the values of a field into buf, which holds those of an earlier row; nil for null.
func (r *rowReader) values(v *vector, row int, f *field.Field, buf []field.Value) []field.Value {
	if v.null(row) {
		return nil
	}
	if !f.Multi {
		return append(buf[:0], r.value(v, row, f.Type, earlier(buf, 0)))
	}
	from, to := v.list(row)
	list := buf[:0]
	for i := from; i < to; i++ {
		list = append(list, r.value(v.child, i, f.Type, earlier(buf, i-from)))
	}
	return list
}

// earlier is the text that an earlier row had in a place: often this one has the same, which need not be copied again.
func earlier(buf []field.Value, place int) string {
	if place < len(buf) {
		return buf[place].Str
	}
	return ""
}

func (r *rowReader) value(v *vector, row int, t field.Type, earlier string) field.Value {
	switch t {
	case field.Date:
		return field.Value{Str: r.day(at[int32](v, row))}
	case field.DateTime:
		return field.Value{Time: instant(at[int64](v, row))}
	case field.Number:
		return field.Num(at[float64](v, row))
	case field.Bool:
		return field.Flag(at[bool](v, row))
	}
	if s := v.borrow(row); s != earlier {
		return field.Str(strings.Clone(s))
	}
	return field.Str(earlier)
}

// day writes a day. There are few different ones.
func (r *rowReader) day(days int32) string {
	s, ok := r.days[days]
	if !ok {
		s = dateOf(day(days)).String()
		r.days[days] = s
	}
	return s
}
