package index

import (
	"context"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

var _ store.Knower = (*View)(nil)

// Known asks the store.
func (v *View) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	return askStore(ctx, v, "ledger", func(s store.Snapshot) (map[string]ledger.Line, error) {
		k, ok := s.(store.Knower)
		if !ok {
			return nil, fault.New(fault.Unsupported, "this store does not find documents by their bytes")
		}
		return k.Known(ctx, hashes)
	})
}
