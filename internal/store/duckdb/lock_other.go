//go:build !unix

package duckdb

import "os"

// lock does nothing here: DuckDB's own lock keeps other programs away.
func lock(path string, shared bool) (f *os.File, holder string, err error) { return nil, "", nil }
