package ingest

import (
	"context"
	"errors"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// Retry reads again what another version of the program set aside, wholly or in part, and applies it as one change: each document keeps its
// source, edition and origin. A notice of which a later document is served stays as it is. Nothing is done when everything was
// read by this version.
//
// Errors: as Import.
func (im *Importer) Retry(ctx context.Context) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	err := im.abreast(ctx)
	if err == nil {
		err = im.retry(ctx, &sum)
	}
	sum.Elapsed = im.Now().Sub(start)
	return sum, err
}

func (im *Importer) retry(ctx context.Context, sum *Summary) error {
	var aside []ledger.Line
	err := im.look(ctx, func(snap store.Snapshot) error {
		for line, err := range snap.Aside(ctx, feed.ReaderVersion) {
			if err != nil {
				return err
			}
			if line.Raw != "" {
				aside = append(aside, line)
			}
		}
		return nil
	})
	if err != nil || len(aside) == 0 {
		return err
	}
	first, met, err := im.met(aside)
	if err != nil {
		return err
	}
	newest, err := im.newest(ctx, met)
	if err != nil {
		return err
	}
	r, err := im.begin(ctx, source.Edition{}, sum)
	if err != nil {
		return err
	}
	defer r.drop()
	var was []string
	for _, line := range aside {
		added, err := r.retry(line, first[line.SHA256])
		if err != nil {
			return err
		}
		if added {
			was = append(was, line.SHA256)
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.lines = append(r.lines, elsewhere(r.lines, was, met, newest)...)
	return r.finish()
}

// met gives the first line of each document, when it took its place among the others of its notices, and a line for each origin that
// ever held it.
func (im *Importer) met(list []ledger.Line) (first map[string]int64, origins []ledger.Line, err error) {
	first = map[string]int64{}
	for _, l := range list {
		first[l.SHA256] = 0
	}
	seen := map[origin]bool{}
	for l, err := range im.Journal.Lines(1) {
		if err != nil {
			return nil, nil, err
		}
		seq, ok := first[l.SHA256]
		if !ok || !l.Tells() {
			continue
		}
		if seq == 0 {
			first[strings.Clone(l.SHA256)] = l.Seq
		}
		if o := (origin{l.Source, l.Edition, l.Origin, l.SHA256}); !seen[o] {
			seen[o] = true
			origins = append(origins, l)
		}
	}
	return first, origins, nil
}

// origin is a place in which a document was met.
type origin struct{ source, edition, origin, sha string }

// elsewhere gives the lines by which all origins say what becomes of them now: one that holds the same document as another, which alone was
// read, says the same of it; one that has another document by now, or none, says again what it said. read are the lines of what was
// read, was the hashes that these documents had before.
func elsewhere(read []ledger.Line, was []string, met []ledger.Line, newest func(ledger.Line) ledger.Line) (more []ledger.Line) {
	told := map[origin]string{}      // by origin without a document: which it tells of last
	came := map[string]ledger.Line{} // of which document
	for i, l := range read {
		told[origin{l.Source, l.Edition, l.Origin, ""}], came[was[i]] = was[i], l
	}
	for _, l := range met {
		o, line := origin{l.Source, l.Edition, l.Origin, ""}, newest(l)
		now := line.SHA256
		last, written := told[o]
		is, again := came[now]
		switch {
		case written && last == now, !written && !again:
			continue
		case again:
			line = bare(line)
			line.SHA256, line.Size, line.Raw, line.Generation, line.IDs, line.Digests = is.SHA256, is.Size, is.Raw, is.Generation, is.IDs, is.Digests
			line.Kind, line.Reason, line.Outcome = is.Kind, is.Reason, is.Outcome
		}
		if line.Changes = ""; served(line) {
			line.Outcome = ledger.Unchanged
		}
		line.Seq, told[o] = 0, now
		more = append(more, line)
	}
	return more
}

// retry reads one document, decides which of its notices are put, and adds it to the run. One that was taken out is not added.
func (r *run) retry(line ledger.Line, first int64) (added bool, err error) {
	b, err := r.im.Raw.Get(line.Raw)
	switch {
	case errors.Is(err, raw.ErrErased):
		return false, nil
	case fault.Is(err, fault.NotFound):
		err = fault.Wrap(fault.Conflict, err, "the kept document is lost: its archive is not there, or does not hold it").At(line.Raw)
	case err != nil && !fault.Is(err, fault.Conflict):
		return false, err
	}
	d := &document{was: &line, err: err, ref: line.Raw, sha: line.SHA256, item: source.Item{
		Bytes: b, Origin: line.Origin, Name: line.Name, Fetched: line.Fetched, Published: line.Published, Validator: line.Validator,
	}}
	if err == nil {
		res, _ := r.im.read(d.document()) // the run reads it as well, and finds what fails
		if d.skip, err = r.im.superseded(r.ctx, res, line.SHA256, first); err != nil {
			return false, err
		}
	}
	return true, r.add(d)
}

// superseded tells which notices of a document that was met at a line of the ledger came from later documents since.
func (im *Importer) superseded(ctx context.Context, res feed.Result, sha string, first int64) (map[string]bool, error) {
	later := map[string]bool{}
	err := im.look(ctx, func(snap store.Snapshot) error {
		for _, n := range res.Notices {
			now, err := snap.Get(ctx, n.ID)
			if fault.Is(err, fault.NotFound) || err == nil && now.Source.SHA256 == sha {
				continue
			}
			if err != nil {
				return err
			}
			about, err := snap.About(ctx, n.ID)
			if err != nil {
				return err
			}
			for _, l := range about {
				if l.SHA256 == now.Source.SHA256 && l.Tells() {
					later[n.ID] = l.Seq > first
					break // its first line is when it took its place
				}
			}
		}
		return nil
	})
	return later, err
}
