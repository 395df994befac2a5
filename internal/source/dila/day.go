package dila

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
)

// day gives the edition of a day; false when the pass is to end.
func (p *pass) day(d notice.Date) bool {
	if !p.goesOn() {
		return false
	}
	edition := dayPath(d)
	return p.give(source.Edition{Name: edition, Items: func(ctx context.Context) iter.Seq2[source.Item, error] {
		return func(yield func(source.Item, error) bool) {
			known, err := p.known(ctx, edition)
			if err != nil {
				yield(source.Item{}, err)
				return
			}
			w := &work{pass: p, ctx: ctx, date: d, edition: edition, known: known, failed: map[string]*failed{}, stays: map[string]bool{}}
			w.spool = newSpool(p.Temporary, positive(p.Memory, 32<<20))
			defer w.spool.close()
			if err := w.gather(); err != nil {
				if ctx.Err() != nil || errors.Is(err, errDisk) {
					p.over = err
					yield(source.Item{}, err)
					return
				}
				w.broken = true
				p.trouble(edition, err)
			}
			w.items(yield)
		}
	}})
}

// settledAt is when a day is no longer listed again: some days after its end.
func (p *pass) settledAt(d notice.Date) time.Time { return d.AddDays(1 + p.settle()).In(notice.Paris) }

// settled reports whether a day needs no request: it was listed once more after it had been closed, and nothing of it waits.
func (p *pass) settled(d notice.Date, known map[string]ledger.Line) bool {
	l, ok := known[listingOrigin(dayPath(d))]
	return ok && !l.Fetched.Before(p.settledAt(d)) && !anyWaits(known)
}

func anyWaits(known map[string]ledger.Line) bool {
	for _, l := range known {
		if l.Outcome != ledger.Gone && waits(l) {
			return true
		}
	}
	return false
}

// listingOrigin is the origin of an edition's listing.
func listingOrigin(edition string) string { return edition + "/" }

// work is what is done for one day.
type work struct {
	*pass
	ctx     context.Context
	date    notice.Date
	edition string
	known   map[string]ledger.Line

	at      *listing         // as it was listed last; nil when it is not there
	entries map[string]Entry // the documents in it, by origin
	spool   *spool
	failed  map[string]*failed // by origin
	stays   map[string]bool    // origins that are not listed, and not gone
	gone    []string           // origins
	broken  bool               // it did not come to its end
}

// failed is a document that was asked for in vain.
type failed struct {
	entry Entry // as it was listed then
	err   error
}

// gather lists and fetches until a listing shows nothing more to fetch. What it has at an error is of use.
func (w *work) gather() error {
	if err := w.list(); err != nil || w.at == nil || w.at.same {
		return err
	}
	for n := 0; ; n++ {
		want := w.wanted()
		if len(want) == 0 {
			break
		}
		if n == rereads {
			for _, e := range want {
				w.failed[w.origin(e)] = &failed{e, fault.New(fault.Unavailable, "the listing changed each time that it was read; the next pass fetches this").At(e.URL)}
			}
			break
		}
		if err := w.fetch(want); err != nil {
			return err
		}
		before := w.entries
		if err := w.relist(); err != nil {
			return err
		}
		if agree(before, w.entries) {
			break
		}
	}
	return w.vanished()
}

// list lists the day where it is: at the base, or in the history when its year is over. What was listed before is asked for only if it
// changed, when nothing of it waits.
func (w *work) list() error {
	var cond fetch.Condition
	if l, ok := w.known[listingOrigin(w.edition)]; ok && !anyWaits(w.known) && len(w.Days) == 0 {
		cond = fetch.ConditionOf(l.Validator)
	}
	found, err := w.pass.list(w.ctx, w.edition, cond)
	missing := fault.Is(err, fault.NotFound)
	if err != nil && !missing {
		return err
	}
	if w.date.Year < w.today.Year && (missing || !found.same && len(w.documents(found)) == 0) {
		roots, err := w.below()
		if err != nil {
			return err
		}
		for _, root := range roots[1:] {
			other, err := w.pass.list(w.ctx, root+w.edition, cond)
			if err == nil {
				found = other
				break
			}
			if !fault.Is(err, fault.NotFound) {
				return err
			}
		}
	}
	if found == nil {
		if len(w.known) > 0 {
			return fault.New(fault.NotFound, "the day is no longer listed; what was had of it stays").At(w.edition)
		}
		return nil
	}
	w.at, w.entries = found, w.documents(found)
	return nil
}

// relist lists the day again at the same place.
func (w *work) relist() error {
	again, err := w.pass.list(w.ctx, w.at.path, fetch.Condition{})
	if err != nil {
		return err
	}
	w.at, w.entries = again, w.documents(again)
	return nil
}

func (w *work) origin(e Entry) string { return w.edition + "/" + e.Name }

// documents are the files of a listing, apart from pages beside notices. What is no XML is accounted for, and not fetched.
func (w *work) documents(l *listing) map[string]Entry {
	list := make(map[string]Entry, len(l.Entries))
	for _, e := range l.Entries {
		if !e.Folder && !strings.EqualFold(path.Ext(e.Name), ".html") {
			list[w.origin(e)] = e
		}
	}
	return list
}

// wanted are the documents that are listed otherwise than they are known, and were not had as listed in this pass.
func (w *work) wanted() (list []Entry) {
	for origin, e := range w.entries {
		if l, ok := w.known[origin]; ok && stands(l, e) {
			continue
		}
		if d := w.spool.get(origin); d != nil && (d.entry == e || e.Size.Fits(d.size) && e.At(d.published)) {
			continue
		}
		if f := w.failed[origin]; f != nil && f.entry == e {
			continue
		}
		list = append(list, e)
	}
	sortEntries(list)
	return list
}

// stands reports whether a document is listed as its newest line has it. Its time is that of the listing, to the minute; its size that of the bytes
// that were had.
func stands(l ledger.Line, e Entry) bool {
	if l.Outcome == ledger.Erased {
		return true // it does not come back, whatever becomes of it there
	}
	sized := l.SHA256 == "" || e.Size.Fits(l.Size) // else there were no bytes: what is too large is not asked for again
	return !waits(l) && sized && e.At(l.Published)
}

// waits reports whether a document is to be asked for again, even if it is listed as before.
func waits(l ledger.Line) bool {
	switch l.Outcome {
	case ledger.Missing, ledger.Gone:
		return true
	case ledger.Quarantined:
		return l.Kind == fault.Conflict.String() || l.SHA256 == "" && l.Kind == fault.Unavailable.String()
	}
	return false
}

// vanished finds out what became of documents that are known and not listed. That a listing lacks them is not enough: it may be an old copy, or the
// day is being moved. They are gone when they are at none of their addresses. From an empty listing nothing follows.
func (w *work) vanished() error {
	if len(w.entries) == 0 {
		if lost := w.lost(); len(lost) > 0 {
			for _, origin := range lost {
				w.stays[origin] = true
			}
			return fault.New(fault.Invalid, "the listing is empty, where %d documents were listed before; they stay", len(lost)).At(w.at.url)
		}
		return nil
	}
	for _, origin := range w.lost() {
		there, err := w.there(origin)
		switch {
		case errors.Is(err, fetch.ErrOver), w.ctx.Err() != nil:
			return err
		case err != nil, there:
			w.stays[origin] = true
		default:
			w.gone = append(w.gone, origin)
		}
	}
	return nil
}

// lost are the documents that are known and not listed, in order.
func (w *work) lost() (list []string) {
	for origin, l := range w.known {
		if !w.has(origin) && l.Outcome != ledger.Listing && l.Outcome != ledger.Gone && l.Outcome != ledger.Erased {
			list = append(list, origin)
		}
	}
	sortNames(list)
	return list
}

// there reports whether a document that is not listed can be had.
func (w *work) there(origin string) (bool, error) {
	roots := []string{""}
	if w.date.Year < w.today.Year {
		var err error
		if roots, err = w.below(); err != nil {
			return false, err
		}
	}
	for _, root := range roots {
		u := w.base.JoinPath(root, w.edition, url.PathEscape(path.Base(origin))).String()
		_, err := w.Fetch.Do(w.ctx, fetch.Request{URL: u, Condition: fetch.ConditionOf(w.known[origin].Validator), Limit: w.document()})
		if err == nil || fault.Is(err, fault.TooLarge) {
			return true, nil
		}
		if !fault.Is(err, fault.NotFound) {
			return false, err
		}
	}
	return false, nil
}

func (s *Source) document() int64 { return positive(s.Document, 64<<20) }
