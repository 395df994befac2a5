//go:build unix

package duckdb

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// DuckDB's own lock does not keep one process from opening a file twice (fcntl locks belong to the process), which would
// destroy it. So the engine holds a lock of its own on a file beside the database.

// lock takes the lock: alone to write, shared with others to read. When somebody else has it, holder says who, as far as
// that is known.
func lock(path string, shared bool) (f *os.File, holder string, err error) {
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if shared && (errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)) {
		return nil, "", nil // data on a medium that nobody can write
	}
	if err != nil {
		return nil, "", err
	}
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	if err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, holderOf(f), err
		}
		return nil, "", err
	}
	return f, "", sign(f, shared)
}

// sign writes into the lock who holds it alone; those who share it leave no name.
func sign(f *os.File, shared bool) error {
	err := f.Truncate(0)
	if err == nil && !shared {
		_, err = fmt.Fprintf(f, "process %d", os.Getpid())
	}
	return err
}

// holderOf reads who holds a lock.
func holderOf(f *os.File) string {
	name, err := io.ReadAll(io.LimitReader(f, 100))
	if err != nil || len(name) == 0 {
		return "another program"
	}
	return string(name)
}
