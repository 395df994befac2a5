package store

import (
	"context"

	"github.com/boamp/boamp/internal/ledger"
)

// Knower finds documents by their bytes.
type Knower interface {
	// Known tells which documents the account has met: of each SHA-256 that has one, the newest line that tells what became of the
	// bytes (ledger.Line.Tells). An Erased line is one: these bytes must not come back.
	Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error)
}
