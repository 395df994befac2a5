// Package feed is the contract of the readers: one raw document in, typed notices with their warnings out. Readers are
// pure (no I/O, no clock) and live one package per generation below this one; feed/detect chooses among them by content.
//
// A reader works in two steps that every generation shares: bytes become a tree (package tree), and the two halves of a
// BOAMP document, management header and body, become a notice: its flat record by the portal's rules (package portal) and
// its typed values by the generation's BodyReader. A record of the Explore API holds the same two halves as JSON, so
// feed/record goes through the same BodyReaders.
package feed

import (
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// ReaderVersion is the version of the reading program as a whole. It is raised whenever a reader or a rule changes what
// it makes of a document, so that `boamp rebuild` and the ledger can tell values of an older program.
const ReaderVersion = 1

// Document is one raw document.
type Document struct {
	Bytes   []byte    // exactly as the source gave them; readers must not change them
	Origin  string    // URL or path, with the entry name inside an archive ("2016/a.taz!15-31501.xml", "export.jsonl#12")
	Name    string    // base name, for the portal's `filename` field: the name of the archive for V230, else that of the file
	SHA256  string    // lower-case hexadecimal
	Fetched time.Time // UTC
}

// Result is what a document holds.
type Result struct {
	Notices []*notice.Notice
	Rejects []Reject // parts of a document of many notices that could not be read; the others stand
}

// Reject is one unreadable part of a document.
type Reject struct {
	Part string // place or identifier inside the document
	Err  error  // a fault
}

// Reader reads documents of one form.
type Reader interface {
	// Read decodes one document. The error is a fault: Invalid (not what it claims to be, with the position), TooLarge
	// (beyond a limit), Unsupported (a form that no reader knows, with its root). A document that can be read in part
	// gives notices and no error.
	Read(doc Document) (Result, error)
}

// Body is the two halves of a BOAMP document, whether they came from XML or from the JSON of a record. For plain eForms
// Gestion is absent and Donnees is the root element of the notice.
type Body struct {
	Gestion tree.Node
	Donnees tree.Node
}

// BodyReader fills the typed values of a notice from the two halves. It must not touch n.Record, n.Source or n.Version,
// and must never fail: what it does not understand becomes a warning or a flag.
type BodyReader interface {
	ReadBody(b Body, n *notice.Notice)
}

// BodyReaderFunc makes a function a BodyReader.
type BodyReaderFunc func(b Body, n *notice.Notice)

// ReadBody calls f.
func (f BodyReaderFunc) ReadBody(b Body, n *notice.Notice) { f(b, n) }
