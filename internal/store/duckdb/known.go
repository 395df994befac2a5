package duckdb

import (
	"context"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

var _ store.Knower = (*snapshot)(nil)

// Known finds the newest line of each hash that tells of its bytes.
func (v *snapshot) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	return knownLines(ctx, v.c, hashes)
}
