package ingest

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
)

// Recover brings a data folder to the state that its durable parts describe. It is called before every import, does nothing
// after a clean end, and is also what a rebuild is: an empty store that catches up.
//
//  1. What the journal accounts for and the store does not know is read again from the raw archive, edition by edition,
//     so that revisions and times come out as they were. Documents that an older program set aside are tried again in
//     their place.
//  2. Documents of which the account is no longer true get a new line.
//  3. Documents that are kept and that the journal does not know, because a crash came between the two, are accounted for.
//
// A store that knows more than the journal is a Conflict.
func (im *Importer) Recover(ctx context.Context) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	again, err := im.catchUp(ctx, &sum)
	if err == nil && len(again) > 0 {
		err = im.correct(ctx, again, &sum)
	}
	if err == nil {
		err = im.adopt(ctx, &sum)
	}
	sum.Elapsed = im.Now().Sub(start)
	return sum, err
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
func (im *Importer) catchUp(ctx context.Context, sum *Summary) (again []ledger.Line, err error) {
	behind, err := im.behind(ctx)
	if err != nil || behind == 0 {
		return nil, err
	}
	last, _ := im.Journal.Last()
	for group, err := range groups(im.Journal.Lines(last.Seq - behind + 1)) {
		if err != nil {
			return nil, err
		}
		more, err := im.replay(ctx, group, sum)
		if err != nil {
			return nil, err
		}
		again = append(again, more...)
	}
	return again, nil
}

// groups cuts the journal into what was committed together.
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
	return a.Edition == b.Edition && a.Revision == b.Revision && a.Time.Equal(b.Time)
}

// replay is a run over what the journal says of one edition.
type replay struct {
	*run
	was   []ledger.Line // of the documents of the batch
	seen  map[string]bool
	again []ledger.Line
}

// replay applies one edition of the journal anew.
func (im *Importer) replay(ctx context.Context, group []ledger.Line, sum *Summary) (again []ledger.Line, err error) {
	r, err := im.begin(ctx, source.Edition{Name: group[0].Edition}, sum)
	if err != nil {
		return nil, err
	}
	defer r.drop()
	p := replay{run: r, seen: map[string]bool{}}
	for part := range slices.Chunk(group, batchDocuments) {
		if err := p.part(part); err != nil {
			return nil, err
		}
	}
	return p.again, p.publish(group, group[len(group)-1].Time.Truncate(time.Microsecond))
}

// part reads and puts the documents of some lines.
func (p *replay) part(lines []ledger.Line) error {
	wanted, err := p.wanted(lines)
	if err != nil {
		return err
	}
	for _, line := range wanted {
		b, err := p.im.Raw.Get(line.Raw)
		if err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
		p.was = append(p.was, line)
		p.batch = append(p.batch, &document{err: err, ref: line.Raw, sha: line.SHA256, item: source.Item{
			Bytes: b, Origin: line.Origin, Name: line.Name, Fetched: line.Fetched,
		}})
		if p.bytes += len(b); p.bytes >= batchBytes {
			if err := p.flush(); err != nil {
				return err
			}
		}
	}
	return p.flush()
}

// wanted are the lines whose documents have to be read: those that served something, and those of which only an older program
// says that they served nothing, or nothing new. What stands for bytes that came again was never applied, see settled.
func (p *replay) wanted(lines []ledger.Line) (wanted []ledger.Line, err error) {
	var hashes []string
	for _, l := range lines {
		if !served(l) && l.Reader != feed.ReaderVersion && l.SHA256 != "" {
			hashes = append(hashes, l.SHA256)
		}
	}
	known, err := p.tx.Known(p.ctx, hashes)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		_, before := known[l.SHA256]
		if l.Raw != "" && (served(l) || l.Reader != feed.ReaderVersion && !before && !p.seen[l.SHA256]) {
			wanted = append(wanted, l)
		}
		p.seen[l.SHA256] = true
	}
	return wanted, nil
}

func served(l ledger.Line) bool { return l.Outcome == ledger.Served || l.Outcome == ledger.Partial }

// flush takes the batch through reading and putting, and compares the account with the journal's.
func (p *replay) flush() error {
	p.read()()
	if err := p.put(); err != nil {
		return err
	}
	for i, was := range p.was {
		now := p.lines[i]
		if sameAccount(was, now) && (now.Kind == "" || was.Reader == now.Reader) {
			continue
		}
		if served(now) {
			now.Outcome = ledger.Unchanged // it is applied at its old place, and not once more at the place of the new line
		}
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

// correct writes new lines for documents, where the newest line does not say the same already.
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
	for _, l := range lines {
		newest := known[l.SHA256]
		if newest.Reader == l.Reader && sameAccount(newest, l) || lost(l) && newest.Raw != l.Raw {
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
