package duckdb

import (
	"context"
	"strings"
	"time"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// result is the answer of a statement, read row by row. DuckDB works ahead by a small buffer only.
type result struct {
	c       *conn
	stmt    bindings.PreparedStatement
	pending bindings.PendingResult
	res     bindings.Result
	chunk   bindings.DataChunk
	columns []vector
	rows    int // in the chunk
	row     int // the current one
}

func (r *result) start(ctx context.Context, sql string) error {
	var state bindings.State
	r.c.interruptible(ctx, func() {
		if state = bindings.PendingPreparedStreaming(r.stmt, &r.pending); state != bindings.StateError {
			state = bindings.ExecutePending(r.pending, &r.res)
		}
	})
	if state != bindings.StateError {
		return nil
	}
	if msg := bindings.ResultError(&r.res); msg != "" {
		return r.c.failure(ctx, bindings.ResultErrorType(&r.res), msg, sql)
	}
	return r.c.failure(ctx, bindings.ErrorTypeInvalid, bindings.PendingError(r.pending), sql)
}

// next goes to the next row. It gives false at the end.
func (r *result) next(ctx context.Context) (bool, error) {
	if r.row++; r.row < r.rows {
		return true, nil
	}
	for {
		bindings.DestroyDataChunk(&r.chunk)
		r.rows, r.row = 0, 0
		r.c.interruptible(ctx, func() { r.chunk = bindings.FetchChunk(r.res) })
		if r.chunk.Ptr == nil {
			if msg := bindings.ResultError(&r.res); msg != "" {
				return false, r.c.failure(ctx, bindings.ResultErrorType(&r.res), msg, "")
			}
			return false, nil
		}
		if r.rows = int(bindings.DataChunkGetSize(r.chunk)); r.rows > 0 {
			r.readVectors()
			return true, nil
		}
	}
}

func (r *result) readVectors() {
	if r.columns == nil {
		r.columns = make([]vector, bindings.DataChunkGetColumnCount(r.chunk))
	}
	for i := range r.columns {
		r.columns[i].read(bindings.DataChunkGetVector(r.chunk, bindings.IdxT(i)))
	}
}

func (r *result) close() {
	bindings.DestroyDataChunk(&r.chunk)
	bindings.DestroyResult(&r.res)
	bindings.DestroyPending(&r.pending)
	bindings.DestroyPrepare(&r.stmt)
}

// Access to the current row by column.

func (r *result) null(col int) bool   { return r.columns[col].null(r.row) }
func (r *result) text(col int) string { return r.columns[col].text(r.row) }

// textOr is the text of a column, empty when null.
func (r *result) textOr(col int) string {
	if r.null(col) {
		return ""
	}
	return r.text(col)
}

func (r *result) bytes(col int) []byte   { return []byte(r.columns[col].borrow(r.row)) }
func (r *result) int(col int) int64      { return at[int64](&r.columns[col], r.row) }
func (r *result) int32(col int) int32    { return at[int32](&r.columns[col], r.row) }
func (r *result) bool(col int) bool      { return at[bool](&r.columns[col], r.row) }
func (r *result) time(col int) time.Time { return instant(at[int64](&r.columns[col], r.row)) }

// timeOr is the time of a column, zero when null.
func (r *result) timeOr(col int) time.Time {
	if r.null(col) {
		return time.Time{}
	}
	return r.time(col)
}

// texts reads a list of text; nil for null.
func (r *result) texts(col int) []string {
	v := &r.columns[col]
	if v.null(r.row) {
		return nil
	}
	from, to := v.list(r.row)
	list := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		list = append(list, v.child.text(i))
	}
	return list
}

// vector is one column of a chunk, or the values of its lists, in DuckDB's memory: valid as long as the chunk.
type vector struct {
	data  unsafe.Pointer
	valid unsafe.Pointer // a bit for each row, set for values; nil when all are values
	child *vector        // values of lists
	kind  bindings.Type
	isList,
	known bool
}

func (v *vector) read(from bindings.Vector) {
	if !v.known {
		t := bindings.VectorGetColumnType(from)
		v.kind = bindings.GetTypeId(t)
		v.isList = v.kind == bindings.TypeList
		bindings.DestroyLogicalType(&t)
		v.known = true
	}
	v.data, v.valid = bindings.VectorGetData(from), bindings.VectorGetValidity(from)
	if v.isList {
		if v.child == nil {
			v.child = &vector{}
		}
		v.child.read(bindings.ListVectorGetChild(from))
	}
}

func (v *vector) null(row int) bool {
	if v.valid == nil {
		return false
	}
	return *(*uint64)(unsafe.Add(v.valid, row/64*8))>>(row%64)&1 == 0
}

// at reads a value of fixed size.
func at[T any](v *vector, row int) T {
	var t T
	return *(*T)(unsafe.Add(v.data, row*int(unsafe.Sizeof(t))))
}

// text copies a text out of the chunk.
func (v *vector) text(row int) string { return strings.Clone(v.borrow(row)) }

// inlined is the length up to which DuckDB keeps a text within the 16 bytes of its column entry: 4 of length, 12 of text. A
// longer one has 4 of length, 4 of prefix and a pointer.
const inlined = 12

// borrow gives a text that lives as long as the chunk.
func (v *vector) borrow(row int) string {
	entry := unsafe.Add(v.data, row*16)
	n := int(*(*uint32)(entry))
	if n == 0 {
		return ""
	}
	if n <= inlined {
		return unsafe.String((*byte)(unsafe.Add(entry, 4)), n)
	}
	return unsafe.String(*(**byte)(unsafe.Add(entry, 8)), n)
}

// list gives the range of a list in the child vector.
func (v *vector) list(row int) (from, to int) {
	e := at[[2]uint64](v, row)
	return int(e[0]), int(e[0] + e[1])
}

// instant turns DuckDB's microseconds into a time, UTC.
func instant(us int64) time.Time { return time.UnixMicro(us).UTC() }
