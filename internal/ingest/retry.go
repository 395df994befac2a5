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
	first, err := im.firstMet(aside)
	if err != nil {
		return err
	}
	r, err := im.begin(ctx, source.Edition{}, sum)
	if err != nil {
		return err
	}
	defer r.drop()
	for _, line := range aside {
		if err := r.retry(line, first[line.SHA256]); err != nil {
			return err
		}
	}
	return r.finish()
}

// firstMet gives the first line of each document, when it took its place among the others of its notices.
func (im *Importer) firstMet(list []ledger.Line) (map[string]int64, error) {
	first := map[string]int64{}
	for _, l := range list {
		first[l.SHA256] = 0
	}
	for l, err := range im.Journal.Lines(1) {
		if err != nil {
			return nil, err
		}
		if seq, ok := first[l.SHA256]; ok && seq == 0 && l.Tells() {
			first[strings.Clone(l.SHA256)] = l.Seq
		}
	}
	return first, nil
}

// retry reads one document, decides which of its notices are put, and adds it to the run.
func (r *run) retry(line ledger.Line, first int64) error {
	b, err := r.im.Raw.Get(line.Raw)
	switch {
	case errors.Is(err, raw.ErrErased):
		return nil
	case fault.Is(err, fault.NotFound):
		err = fault.Wrap(fault.Conflict, err, "the kept document is lost: its archive is not there, or does not hold it").At(line.Raw)
	case err != nil && !fault.Is(err, fault.Conflict):
		return err
	}
	d := &document{was: &line, err: err, ref: line.Raw, sha: line.SHA256, item: source.Item{
		Bytes: b, Origin: line.Origin, Name: line.Name, Fetched: line.Fetched, Published: line.Published, Validator: line.Validator,
	}}
	if err == nil {
		res, _ := r.im.read(d.document()) // the run reads it as well, and finds what fails
		if d.skip, err = r.im.superseded(r.ctx, res, line.SHA256, first); err != nil {
			return err
		}
	}
	return r.add(d)
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
