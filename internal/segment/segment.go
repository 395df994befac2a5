// Package segment is the unit of the search index: an immutable set of notices, coded for questions. A segment is one file that
// is mapped into memory (or, for a few notices, the same bytes on the heap). Columns are dictionary-coded: a document holds
// small numbers whose order is the order of the values, so that comparing, sorting, counting and grouping never touch text.
// Words have postings. The notices themselves are kept as their store packed them.
//
// Documents are numbered from 0 in the order of the field dateparution, which the default order of every surface goes by (none
// last), then of their ids, byte by byte.
//
// A segment says what it holds and never guesses: what is damaged (a block whose checksum is wrong), foreign or of another
// version is a fault of kind Conflict, and the index is made anew. Checksums are verified when a block is first touched.
package segment

import (
	"iter"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
)

// DayField names the field by which documents are numbered. A catalogue without it numbers by id alone.
const DayField = "dateparution"

// Segment is an immutable set of notices. Its methods are safe for concurrent use. Bitmaps that it gives live as long as the
// segment, and so do those made from them (roaring.Or and the like share containers); everything else is the caller's.
type Segment interface {
	// Len is the number of documents.
	Len() int
	// Info says what the segment was made as.
	Info() Info
	// ID is the id of a document.
	ID(doc uint32) string
	// Find looks for a document by the id of its notice.
	Find(id string) (doc uint32, ok bool)
	// IDRank is the place of a document among all in the order of ids, byte by byte: the tie-break of every order.
	IDRank(doc uint32) uint32
	// Column gives the coded column of a field of the catalogue, found by its name; nil for a field that has none (see Columns). A
	// fault of kind Conflict when it is damaged.
	Column(f *field.Field) (Column, error)
	// Words gives the postings of the words of a field; nil when there are none: a field of few values (see Few) has none, its
	// words are those of the values of its column, and a small segment has none of bags. A fault of kind Conflict when they are
	// damaged.
	Words(f *field.Field) (Words, error)
	// Packed is the notice as its store packed it (store.Packer). A fault of kind Conflict when it is damaged.
	Packed(doc uint32) ([]byte, error)
	// Size is the number of bytes of the segment.
	Size() int64
	// Forget gives back the memory that pages of the file take. They come back as they are touched, from the system's own cache while
	// it has them. Segments on the heap have none.
	Forget()
	// Err is the first damage that a method met which has no error to give (ID, Find, Value, Search, Matching, Near and Phrase, which then
	// give nothing): a fault of kind Conflict. Whoever answers from a segment asks it before the answer counts.
	Err() error
	// Close releases the file. Nothing of the segment may be in use.
	Close() error
}

// Info is what a segment was made as.
type Info struct {
	Build     string // what Options.Build said
	Catalogue string // Fingerprint of the fields
	Small     bool   // no words of bags
}

// Column is one field of all documents. Code 0 stands for null, codes from 1 on for the different values in ascending order
// (field.Type.Compare).
type Column interface {
	// Values is the number of different values: the codes are 1 to Values.
	Values() uint32
	// Value is the value of a code from 1 on.
	Value(code uint32) field.Value
	// Search gives the first code whose value is not less than v, Values()+1 when there is none, and whether it is equal. It
	// takes no memory.
	Search(v field.Value) (code uint32, equal bool)
	// Docs are the documents that have a value, those without any for code 0. The bitmap is not to be changed.
	Docs(code uint32) (*roaring.Bitmap, error)
	// Count is the number of these documents.
	Count(code uint32) uint64
	// Range are the documents that have a value with a code in [from, to); 0 stands for null as in Docs. The bitmap is the
	// caller's.
	Range(from, to uint32) (*roaring.Bitmap, error)
	// Codes appends the codes of a document's values to buf in the order of the notice, repetitions kept; nothing for null.
	Codes(doc uint32, buf []uint32) []uint32
	// Code is the code of a document in a single-valued column, 0 for null: faster than Codes. In one of several values it is the
	// first.
	Code(doc uint32) uint32
	// Tally adds to counts[c] the number of the documents of docs that have the value of code c (null for 0), each once.
	// counts has Values()+1 places.
	Tally(docs *roaring.Bitmap, counts []uint64)
	// Sorted reports whether the column has one value at most and no document has a smaller one than one before it (null,
	// last, apart).
	Sorted() bool
	// Span are the documents [first, end) of the codes [from, to) of a sorted column, from 1 on; those of null for 0 and 1.
	Span(from, to uint32) (first, end uint32)
}

// Lender is what a column may be beside: one that gives values without copying their texts.
type Lender interface {
	// Lend is Value, but a text lives only as long as the segment.
	Lend(code uint32) field.Value
}

// Words are the postings of a field: for each word or term of its line (field.Field.Line, but not the bar) the documents whose
// line holds it.
type Words interface {
	// Len is the number of different words.
	Len() int
	// Docs are the documents whose line holds the word; empty for none. The bitmap is not to be changed.
	Docs(word string) (*roaring.Bitmap, error)
	// Matching lists the words that may be found by a piece, in order: those that are it, or begin with it (openEnd), end with it
	// (openStart) or hold it (both).
	Matching(piece string, openStart, openEnd bool) iter.Seq[string]
	// Near lists the words at most so many edits away (text.Distance), in order.
	Near(word string, edits int) iter.Seq[string]
	// Frequency is the number of documents of a word.
	Frequency(word string) uint64
	// Phrase gives what reports whether words stand one behind another in the line of a document, as query.Token.In does; the first
	// may be the end of a word (openStart), the last the beginning of one (openEnd). nil when lines keep no order (a bag) or the
	// words are those of a column. What it gives is not for use by several goroutines at once.
	Phrase(words []string, openStart, openEnd bool) func(doc uint32) bool
}
