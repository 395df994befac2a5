package store

import (
	"context"
	"iter"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// Chunker is what a view may offer beside its contract: rows in pieces, of which several goroutines read one each at the same time.
type Chunker interface {
	// Chunks streams the rows that Rows gives in pieces: together, in their order, they hold the values of these rows. size says before
	// each piece how many rows it may have, one or more. The pieces may be read as long as the view is open. An error is the last thing that the stream gives. It is nil when the engine cannot answer this
	// query in pieces, or at all: Rows then has the answer.
	Chunks(ctx context.Context, q query.Query, fields []*field.Field, size func() int) iter.Seq2[Chunk, error]
}

// Chunk is some rows that follow one another. One goroutine reads it, once.
type Chunk interface {
	// Rows streams the values of the rows: one entry for each wanted field, nil for null. The row and its slices are only valid until
	// the next one, its texts as long as the view is open. An error is the last thing that the stream gives.
	Rows() iter.Seq2[[][]field.Value, error]
}
