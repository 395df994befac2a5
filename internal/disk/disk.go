// Package disk is how boamp writes files that must survive a crash: what was reported as done is on the disk, and a file
// is there whole or not at all. Reading needs no such care and goes through package os.
package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// File is a file that is written. What was written is safe after Sync.
type File interface {
	io.Writer
	Sync() error
	Truncate(size int64) error
	Close() error
}

// Disk makes and moves files. Paths are those of package os. An implementation is safe for concurrent use.
type Disk interface {
	// Create makes a file that must not exist yet, and the folders above it that are missing.
	Create(path string) (File, error)
	// Append opens a file to write at its end, and makes it and the folders above it when they are missing. Its entry in the
	// folder is safe when Append returns.
	Append(path string) (File, error)
	// Rename gives a file another name in the same folder, in the place of a file that may have had it: at once, and safe
	// when Rename returns.
	Rename(from, to string) error
	// Remove removes a file. One that is not there is no error.
	Remove(path string) error
}

// OS is the real disk.
type OS struct{}

var _ Disk = OS{}

// Create implements Disk.
func (OS) Create(path string) (File, error) {
	if err := makeFolders(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

// Append implements Disk.
func (OS) Append(path string) (File, error) {
	if err := makeFolders(filepath.Dir(path)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Rename implements Disk.
func (OS) Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// Remove implements Disk.
func (OS) Remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// makeFolders makes a folder and those above it, each entry safe.
func makeFolders(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := makeFolders(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

// syncFolder makes the entries of a folder safe. Windows has no such call: there a new name is safe with the file system's
// own journal.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
