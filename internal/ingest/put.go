package ingest

import (
	"maps"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// put stores what was read and accounts for every document, in the order in which they came.
func (r *run) put() error {
	if err := r.renew(); err != nil {
		return err
	}
	outcomes, err := r.tx.Put(r.ctx, r.notices())
	if fault.Is(err, fault.Invalid) {
		outcomes, err = r.putEach()
	}
	if err != nil {
		return err
	}
	for _, d := range r.batch {
		own := make([]store.Outcome, len(d.result.Notices))
		for i, n := range d.result.Notices {
			if own[i] = store.Unchanged; !d.skip[n.ID] {
				own[i], outcomes = outcomes[0], outcomes[1:]
			}
			if d.renewed[n.ID] && own[i] == store.Inserted {
				own[i] = store.Updated
			}
		}
		r.account(d, own)
	}
	return nil
}

// renew makes room for notices whose bytes were damaged where they were kept, and came again: they are put with their new place, unless
// another document has taken theirs.
func (r *run) renew() error {
	for _, d := range r.batch {
		if d.damaged == "" || d.err != nil {
			continue
		}
		d.renewed, d.skip = map[string]bool{}, map[string]bool{}
		err := r.im.look(r.ctx, func(snap store.Snapshot) error {
			for _, n := range d.result.Notices {
				now, err := snap.Get(r.ctx, n.ID)
				switch {
				case fault.Is(err, fault.NotFound):
				case err != nil:
					return err
				case now.Source.SHA256 != d.sha:
					d.skip[n.ID] = true
				case now.Source.Kept == d.damaged:
					d.renewed[n.ID] = true
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if _, err := r.tx.Remove(r.ctx, slices.Sorted(maps.Keys(d.renewed))); err != nil {
			return err
		}
	}
	return nil
}

// notices lists what of the batch is put.
func (r *run) notices() []*notice.Notice {
	var list []*notice.Notice
	for _, d := range r.batch {
		if d.err != nil { // read, and not kept
			d.result = feed.Result{}
		}
		for _, n := range d.result.Notices {
			if n.Source.Kept = d.ref; !d.skip[n.ID] {
				list = append(list, n)
			}
		}
	}
	return list
}

// putEach stores notice by notice, so that the one which the engine refuses does not stop the others.
func (r *run) putEach() (outcomes []store.Outcome, err error) {
	for _, d := range r.batch {
		var good []*notice.Notice
		for _, n := range d.result.Notices {
			if d.skip[n.ID] {
				good = append(good, n)
				continue
			}
			o, err := r.tx.Put(r.ctx, []*notice.Notice{n})
			switch {
			case fault.Is(err, fault.Invalid):
				d.result.Rejects = append(d.result.Rejects, feed.Reject{Part: n.ID, Err: err})
			case err != nil:
				return nil, err
			default:
				good, outcomes = append(good, n), append(outcomes, o...)
			}
		}
		d.result.Notices = good
	}
	return outcomes, nil
}
