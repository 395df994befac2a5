package ingest

import (
	"cmp"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// lookUp asks which of the documents are known already.
func (r *run) lookUp(list []*document) error {
	var hashes []string
	for _, d := range list {
		if d.sha != "" {
			hashes = append(hashes, d.sha)
		}
	}
	known, err := r.tx.Known(r.ctx, hashes)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.sha == "" {
			continue
		}
		if line, ok := known[d.sha]; ok {
			if err := r.meet(d, line); err != nil {
				return err
			}
		}
		if r.origins != nil {
			r.origins[d.item.Origin] = ledger.Line{Source: r.edition.Source, Edition: r.edition.Name, Origin: d.item.Origin, SHA256: d.sha}
		}
	}
	return nil
}

// meet takes in what the ledger says of the bytes of a document.
func (r *run) meet(d *document, line ledger.Line) error {
	switch {
	case line.Outcome == ledger.Erased || r.im.bars(d.sha, line.IDs):
		return nil // it is looked into anew
	case lost(line):
		d.damaged = line.Raw
		return nil
	}
	d.known, d.ref = &line, cmp.Or(d.ref, line.Raw)
	if line.Reader != feed.ReaderVersion {
		return nil
	}
	turned, err := r.turned(d)
	d.settled = !turned
	return err
}

// lost reports that a line says of bytes that they were kept and are damaged since: when they come again they are as good as
// new.
func lost(line ledger.Line) bool {
	return line.Outcome == ledger.Quarantined && line.Kind == fault.Conflict.String()
}

// turned reports that a source which is followed goes back to bytes that it gave before: other bytes have come from this origin since.
//
// Else the bytes that this program has read before are settled: it knows what comes of them, and does not apply them again, even when
// other bytes have taken the place of their notice since. Importing a folder twice that holds two revisions of a notice would change it
// back and forth.
func (r *run) turned(d *document) (bool, error) {
	newest, ok := r.origins[d.item.Origin]
	if !ok || newest.SHA256 == d.sha {
		return false, nil
	}
	if newest.SHA256 != "" || len(d.known.IDs) == 0 {
		return newest.SHA256 != "", nil
	}
	// It was missing or gone in between: what was there before that counts.
	err := r.im.look(r.ctx, func(snap store.Snapshot) error {
		about, err := snap.About(r.ctx, d.known.IDs[0])
		for _, l := range about {
			if l.Source == newest.Source && l.Edition == newest.Edition && l.Origin == newest.Origin && l.SHA256 != "" {
				newest = l
			}
		}
		return err
	})
	return newest.SHA256 != "" && newest.SHA256 != d.sha, err
}
