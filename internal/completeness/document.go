package completeness

import (
	"slices"
	"time"

	"github.com/boamp/boamp/internal/ledger"
)

// State is what became of a document.
type State string

const (
	Served      State = "served"
	Partial     State = "partial"     // served but for some of its notices
	Quarantined State = "quarantined" // set aside whole
	Erased      State = "erased"
	Missing     State = "missing"
	Gone        State = "gone"
)

// States lists all of them, in the order in which they are shown.
func States() []State { return []State{Served, Partial, Quarantined, Erased, Missing, Gone} }

// StateOf is what the newest line of a document says of it.
func StateOf(l ledger.Line) State {
	switch l.Outcome {
	case ledger.Erased:
		return Erased
	case ledger.Missing:
		return Missing
	case ledger.Gone:
		return Gone
	case ledger.Quarantined:
		return Quarantined
	}
	switch { // served, partial, or bytes that were known: what they hold tells
	case len(l.IDs) == 0:
		return Quarantined
	case l.Kind != "":
		return Partial
	}
	return Served
}

// packed is what the fold keeps of a document: from below 3 bits of state (the place in States, from 1), one bit that its bytes
// were had, 28 bits of the number of its notices.
type packed uint32

const (
	fetchedBit = 1 << 3
	noticesAt  = 4
	maxNotices = 1<<28 - 1
)

func pack(l ledger.Line) packed {
	p := packed(slices.Index(States(), StateOf(l))+1) | packed(min(len(l.IDs), maxNotices))<<noticesAt
	if l.SHA256 != "" {
		p |= fetchedBit
	}
	return p
}

func (p packed) state() State { return States()[p&7-1] }

// count adds a document to a count, n times: 1 to count it, -1 to take it out.
func (c *Count) count(p packed, n int64) {
	state := p.state()
	if state == Gone {
		c.Gone += n
		return
	}
	notices := int64(p >> noticesAt)
	if p&fetchedBit != 0 {
		c.Fetched += n
	}
	if notices > 0 && p&fetchedBit != 0 {
		c.Read += n
	}
	switch state {
	case Partial:
		c.Partial += n
		fallthrough
	case Served:
		c.Served += n
		c.Notices += n * notices
	case Quarantined:
		c.Quarantined += n
	case Erased:
		c.Erased += n
	case Missing:
		c.Missing += n
	}
}

// document puts the line of a document in the place of the one before.
func (e *edition) document(key uint64, l ledger.Line) {
	was, met := e.docs.get(key)
	is := pack(l)
	if was != is || l.Outcome != ledger.Unchanged {
		e.Last = l.Time
	}
	if met {
		e.Count.count(was, -1)
	}
	e.Count.count(is, 1)
	e.docs.set(key, is)
	waits := is.state() == Missing || is.state() == Quarantined
	switch {
	case !waits:
		delete(e.waits, key)
	case !met || was.state() != is.state():
		if e.waits == nil {
			e.waits = map[uint64]int64{}
		}
		e.waits[key] = l.Time.Unix()
	}
}

// count is the account with what the source lists, or else all documents that are not gone.
func (e *edition) count() Count {
	c := e.Count
	if !e.listed {
		c.Listed = int64(e.docs.len()) - c.Gone
	}
	return c
}

// state is the edition as it is now.
func (e *edition) state() Edition {
	out := e.Edition
	out.Count = e.count()
	out.lags = slices.Clip(e.lags)
	for key, since := range e.waits {
		at := time.Unix(since, 0).UTC()
		if p, _ := e.docs.get(key); p.state() == Missing {
			out.MissingSince = earliest(out.MissingSince, at)
		} else {
			out.AsideSince = earliest(out.AsideSince, at)
		}
	}
	return out
}

// earliest is the first of two times; zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
