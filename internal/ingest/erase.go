package ingest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// Erasure is a notice to take out, and why.
type Erasure = register.Entry

// Erase takes notices out for good: of the store, and of the raw archive with every document that held them. Of documents with other
// notices the rest is kept. The register comes first, then the bytes, then the account, then the store; Recover finishes what a crash
// cut off. A notice that is not there is entered in the register all the same, so that it never comes.
//
// Errors: Invalid (no id, reason or time), Conflict (the store does not stand where the ledger does: Recover), Unavailable (the disk).
func (im *Importer) Erase(ctx context.Context, list []Erasure) (Summary, error) {
	sum := NewSummary()
	start := im.Now()
	for _, e := range list {
		if err := e.Check(); err != nil {
			return sum, err
		}
	}
	err := im.abreast(ctx)
	if err == nil {
		err = im.erase(ctx, list, &sum)
	}
	sum.Elapsed = im.Now().Sub(start)
	return sum, err
}

// honour brings the folder and the register to agree: what is registered and not taken out yet is, after a crash or a restored backup;
// and what was taken out is registered, should the register have been lost.
func (im *Importer) honour(ctx context.Context, sum *Summary) error {
	if im.Erased == nil {
		return nil
	}
	var done map[string]ledger.Line
	err := im.look(ctx, func(snap store.Snapshot) (err error) {
		done, err = snap.Edition(ctx, ledger.ErasureSource, ledger.ErasureEdition)
		return err
	})
	if err != nil {
		return err
	}
	var lost, open []Erasure
	for _, line := range done {
		for _, id := range line.IDs {
			if line.Outcome != ledger.Erased || im.gone(id) {
				continue
			}
			e := Erasure{ID: id, Reason: line.Reason, Time: line.Time}
			if line.SHA256 != "" {
				e.SHA256 = []string{line.SHA256}
			}
			lost = append(lost, e)
		}
	}
	if err := im.Erased.Add(lost); err != nil {
		return err
	}
	for _, e := range im.Erased.All() {
		if done[e.ID].Outcome != ledger.Erased {
			open = append(open, e)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return im.erase(ctx, open, sum)
}

// erasure is a run that takes notices out.
type erasure struct {
	*run
	list   []Erasure
	held   map[string]*held // documents that hold them, by SHA-256
	order  []*held
	stand  []ledger.Line // the newest lines of origins that name them
	done   map[string]ledger.Line
	served map[string]bool // by the account; the store may have none of it already, when it was made anew beside the register
	change map[string]bool // notices that were there
}

// held is a document that holds an erased notice.
type held struct {
	sha    string
	line   ledger.Line // one of its lines
	ids    []string    // of those that are taken out
	refs   []string    // where it is kept
	rest   *document   // what is left of it
	seen   []string    // hashes that the rest had before
	failed error       // why nothing is, though there are others in it
	others []string
	left   ledger.Line // the account of the rest
	told   bool        // of which a line says what it changed
}

func (im *Importer) erase(ctx context.Context, list []Erasure, sum *Summary) error {
	e := &erasure{list: list, held: map[string]*held{}, served: map[string]bool{}}
	if err := im.look(ctx, func(snap store.Snapshot) error { return e.gather(ctx, snap) }); err != nil {
		return err
	}
	if err := im.Erased.Add(e.entries()); err != nil {
		return err
	}
	run, err := im.begin(ctx, source.Edition{Source: ledger.ErasureSource, Name: ledger.ErasureEdition}, sum)
	if err != nil {
		return err
	}
	e.run = run
	defer run.drop()
	for _, step := range []func() error{e.open, e.keep, e.take, e.putRest} {
		if err := step(); err != nil {
			return err
		}
	}
	if e.write(); len(e.lines) == 0 && len(e.stones) == 0 {
		return nil
	}
	return e.commit()
}

// gather finds every line that names the notices, the documents behind them, and what stands of their origins.
func (e *erasure) gather(ctx context.Context, snap store.Snapshot) (err error) {
	type place struct{ source, edition string }
	origins := map[place]map[string]bool{}
	for _, x := range e.list {
		about, err := snap.About(ctx, x.ID)
		if err != nil {
			return err
		}
		for _, l := range about {
			e.note(l, x.ID)
			if l.SHA256 != "" {
				e.met(l, x.ID)
			}
			if p := (place{l.Source, l.Edition}); l.Source != ledger.ErasureSource {
				if origins[p] == nil {
					origins[p] = map[string]bool{}
				}
				origins[p][l.Origin] = true
			}
		}
	}
	for p, names := range origins {
		newest, err := snap.Edition(ctx, p.source, p.edition)
		if err != nil {
			return err
		}
		for _, origin := range slices.Sorted(maps.Keys(names)) {
			l := newest[origin]
			if l.Outcome != ledger.Erased && slices.ContainsFunc(e.list, func(x Erasure) bool { return slices.Contains(l.IDs, x.ID) }) {
				e.stand = append(e.stand, l)
			}
		}
	}
	slices.SortFunc(e.stand, func(a, b ledger.Line) int { return cmp.Compare(a.Seq, b.Seq) })
	e.done, err = snap.Edition(ctx, ledger.ErasureSource, ledger.ErasureEdition)
	return err
}

// note follows what the account says of a notice, line by line.
func (e *erasure) note(l ledger.Line, id string) {
	i, letters := slices.Index(l.IDs, id), l.Letters()
	if i < 0 || letters == "" || letters[i] == ledger.Same {
		return
	}
	e.served[id] = letters[i] != ledger.Removed
}

func (e *erasure) met(l ledger.Line, id string) {
	h := e.held[l.SHA256]
	if h == nil {
		h = &held{sha: l.SHA256, seen: []string{l.SHA256}}
		e.held[l.SHA256] = h
		e.order = append(e.order, h)
	}
	if l.Tells() || h.line.Seq == 0 {
		h.line = l
	}
	if !slices.Contains(h.ids, id) {
		h.ids = append(h.ids, id)
	}
	if l.Raw != "" && !slices.Contains(h.refs, l.Raw) {
		h.refs = append(h.refs, l.Raw)
	}
}

// entries are those of the register, with the hashes of the documents.
func (e *erasure) entries() []Erasure {
	all := slices.Clone(e.list)
	for _, h := range e.order {
		for i, x := range all {
			if slices.Contains(h.ids, x.ID) {
				all[i].SHA256 = append(slices.Clone(all[i].SHA256), h.sha)
			}
		}
	}
	return all
}

// open reads the documents, decides what stays of each, and where tombstones have to stand.
func (e *erasure) open() error {
	for _, h := range e.order {
		for _, ref := range h.refs {
			b, at, err := e.im.live(ref)
			switch {
			case errors.Is(err, raw.ErrErased), fault.Is(err, fault.NotFound):
				continue
			case fault.Is(err, fault.Conflict):
				e.stones = append(e.stones, stone{ref: ref, of: h.ids[0]}) // damaged: a part of it may be read by somebody
				continue
			case err != nil:
				return err
			}
			if err := e.leave(h, b, ref, at); err != nil {
				return err
			}
		}
		if h.rest != nil {
			e.batch = append(e.batch, h.rest)
		}
	}
	return nil
}

// leave decides what stays of a document that is kept at a reference, or, when it was cut before, of what is left of it at another.
func (e *erasure) leave(h *held, b []byte, ref, at string) error {
	d := &document{item: source.Item{Bytes: b, Origin: h.line.Origin, Name: h.line.Name, Fetched: h.line.Fetched}, sha: hashOf(b), size: int64(len(b))}
	d.result, d.failed = e.im.read(d.document())
	h.seen = append(h.seen, d.sha)
	if d.barred = e.im.barred(d); len(d.barred) == 0 && at != ref {
		d.barred, d.redacts, d.ref = []string{h.ids[0]}, h.sha, at // it was cut before a crash
		h.rest = d
		return nil
	}
	if len(d.barred) == 0 {
		d.barred = []string{h.ids[0]}
	}
	if h.rest != nil { // these bytes are kept twice
		e.stones = append(e.stones, stone{at, d.barred[0], h.rest})
		return nil
	}
	before := d.result
	e.stones = append(e.stones, stone{at, d.barred[0], d})
	if e.im.cut(d) {
		h.rest = d
		err := e.lookUp([]*document{d})
		d.settled = false // what comes of it is put, should it be missing
		return err
	}
	if h.failed = d.failed; h.failed != nil {
		h.others = slices.DeleteFunc(named(before, e.im.gone), e.im.gone)
	}
	return nil
}

// take takes the notices out of the store, and what had to go with them.
func (e *erasure) take() error {
	var ids []string
	for _, x := range e.list {
		ids = append(ids, x.ID)
	}
	err := e.im.look(e.ctx, func(snap store.Snapshot) error {
		for _, h := range e.order {
			for _, id := range h.others {
				if n, err := snap.Get(e.ctx, id); err == nil && slices.Contains(h.seen, n.Source.SHA256) {
					ids = append(ids, id)
				} else if err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	removed, err := e.tx.Remove(e.ctx, ids)
	e.change = map[string]bool{}
	for _, id := range removed {
		e.change[id], e.changed = true, true
	}
	for _, x := range e.list { // who follows the account is to be told, whatever the store has
		if e.served[x.ID] {
			e.change[x.ID], e.changed = true, true
		}
	}
	e.sum.Removed += len(removed)
	return err
}

// putRest puts the other notices with their new bytes, those that came from these documents.
func (e *erasure) putRest() error {
	err := e.im.look(e.ctx, func(snap store.Snapshot) error {
		for _, h := range e.order {
			if h.rest == nil {
				continue
			}
			h.rest.skip = map[string]bool{}
			for _, n := range h.rest.result.Notices {
				now, err := snap.Get(e.ctx, n.ID)
				if err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
				h.rest.skip[n.ID] = err == nil && !slices.Contains(h.seen, now.Source.SHA256) && now.Source.SHA256 != h.rest.sha
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// What comes of them is accounted for as for any document, under the origins that stand.
	if err := e.put(); err != nil {
		return err
	}
	for i, d := range e.batch {
		for _, h := range e.order {
			if h.rest == d {
				h.left = e.lines[i]
			}
		}
	}
	e.lines = nil
	return nil
}
