//go:build !unix

package compare

import (
	"context"
	"errors"
)

// PostgresOptions say where PostgreSQL is and how it runs.
type PostgresOptions struct{ Bin, Dir, User string }

// StartPostgres is for Unix.
func StartPostgres(context.Context, PostgresOptions) (Engine, error) {
	return nil, errors.New("PostgreSQL is started on Unix only")
}
