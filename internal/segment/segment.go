// Package segment is the unit of the search index: an immutable set of notices, coded for questions. A segment is one file that
// is mapped into memory (or, for a few notices, the same bytes on the heap). Columns are dictionary-coded: a document holds
// small numbers whose order is the order of the values, so that comparing, sorting, counting and grouping never touch text.
// Words have postings. The notices themselves are kept as their store packed them.
//
// Documents are numbered from 0 in the order of publication day (none last), then id.
//
// A segment says what it holds and never guesses: what is damaged (a block whose checksum is wrong) is a fault of kind
// Conflict, and the index is made anew.
package segment

import (
	"iter"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
)

// Segment is an immutable set of notices. Its methods are safe for concurrent use.
type Segment interface {
	// Len is the number of documents.
	Len() int
	// ID is the id of a document.
	ID(doc uint32) string
	// Find looks for a document by the id of its notice.
	Find(id string) (doc uint32, ok bool)
	// IDRank is the place of a document among all in the order of ids, byte by byte: the tie-break of every order.
	IDRank(doc uint32) uint32
	// Column gives the coded column of a field; false for a field that has none (long texts, hidden and opaque fields).
	Column(f *field.Field) (Column, bool)
	// Words gives the postings of the words of a field; false when there are none. A field of few values has none: its words are
	// those of the values of its column.
	Words(f *field.Field) (Words, bool)
	// Packed is the notice as its store packed it (store.Packer). The bytes are not to be changed and live as long as the segment.
	Packed(doc uint32) ([]byte, error)
	// Size is the number of bytes of the segment.
	Size() int64
	// Close releases the file.
	Close() error
}

// Column is one field of all documents. Code 0 stands for null, codes from 1 on for the different values in ascending order
// (field.Type.Compare).
type Column interface {
	// Values is the number of different values: the codes are 1 to Values.
	Values() uint32
	// Value is the value of a code from 1 on.
	Value(code uint32) field.Value
	// Search gives the first code whose value is not less than v, Values()+1 when there is none, and whether it is equal.
	Search(v field.Value) (code uint32, equal bool)
	// Docs are the documents that have a value, those without any for code 0. The bitmap is not to be changed.
	Docs(code uint32) (*roaring.Bitmap, error)
	// Count is the number of these documents.
	Count(code uint32) uint64
	// Range are the documents that have a value with a code in [from, to). The bitmap is the caller's.
	Range(from, to uint32) (*roaring.Bitmap, error)
	// Codes appends the codes of a document's values to buf in the order of the notice, repetitions kept; nothing for null.
	Codes(doc uint32, buf []uint32) []uint32
	// Code is the code of a single-valued column: faster than Codes.
	Code(doc uint32) uint32
	// Sorted reports whether no document has a smaller code than one before it (null, last, apart).
	Sorted() bool
}

// Words are the postings of a field: for each word or term of its line (field.Field.Line) the documents whose line holds it.
type Words interface {
	// Docs are the documents whose line holds the word; empty for none. The bitmap is not to be changed.
	Docs(word string) (*roaring.Bitmap, error)
	// Matching lists the words that may be found by a piece: those that begin with it, end with it or hold it.
	Matching(piece string, openStart, openEnd bool) iter.Seq[string]
	// Near lists the words at most so many edits away (text.Distance).
	Near(word string, edits int) iter.Seq[string]
	// Frequency is the number of documents of a word.
	Frequency(word string) uint64
}
