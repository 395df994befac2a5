package ingest

import (
	"context"
	"maps"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
)

// Replay brings the store to where the journal stands, as Recover does, and does nothing else: the account of a copy of another folder is
// the other's to correct.
func (im *Importer) Replay(ctx context.Context) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	_, err := im.catchUp(ctx, fold{}, &sum)
	sum.Elapsed = im.Now().Sub(start)
	return sum, err
}

// Follow takes over lines of another folder's journal, of which this one is a copy up to the line before them: with their sequences, times
// and revisions. What they name has to be in the raw archive already, as far as the other has not erased it. Lines that were committed together
// have to come together. Erasures are entered in the register first.
//
// Errors: Conflict (the lines do not follow those that are here, or the store is behind: Replay), Unavailable (the disk).
func (im *Importer) Follow(ctx context.Context, lines []ledger.Line) (Summary, error) {
	if err := im.abreast(ctx); err != nil {
		return NewSummary(), err
	}
	last, _ := im.Journal.Last()
	for i, l := range lines {
		if l.Seq != last.Seq+1+int64(i) {
			return NewSummary(), fault.New(fault.Conflict, "line %d of the other account does not follow line %d of this one", l.Seq, last.Seq+int64(i))
		}
	}
	if err := im.honourLines(lines); err != nil {
		return NewSummary(), err
	}
	if err := im.Journal.Append(slices.Clone(lines)); err != nil {
		return NewSummary(), err
	}
	return im.Replay(ctx)
}

// Together reports whether two neighbouring lines of an account were committed together.
func Together(a, b ledger.Line) bool { return together(a, b) }

// honourLines enters in the register what lines of another account say was erased.
func (im *Importer) honourLines(lines []ledger.Line) error {
	if im.Erased == nil {
		return nil
	}
	byID := map[string]Erasure{}
	for _, l := range lines {
		if l.Outcome != ledger.Erased {
			continue
		}
		for _, id := range l.IDs {
			e := byID[id]
			e.ID, e.Reason, e.Time = id, l.Reason, l.Time
			if e.Reason == "" {
				e.Reason = "erased at the source"
			}
			if l.SHA256 != "" && !slices.Contains(e.SHA256, l.SHA256) {
				e.SHA256 = append(e.SHA256, l.SHA256)
			}
			byID[id] = e
		}
	}
	var list []Erasure
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		list = append(list, byID[id])
	}
	return im.Erased.Add(list)
}
