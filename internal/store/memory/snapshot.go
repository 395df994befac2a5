package memory

import (
	"context"
	"iter"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// snapshot is a view of one state.
type snapshot struct {
	store     *Store
	state     *state
	streaming bool // a loop over Rows or Ledger is under way
	closed    bool
}

// Info describes the revision.
func (s *snapshot) Info() store.Info { return s.state.info }

// Close ends the view.
func (s *snapshot) Close() error {
	s.closed = true
	return nil
}

func (s *snapshot) usable(ctx context.Context) error {
	if s.closed {
		return fault.New(fault.Unavailable, "the view of the data is closed")
	}
	if s.streaming {
		return fault.New(fault.Internal, "a view of the data was asked two things at once")
	}
	return s.store.usable(ctx)
}

// Get gives one notice.
func (s *snapshot) Get(ctx context.Context, id string) (*notice.Notice, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	n, ok := s.state.find(id)
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no notice %q", id)
	}
	return n, nil
}

// Count counts the matching notices.
func (s *snapshot) Count(ctx context.Context, where query.Expr) (n int64, err error) {
	if err := store.CheckExpr(where); err != nil {
		return 0, err
	}
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	for _, r := range s.records(ctx) {
		if query.Match(where, r) {
			n++
		}
	}
	return n, ended(ctx)
}

// records gives the notices by id. It stops when ctx ends, which the caller has to look for.
func (s *snapshot) records(ctx context.Context) iter.Seq2[string, field.Record] {
	return func(yield func(string, field.Record) bool) {
		for i, n := range s.state.notices {
			if i%100 == 0 && ctx.Err() != nil || !yield(n.ID, n) {
				return
			}
		}
	}
}

// Rows streams the matching notices. It keeps their places, not their rows.
func (s *snapshot) Rows(ctx context.Context, q query.Query, fields []*field.Field) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		found, err := s.page(ctx, q, fields)
		if err == nil {
			s.streaming = true
			defer func() { s.streaming = false }()
		}
		for _, f := range found {
			if err = ended(ctx); err != nil {
				break
			}
			if !yield(store.Row{ID: f.ID, Values: store.Values(f.Record, fields), Keys: f.Keys}, nil) {
				return
			}
		}
		if err != nil {
			yield(store.Row{}, err)
		}
	}
}

// page lists the notices wanted, in order.
func (s *snapshot) page(ctx context.Context, q query.Query, fields []*field.Field) ([]query.Found, error) {
	keys := store.Keys(q, s.store.catalogue)
	if err := store.CheckQuery(q, keys, fields); err != nil {
		return nil, err
	}
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	found := query.Select(s.records(ctx), q, keys)
	return found, ended(ctx)
}

// Groups streams the groups.
func (s *snapshot) Groups(ctx context.Context, g query.Groups) iter.Seq2[query.Group, error] {
	return func(yield func(query.Group, error) bool) {
		groups, err := s.groups(ctx, g)
		if err == nil {
			s.streaming = true
			defer func() { s.streaming = false }()
		}
		for _, row := range groups {
			if err = ended(ctx); err != nil {
				break
			}
			if !yield(row, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// groups lists the groups wanted, in order.
func (s *snapshot) groups(ctx context.Context, g query.Groups) ([]query.Group, error) {
	if err := store.CheckGroups(g); err != nil {
		return nil, err
	}
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	groups := query.RunGroups(func(yield func(field.Record) bool) {
		for _, r := range s.records(ctx) {
			if !yield(r) {
				return
			}
		}
	}, g)
	return groups, ended(ctx)
}
