package duckdb

import (
	"context"
	"time"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/notice"
)

// appender adds rows to a table in the transaction of its connection, much faster than INSERT. The values of a row are given
// column by column, in the order of the table, then endRow. Rows stand in the table after flush.
type appender struct {
	c       *conn
	a       bindings.Appender
	types   []bindings.LogicalType
	chunk   bindings.DataChunk
	columns []slot
	size    int // rows that a chunk takes
	row     int
	col     int
	bytes   int // text in the chunk
}

// slot is the place of a column in the chunk being filled.
type slot struct {
	vector bindings.Vector
	data   unsafe.Pointer
	valid  unsafe.Pointer // a bit for each row, set for values; nil while all are values
	isList bool
	child  bindings.Vector
	count  int // values in the child
}

// chunkBytes is the amount of text with which a chunk goes to DuckDB before it is full: rows here are wide.
const chunkBytes = 8 << 20

func newAppender(ctx context.Context, c *conn, table string) (*appender, error) {
	a := &appender{c: c, size: int(bindings.VectorSize())}
	if bindings.AppenderCreate(c.c, "", table, &a.a) == bindings.StateError {
		err := a.failure(ctx)
		a.close()
		return nil, err
	}
	n := int(bindings.AppenderColumnCount(a.a))
	a.columns = make([]slot, n)
	for i := range n {
		t := bindings.AppenderColumnType(a.a, bindings.IdxT(i))
		a.columns[i].isList = bindings.GetTypeId(t) == bindings.TypeList
		a.types = append(a.types, t)
	}
	a.chunk = bindings.CreateDataChunk(a.types)
	a.reset()
	return a, nil
}

func (a *appender) failure(ctx context.Context) error {
	data := bindings.AppenderErrorData(a.a)
	defer bindings.DestroyErrorData(&data)
	return a.c.failure(ctx, bindings.ErrorDataErrorType(data), bindings.ErrorDataMessage(data), "append")
}

// reset makes the chunk ready for its first row.
func (a *appender) reset() {
	for i := range a.columns {
		s := &a.columns[i]
		s.vector = bindings.DataChunkGetVector(a.chunk, bindings.IdxT(i))
		s.data, s.valid = bindings.VectorGetData(s.vector), nil
		if s.count = 0; s.isList {
			s.child = bindings.ListVectorGetChild(s.vector)
		}
	}
	a.row, a.col, a.bytes = 0, 0, 0
}

func (a *appender) slot() *slot {
	s := &a.columns[a.col]
	a.col++
	return s
}

func (a *appender) null() {
	s := a.slot()
	s.null(a.row)
	if s.isList {
		s.entry(a.row, s.count)
	}
}

// null makes a row null.
func (s *slot) null(row int) {
	if s.valid == nil {
		bindings.VectorEnsureValidityWritable(s.vector)
		s.valid = bindings.VectorGetValidity(s.vector)
	}
	*(*uint64)(unsafe.Add(s.valid, row/64*8)) &^= 1 << (row % 64)
}

// set writes a value of fixed size into a place of a vector's data.
func set[T any](data unsafe.Pointer, place int, v T) {
	*(*T)(unsafe.Add(data, place*int(unsafe.Sizeof(v)))) = v
}

func (a *appender) int(v int64)      { set(a.slot().data, a.row, v) }
func (a *appender) int32(v int32)    { set(a.slot().data, a.row, v) }
func (a *appender) number(v float64) { set(a.slot().data, a.row, v) }
func (a *appender) bool(v bool)      { set(a.slot().data, a.row, v) }

// text writes a text, which must be UTF-8; for one that may be absent see textOrNull.
func (a *appender) text(s string) {
	bindings.VectorAssignStringElement(a.slot().vector, bindings.IdxT(a.row), s)
	a.bytes += len(s)
}

func (a *appender) blob(b []byte) {
	bindings.VectorAssignStringElementLen(a.slot().vector, bindings.IdxT(a.row), b)
	a.bytes += len(b)
}

// textOrNull writes null for the empty text.
func (a *appender) textOrNull(s string) {
	if s == "" {
		a.null()
		return
	}
	a.text(s)
}

// texts writes a list of texts, null for none.
func (a *appender) texts(list []string) {
	if len(list) == 0 {
		a.null()
		return
	}
	s := a.slot()
	first := s.grow(len(list))
	for i, t := range list {
		bindings.VectorAssignStringElement(s.child, bindings.IdxT(first+i), t)
		a.bytes += len(t)
	}
	s.entry(a.row, first)
}

// grow makes room for n further values of a list and gives the place of the first.
func (s *slot) grow(n int) (first int) {
	first = s.count
	s.count += n
	bindings.ListVectorReserve(s.vector, bindings.IdxT(s.count))
	bindings.ListVectorSetSize(s.vector, bindings.IdxT(s.count))
	return first
}

// entry says that the list of a row is what was added since first.
func (s *slot) entry(row, first int) {
	*(*[2]uint64)(unsafe.Add(s.data, row*16)) = [2]uint64{uint64(first), uint64(s.count - first)}
}

// date writes a day, null for the zero one.
func (a *appender) date(d notice.Date) {
	if d.IsZero() {
		a.null()
		return
	}
	a.int32(int32(daysOf(d)))
}

// instant writes a time to the microsecond, null for the zero one.
func (a *appender) instant(t time.Time) {
	if t.IsZero() {
		a.null()
		return
	}
	a.int(t.UnixMicro())
}

// daysOf gives the days since 1970-01-01.
func daysOf(d notice.Date) day { return day(d.In(time.UTC).Unix() / (24 * 60 * 60)) }

// dateOf is the inverse of daysOf.
func dateOf(d day) notice.Date {
	return notice.DateOf(time.Unix(int64(d)*24*60*60, 0).UTC())
}

// endRow ends a row.
func (a *appender) endRow(ctx context.Context) error {
	if a.col != len(a.columns) {
		panic("duckdb: a row of another length than its table")
	}
	a.col = 0
	if a.row++; a.row == a.size || a.bytes > chunkBytes {
		return a.flush(ctx)
	}
	return nil
}

// flush puts the rows since the last flush into the table.
func (a *appender) flush(ctx context.Context) error {
	if a.row == 0 {
		return nil
	}
	bindings.DataChunkSetSize(a.chunk, bindings.IdxT(a.row))
	if bindings.AppendDataChunk(a.a, a.chunk) == bindings.StateError || bindings.AppenderFlush(a.a) == bindings.StateError {
		return a.failure(ctx)
	}
	bindings.DataChunkReset(a.chunk)
	a.reset()
	return nil
}

// close drops what was not flushed.
func (a *appender) close() {
	if a.a.Ptr != nil {
		bindings.AppenderClear(a.a)
		bindings.AppenderDestroy(&a.a)
	}
	bindings.DestroyDataChunk(&a.chunk)
	for i := range a.types {
		bindings.DestroyLogicalType(&a.types[i])
	}
}
