//go:build !unix

package duckdb

import "os"

// lock does nothing here: DuckDB's own lock keeps other programs away.
func lock(path string, shared bool) (f *os.File, held bool, err error) { return nil, false, nil }
