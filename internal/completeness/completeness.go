// Package completeness says what became of everything that sources listed: it folds the lines of the ledger to counts for each
// edition, in which listed = served + quarantined + erased + missing, and turns what is amiss into alarms.
package completeness

import (
	"slices"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// Count is how many documents became what. Each document counts by its newest line in the ledger; those that the source lists
// no more are in Gone and nowhere else.
type Count struct {
	Listed      int64 // by the source, as its newest listing says; of an edition without listings the documents met
	Fetched     int64 // whose bytes were had
	Read        int64 // in which a reader found notices
	Served      int64 // that are in the store, Partial among them
	Partial     int64 // of which something is set aside beside what is served
	Quarantined int64 // set aside whole
	Erased      int64 // taken out for good
	Missing     int64 // listed, and not to be had
	Gone        int64
	Notices     int64 // in documents that are served
}

// Unaccounted is what is listed and has no account: 0 unless something is wrong, negative when more has an account than is listed.
func (c Count) Unaccounted() int64 {
	return c.Listed - c.Served - c.Quarantined - c.Erased - c.Missing
}

// Complete reports that all that is listed is served, or was taken out as it has to be.
func (c Count) Complete() bool { return c.Unaccounted() == 0 && c.Quarantined+c.Missing+c.Partial == 0 }

// In counts the documents in some states, each of which is given once.
func (c Count) In(states ...State) (n int) {
	for _, s := range states {
		switch s {
		case Served:
			n += int(c.Served - c.Partial)
		case Partial:
			n += int(c.Partial)
		case Quarantined:
			n += int(c.Quarantined)
		case Erased:
			n += int(c.Erased)
		case Missing:
			n += int(c.Missing)
		case Gone:
			n += int(c.Gone)
		}
	}
	return n
}

func (c *Count) add(o Count) {
	c.Listed += o.Listed
	c.Fetched += o.Fetched
	c.Read += o.Read
	c.Served += o.Served
	c.Partial += o.Partial
	c.Quarantined += o.Quarantined
	c.Erased += o.Erased
	c.Missing += o.Missing
	c.Gone += o.Gone
	c.Notices += o.Notices
}

// Edition is the account of an edition. It is not changed once it was given out.
type Edition struct {
	Source string // that is followed; "" for imports by hand
	Name   string
	Day    notice.Date // see Day; zero when the name says none
	Count
	Listing      time.Time // when the source was listed last, of what is known; zero for never
	First        time.Time // line of the ledger
	Last         time.Time // line of the ledger that changed what became of a document
	UnevenSince  time.Time // since when the count does not add up; zero when it does
	MissingSince time.Time // since when the document is missing that is so longest; zero for none
	AsideSince   time.Time // since when the document is quarantined that is so longest; zero for none

	lags []uint32 // seconds, in the order of the ledger
}

// Source is what the ledger says of a place that is followed.
type Source struct {
	Name     string
	Followed time.Time // time of its first line
	News     time.Time // when it last published something, as it says, else when that came
}

// Account is the state of all editions at one place of the ledger. It is never changed.
type Account struct {
	Sequence int64     // of the newest line in it
	Editions []Edition // by source, day and name
	Sources  []Source  // by name
}

// Edition finds an edition; false when there is none.
func (a *Account) Edition(source, name string) (Edition, bool) {
	for _, e := range a.Editions {
		if e.Source == source && e.Name == name {
			return e, true
		}
	}
	return Edition{}, false
}

// Total sums up all editions.
func (a *Account) Total() (c Count) {
	for _, e := range a.Editions {
		c.add(e.Count)
	}
	return c
}

// Lag is how long documents took from their publication to being searchable. It counts every version of a document that came
// while its source was followed: what was published before the first line of that source is backfill, which has no lag.
type Lag struct {
	Documents       int           // that count
	P50, P95, Worst time.Duration // to the second
}

// LagOf gives the lag over some editions.
func LagOf(editions ...Edition) Lag {
	n := 0
	for _, e := range editions {
		n += len(e.lags)
	}
	if n == 0 {
		return Lag{}
	}
	list := make([]float64, 0, n)
	for _, e := range editions {
		for _, s := range e.lags {
			list = append(list, float64(s))
		}
	}
	at := func(q float64) time.Duration { return time.Duration(query.Quantile(list, q)+0.5) * time.Second }
	return Lag{n, at(0.5), at(0.95), time.Duration(slices.Max(list)) * time.Second}
}
