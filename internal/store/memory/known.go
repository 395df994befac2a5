package memory

import (
	"context"
	"slices"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

var _ store.Knower = (*snapshot)(nil)

// Known looks through the ledger.
func (s *snapshot) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	known := map[string]ledger.Line{}
	for _, l := range s.state.ledger {
		if l.Tells() && slices.Contains(hashes, l.SHA256) {
			known[l.SHA256] = l
		}
	}
	return known, nil
}
