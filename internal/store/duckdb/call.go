package duckdb

/*
#include <stdint.h>
#include <stdlib.h>

void boampCompute(void *info, void *chunk, void *out);
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"sync"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

// What SQL cannot say exactly as the reference evaluators do - patterns of dates, clocks of a zone, lower case of any script,
// words that are nearly another - DuckDB asks Go for, some two thousand values at a time, in all its threads. SQL calls
// boamp_<in>_<out>(key, value); the key finds the function in the store's table.

// call is a function of one value that is not null. It is used by several threads.
type call struct {
	in, out field.Type // of kinds
	// begin gives the function for the values of one chunk, to be used by one thread: it may keep state. Its answer is false
	// for null. What it is given it may not keep.
	begin func() func(v field.Value) (field.Value, bool)
}

// calls are the functions that the open views use.
type calls struct {
	mu   sync.RWMutex
	last int64
	byID map[int64]*call
}

func (c *calls) add(f *call) (key int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	c.byID[c.last] = f
	return c.last
}

func (c *calls) drop(keys []int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		delete(c.byID, k)
	}
}

func (c *calls) find(key int64) *call {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.byID[key]
}

// kinds are the types of values that functions take and give. Whole numbers go as numbers, JSON as text.
func kinds() map[field.Type]bindings.Type {
	return map[field.Type]bindings.Type{field.Text: bindings.TypeVarchar, field.Date: bindings.TypeDate, field.DateTime: bindings.TypeTimestamp,
		field.Number: bindings.TypeDouble, field.Bool: bindings.TypeBoolean}
}

// callName is the name in SQL of the functions from one type to another.
func callName(in, out field.Type) string { return "boamp_" + in.String() + "_" + out.String() }

// register makes the functions known to a database, which finds c through handle as long as it is open.
func (c *calls) register(on *conn, handle cgo.Handle) error {
	for in, from := range kinds() {
		for out, to := range kinds() {
			if !registerCall(on, callName(in, out), from, to, handle) {
				return fault.New(fault.Internal, "DuckDB refuses the function %s", callName(in, out))
			}
		}
	}
	return nil
}

func registerCall(on *conn, name string, in, out bindings.Type, handle cgo.Handle) bool {
	f := bindings.CreateScalarFunction()
	defer bindings.DestroyScalarFunction(&f)
	bindings.ScalarFunctionSetName(f, name)
	for _, t := range []bindings.Type{bindings.TypeBigInt, in} {
		l := bindings.CreateLogicalType(t)
		bindings.ScalarFunctionAddParameter(f, l)
		bindings.DestroyLogicalType(&l)
	}
	l := bindings.CreateLogicalType(out)
	bindings.ScalarFunctionSetReturnType(f, l)
	bindings.DestroyLogicalType(&l)
	place := (*C.uintptr_t)(C.malloc(C.sizeof_uintptr_t)) // DuckDB frees it
	*place = C.uintptr_t(handle)
	bindings.ScalarFunctionSetExtraInfo(f, unsafe.Pointer(place), C.free)
	bindings.ScalarFunctionSetFunction(f, C.boampCompute)
	return bindings.RegisterScalarFunction(on.c, f) != bindings.StateError
}

// boampCompute is what DuckDB calls, in any of its threads, with the arguments of some rows.
//
//export boampCompute
func boampCompute(info, chunk, out unsafe.Pointer) {
	defer func() {
		if p := recover(); p != nil { // it must not pass through DuckDB
			bindings.ScalarFunctionSetError(bindings.FunctionInfo{Ptr: info}, fmt.Sprint("a computed value: ", p))
		}
	}()
	place := (*C.uintptr_t)(bindings.ScalarFunctionGetExtraInfo(bindings.FunctionInfo{Ptr: info}))
	cgo.Handle(*place).Value().(*calls).compute(bindings.DataChunk{Ptr: chunk}, bindings.Vector{Ptr: out})
}

// compute fills a vector with the function of the values of a chunk.
func (c *calls) compute(chunk bindings.DataChunk, out bindings.Vector) {
	rows := int(bindings.DataChunkGetSize(chunk))
	if rows == 0 {
		return
	}
	var keys, from vector
	keys.read(bindings.DataChunkGetVector(chunk, 0))
	from.read(bindings.DataChunkGetVector(chunk, 1))
	f := c.find(at[int64](&keys, 0))
	if f == nil {
		panic("its question is over")
	}
	to := slot{vector: out, data: bindings.VectorGetData(out)}
	g := f.begin()
	// Neighbours are often equal: notices stand by day.
	var last, result field.Value
	known, ok := false, false
	for i := range rows {
		if from.null(i) {
			to.null(i)
			continue
		}
		if v := from.borrowed(i, f.in, last); !known || v != last {
			last, known = v, true
			result, ok = g(v)
		}
		if ok {
			to.set(f.out, i, result)
		} else {
			to.null(i)
		}
	}
}

// borrowed reads a value whose text lives as long as the chunk; like is one read before.
func (v *vector) borrowed(row int, t field.Type, like field.Value) field.Value {
	switch t {
	case field.Date:
		// Num holds the day, so that equal ones need no text.
		n := float64(at[int32](v, row))
		if n == like.Num && like.Str != "" {
			return like
		}
		return field.Value{Num: n, Str: dateOf(day(at[int32](v, row))).String()}
	case field.DateTime:
		return field.Value{Time: instant(at[int64](v, row))}
	case field.Number:
		return field.Num(at[float64](v, row))
	case field.Bool:
		return field.Flag(at[bool](v, row))
	}
	return field.Str(v.borrow(row))
}

// set writes a value into a row.
func (s *slot) set(t field.Type, row int, v field.Value) {
	switch t {
	case field.Date:
		d, _ := notice.ParseDate(v.Str)
		set(s.data, row, int32(daysOf(d)))
	case field.DateTime:
		set(s.data, row, v.Time.UnixMicro())
	case field.Number:
		set(s.data, row, v.Num)
	case field.Bool:
		set(s.data, row, v.Num != 0)
	default:
		bindings.VectorAssignStringElement(s.vector, bindings.IdxT(row), v.Str)
	}
}
