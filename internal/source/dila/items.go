package dila

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
)

// items gives what was gathered: documents, what is missing, what is gone, and the listing when anything is new.
func (w *work) items(yield func(source.Item, error) bool) {
	if w.at == nil {
		return
	}
	if w.at.same {
		w.closing(yield)
		return
	}
	if w.over != nil && len(w.spool.docs) == 0 {
		return // the next pass does all of it
	}
	missing := w.missing()
	prior, listed := w.known[listingOrigin(w.edition)]
	count := w.count()
	if len(w.spool.docs)+len(missing)+len(w.gone) == 0 && listed && prior.Listed == count && !w.closes(prior) {
		return
	}
	for _, d := range w.spool.sorted() {
		b, err := w.spool.read(d)
		if err != nil && d.err == nil {
			yield(source.Item{}, err)
			return
		}
		item := source.Item{Bytes: b, Origin: d.origin, Name: source.NameOf(d.entry.Name), Fetched: d.fetched, Published: d.published, Validator: d.validator}
		if !yield(item, d.err) {
			return
		}
	}
	for _, origin := range missing {
		f := w.failed[origin]
		if !yield(source.Item{Origin: origin, Name: source.NameOf(f.entry.Name), Fetched: w.at.seen, Published: f.entry.Instant(), Note: source.Missing}, f.err) {
			return
		}
	}
	for _, origin := range w.gone {
		if !yield(source.Item{Origin: origin, Name: source.NameOf(origin), Fetched: w.at.seen, Note: source.Gone}, nil) {
			return
		}
	}
	w.listing(yield, count, w.at.validator)
}

// closing gives an unchanged listing once more when it is the first since the day was closed: from then on the day needs no request.
func (w *work) closing(yield func(source.Item, error) bool) {
	if prior := w.known[listingOrigin(w.edition)]; w.closes(prior) {
		w.listing(yield, prior.Listed, cmp.Or(w.at.validator, prior.Validator))
	}
}

func (w *work) closes(prior ledger.Line) bool {
	at := w.settledAt(w.date)
	return prior.Fetched.Before(at) && !w.at.seen.Before(at)
}

// listing gives the listing. A validator of one that could not be worked off would keep the next pass from doing so, and is left out.
func (w *work) listing(yield func(source.Item, error) bool, count int64, validator string) {
	if w.unfinished() {
		validator = ""
	}
	yield(source.Item{Origin: listingOrigin(w.edition), Fetched: w.at.seen, Validator: validator, Note: source.Listing, Listed: count}, nil)
}

// unfinished reports whether something of the listing is left to do, which no line of a document says.
func (w *work) unfinished() bool {
	for origin := range w.failed {
		if l, known := w.known[origin]; known && !waits(l) {
			return true // it is listed otherwise than it is known, and could not be had so
		}
	}
	return len(w.stays) > 0 || w.broken
}

// missing names the documents that are listed and could not be had, other than those of which the ledger says the same already. A document
// that was had before and is only not to be had as it is listed now is no missing one: its line stands, and the next pass asks again.
func (w *work) missing() (list []string) {
	for origin, f := range w.failed {
		l, known := w.known[origin]
		if !w.has(origin) || w.spool.get(origin) != nil {
			continue
		}
		if known && (l.Outcome == ledger.Missing && l.Kind == fault.KindOf(f.err).String() || !waits(l)) {
			continue
		}
		list = append(list, origin)
	}
	sortNames(list)
	return list
}

// count is how many documents there are: those listed, and those that are not, or not any more, but were had or are known, unless they are gone.
func (w *work) count() int64 {
	n := int64(len(w.entries))
	for origin := range w.spool.docs {
		if _, known := w.known[origin]; !known && !w.has(origin) {
			n++
		}
	}
	for origin, l := range w.known {
		gone := l.Outcome == ledger.Gone && w.spool.docs[origin] == nil || slices.Contains(w.gone, origin)
		if l.Outcome != ledger.Listing && !gone && !w.has(origin) {
			n++
		}
	}
	return n
}

// has reports whether a document is listed.
func (w *work) has(origin string) bool {
	_, ok := w.entries[origin]
	return ok
}

// sortEntries puts entries in the order of their time, then of the numbers in their names.
func sortEntries(list []Entry) {
	slices.SortFunc(list, func(a, b Entry) int { return compareDocuments(a.Wall, b.Wall, a.Name, b.Name) })
}

func compareDocuments(t, u time.Time, a, b string) int {
	return cmp.Or(t.Compare(u), compareNames(a, b))
}

func sortNames(list []string) { slices.SortFunc(list, compareNames) }

// compareNames orders by the number behind the last "-", so that 26-9 comes before 26-10.
func compareNames(a, b string) int {
	stemA, numberA := cutNumber(a)
	stemB, numberB := cutNumber(b)
	return cmp.Or(strings.Compare(stemA, stemB), cmp.Compare(numberA, numberB), strings.Compare(a, b))
}

func cutNumber(name string) (string, int64) {
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return name, 0
	}
	digits, _, _ := strings.Cut(name[i+1:], ".")
	n, _ := strconv.ParseInt(digits, 10, 64)
	return name[:i], n
}
