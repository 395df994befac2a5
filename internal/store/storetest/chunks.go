package storetest

import (
	"slices"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// compareChunks holds the chunks of a view, of every size and read in any order, against its rows. Views need not give chunks.
func compareChunks(t testing.TB, s store.Snapshot, q query.Query, fields []*field.Field, rows []store.Row) {
	t.Helper()
	c, ok := s.(store.Chunker)
	if !ok {
		return
	}
	size := len(rows)
	stream := c.Chunks(t.Context(), q, fields, func() int { size = (size*7+5)%11 + 1; return size })
	if stream == nil {
		return
	}
	var chunks []store.Chunk
	var sizes []int
	for chunk, err := range stream {
		if err != nil {
			t.Errorf("%s in chunks: %v", describe(q), err)
			return
		}
		chunks, sizes = append(chunks, chunk), append(sizes, size)
	}
	first := make([]int, len(chunks)+1)
	for i := range chunks {
		first[i+1] = min(first[i]+sizes[i], len(rows))
	}
	if first[len(chunks)] != len(rows) {
		t.Errorf("%s gives %d chunks for %d rows", describe(q), len(chunks), len(rows))
	}
	for i, chunk := range slices.Backward(chunks) {
		n := first[i]
		for values, err := range chunk.Rows() {
			if err != nil || n >= first[i+1] || len(values) != len(fields) {
				t.Errorf("%s, chunk %d, row %d: %d values, %v", describe(q), i, n, len(values), err)
				return
			}
			for k, f := range fields {
				if !same(f, values[k], rows[n].Values[k]) {
					t.Errorf("row %d of %s has in chunk %d %s = %v, want %v", n, describe(q), i, f.Formula(), values[k], rows[n].Values[k])
				}
			}
			n++
		}
		if n != first[i+1] {
			t.Errorf("%s, chunk %d ends with row %d, not %d", describe(q), i, n, first[i+1])
		}
	}
}
