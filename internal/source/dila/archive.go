package dila

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
)

// archive gives the edition of an archive, unless it is as it was; false when the pass is to end.
func (p *pass) archive(a archive) bool {
	if !p.goesOn() {
		return false
	}
	asked := len(p.Days) > 0
	if !asked && p.isComplete(a.edition, a.Instant()) {
		return true
	}
	known, err := p.known(p.ctx, a.edition)
	if err != nil {
		p.over = err
		return p.goesOn()
	}
	listed, ok := known[listingOrigin(a.edition)]
	if ok && !asked && a.At(listed.Published) && !anyWaits(known) {
		p.remember(a.edition, a.Instant())
		return true
	}
	return p.give(source.Edition{Name: a.edition, Bytes: a.Size.High, Items: func(ctx context.Context) iter.Seq2[source.Item, error] {
		return func(yield func(source.Item, error) bool) {
			x := &unpacking{pass: p, ctx: ctx, archive: a, known: known, met: map[string]bool{}}
			if err := x.give(yield); err != nil {
				p.over = err
				yield(source.Item{}, err)
			}
		}
	}})
}

// unpacking is the work on an archive.
type unpacking struct {
	*pass
	ctx     context.Context
	archive archive
	known   map[string]ledger.Line
	met     map[string]bool // origins
	broken  bool            // it could not be read to its end
}

// give fetches the archive into a file and gives what is in it. An error is that of the whole: of ctx, or of our disk.
func (x *unpacking) give(yield func(source.Item, error) bool) error {
	f, err := temporary(x.Temporary)
	if err != nil {
		return diskFault(err)
	}
	defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }()
	resp, err := x.fetch(f)
	switch {
	case errors.Is(err, fetch.ErrSink):
		return diskFault(err)
	case err != nil && x.ctx.Err() != nil:
		return err
	case err != nil:
		x.missing(yield, err)
		return nil
	}
	at := published(x.archive.Entry, resp.Published)
	if resp.NotModified {
		prior := x.known[listingOrigin(x.archive.edition)]
		x.listing(yield, at, resp.Validator, prior.Listed)
		return nil
	}
	s := source.Stream{Origin: x.archive.edition, Name: source.NameOf(x.archive.edition), R: io.NewSectionReader(f, 0, resp.Size), At: f, Size: resp.Size}
	for item, err := range x.Open(x.ctx, s) {
		if item.Origin == "" && err != nil {
			return err
		}
		if !errors.Is(err, source.ErrCompanion) {
			x.met[item.Origin] = true
			x.broken = x.broken || err != nil && item.Origin == x.archive.edition
		}
		item.Published = at
		if !yield(item, err) {
			return nil
		}
	}
	if x.gone(yield) {
		x.listing(yield, at, resp.Validator, x.count())
	}
	return nil
}

// fetch downloads the archive, again from the beginning when it is cut off.
func (x *unpacking) fetch(f *os.File) (*fetch.Response, error) {
	r := fetch.Request{URL: x.archive.URL, Limit: positive(x.Archive, 4<<30), Sink: fetch.File(f)}
	if l, ok := x.known[listingOrigin(x.archive.edition)]; ok && !anyWaits(x.known) && len(x.Days) == 0 {
		r.Condition = fetch.ConditionOf(l.Validator)
	}
	resp, err := x.Fetch.Do(x.ctx, r)
	if err != nil || resp.NotModified {
		return resp, err
	}
	head := make([]byte, source.HeadSize)
	n, _ := f.ReadAt(head, 0)
	if head = head[:n]; !source.FormOf(head).Archive() {
		return nil, fault.New(fault.Invalid, "not an archive but %s", describe(head)).At(x.archive.URL)
	}
	if x.archive.Size.Known && resp.Size < x.archive.Size.Low {
		return nil, fault.New(fault.Invalid, "the answer of %d bytes is cut off; the listing says %d or more", resp.Size, x.archive.Size.Low).At(x.archive.URL)
	}
	return resp, nil
}

// missing accounts for an archive that could not be had: as the one document of its edition, when nothing was had of it before and the ledger does not
// say so already.
func (x *unpacking) missing(yield func(source.Item, error) bool, err error) {
	edition := x.archive.edition
	x.trouble(edition, err)
	l, waiting := x.known[edition]
	_, listed := x.known[listingOrigin(edition)]
	if listed || x.over != nil || waiting && l.Outcome == ledger.Missing && l.Kind == fault.KindOf(err).String() {
		return
	}
	if yield(source.Item{Origin: edition, Name: source.NameOf(edition), Fetched: x.now(), Published: x.archive.Instant(), Note: source.Missing}, err) {
		x.listing(yield, time.Time{}, "", 1)
	}
}

// gone gives what was in the archive before and is no longer, and the archive itself as a document that was missing.
func (x *unpacking) gone(yield func(source.Item, error) bool) bool {
	var list []string
	for origin, l := range x.known {
		if !x.broken && !x.met[origin] && l.Outcome != ledger.Listing && l.Outcome != ledger.Gone && l.Outcome != ledger.Erased {
			list = append(list, origin)
		}
	}
	sortNames(list)
	for _, origin := range list {
		if !yield(source.Item{Origin: origin, Name: source.NameOf(origin), Fetched: x.now(), Note: source.Gone}, nil) {
			return false
		}
	}
	return true
}

// count is how many documents there are: those met, and those known that are neither gone now nor before.
func (x *unpacking) count() int64 {
	n := int64(len(x.met))
	for origin, l := range x.known {
		if !x.met[origin] && (l.Outcome == ledger.Erased || x.broken && l.Outcome != ledger.Listing && l.Outcome != ledger.Gone) {
			n++
		}
	}
	return n
}

func (x *unpacking) listing(yield func(source.Item, error) bool, at time.Time, validator string, count int64) {
	yield(source.Item{Origin: listingOrigin(x.archive.edition), Fetched: x.now(), Published: at, Validator: validator, Note: source.Listing, Listed: count}, nil)
}
