package ingest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// Recover brings a data folder to the state that its durable parts describe. It is called before every import, does nothing
// after a clean end, and is also what a rebuild is: an empty store that catches up.
//
//  1. What the journal accounts for and the store does not know is read again from the raw archive, edition by edition,
//     so that revisions and times come out as they were.
//  2. Documents of which the account is no longer true get a new line, and notices that this program reads otherwise, too.
//  3. Erasures that were registered and did not come to their end are brought to it.
//  4. Documents that are kept and that the journal does not know, because a crash came between the two, are accounted for.
//
// A store that knows more than the journal is a Conflict.
func (im *Importer) Recover(ctx context.Context) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	f := fold{}
	err := im.marked(ctx, func() error {
		again, err := im.catchUp(ctx, f, &sum)
		if err == nil && len(again) > 0 {
			err = im.correct(ctx, again, &sum)
		}
		if err == nil {
			err = im.derive(ctx, f, &sum)
		}
		return err
	})
	if err == nil {
		err = im.honour(ctx, &sum)
	}
	if err == nil {
		err = im.adopt(ctx, &sum)
	}
	sum.Elapsed = im.Now().Sub(start)
	return sum, err
}

// marked does something that makes up for what the store lacks, if it does, and leaves the mark of it when it does not come to its end.
func (im *Importer) marked(ctx context.Context, do func() error) error {
	behind, err := im.behind(ctx)
	if err != nil {
		return err
	}
	if im.Marks == nil {
		return do()
	}
	if behind > 0 {
		last, _ := im.Journal.Last()
		if err := im.Marks.CatchingUp(last.Seq-behind+1, feed.ReaderVersion); err != nil {
			return err
		}
	}
	if err := do(); err != nil {
		return err
	}
	return im.Marks.CaughtUp()
}

// Resumable reports whether a catching up that was cut off goes on where it stopped: it began at line from, by readers of version reader,
// and nothing of what it read was read by others.
func Resumable(j *ledger.Journal, from int64, reader int) (bool, error) {
	if reader != feed.ReaderVersion {
		return false, nil
	}
	for l, err := range j.Lines(from) {
		if err != nil {
			return false, err
		}
		if l.Raw != "" && l.Reader != reader {
			return false, nil
		}
	}
	return true, nil
}

// behind counts the lines of the journal that the store does not know.
func (im *Importer) behind(ctx context.Context) (int64, error) {
	info, err := im.info(ctx)
	if err != nil {
		return 0, err
	}
	last, _ := im.Journal.Last()
	if info.Sequence > last.Seq {
		return 0, fault.New(fault.Conflict, "the store knows %d lines of the ledger, which has only %d", info.Sequence, last.Seq).
			WithHint("restore the ledger from a backup, or make the store anew: boamp rebuild")
	}
	return last.Seq - info.Sequence, nil
}

// catchUp replays the journal from where the store stands. It gives new lines for documents of which the account is no longer
// true.
func (im *Importer) catchUp(ctx context.Context, f fold, sum *Summary) (again []ledger.Line, err error) {
	behind, err := im.behind(ctx)
	if err != nil || behind == 0 {
		return nil, err
	}
	last, _ := im.Journal.Last()
	for group, err := range groups(im.Journal.Lines(last.Seq - behind + 1)) {
		if err != nil {
			return nil, err
		}
		more, err := im.replay(ctx, group, f, sum)
		if err != nil {
			return nil, err
		}
		again = append(again, more...)
	}
	return again, nil
}

// groups cuts the journal into what was committed together, which may be documents of several editions.
func groups(lines iter.Seq2[ledger.Line, error]) iter.Seq2[[]ledger.Line, error] {
	return func(yield func([]ledger.Line, error) bool) {
		var group []ledger.Line
		for line, err := range lines {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(group) > 0 && !together(group[0], line) {
				if !yield(group, nil) {
					return
				}
				group = nil
			}
			group = append(group, line)
		}
		if len(group) > 0 {
			yield(group, nil)
		}
	}
}

func together(a, b ledger.Line) bool {
	return a.Revision == b.Revision && a.Time.Equal(b.Time)
}

// replay is a run over what the journal says of what was committed together.
type replay struct {
	*run
	fold  fold
	was   []ledger.Line // of the documents of the batch
	again []ledger.Line
}

// replay applies one commit of the journal anew.
func (im *Importer) replay(ctx context.Context, group []ledger.Line, f fold, sum *Summary) (again []ledger.Line, err error) {
	r, err := im.begin(ctx, source.Edition{Name: group[0].Edition}, sum)
	if err != nil {
		return nil, err
	}
	defer r.drop()
	p := replay{run: r, fold: f}
	for part := range slices.Chunk(group, batchDocuments) {
		if err := p.part(part); err != nil {
			return nil, err
		}
	}
	return p.again, p.publish(group, group[len(group)-1].Time.Truncate(time.Microsecond))
}

// part reads and puts the documents of some lines, and takes out what they say was. Only lines that changed something have documents to
// read: what stands for bytes that came again, or were set aside, was never applied (Retry reads what an older program set aside).
func (p *replay) part(lines []ledger.Line) error {
	var removed []string
	for _, line := range lines {
		p.fold.says(line)
		for i, letter := range []byte(line.Changes) {
			if letter == ledger.Removed && line.Outcome == ledger.Erased {
				removed = append(removed, line.IDs[i])
			}
		}
		if line.Raw == "" || !served(line) {
			continue
		}
		d, err := p.open(line)
		if err != nil {
			return err
		}
		if d == nil {
			continue
		}
		p.was = append(p.was, line)
		p.batch = append(p.batch, d)
		if p.bytes += len(d.item.Bytes); p.bytes >= batchBytes {
			if err := p.flush(); err != nil {
				return err
			}
		}
	}
	if err := p.flush(); err != nil || len(removed) == 0 {
		return err
	}
	_, err := p.tx.Remove(p.ctx, removed)
	return err
}

// open gets the document of a line, or what an erasure left of it; nil when nothing is left.
func (p *replay) open(line ledger.Line) (*document, error) {
	b, at, err := p.im.live(line.Raw)
	switch {
	case errors.Is(err, raw.ErrErased):
		return nil, nil
	case fault.Is(err, fault.NotFound):
		if some, listErr := p.im.keeps(); listErr != nil || !some { // all of it is elsewhere, not lost
			return nil, errors.Join(err, listErr)
		}
		err = fault.Wrap(fault.Conflict, err, "the kept document is lost: its archive is not there, or does not hold it").At(line.Raw)
	case err != nil && !fault.Is(err, fault.Conflict):
		return nil, err
	}
	d := &document{err: err, ref: at, sha: line.SHA256, size: line.Size, skip: map[string]bool{}, item: source.Item{
		Bytes: b, Origin: line.Origin, Name: line.Name, Fetched: line.Fetched, Published: line.Published, Validator: line.Validator,
	}, was: &line}
	if at != line.Raw && err == nil {
		d.sha, d.size = hashOf(b), int64(len(b))
	}
	for i, letter := range []byte(line.Changes) { // another document had the notice already, and kept it
		d.skip[line.IDs[i]] = letter == ledger.Same
	}
	return d, nil
}

// keeps reports whether there is any raw archive.
func (im *Importer) keeps() (bool, error) {
	for _, err := range im.Raw.Newest() {
		return true, ignoreConflict(err)
	}
	return false, nil
}

func ignoreConflict(err error) error {
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

func served(l ledger.Line) bool { return l.Outcome == ledger.Served || l.Outcome == ledger.Partial }

// flush takes the batch through reading and putting, and compares the account with the journal's.
func (p *replay) flush() error {
	p.read()()
	for _, d := range p.batch {
		d.result.Notices = slices.DeleteFunc(d.result.Notices, func(n *notice.Notice) bool { return p.im.gone(n.ID) })
	}
	if err := p.put(); err != nil {
		return err
	}
	for i, was := range p.was {
		now := p.lines[i]
		p.fold.has(was.Seq, now)
		was.IDs = slices.DeleteFunc(slices.Clone(was.IDs), p.im.gone)
		if sameAccount(was, now) && (now.Kind == "" || was.Reader == now.Reader) || now.SHA256 != was.SHA256 || len(was.IDs) == 0 && len(now.IDs) == 0 && now.Kind == "" {
			continue
		}
		if served(now) {
			now.Outcome = ledger.Unchanged // it is applied at its old place, and not once more at the place of the new line
		}
		now.Changes = "" // derive says what became of notices
		now.Size = was.Size
		p.again = append(p.again, now)
	}
	if p.im.Report != nil {
		p.im.Report(Progress{Edition: p.edition.Name, Summary: *p.sum})
	}
	p.batch, p.was, p.lines, p.bytes = p.batch[:0], p.was[:0], p.lines[:0], 0
	return nil
}

// sameAccount reports that two lines say the same of one document.
func sameAccount(a, b ledger.Line) bool { return a.Kind == b.Kind && slices.Equal(a.IDs, b.IDs) }

// correct writes new lines for documents, where the newest line does not say the same already. An origin that has another document by
// now, or none, stays as it is: its newest line tells what became of it.
func (im *Importer) correct(ctx context.Context, lines []ledger.Line, sum *Summary) error {
	r, err := im.begin(ctx, source.Edition{}, sum)
	if err != nil {
		return err
	}
	defer r.drop()
	var hashes []string
	for _, l := range lines {
		hashes = append(hashes, l.SHA256)
	}
	known, err := r.tx.Known(ctx, hashes)
	if err != nil {
		return err
	}
	newest, err := im.newest(ctx, lines)
	if err != nil {
		return err
	}
	for _, l := range lines {
		said := known[l.SHA256]
		if newest(l).SHA256 != l.SHA256 || said.Reader == l.Reader && sameAccount(said, l) || lost(l) && said.Raw != l.Raw {
			continue
		}
		known[l.SHA256] = l
		r.lines = append(r.lines, l)
	}
	if len(r.lines) == 0 {
		return nil
	}
	return r.commit()
}

// newest gives for each of some lines the newest of its origin.
func (im *Importer) newest(ctx context.Context, lines []ledger.Line) (func(ledger.Line) ledger.Line, error) {
	type place struct{ source, edition string }
	editions := map[place]map[string]ledger.Line{}
	err := im.look(ctx, func(snap store.Snapshot) (err error) {
		for _, l := range lines {
			if p := (place{l.Source, l.Edition}); editions[p] == nil {
				if editions[p], err = snap.Edition(ctx, l.Source, l.Edition); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return func(l ledger.Line) ledger.Line { return editions[place{l.Source, l.Edition}][l.Origin] }, err
}
