// Package ingest is the way of a document into the store: discover, keep the raw bytes, read, put, account. Each edition
// is applied at once: its readable notices appear together, every other document of it ends in quarantine with a reason,
// and the ledger has a line for each.
package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// Raw keeps the bytes of documents.
type Raw interface {
	// Begin starts the archive of an edition.
	Begin(edition string) (RawWriter, error)
}

// RawWriter adds documents to an archive that exists, whole, after Commit, and not at all before.
type RawWriter interface {
	// Add keeps one document and gives the reference under which it will be found.
	Add(item source.Item) (ref, sha256 string, err error)
	// Commit makes the archive durable.
	Commit() error
	// Abort drops it. It does nothing after Commit.
	Abort() error
}

// Journal is the durable ledger.
type Journal interface {
	// Append makes lines durable and numbers them.
	Append(lines []ledger.Line) ([]ledger.Line, error)
}

// Importer brings sources into a data folder. It is the only writer of that folder.
type Importer struct {
	Raw     Raw
	Journal Journal
	Store   store.Writer
	Reader  feed.Reader
	Now     func() time.Time
	Workers int              // documents read at once; 0 means 1
	Report  func(p Progress) // called now and then, from one goroutine; may be nil
}

// Progress says how far an import is.
type Progress struct {
	Edition  string
	Consumed int64 // of Edition's bytes
	Total    int64 // 0 when unknown
	Summary  Summary
}

// batchDocuments and batchBytes bound what is in memory at once.
const (
	batchDocuments = 512
	batchBytes     = 16 << 20
)

// Import applies every edition of a source and says what happened. It stops at the first failure of our own side (disk
// full, store broken); faults of documents are only accounted for. Editions that were applied before stay.
func (im *Importer) Import(ctx context.Context, src source.Source) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	for edition, err := range src.Editions(ctx) {
		if err != nil {
			return sum, err
		}
		if err := im.edition(ctx, edition, &sum); err != nil {
			return sum, err
		}
	}
	sum.Elapsed = im.Now().Sub(start)
	return sum, ctx.Err()
}

// run is the work on one edition.
type run struct {
	im      *Importer
	ctx     context.Context
	edition source.Edition
	sum     *Summary
	raw     RawWriter
	tx      store.Tx
	lines   []ledger.Line
	batch   []*document
	bytes   int
}

// document is one item on its way.
type document struct {
	item   source.Item
	err    error // of the source: the item could not be fetched or unpacked
	sha    string
	ref    string
	known  *ledger.Line // what the ledger says of these bytes
	result feed.Result
	failed error // of the reader
}

func (im *Importer) edition(ctx context.Context, e source.Edition, sum *Summary) (err error) {
	r := &run{im: im, ctx: ctx, edition: e, sum: sum}
	if r.tx, err = im.Store.Begin(ctx); err != nil {
		return err
	}
	defer r.drop()
	for item, err := range e.Items(ctx) {
		if err != nil && item.Origin == "" {
			return err // the source itself is broken
		}
		if err := r.add(&document{item: item, err: err}); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := r.flush(); err != nil {
		return err
	}
	return r.commit()
}

// drop undoes an edition that did not come to its end.
func (r *run) drop() {
	if r.raw != nil {
		_ = r.raw.Abort()
	}
	_ = r.tx.Rollback()
}

func (r *run) add(d *document) error {
	if d.err == nil {
		sum := sha256.Sum256(d.item.Bytes)
		d.sha = hex.EncodeToString(sum[:])
	}
	r.batch = append(r.batch, d)
	r.bytes += len(d.item.Bytes)
	if len(r.batch) >= batchDocuments || r.bytes >= batchBytes {
		return r.flush()
	}
	return nil
}

// flush takes the batch through all stages, in order.
func (r *run) flush() error {
	if err := r.lookUp(); err != nil {
		return err
	}
	if err := r.keep(); err != nil {
		return err
	}
	r.read()
	if err := r.put(); err != nil {
		return err
	}
	if r.im.Report != nil && len(r.batch) > 0 {
		last := r.batch[len(r.batch)-1].item
		r.im.Report(Progress{r.edition.Name, last.Consumed, r.edition.Bytes, *r.sum})
	}
	r.batch, r.bytes = r.batch[:0], 0
	return nil
}

// lookUp asks which of the documents are known already.
func (r *run) lookUp() error {
	var hashes []string
	for _, d := range r.batch {
		if d.sha != "" {
			hashes = append(hashes, d.sha)
		}
	}
	known, err := r.tx.Known(r.ctx, hashes)
	if err != nil {
		return err
	}
	for _, d := range r.batch {
		if line, ok := known[d.sha]; ok && d.sha != "" {
			d.known, d.ref = &line, line.Raw
		}
	}
	return nil
}

// settled reports that these bytes were read by this program before and need no second look.
func (d *document) settled() bool {
	return d.known != nil && d.known.Reader == feed.ReaderVersion
}

// keep writes the bytes that are new to the raw archive. A document that came twice in one edition is kept once.
func (r *run) keep() error {
	for _, d := range r.batch {
		if d.err != nil || d.known != nil {
			continue
		}
		if r.raw == nil {
			w, err := r.im.Raw.Begin(r.edition.Name)
			if err != nil {
				return err
			}
			r.raw = w
		}
		ref, sha, err := r.raw.Add(d.item)
		if err != nil {
			return err
		}
		if sha != d.sha {
			return fault.New(fault.Internal, "raw archive computed %s for %s, expected %s", sha, d.item.Origin, d.sha)
		}
		d.ref = ref
	}
	return nil
}

// put stores what was read and accounts for every document, in the order in which they came.
func (r *run) put() error {
	var notices []*notice.Notice
	for _, d := range r.batch {
		for _, n := range d.result.Notices {
			n.Source.Kept = d.ref
			notices = append(notices, n)
		}
	}
	outcomes, err := r.tx.Put(r.ctx, notices)
	if err != nil {
		return err
	}
	for _, d := range r.batch {
		n := len(d.result.Notices)
		r.account(d, outcomes[:n])
		outcomes = outcomes[n:]
	}
	return nil
}

// commit makes the edition durable: the bytes first, then what was made of them, then the account.
func (r *run) commit() error {
	if r.raw != nil {
		if err := r.raw.Commit(); err != nil {
			return err
		}
	}
	lines, err := r.im.Journal.Append(r.lines)
	if err != nil {
		return err
	}
	if err := r.tx.Record(r.ctx, lines); err != nil {
		return err
	}
	info, err := r.tx.Commit(r.ctx, r.im.Now().UTC())
	if err != nil {
		return err
	}
	r.sum.Editions++
	r.sum.Revision = info.Revision
	return nil
}
