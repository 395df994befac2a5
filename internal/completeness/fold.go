package completeness

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// View is what the fold reads: a store.Snapshot.
type View interface {
	Info() store.Info
	Ledger(ctx context.Context, from int64) iter.Seq2[ledger.Line, error]
}

// ErrPassed says that the fold is beyond a view already: a newer view has to be opened.
var ErrPassed = errors.New("the account of the documents is beyond this view")

// Fold keeps the account of all editions in step with the ledger. It reads every line once; what it keeps of a document are some
// 20 bytes, without its name, so that its newest line can take the place of the one before. Safe for concurrent use.
type Fold struct {
	seed maphash.Seed // of the hashes of names: nobody can make two alike, and 10 million have two alike once in 400,000 folders

	turn     chan struct{} // held by who reads lines
	mu       sync.Mutex    // account
	account  *Account      // that was asked for last; nil for none
	sequence int64
	editions map[editionKey]*edition
	sources  map[string]*Source
	open     *edition // whose lines were read last: its change may have more
	at       time.Time
}

// register is the source of the lines in which package ingest keeps account of the erasures themselves.
const register = "register"

type editionKey struct{ source, name string }

// edition is an account that grows.
type edition struct {
	Edition
	listed bool // the source has listed it
	docs   table
	waits  map[uint64]int64 // since when documents are missing or quarantined, seconds
}

// New makes the fold of an empty ledger.
func New() *Fold {
	return &Fold{seed: maphash.MakeSeed(), turn: make(chan struct{}, 1), editions: map[editionKey]*edition{}, sources: map[string]*Source{}}
}

// reset begins again.
func (f *Fold) reset() {
	f.turn <- struct{}{}
	defer func() { <-f.turn }()
	f.sequence, f.open = 0, nil
	f.editions, f.sources = map[editionKey]*edition{}, map[string]*Source{}
	f.keep(nil)
}

// At gives the account at the sequence of a view, whose lines it reads as far as it has not. One caller reads, others wait. When ctx
// ends, what was read stays, and the next call goes on from there.
//
// Errors: ErrPassed; those of the view.
func (f *Fold) At(ctx context.Context, v View) (*Account, error) {
	want := v.Info().Sequence
	if a := f.ready(); a != nil && a.Sequence == want {
		return a, nil
	}
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Timeout, context.Cause(ctx), "the account of the documents was not ready in time").
			WithHint("it is read from the ledger once after a start; try again")
	}
	if f.sequence > want {
		return nil, ErrPassed
	}
	if err := f.read(ctx, v, want); err != nil {
		return nil, err
	}
	if a := f.ready(); a != nil && a.Sequence == want {
		return a, nil
	}
	a := f.build()
	f.keep(a)
	return a, nil
}

// Ask is At for a view that is opened for it: of an older one than the fold is, a newer is opened. The caller closes the snapshot.
func (f *Fold) Ask(ctx context.Context, open func(ctx context.Context) (store.Snapshot, error)) (store.Snapshot, *Account, error) {
	for tries := 0; ; tries++ {
		snap, err := open(ctx)
		if err != nil {
			return nil, nil, err
		}
		a, err := f.At(ctx, snap)
		if err == nil {
			return snap, a, nil
		}
		_ = snap.Close() // the first error counts
		if !errors.Is(err, ErrPassed) {
			return nil, nil, err
		}
		if tries == 3 { // the ledger has become shorter: another folder, or a rebuilt store
			f.reset()
		}
	}
}

func (f *Fold) ready() *Account {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.account
}

func (f *Fold) keep(a *Account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.account = a
}

// read takes in the lines up to a sequence.
func (f *Fold) read(ctx context.Context, v View, want int64) error {
	if f.sequence == want {
		return nil
	}
	for line, err := range v.Ledger(ctx, f.sequence+1) {
		if err != nil {
			return err
		}
		if line.Seq > want {
			break
		}
		f.add(line)
	}
	f.settle()
	f.sequence = want
	return nil
}

// add takes in one line.
func (f *Fold) add(l ledger.Line) {
	f.sequence = l.Seq
	if l.Outcome == ledger.Derived || l.Source == register {
		return // it tells of notices, the documents have other lines
	}
	e := f.edition(l)
	if f.open != e || !f.at.Equal(l.Time) {
		f.settle()
		f.open, f.at = e, l.Time
	}
	src := f.source(l)
	if l.Outcome == ledger.Listing {
		e.listed, e.Listed, e.Listing = true, l.Listed, l.Time
		return
	}
	if src != nil && l.Outcome != ledger.Gone && l.Outcome != ledger.Erased {
		published := l.Published
		if published.IsZero() || published.After(l.Time) {
			published = l.Time
		}
		src.News = latest(src.News, published)
	}
	e.document(maphash.String(f.seed, l.Origin), l)
	if src != nil && (l.Outcome == ledger.Served || l.Outcome == ledger.Partial) && !l.Published.IsZero() && !l.Published.Before(src.Followed) {
		e.lags = append(e.lags, uint32(min(max(0, l.Time.Sub(l.Published)/time.Second), 1<<32-1)))
	}
}

func (f *Fold) edition(l ledger.Line) *edition {
	key := editionKey{l.Source, l.Edition}
	e := f.editions[key]
	if e == nil {
		key = editionKey{strings.Clone(l.Source), strings.Clone(l.Edition)}
		e = &edition{Edition: Edition{Source: key.source, Name: key.name, Day: Day(key.name), First: l.Time}}
		f.editions[key] = e
	}
	return e
}

// source is the place that a line comes from; nil for an import by hand.
func (f *Fold) source(l ledger.Line) *Source {
	if l.Source == "" {
		return nil
	}
	s := f.sources[l.Source]
	if s == nil {
		s = &Source{Name: strings.Clone(l.Source), Followed: l.Time}
		f.sources[s.Name] = s
	}
	return s
}

// settle looks whether the count of the edition whose lines were read last adds up, now that its change is whole.
func (f *Fold) settle() {
	e := f.open
	if e == nil {
		return
	}
	f.open = nil
	e.docs.pack()
	switch {
	case e.count().Unaccounted() == 0:
		e.UnevenSince = time.Time{}
	case e.UnevenSince.IsZero():
		e.UnevenSince = f.at
	}
}

// build makes the account of what was read.
func (f *Fold) build() *Account {
	a := &Account{Sequence: f.sequence}
	for _, e := range f.editions {
		a.Editions = append(a.Editions, e.state())
	}
	slices.SortFunc(a.Editions, func(a, b Edition) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), a.Day.Compare(b.Day), cmp.Compare(a.Name, b.Name))
	})
	for _, name := range slices.Sorted(maps.Keys(f.sources)) {
		a.Sources = append(a.Sources, *f.sources[name])
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
