package segment

import (
	"io"

	"github.com/boamp/boamp/internal/field"
)

// Options say how a segment is made.
type Options struct {
	Catalogue *field.Catalogue
	Small     bool   // no words of bags: see Lines
	Build     string // kept as it is and compared by Expect: the revision of the store, say
	Temp      string // folder for what does not fit into memory, which must exist; "" for the system's
	Memory    int64  // bytes for what is being sorted; 0 for DefaultMemory. The process takes about as much again
}

// Document is a notice for a Builder.
type Document struct {
	ID     string
	Data   []byte          // as the store packed it
	Values [][]field.Value // one for each field of Columns(catalogue), in its order; nil is null
	Lines  []string        // one for each field of Lines(catalogue, small), in its order
}

// Builder makes a segment of documents.
type Builder struct {
	out io.Writer
}

// NewBuilder starts a segment that is written to w one byte behind the other.
func NewBuilder(w io.Writer, o Options) (*Builder, error) { panic("not yet") }

// Add takes the next document, whose id must be greater than those before it (else a fault of kind Invalid). Nothing of it is kept.
func (b *Builder) Add(d Document) error { panic("not yet") }

// Finish writes what is left. The caller syncs and closes what the segment was written to.
func (b *Builder) Finish() error { panic("not yet") }

// Close drops what the builder holds, finished or not. A second Close does nothing.
func (b *Builder) Close() error { return nil }
