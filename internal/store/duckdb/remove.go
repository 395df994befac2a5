package duckdb

import (
	"errors"
	"io/fs"
	"os"

	"github.com/boamp/boamp/internal/fault"
)

// Remove deletes a database with its log, so that the next Open makes a new one. It does nothing when there is none. A fault
// of kind Conflict when somebody has it open.
func Remove(path string) error {
	f, holder, err := lock(lockOf(path), false)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // not even its folder
	case holder != "":
		return inUse(path, holder, err)
	case err != nil:
		return fault.Wrap(fault.Unavailable, err, "the lock of the database %s cannot be taken", path)
	}
	if f != nil {
		defer f.Close()
	}
	return removeFiles(path)
}

// removeFiles deletes a database that this program has for itself.
func removeFiles(path string) error {
	for _, name := range []string{path + ".wal", path} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.Wrap(fault.Unavailable, err, "the database %s cannot be removed", path)
		}
	}
	return nil
}
