// Package disktest is a disk that fails when a test wants it to. Product code does not import it.
package disktest

import (
	"sync"
	"syscall"

	"github.com/boamp/boamp/internal/disk"
)

// ErrFull is what a full disk says.
var ErrFull error = syscall.ENOSPC

// Disk is the real disk until it fails. The zero value never fails. Fields may be set between calls.
type Disk struct {
	mu sync.Mutex
	// Room is how many more bytes fit, when Limited. The write that does not fit is cut short and gives ErrFull.
	Room    int
	Limited bool
	// Fail gives the error of a call, by its name: create, append, rename, remove, sync, truncate, close. Nil goes on.
	Fail func(op, path string) error
	// Ops are the calls so far, "op path", writes left out.
	Ops []string
}

var _ disk.Disk = (*Disk)(nil)

func (d *Disk) call(op, path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Ops = append(d.Ops, op+" "+path)
	if d.Fail != nil {
		return d.Fail(op, path)
	}
	return nil
}

// Create implements disk.Disk.
func (d *Disk) Create(path string) (disk.File, error) {
	return d.open("create", path, disk.OS{}.Create)
}

// Append implements disk.Disk.
func (d *Disk) Append(path string) (disk.File, error) {
	return d.open("append", path, disk.OS{}.Append)
}

func (d *Disk) open(op, path string, f func(string) (disk.File, error)) (disk.File, error) {
	if err := d.call(op, path); err != nil {
		return nil, err
	}
	h, err := f(path)
	if err != nil {
		return nil, err
	}
	return &file{d: d, path: path, f: h}, nil
}

// Rename implements disk.Disk.
func (d *Disk) Rename(from, to string) error {
	if err := d.call("rename", to); err != nil {
		return err
	}
	return disk.OS{}.Rename(from, to)
}

// Remove implements disk.Disk.
func (d *Disk) Remove(path string) error {
	if err := d.call("remove", path); err != nil {
		return err
	}
	return disk.OS{}.Remove(path)
}

type file struct {
	d    *Disk
	path string
	f    disk.File
}

func (f *file) Write(p []byte) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if !f.d.Limited {
		return f.f.Write(p)
	}
	fits := min(len(p), f.d.Room)
	n, err := f.f.Write(p[:fits])
	f.d.Room -= n
	if err == nil && fits < len(p) {
		err = ErrFull
	}
	return n, err
}

func (f *file) Sync() error {
	if err := f.d.call("sync", f.path); err != nil {
		return err
	}
	return f.f.Sync()
}

func (f *file) Truncate(size int64) error {
	if err := f.d.call("truncate", f.path); err != nil {
		return err
	}
	return f.f.Truncate(size)
}

func (f *file) Close() error {
	if err := f.d.call("close", f.path); err != nil {
		f.f.Close()
		return err
	}
	return f.f.Close()
}
