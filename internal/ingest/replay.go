package ingest

import (
	"context"
	"iter"
	"strings"

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
//  2. Archives that the journal does not know, because a crash came between the two, are accounted for.
//  3. Documents that an older program could not read, or read otherwise, are read again.
func (im *Importer) Recover(ctx context.Context) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	again, err := im.catchUp(ctx, &sum)
	if err != nil {
		return sum, err
	}
	if err := im.adopt(ctx, &sum); err != nil {
		return sum, err
	}
	if len(again) > 0 {
		if err := im.retry(ctx, again, &sum); err != nil {
			return sum, err
		}
	}
	sum.Elapsed = im.Now().Sub(start)
	return sum, nil
}

// catchUp replays the journal from where the store stands. It gives the lines of documents that have to be read again.
func (im *Importer) catchUp(ctx context.Context, sum *Summary) (again []ledger.Line, err error) {
	snap, err := im.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	from := snap.Info().Sequence + 1
	if err := snap.Close(); err != nil {
		return nil, err
	}
	for group, err := range groups(im.Journal.Lines(from)) {
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
			if len(group) > 0 && (group[0].Edition != line.Edition || group[0].Revision != line.Revision) {
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

// replay applies one edition of the journal anew.
func (im *Importer) replay(ctx context.Context, group []ledger.Line, sum *Summary) (again []ledger.Line, err error) {
	r, err := im.begin(ctx, source.Edition{Name: group[0].Edition}, sum)
	if err != nil {
		return nil, err
	}
	defer r.drop()
	for start := 0; start < len(group); start += batchDocuments {
		part := group[start:min(len(group), start+batchDocuments)]
		more, err := r.replayBatch(part)
		if err != nil {
			return nil, err
		}
		again = append(again, more...)
		if im.Report != nil {
			im.Report(Progress{Edition: r.edition.Name, Summary: *sum})
		}
	}
	at := group[len(group)-1].Time
	if err := r.tx.Record(ctx, group); err != nil {
		return nil, err
	}
	info, err := r.tx.Commit(ctx, at)
	if err != nil {
		return nil, err
	}
	sum.Editions++
	sum.Revision = info.Revision
	return again, nil
}

// replayBatch reads and puts the documents of some lines. Lines that served nothing, or nothing new, need no reading.
func (r *run) replayBatch(lines []ledger.Line) (again []ledger.Line, err error) {
	var at []ledger.Line
	for _, line := range lines {
		switch {
		case line.Raw == "" || line.Outcome == ledger.Unchanged && line.Reader == feed.ReaderVersion:
			continue
		case line.Outcome == ledger.Quarantined:
			if line.Reader != feed.ReaderVersion {
				again = append(again, line)
			}
			continue
		}
		b, err := r.im.Raw.Get(line.Raw)
		if err != nil {
			return nil, err
		}
		r.batch = append(r.batch, &document{ref: line.Raw, sha: line.SHA256, item: source.Item{
			Bytes: b, Origin: line.Origin, Name: line.Name, Fetched: line.Fetched,
		}})
		at = append(at, line)
	}
	r.read()
	var notices []*notice.Notice
	for i, d := range r.batch {
		r.sum.Documents++
		r.sum.Bytes += int64(len(d.item.Bytes))
		if d.failed != nil || len(d.result.Rejects) > 0 && at[i].Outcome == ledger.Served {
			again = append(again, at[i])
		}
		for _, n := range d.result.Notices {
			n.Source.Kept = d.ref
			notices = append(notices, n)
			r.sum.Groups[Group{string(n.Version), n.Famille}]++
			r.sum.Warnings += len(n.Warnings)
		}
	}
	outcomes, err := r.tx.Put(r.ctx, notices)
	if err != nil {
		return nil, err
	}
	r.sum.count(outcomes)
	r.batch = r.batch[:0]
	return again, nil
}

func (s *Summary) count(outcomes []store.Outcome) {
	for _, o := range outcomes {
		switch o {
		case store.Inserted:
			s.Inserted++
		case store.Updated:
			s.Updated++
		default:
			s.Unchanged++
		}
	}
}

// adopt accounts for archives that are newer than the last one in the journal.
func (im *Importer) adopt(ctx context.Context, sum *Summary) error {
	last, err := im.lastArchive()
	if err != nil {
		return err
	}
	for e, err := range im.Raw.Editions() {
		if err != nil {
			return err
		}
		if e.Archive <= last {
			continue
		}
		if err := im.kept(ctx, e.Name, e.Documents(), sum); err != nil {
			return err
		}
	}
	return nil
}

// lastArchive is the newest archive that a line of the journal names. Names of archives grow with their sequence.
func (im *Importer) lastArchive() (string, error) {
	last := ""
	for line, err := range im.Journal.Lines(1) {
		if err != nil {
			return "", err
		}
		if archive, _, ok := strings.Cut(line.Raw, "!"); ok && archive > last {
			last = archive
		}
	}
	return last, nil
}

// kept applies documents that the raw archive holds already, as an edition.
func (im *Importer) kept(ctx context.Context, edition string, docs iter.Seq2[raw.Kept, error], sum *Summary) error {
	r, err := im.begin(ctx, source.Edition{Name: edition}, sum)
	if err != nil {
		return err
	}
	defer r.drop()
	for k, err := range docs {
		if err != nil && k.Ref == "" {
			return err
		}
		d := &document{err: err, ref: k.Ref, item: source.Item{Bytes: k.Bytes, Origin: k.Origin, Name: k.Name, Fetched: k.Fetched}}
		if err := r.add(d); err != nil {
			return err
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
	return r.commit()
}

// retry reads documents again that this program reads otherwise than the one before.
func (im *Importer) retry(ctx context.Context, lines []ledger.Line, sum *Summary) error {
	return im.kept(ctx, "read again", func(yield func(raw.Kept, error) bool) {
		for _, line := range lines {
			b, err := im.Raw.Get(line.Raw)
			k := raw.Kept{Bytes: b, Entry: raw.Entry{Ref: line.Raw, Origin: line.Origin, Name: line.Name, SHA256: line.SHA256, Fetched: line.Fetched}}
			if !yield(k, err) {
				return
			}
		}
	}, sum)
}
