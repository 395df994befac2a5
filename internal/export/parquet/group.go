package parquet

import (
	"encoding/json"
	"time"
	"unsafe"

	pq "github.com/parquet-go/parquet-go"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// The library takes values column by column. So many rows, or bytes of texts, go to it at once: it ends pages between them only.
const (
	batchRows  = 128
	batchBytes = 64 << 10
)

// group is a row group. Groups are filled apart from one another and committed in order.
type group struct {
	o       *export.Options
	fields  []*field.Field
	names   []string
	copies  bool // texts are copied, as they do not stay
	out     *pq.ConcurrentRowGroupWriter
	columns [][]pq.Value // rows for the library
	held    int          // of them
	weight  int          // bytes of them
	text    []byte       // texts of theirs that do not stay
	rows    int          // of the group
	bytes   int
}

// Row implements export.Piece.
func (g *group) Row(values [][]field.Value) error {
	for i, f := range g.fields {
		if err := g.column(i, f, values[i]); err != nil {
			return err
		}
	}
	g.rows++
	g.held++
	if g.held < batchRows && g.weight < batchBytes {
		return nil
	}
	return g.flush()
}

// flush gives the rows to the library.
func (g *group) flush() error {
	for i, values := range g.columns {
		if _, err := g.out.ColumnWriters()[i].WriteRowValues(values); err != nil {
			return err
		}
		g.columns[i] = values[:0]
	}
	g.held, g.weight, g.text = 0, 0, g.text[:0]
	return nil
}

// commit writes the group after those before it; then it is empty.
func (g *group) commit() error {
	if g.held > 0 {
		if err := g.flush(); err != nil {
			return err
		}
	}
	if g.rows == 0 {
		return nil
	}
	g.rows, g.bytes = 0, 0
	_, err := g.out.Commit()
	return err
}

// column appends the values of one field. The levels are those of Dremel: an optional value has definition level 1, an entry of an
// optional list 2; later entries repeat at level 1.
func (g *group) column(i int, f *field.Field, values []field.Value) error {
	if len(values) == 0 {
		level := 0
		if f.Multi && values != nil {
			level = 1
		}
		g.add(i, pq.NullValue().Level(0, level, i), 0)
		return nil
	}
	if !f.Multi {
		v, err := g.value(i, f, values[0])
		g.add(i, v.Level(0, 1, i), len(values[0].Str))
		return err
	}
	for n, one := range values {
		v, err := g.value(i, f, one)
		if err != nil {
			return err
		}
		g.add(i, v.Level(min(n, 1), 2, i), len(one.Str))
	}
	return nil
}

func (g *group) add(i int, v pq.Value, text int) {
	g.columns[i] = append(g.columns[i], v)
	g.weight += 8 + text
	g.bytes += 8 + text
}

func (g *group) value(i int, f *field.Field, v field.Value) (pq.Value, error) {
	switch f.Type {
	case field.Date:
		day, err := dayOf(v.Str)
		if err != nil {
			return pq.Value{}, fault.Wrap(fault.Internal, err, "column %s: %q is no day", g.names[i], v.Str)
		}
		return pq.Int32Value(day), nil
	case field.DateTime:
		return pq.Int64Value(v.Time.UnixMilli()), nil
	case field.Number:
		return pq.DoubleValue(v.Num), nil
	case field.Int:
		return pq.Int64Value(int64(v.Num)), nil
	case field.Bool:
		return pq.BooleanValue(v.Num != 0), nil
	}
	start := len(g.text)
	switch {
	case f.Type == field.JSON && !json.Valid([]byte(v.Str)):
		g.text = g.o.AppendString(g.text, v.Str) // readers refuse a whole file for one text that is not JSON
	case g.copies:
		g.text = append(g.text, v.Str...)
	default:
		return pq.ByteArrayValue(bytesOf(v.Str)), nil
	}
	return pq.ByteArrayValue(g.text[start:]), nil
}

// dayOf is a day as days since 1970.
func dayOf(s string) (int32, error) {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		year, month, day := digits(s[:4]), digits(s[5:7]), digits(s[8:])
		if year >= 0 && 1 <= month && month <= 12 && 1 <= day && day <= 28 {
			return int32(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400), nil // exact: midnight in UTC
		}
	}
	t, err := time.Parse(time.DateOnly, s)
	return int32(t.Unix() / 86400), err
}

// digits reads a number without sign; -1 when it is none.
func digits(s string) (n int) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// bytesOf are the bytes of a text, not to be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
