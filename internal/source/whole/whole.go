// Package whole follows a place that gives all that it has each time it is asked: a folder. Of that it hands on what is new, and tells what
// the place lists and what is gone from it, so that the account grows by what happened and not by each look.
package whole

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
)

// Source is such a place. It implements source.Source. An edition that is not given any more is not missed: only documents within editions are.
type Source struct {
	Name  string        // what the ledger calls it
	Place source.Source // gives everything
	// Known gives the newest line of each origin of an edition of this source: store.Snapshot.Edition. Nil: nothing is known.
	Known func(ctx context.Context, edition string) (map[string]ledger.Line, error)
	Now   func() time.Time
}

var _ source.Source = Source{}

// Editions gives the editions of the place; one of which nothing is new gives no items.
func (s Source) Editions(ctx context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		for e, err := range s.Place.Editions(ctx) {
			items := e.Items
			e.Source = s.Name
			e.Items = func(ctx context.Context) iter.Seq2[source.Item, error] {
				return func(yield func(source.Item, error) bool) { s.items(ctx, e.Name, items(ctx), yield) }
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func (s Source) items(ctx context.Context, edition string, items iter.Seq2[source.Item, error], yield func(source.Item, error) bool) {
	known := map[string]ledger.Line{}
	if s.Known != nil {
		var err error
		if known, err = s.Known(ctx, edition); err != nil {
			yield(source.Item{}, err)
			return
		}
	}
	met := map[string]bool{}
	for item, err := range items {
		switch {
		case err != nil && item.Origin == "":
			yield(item, err)
			return
		case !errors.Is(err, source.ErrCompanion):
			met[item.Origin] = true
		}
		if !stands(known[item.Origin], item, err) && !yield(item, err) {
			return
		}
	}
	for _, origin := range slices.Sorted(maps.Keys(known)) {
		if l := known[origin]; l.Met() && !met[origin] {
			gone := source.Item{Origin: origin, Name: l.Name, Note: source.Gone, Fetched: s.Now().UTC(), IDs: l.IDs}
			if !yield(gone, fault.New(fault.NotFound, "it is not there any more")) {
				return
			}
		}
	}
	listing := source.Item{Origin: edition + "/", Note: source.Listing, Listed: int64(len(met)), Fetched: s.Now().UTC()}
	if before, ok := known[listing.Origin]; !ok || before.Listed != listing.Listed {
		yield(listing, nil)
	}
}

// stands reports that there is nothing to say of an item that the line does not say. What could not be read and still cannot is not told
// again.
func stands(line ledger.Line, item source.Item, err error) bool {
	if err != nil {
		return line.Outcome == ledger.Quarantined && line.SHA256 == ""
	}
	sum := sha256.Sum256(item.Bytes)
	return line.Stands(hex.EncodeToString(sum[:]))
}
