package duckdb

import (
	"context"

	"github.com/boamp/boamp/internal/fault"
)

// Use is what DuckDB takes for one purpose, in bytes.
type Use struct {
	For    string // BASE_TABLE, HASH_TABLE...: DuckDB's names, some fifteen
	Memory int64
	Temp   int64 // in files, of what did not fit into memory
}

// Memory tells what DuckDB takes now. It uses a view's connection for a moment, and is Unavailable when none is free before ctx ends.
func (s *Store) Memory(ctx context.Context) (list []Use, err error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	c, err := s.takeReader(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { s.readers <- c }()
	r, err := c.query(ctx, "SELECT tag, memory_usage_bytes, temporary_storage_bytes FROM duckdb_memory() ORDER BY tag")
	if err != nil {
		return nil, fault.Wrap(fault.KindOf(err), err, "DuckDB does not tell what memory it takes")
	}
	defer r.close()
	for {
		more, err := r.next(ctx)
		if !more || err != nil {
			return list, err
		}
		list = append(list, Use{r.text(0), r.int(1), r.int(2)})
	}
}
