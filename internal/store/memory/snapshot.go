package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
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
func (s *snapshot) Count(ctx context.Context, where query.Expr) (int64, error) {
	if err := store.CheckExpr(where); err != nil {
		return 0, err
	}
	list, err := s.matching(ctx, where)
	return int64(len(list)), err
}

// matching lists the notices that match, by id.
func (s *snapshot) matching(ctx context.Context, where query.Expr) ([]*notice.Notice, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	var list []*notice.Notice
	for i, n := range s.state.notices {
		if i%100 == 0 && ctx.Err() != nil {
			return nil, ended(ctx)
		}
		if query.Match(where, n) {
			list = append(list, n)
		}
	}
	return list, nil
}

// Rows streams the matching notices. It keeps their places, not their rows.
func (s *snapshot) Rows(ctx context.Context, q query.Query, fields []*field.Field) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		keys := store.Keys(q, s.store.catalogue)
		places, err := s.page(ctx, q, keys, fields)
		if err == nil {
			s.streaming = true
			defer func() { s.streaming = false }()
		}
		for _, p := range places {
			if err = ended(ctx); err != nil {
				break
			}
			n, _ := s.state.find(p.ID)
			if !yield(row(n, p, fields), nil) {
				return
			}
		}
		if err != nil {
			yield(store.Row{}, err)
		}
	}
}

// page lists the places of the rows wanted, in order.
func (s *snapshot) page(ctx context.Context, q query.Query, keys []query.Key, fields []*field.Field) ([]query.Position, error) {
	if err := store.CheckQuery(q, keys, fields); err != nil {
		return nil, err
	}
	list, err := s.matching(ctx, q.Where)
	if err != nil {
		return nil, err
	}
	var places []query.Position
	for _, n := range list {
		if p := query.PositionOf(n, keys); q.After == nil || query.ComparePositions(keys, p, *q.After) > 0 {
			places = append(places, p)
		}
	}
	slices.SortFunc(places, func(a, b query.Position) int { return query.ComparePositions(keys, a, b) })
	places = places[min(q.Offset, len(places)):]
	if q.Limit >= 0 {
		places = places[:min(q.Limit, len(places))]
	}
	return places, nil
}

func row(n *notice.Notice, p query.Position, fields []*field.Field) store.Row {
	return store.Row{ID: n.ID, Values: store.Values(n, fields), Keys: p.Keys}
}

// Ledger streams the ledger lines.
func (s *snapshot) Ledger(ctx context.Context, from int64) iter.Seq2[ledger.Line, error] {
	return func(yield func(ledger.Line, error) bool) {
		if err := s.usable(ctx); err != nil {
			yield(ledger.Line{}, err)
			return
		}
		s.streaming = true
		defer func() { s.streaming = false }()
		for _, l := range s.state.ledger {
			if err := ended(ctx); err != nil {
				yield(ledger.Line{}, err)
				return
			}
			if l.Seq >= from && !yield(l, nil) {
				return
			}
		}
	}
}

// Groups streams the groups.
func (s *snapshot) Groups(ctx context.Context, g query.Groups) iter.Seq2[query.Group, error] {
	panic("not written yet")
}
