package duckdb

import (
	"slices"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

// rowReader turns rows of DuckDB into rows of a result.
type rowReader struct {
	columns []string // to select, each once; the first is the id
	args    []any    // of the columns
	keys    []query.Key
	fields  []*field.Field // of the keys, then those wanted
	values  []value        // of each of these
	at      []int          // the column of each of these; 0 for an opaque one
	long    bool           // packed columns are among them
	flat    bool           // all stand in the record
	opaque  bool           // the whole notice is needed
	out     store.Row
	buffers [][]field.Value // one for each of fields
	days    map[int32]string
}

func (v *snapshot) reader(keys []query.Key, fields []*field.Field) (*rowReader, error) {
	r := &rowReader{columns: []string{colNotice}, keys: keys, flat: true, days: map[int32]string{}}
	for _, k := range keys {
		r.fields = append(r.fields, k.Field)
	}
	r.fields = append(r.fields, fields...)
	place := map[string]int{} // by formula
	s := statement{view: v}
	for i, f := range r.fields {
		if f.Opaque && i >= len(keys) {
			r.at, r.values, r.opaque, r.flat = append(r.at, 0), append(r.values, value{}), true, false
			continue
		}
		if k, ok := place[f.Formula()]; ok {
			r.at, r.values = append(r.at, k), append(r.values, r.values[slices.Index(r.at, k)])
			continue
		}
		x, err := s.value(f)
		if err != nil {
			return nil, err
		}
		place[f.Formula()] = len(r.columns)
		r.at, r.values, r.columns = append(r.at, len(r.columns)), append(r.values, x), append(r.columns, x.all())
		for _, from := range scalar.Fields(scalar.Of(f)) {
			r.flat = r.flat && from.Flat
			r.long = r.long || isPacked(from.Name)
		}
	}
	r.args = s.args
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
func (r *rowReader) kept(from *result) store.Row {
	r.forget()
	return r.row(from)
}

// row reads the current row. It is valid until the next one.
func (r *rowReader) row(from *result) store.Row {
	r.out.ID = from.text(0)
	for i, f := range r.fields {
		values := r.read(&from.columns[r.at[i]], from.row, f.Type, r.buffers[i])
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

// read reads the values of a column into buf, which holds those of an earlier row; nil for null.
func (r *rowReader) read(v *vector, row int, t field.Type, buf []field.Value) []field.Value {
	if v.null(row) {
		return nil
	}
	if !v.isList {
		return append(buf[:0], r.value(v, row, t, earlier(buf, 0)))
	}
	from, to := v.list(row)
	list := buf[:0]
	for i := from; i < to; i++ {
		list = append(list, r.value(v.child, i, t, earlier(buf, i-from)))
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
	case field.Number, field.Int:
		if v.kind == bindings.TypeBigInt {
			return field.Num(float64(at[int64](v, row)))
		}
		return field.Num(at[float64](v, row) + 0) // zero without a sign
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
