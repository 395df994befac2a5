// Package memory is the reference engine: all notices in a sorted slice, every question answered by looking at each of them
// with the reference evaluator of package query. It is meant to be obviously right, and for tests and small data.
package memory

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// Store holds one published state; a commit replaces it by another, so that readers keep theirs.
type Store struct {
	catalogue *field.Catalogue
	fields    []*field.Field // of the catalogue
	state     atomic.Pointer[state]
	writer    sync.Mutex // held from Begin to the end of the transaction
	closed    atomic.Bool
}

// state is one revision. It never changes once published.
type state struct {
	info    store.Info
	notices []*notice.Notice // by id
	ledger  []ledger.Line    // by Seq
}

var _ store.Store = (*Store)(nil)

// New makes an empty store for the fields of a catalogue.
func New(c *field.Catalogue) *Store {
	s := &Store{catalogue: c, fields: c.All()}
	s.state.Store(&state{})
	return s
}

// Snapshot gives a view of the latest revision.
func (s *Store) Snapshot(ctx context.Context) (store.Snapshot, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	return &snapshot{store: s, state: s.state.Load()}, nil
}

// Begin starts the one transaction.
func (s *Store) Begin(ctx context.Context) (store.Tx, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	if !s.writer.TryLock() {
		return nil, fault.New(fault.Conflict, "another change of the data is under way")
	}
	return &tx{store: s, base: s.state.Load(), put: map[string]*notice.Notice{}}, nil
}

// Close ends the store.
func (s *Store) Close() error {
	s.closed.Store(true)
	return nil
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return fault.New(fault.Unavailable, "the store is closed")
	}
	return ended(ctx)
}

// ended gives a fault when the context is over.
func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Timeout, err, "the question was given up before its answer")
	}
	return nil
}

func (st *state) find(id string) (*notice.Notice, bool) {
	i, ok := slices.BinarySearchFunc(st.notices, id, func(n *notice.Notice, id string) int { return strings.Compare(n.ID, id) })
	if !ok {
		return nil, false
	}
	return st.notices[i], true
}
