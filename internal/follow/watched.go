package follow

import (
	"context"
	"errors"
	"iter"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/source"
)

// downAfter is how many editions in a row have to fail for the same kind of reason before the place is taken for down.
const downAfter = 3

// watched is a source whose faults are noted instead of ending the import: an edition that cannot be had is left out, the next ones go on.
// One that breaks off when items of it were given already cannot be left out: it is rolled back by the importer, to which the error is given,
// and ends the pass for the place.
type watched struct {
	src     source.Source
	between func(ctx context.Context) error

	missing int
	faults  []Fault
	failed  int // editions in a row
	down    bool
	broken  error // given to the importer
}

func (w *watched) Editions(ctx context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		first := true
		for e, err := range w.src.Editions(ctx) {
			if ctx.Err() != nil {
				yield(e, ctx.Err())
				return
			}
			if err != nil {
				w.fail(e.Name, err)
				if w.down {
					return
				}
				continue
			}
			if !first && w.between != nil {
				if err := w.between(ctx); err != nil {
					yield(e, err)
					return
				}
			}
			first = false
			if !yield(w.edition(e), nil) || w.down {
				return
			}
		}
	}
}

// edition watches the items of an edition.
func (w *watched) edition(e source.Edition) source.Edition {
	items := e.Items
	e.Items = func(ctx context.Context) iter.Seq2[source.Item, error] {
		return func(yield func(source.Item, error) bool) { w.items(ctx, e.Name, items(ctx), yield) }
	}
	return e
}

func (w *watched) items(ctx context.Context, edition string, items iter.Seq2[source.Item, error], yield func(source.Item, error) bool) {
	given, missing := false, 0
	for item, err := range items {
		if err != nil && item.Origin == "" {
			switch {
			case ctx.Err() != nil:
				yield(source.Item{}, ctx.Err())
			case given:
				w.broken = err
				w.fail(edition, err)
				yield(source.Item{}, err)
			default:
				w.fail(edition, err)
			}
			return
		}
		if item.Note == source.Missing {
			missing++
		}
		given = true
		if !yield(item, err) {
			return
		}
	}
	w.missing += missing
	w.failed = 0
}

// fail notes a fault. The place is down when it says so, or when several editions in a row cannot be had.
func (w *watched) fail(edition string, err error) {
	w.faults = append(w.faults, Fault{edition, err})
	if fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Timeout) {
		w.failed++
	}
	w.down = w.down || errors.Is(err, fetch.ErrOver) || w.failed >= downAfter
}
