package duckdb

import (
	"errors"
	"io/fs"
	"os"

	"github.com/boamp/boamp/internal/fault"
)

// Remove deletes a database with its log, so that the next Open makes a new one. It does nothing when there is none. The
// database must not be open.
func Remove(path string) error {
	for _, name := range []string{path + ".wal", path} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.Wrap(fault.Unavailable, err, "the database %s cannot be removed", path)
		}
	}
	return nil
}
