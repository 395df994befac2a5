// Package ingest is the way of a document into the store: discover, keep the raw bytes, read, put, account. Each edition
// is applied at once: its readable notices appear together, every other document of it ends in quarantine with a reason,
// and the ledger has a line for each.
package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/obs"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// Importer brings sources into a data folder. It is the only writer of that folder.
type Importer struct {
	Raw     *raw.Archive    // opened for writing
	Journal *ledger.Journal // opened for writing
	Store   store.Store
	Fields  *field.Catalogue
	Erased  *register.Register // what must not come in; nil for nothing
	Reader  feed.Reader
	Now     func() time.Time
	Workers int              // documents read at once; 0 means 1
	Part    int              // documents applied at once of an edition that has more; 0 means 50,000
	Marks   Marks            // nil: what a killed catching up leaves is not told from what an import leaves
	Report  func(p Progress) // called now and then, from one goroutine; may be nil
}

// Marks notes beside the store, to last, that it is being made up from the journal. What other readers gave is compared with what these give
// once all is read: if that is cut off, what was read before is lost, and the store has to begin anew (Resumable).
type Marks interface {
	CatchingUp(from int64, reader int) error // from which line of the journal, by readers of which version
	CaughtUp() error
}

// Progress says how far an import is.
type Progress struct {
	Edition  string
	Consumed int64 // of Edition's bytes
	Total    int64 // 0 when unknown
	Summary  Summary
}

const (
	batchDocuments = 512      // in memory at once
	batchBytes     = 16 << 20 // of these
	archiveEntries = 20_000   // of one raw archive; a larger edition is kept in several

	// editionDocuments is the size from which an edition is applied in parts: DILA's have some hundreds, but a whole export of
	// the portal in one file would be a transaction of many gigabytes.
	editionDocuments = 50_000
)

// Import applies every edition of a source and says what happened. It stops at the first failure of our own side (disk
// full, store broken); faults of documents are only accounted for. Editions that were applied before stay, and only they
// are counted.
//
// The store has to stand where the ledger does (Recover), else it is a Conflict: what lies between would never be applied.
func (im *Importer) Import(ctx context.Context, src source.Source) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	if err := im.abreast(ctx); err != nil {
		return sum, err
	}
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

// abreast is a Conflict when the store does not stand where the ledger does.
func (im *Importer) abreast(ctx context.Context) error {
	behind, err := im.behind(ctx)
	if err == nil && behind > 0 {
		err = fault.New(fault.Conflict, "the store lacks %d lines of the ledger: an import before this one did not come to its end", behind).
			WithHint("`boamp import` makes up for it before it begins")
	}
	return err
}

// run is the work on one edition.
type run struct {
	im       *Importer
	ctx      context.Context
	edition  source.Edition
	total    *Summary // of the import
	sum      *Summary // total with this edition; becomes total when the edition is applied
	raw      *raw.Writer
	tx       store.Tx
	revision int64                  // before this edition
	changed  bool                   // a notice was inserted, updated or removed
	origins  map[string]ledger.Line // newest line of each origin, of an edition of a source that is followed
	lines    []ledger.Line
	batch    []*document
	bytes    int
	stones   []stone          // to be set before the lines are written
	noted    []register.Entry // erasures that the source told of
}

// document is one item on its way.
type document struct {
	item    source.Item
	err     error // of the source: the item could not be fetched or unpacked
	sha     string
	size    int64
	ref     string
	was     *ledger.Line    // the line that it had, of one that is read again
	known   *ledger.Line    // what the ledger says of these bytes
	settled bool            // and what comes of them is what it says
	damaged string          // where these bytes were kept and are damaged
	renewed map[string]bool // notices that are put anew for that
	result  feed.Result
	failed  error           // of the reader
	skip    map[string]bool // notices of the result that are not put
	barred  []string        // notices that it holds and that were erased
	redacts string          // SHA-256 that it had before they were cut out; empty when nothing of it is kept
}

// edition applies one edition. Nothing is begun before its first item comes: a source that is followed may have to ask far away.
func (im *Importer) edition(ctx context.Context, e source.Edition, sum *Summary) (err error) {
	ctx, span := obs.Start(ctx, "import edition", obs.Inside, obs.Attr{Key: "boamp.edition", Value: e.Name}, obs.Attr{Key: "boamp.source", Value: e.Source})
	before := sum.Documents
	var r *run
	defer func() {
		if r != nil {
			r.drop()
		}
		span.Set(obs.Attr{Key: "boamp.documents", Value: int64(sum.Documents - before)})
		if err != nil {
			span.Fail(fault.KindOf(err).String())
		}
		span.End()
	}()
	companions := 0
	for item, err := range e.Items(ctx) {
		if errors.Is(err, source.ErrCompanion) {
			companions++
			continue
		}
		if err != nil && item.Origin == "" {
			return err // the source itself is broken
		}
		if r == nil {
			begun, err := im.begin(ctx, e, sum)
			if err != nil {
				return err
			}
			r = begun
		}
		r.sum.Companions, companions = r.sum.Companions+companions, 0
		if err := r.add(&document{item: item, err: err}); err != nil {
			return err
		}
		if len(r.lines)+len(r.batch) < im.partSize() {
			continue
		}
		if err := r.finish(); err != nil {
			return err
		}
		r = nil
	}
	if r == nil {
		sum.Companions += companions
		return ctx.Err()
	}
	r.sum.Companions += companions
	return r.finish()
}

// partSize is the number of documents that are applied at once.
func (im *Importer) partSize() int { return cmp.Or(im.Part, editionDocuments) }

// finish applies what is left of the edition, or of its part, and then what the source has erased.
func (r *run) finish() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := r.flush(); err != nil {
		return err
	}
	if err := r.commit(); err != nil || len(r.noted) == 0 {
		return err
	}
	return r.im.erase(r.ctx, r.noted, r.total)
}

// begin opens the transaction of an edition.
func (im *Importer) begin(ctx context.Context, e source.Edition, sum *Summary) (*run, error) {
	tx, err := im.Store.Begin(ctx)
	if err != nil {
		return nil, err
	}
	own := sum.clone()
	r := &run{im: im, ctx: ctx, edition: e, total: sum, sum: &own, tx: tx}
	err = im.look(ctx, func(snap store.Snapshot) (err error) { // from now on nobody else changes it
		r.revision = snap.Info().Revision
		if e.Source != "" {
			r.origins, err = snap.Edition(ctx, e.Source, e.Name)
		}
		return err
	})
	if err != nil {
		_ = tx.Rollback() // the first error counts
		return nil, err
	}
	return r, nil
}

// look opens a view of the store for some questions.
func (im *Importer) look(ctx context.Context, ask func(store.Snapshot) error) error {
	snap, err := im.Store.Snapshot(ctx)
	if err != nil {
		return err
	}
	return errors.Join(ask(snap), snap.Close())
}

// info describes what the store holds.
func (im *Importer) info(ctx context.Context) (info store.Info, err error) {
	err = im.look(ctx, func(snap store.Snapshot) error {
		info = snap.Info()
		return nil
	})
	return info, err
}

// drop undoes an edition that did not come to its end. Archives that are complete already stay: the next import accounts
// for them (Recover).
func (r *run) drop() {
	if r.raw != nil {
		r.raw.Abort()
	}
	_ = r.tx.Rollback()
}

func (r *run) add(d *document) error {
	if d.item.Note == source.Document && d.err == nil && d.sha == "" {
		d.sha = hashOf(d.item.Bytes)
	}
	d.size = int64(len(d.item.Bytes))
	r.batch = append(r.batch, d)
	r.bytes += len(d.item.Bytes)
	if len(r.batch) >= batchDocuments || r.bytes >= batchBytes {
		return r.flush()
	}
	return nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// flush takes the batch through all stages, in order.
func (r *run) flush() error {
	if err := r.lookUp(r.batch); err != nil {
		return err
	}
	wait := r.read() // beside the packing: nothing is put before the bytes are kept, and nothing published before they are safe
	err := error(nil)
	if r.im.Erased.Len() > 0 { // but what was erased is not to be kept
		wait()
		err = r.withhold()
	}
	if err == nil {
		err = r.keep()
	}
	wait()
	if err != nil {
		return err
	}
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

// keep writes the bytes that are new to the raw archive. A document that came twice in one edition is kept once.
func (r *run) keep() error {
	for _, d := range r.batch {
		if d.item.Note != source.Document || d.err != nil || d.ref != "" || d.withheld() {
			continue
		}
		if r.raw == nil {
			w, err := r.im.Raw.Begin(r.edition.Name, nil)
			if err != nil {
				return err
			}
			r.raw = w
		}
		ref, sha, err := r.raw.Add(raw.Document{Bytes: d.item.Bytes, Origin: d.item.Origin, Name: d.item.Name, Fetched: d.item.Fetched.UTC(), Redacts: d.redacts})
		switch {
		case fault.Is(err, fault.TooLarge):
			d.err = err
		case err != nil:
			return err
		case sha != d.sha:
			return fault.New(fault.Internal, "raw archive computed %s for %s, expected %s", sha, d.item.Origin, d.sha)
		}
		d.ref = ref
	}
	if r.raw != nil && r.raw.Len() >= archiveEntries {
		return r.seal()
	}
	return nil
}

// seal makes the bytes kept so far durable.
func (r *run) seal() error {
	if r.raw == nil {
		return nil
	}
	_, err := r.raw.Commit()
	r.raw = nil
	return err
}

// commit makes the edition durable: the register of what is erased first, then the bytes, then the account, then what was made of
// them. After a crash between two steps the later ones are made up for from the earlier (Recover).
func (r *run) commit() error {
	if len(r.noted) > 0 {
		if err := r.im.Erased.Add(r.noted); err != nil {
			return err
		}
	}
	if err := r.seal(); err != nil {
		return err
	}
	if err := r.bury(); err != nil {
		return err
	}
	revision := r.revision
	if r.changed {
		revision++
	}
	// One time for all lines and the commit: it tells Recover what belongs together and when it was.
	at := r.im.Now().UTC().Truncate(time.Microsecond)
	for i := range r.lines {
		r.lines[i].Revision, r.lines[i].Time = revision, at
	}
	if err := r.im.Journal.Append(r.lines); err != nil {
		return err
	}
	return r.publish(r.lines, at)
}

// publish commits the notices together with their lines.
func (r *run) publish(lines []ledger.Line, at time.Time) error {
	if err := r.tx.Record(r.ctx, lines); err != nil {
		return err
	}
	info, err := r.tx.Commit(r.ctx, at)
	if err != nil {
		return err
	}
	r.sum.Editions++
	r.sum.Revision = info.Revision
	*r.total = *r.sum
	return nil
}
