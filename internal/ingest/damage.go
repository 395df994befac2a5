package ingest

import (
	"context"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// Lost is a document whose kept bytes are damaged.
type Lost struct {
	SHA256 string
	Raw    string // where they are kept
}

// Missed enters into the account that kept documents are damaged: a line for each origin that stands for one, as a replay would write
// it. What was served of them stays. Whoever follows their source fetches them again, and an import that meets the same bytes
// keeps them anew. Documents that were kept anew since, and such as the account calls damaged already, are passed over.
//
// Errors: as Import.
func (im *Importer) Missed(ctx context.Context, list []Lost) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	err := im.abreast(ctx)
	if err == nil {
		err = im.missed(ctx, list, &sum)
	}
	sum.Elapsed = im.Now().Sub(start)
	return sum, err
}

func (im *Importer) missed(ctx context.Context, list []Lost, sum *Summary) error {
	r, err := im.begin(ctx, source.Edition{}, sum)
	if err != nil {
		return err
	}
	defer r.drop()
	for part := range slices.Chunk(list, batchDocuments) {
		var hashes []string
		for _, l := range part {
			hashes = append(hashes, l.SHA256)
		}
		known, err := r.tx.Known(ctx, hashes)
		if err != nil {
			return err
		}
		for _, l := range part {
			line, ok := known[l.SHA256]
			if !ok || lost(line) || line.Raw != l.Raw || line.Outcome == ledger.Erased {
				continue
			}
			if err := r.missed(line); err != nil {
				return err
			}
		}
	}
	if len(r.lines) == 0 {
		return nil
	}
	return r.commit()
}

// missed writes the lines of one document, whose newest is given.
func (r *run) missed(line ledger.Line) error {
	stand := []ledger.Line{line}
	if len(line.IDs) > 0 {
		err := r.im.look(r.ctx, func(snap store.Snapshot) (err error) {
			stand, err = standing(r.ctx, snap, line)
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, l := range stand {
		now := bare(l)
		now.Raw = line.Raw
		r.quarantine(&now, fault.New(fault.Conflict, "the kept document is damaged: its bytes do not match their SHA-256").At(line.Raw).
			WithHint("restore the archive from a backup, or import its source again"))
		r.lines = append(r.lines, now)
	}
	return nil
}

// standing gives the newest lines of all origins that stand for the document of a line, and that line itself when there is none.
func standing(ctx context.Context, snap store.Snapshot, line ledger.Line) (stand []ledger.Line, err error) {
	about, err := snap.About(ctx, line.IDs[0])
	if err != nil {
		return nil, err
	}
	type place struct{ source, edition string }
	editions := map[place]map[string]ledger.Line{}
	seen := map[int64]bool{}
	for _, l := range about {
		if l.SHA256 != line.SHA256 || !l.Tells() {
			continue
		}
		p := place{l.Source, l.Edition}
		if editions[p] == nil {
			if editions[p], err = snap.Edition(ctx, l.Source, l.Edition); err != nil {
				return nil, err
			}
		}
		if newest := editions[p][l.Origin]; newest.SHA256 == line.SHA256 && !seen[newest.Seq] {
			seen[newest.Seq] = true
			stand = append(stand, newest)
		}
	}
	if len(stand) == 0 {
		stand = []ledger.Line{line}
	}
	return stand, nil
}
