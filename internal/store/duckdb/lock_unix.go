//go:build unix

package duckdb

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// DuckDB's own lock does not keep one process from opening a file twice (fcntl locks belong to the process), which would
// destroy it. So the engine holds a lock of its own on a file beside the database.

// lock takes the lock: alone to write, shared with others to read. held is true when somebody else has it.
func lock(path string, shared bool) (f *os.File, held bool, err error) {
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if errors.Is(err, fs.ErrPermission) && shared {
		return nil, false, nil // data on a medium that nobody can write
	}
	if err != nil {
		return nil, false, err
	}
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	if err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, errors.Is(err, syscall.EWOULDBLOCK), err
	}
	return f, false, nil
}
