package explore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
)

// entry is a record of a day on its way.
type entry struct {
	listed
	n      int // 1, or which of several records with this id
	origin string
	line   []byte // the record; nil when it was not asked for or did not come
	wanted bool
}

// items gives what is new of a day: records, those that could not be had, those that are gone, and the listing when it differs. All of it
// is fetched before the first item comes.
func (s *Source) items(ctx context.Context, d day) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		known, err := s.known(ctx, d.edition())
		if err != nil {
			yield(source.Item{}, err)
			return
		}
		list, err := s.ids(ctx, d)
		if err != nil {
			yield(source.Item{}, err)
			return
		}
		w := &visit{s: s, day: d, known: known}
		w.take(list)
		if err := w.fetch(ctx); err != nil {
			yield(source.Item{}, err)
			return
		}
		w.give(yield)
	}
}

// visit is one look at a day.
type visit struct {
	s       *Source
	day     day
	known   map[string]ledger.Line
	entries []*entry
	stamp   time.Time // newest of the list
	fetched time.Time
	failed  error // why records that were listed could not be had
}

// take notes what is listed, and which of it is new or stamped anew.
func (w *visit) take(list []listed) {
	times := map[string]int{}
	for _, l := range list {
		times[l.ID]++
		e := &entry{listed: l, n: times[l.ID], origin: w.s.origin(l.ID, times[l.ID])}
		line, ok := w.known[e.origin]
		e.wanted = w.s.All || !ok || l.Stamp == "" || line.Validator != l.Stamp || !line.Stands(line.SHA256)
		if at := instant(l.Stamp); at.After(w.stamp) {
			w.stamp = at
		}
		w.entries = append(w.entries, e)
	}
}

// fetch gets the wanted records, and once more those that did not come. Its error ends the visit; what is only missing is noted.
func (w *visit) fetch(ctx context.Context) error {
	for range 2 {
		only, whole := w.wanted()
		if len(only) == 0 && !whole {
			return nil
		}
		if whole {
			only = nil
		}
		got, err := w.s.records(ctx, w.day, only)
		w.fetched = w.s.Client.Now().UTC()
		if err != nil && final(ctx, err) {
			return err
		}
		if w.failed = err; err != nil {
			return nil // the client has tried as often as it is polite
		}
		w.match(got, whole)
	}
	return nil
}

// wanted lists the ids to ask for, or says that they are so many, or so strange, that the whole day is to be asked.
func (w *visit) wanted() (ids []string, whole bool) {
	for _, e := range w.entries {
		if !e.wanted || e.line != nil {
			continue
		}
		if !plainID.MatchString(e.ID) || len(ids) == few {
			return nil, true
		}
		if e.n == 1 || len(ids) == 0 || ids[len(ids)-1] != e.ID {
			ids = append(ids, e.ID)
		}
	}
	return ids, false
}

// match gives the entries their records. Records that came since the list was made are listed, too.
func (w *visit) match(got map[string][][]byte, whole bool) {
	for _, e := range w.entries {
		if lines := got[e.ID]; e.n <= len(lines) {
			e.line = lines[e.n-1]
			lines[e.n-1] = nil
		}
	}
	if !whole {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(got)) {
		for i, line := range got[id] {
			if line != nil {
				w.entries = append(w.entries, &entry{listed: listed{ID: id}, n: i + 1, origin: w.s.origin(id, i+1), line: line, wanted: true})
			}
		}
	}
}

// give yields the items.
func (w *visit) give(yield func(source.Item, error) bool) {
	origins := map[string]bool{}
	missing := 0
	for _, e := range w.entries {
		origins[e.origin] = true
		item, err, ok := w.item(e)
		if e.wanted && e.line == nil {
			missing++
		}
		if ok && !yield(item, err) {
			return
		}
	}
	for _, origin := range slices.Sorted(maps.Keys(w.known)) {
		if line := w.known[origin]; line.Met() && !origins[origin] {
			gone := source.Item{Origin: origin, Name: line.Name, Note: source.Gone, Fetched: w.s.Client.Now().UTC(), IDs: line.IDs}
			if !yield(gone, fault.New(fault.NotFound, "the portal lists it no more under this day")) {
				return
			}
		}
	}
	w.listing(missing, yield)
}

// item is what there is to say of an entry; false for nothing.
func (w *visit) item(e *entry) (source.Item, error, bool) {
	line, known := w.known[e.origin]
	item := source.Item{Origin: e.origin, Name: source.NameOf(e.ID), Fetched: w.fetched, Published: instant(e.Stamp), Validator: e.Stamp}
	switch {
	case e.line != nil: // also of records that were not asked for and came with their day
		sum := sha256.Sum256(e.line)
		item.Bytes = e.line
		return item, nil, !line.Stands(hex.EncodeToString(sum[:]))
	case !e.wanted:
		return item, nil, false
	case known && line.Outcome != ledger.Gone:
		return item, nil, false // what was served of it stays, or it is missing still
	}
	item.Note = source.Missing
	err := w.failed
	if err == nil {
		err = fault.New(fault.NotFound, "the portal lists the record and does not give it")
	}
	return item, err, true
}

// listing yields what the portal lists, when it is not what is known. A day of which something is missing gets no validator, so that the
// next pass goes into it again.
func (w *visit) listing(missing int, yield func(source.Item, error) bool) {
	now := day{date: w.day.date, count: int64(len(w.entries)), stamp: w.stamp}
	item := source.Item{Origin: w.s.listingURL(now.date), Note: source.Listing, Listed: now.count, Fetched: w.s.Client.Now().UTC()}
	if missing == 0 {
		item.Validator = now.signature()
	}
	before, known := w.known[item.Origin]
	if known && before.Listed == item.Listed && before.Validator == item.Validator || !known && item.Listed == 0 {
		return
	}
	yield(item, nil)
}
