// Package store is the contract of the engines that hold the notices and answer queries. store/memory is the obvious
// reference, store/duckdb the default; store/storetest is the suite that every engine passes.
//
// Faults that every engine gives: Invalid for a notice or a request that CheckNotice or CheckQuery refuses, NotFound for a
// notice that is not there, Timeout for a context that ended (its error is in the chain), Conflict for a second transaction
// and for data that another program made, Unavailable for an engine that is closed.
package store

import (
	"context"
	"iter"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// Info describes the state of the data that a snapshot shows.
type Info struct {
	Revision   int64     // data revision: rises with every commit that changes a notice (Tx.Commit); 0 for an empty store
	LastUpdate time.Time // UTC, to the microsecond, when that revision was committed; zero for revision 0
	Notices    int64     // notices served
	Sequence   int64     // change sequence of the newest ledger line that the store knows; 0 for none
}

// Reader gives consistent views.
type Reader interface {
	// Snapshot opens a view of one revision. It never waits for a writer; it may wait for other readers while as many views are
	// open as the engine bears. The caller must Close it. Safe for concurrent use.
	Snapshot(ctx context.Context) (Snapshot, error)
}

// View is one state of some records, for one goroutine at a time and one question at a time: inside a loop over a stream nothing
// else can be asked of it (a fault of kind Internal). ctx bounds each question; a stream ends with an error when ctx does.
// After a question that failed otherwise than Invalid or NotFound the view can only be closed.
type View interface {
	// Info describes the revision.
	Info() Info
	// Count counts the records that match; where nil means all.
	Count(ctx context.Context, where query.Expr) (int64, error)
	// Rows streams the matching records in order (see Keys) as rows of the wanted fields, which may be computed (package scalar).
	// Memory does not grow with the number of rows. The row and its slices are only valid until the next one. An error is the
	// last thing that the stream gives.
	Rows(ctx context.Context, q query.Query, fields []*field.Field) iter.Seq2[Row, error]
	// Groups streams the groups of the matching records in order. The group and its slices are only valid until the next one. An
	// error is the last thing that the stream gives.
	Groups(ctx context.Context, g query.Groups) iter.Seq2[query.Group, error]
	// Close ends the view. A second Close does nothing.
	Close() error
}

// Snapshot is a view of one revision of the notices.
type Snapshot interface {
	View
	// Get gives one notice, complete, with its Record, not to be changed. A fault of kind NotFound when there is none of that id.
	Get(ctx context.Context, id string) (*notice.Notice, error)
	// Digest sums up all notices. Engines that hold the same notices, read alike, give the same, whatever came before.
	Digest(ctx context.Context) (Digest, error)
	Account
}

// Account is what a snapshot tells of the documents.
type Account interface {
	// Ledger streams the ledger lines from a change sequence on, that included, in order of Seq.
	Ledger(ctx context.Context, from int64) iter.Seq2[ledger.Line, error]
	// Edition gives the newest line of each origin that came with an edition of a source ("" for imports by hand). The lines of
	// listings are among them, by their own origin; Derived lines count for nothing. The map is the caller's, empty for an edition that
	// nobody met. It costs milliseconds, however long the ledger is.
	Edition(ctx context.Context, source, edition string) (map[string]ledger.Line, error)
	Knower
	// About lists all lines whose IDs name a notice, in order of Seq; none for one that nobody met. The list is the caller's.
	About(ctx context.Context, id string) ([]ledger.Line, error)
	// Aside streams the lines of documents that are set aside, wholly or in part, and were read by another version of the program than
	// reader, in order of Seq: of each SHA-256 the newest line, as Known gives it, when it is Quarantined, Partial, or Unchanged
	// since then (with a Kind). Documents whose bytes could not be had, which have no SHA-256, are not among them.
	Aside(ctx context.Context, reader int) iter.Seq2[ledger.Line, error]
}

// Packer is what a snapshot may offer beside its contract: notices as the engine keeps them, for an index that keeps a copy.
type Packer interface {
	// Packed streams the notices, or those of ids that are there when ids is not nil, each once and in the order that costs the
	// engine least, each packed as the engine keeps it, with the values of the wanted fields and the lines of words
	// (field.Field.Line) of the fields in lines, all of them fields of the catalogue. What is yielded, texts too, is only valid until
	// the next one. An error is the last thing that the stream gives.
	Packed(ctx context.Context, ids []string, fields, lines []*field.Field) iter.Seq2[Packed, error]
	// Unpack reads a notice that Packed gave, as much of it as is wanted at least. Safe for concurrent use.
	Unpack(id string, data []byte, part Part) (*notice.Notice, error)
}

// Part is how much of a packed notice is wanted: the less, the cheaper.
type Part int

const (
	Halves Part = iota // gestion and donnees of its Record
	Flat               // its Record
	Whole
)

// PartOf is the part of a notice in which all of some fields are.
func PartOf(fields ...*field.Field) Part {
	part := Halves
	for _, f := range fields {
		switch {
		case !f.Flat || f.Opaque || f.From != nil:
			return Whole
		case f.Name != "gestion" && f.Name != "donnees":
			part = Flat
		}
	}
	return part
}

// Packed is one notice of such a stream.
type Packed struct {
	ID     string
	Data   []byte
	Values [][]field.Value // one for each wanted field; nil is null
	Lines  []string        // one for each of lines
}

// Row is one notice of a result.
type Row struct {
	ID     string
	Values [][]field.Value // one for each wanted field; nil is null
	Keys   [][]field.Value // one for each sort key: with ID the position to continue behind
}

// Writer changes the data. One writer exists at a time.
type Writer interface {
	// Begin starts a transaction; readers keep the revision they have until Commit. A fault of kind Conflict while another
	// transaction is open.
	Begin(ctx context.Context) (Tx, error)
}

// Tx is one atomic change, usually an edition. Memory does not grow with the number of notices put.
type Tx interface {
	// Put upserts notices by id. The outcomes are in the order of the notices. A notice whose source bytes (SHA-256) and reader
	// version are those already stored is Unchanged and nothing is written; one without hash is never Unchanged. Of two
	// notices with one id in a transaction the later stands. A notice never takes the place of one with a better source
	// (notice.Source.Rank): it is Unchanged. The notices are not to be changed afterwards. A fault of kind
	// Invalid means that nothing of this Put was taken (CheckNotice) and the transaction goes on; after any other fault it
	// can only be rolled back.
	Put(ctx context.Context, notices []*notice.Notice) ([]Outcome, error)
	// Remove takes notices out, with all that was kept of them, and gives the ids of those that were there, each once, in the order of
	// ids. It sees what this transaction put before; a notice that it puts afterwards is Inserted. After any fault the transaction can only
	// be rolled back. What was removed is out of every view that is opened after the commit, and out of the engine's files soon
	// after that: at the latest when it is closed, or as its package says.
	Remove(ctx context.Context, ids []string) ([]string, error)
	// Known tells which documents the ledger has met before this transaction: of each SHA-256 that has one, the newest line that
	// tells what became of the bytes (ledger.Line.Tells). An Erased line is one: these bytes must not come back.
	Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error)
	// Record adds ledger lines that become visible with the commit. A line replaces an earlier one of its Seq.
	Record(ctx context.Context, lines []ledger.Line) error
	// Commit publishes everything at once and gives the state after it. The revision rises by one when a notice changed, and at least
	// to the highest Revision of the recorded lines, so that a replay comes to the revisions of the first time; when it rises, now
	// is the time of the update. Otherwise revision and time stay, and only ledger lines are added. The transaction is over,
	// also after an error.
	Commit(ctx context.Context, now time.Time) (Info, error)
	// Rollback drops everything since Begin. It does nothing after Commit.
	Rollback() error
}

// Outcome is what a Put did to one notice.
type Outcome string

const (
	Inserted  Outcome = "inserted"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// Store is an engine.
type Store interface {
	Reader
	Writer
	// Close releases the engine. Snapshots and transactions must be closed before.
	Close() error
}
