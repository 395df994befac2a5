package source

import (
	"io"

	"github.com/boamp/boamp/internal/fault"
)

// Stream is bytes that nobody has looked into yet: a file, a downloaded answer, a member of an archive. What it holds is
// told by its first bytes (see FormOf), never by a name.
type Stream struct {
	Origin string // see feed.Document; what is found inside extends it: "a.taz" gives "a.taz!15-31501.xml"
	Name   string // see feed.Document: base name without extension, or that of the enclosing archive of DILA's
	R      io.Reader
	// At gives the same bytes as R at random, for zip; it needs Size. Nil when the bytes come only once.
	At   io.ReaderAt
	Size int64 // bytes; below 0 when unknown
}

// ErrCompanion accounts for a file that is left out on purpose: the page <idweb>.html that DILA puts beside <idweb>.xml
// in its archives of 2015 to 2023, the same notice made ready for display. It comes as the error of an item that has only
// an Origin, once the XML has been seen in the same archive or folder; importers count it and write no line in the
// ledger. A page without its XML is no companion: it is an ordinary error item, because a notice may be missing there.
var ErrCompanion error = fault.New(fault.Unsupported, "page of a notice that stands beside it as XML")
