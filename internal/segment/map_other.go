//go:build !unix

package segment

import (
	"io"
	"os"
)

// mapFile reads a file of a size into memory, where it cannot be mapped.
func mapFile(f *os.File, size int) (data []byte, unmap func() error, err error) {
	data = make([]byte, size)
	_, err = io.ReadFull(f, data)
	return data, func() error { return nil }, err
}

// forget does nothing: the bytes are the only ones.
func forget([]byte) {}
