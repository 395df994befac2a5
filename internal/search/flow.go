package search

import (
	"context"
	"iter"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Flow is a table on its way into a file: in pieces that all processors read and encode, where view and format can, otherwise row by
// row. The file is the same. It is for one goroutine at a time.
type Flow struct {
	ctx  context.Context
	view store.View
	t    query.Table
	enc  export.Splitter // nil before Encode, and for formats that take rows alone
}

// Piece is what a flow is made of: a row, as of Table, or a chunk of rows.
type Piece struct {
	Row   [][]field.Value
	Chunk store.Chunk // nil for a row
}

// NewFlow makes the flow of a table. Nothing is asked of the view yet.
func NewFlow(ctx context.Context, v store.View, t query.Table) *Flow {
	return &Flow{ctx: ctx, view: v, t: t}
}

// Pieces streams the table. A row is valid until the next one, a chunk as long as the view is open. An error is the last thing that the stream gives.
func (f *Flow) Pieces() iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		if chunks := f.chunks(); chunks != nil {
			for c, err := range chunks {
				if !yield(Piece{Chunk: c}, err) {
					return
				}
			}
			return
		}
		for row, err := range Table(f.ctx, f.view, f.t) {
			if !yield(Piece{Row: row}, err) {
				return
			}
		}
	}
}

// chunks is the table in chunks, nil when the view does not give them.
func (f *Flow) chunks() iter.Seq2[store.Chunk, error] {
	c, ok := f.view.(store.Chunker)
	if !ok || f.t.Groups != nil {
		return nil
	}
	q := query.Query{Where: f.t.Where, Sort: f.t.Sort, Limit: f.t.Limit, Offset: f.t.Offset}
	return c.Chunks(f.ctx, q, f.t.Columns, f.want)
}

// firstChunk is the number of rows of the first chunk, before there is an encoder to say.
const firstChunk = 32

func (f *Flow) want() int {
	if f.enc == nil {
		return firstChunk
	}
	return f.enc.Want()
}

// Encode sends pieces, those of f, to the encoder that begin gives, ready for its rows, once the first piece is there or the stream is over without one. It does
// not end the file. When it returns, all work has ended.
func (f *Flow) Encode(pieces iter.Seq2[Piece, error], begin func() (export.Encoder, error)) error {
	var enc export.Encoder
	l := newLine()
	defer l.stop()
	start := func() (err error) {
		if enc, err = begin(); err == nil {
			f.enc, _ = enc.(export.Splitter)
			l.enc = f.enc
		}
		return err
	}
	for p, err := range pieces {
		if err == nil && enc == nil {
			err = start()
		}
		if err == nil {
			err = f.one(enc, l, p)
		}
		if err != nil {
			return err
		}
	}
	if enc == nil {
		return start()
	}
	return l.drain(0)
}

// one sends a piece on its way.
func (f *Flow) one(enc export.Encoder, l *line, p Piece) error {
	if p.Chunk == nil {
		return enc.Row(p.Row)
	}
	if f.enc != nil {
		if err := l.ready(); err != nil {
			return err
		}
		if l.begin(p.Chunk) {
			return nil
		}
	}
	for row, err := range p.Chunk.Rows() {
		if err != nil {
			return err
		}
		if err := enc.Row(row); err != nil {
			return err
		}
	}
	return nil
}
