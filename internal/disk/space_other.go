//go:build !darwin && !freebsd && !linux

package disk

import "github.com/boamp/boamp/internal/fault"

// Space is not told on this system.
func Space(path string) (free, size int64, err error) {
	return 0, 0, fault.New(fault.Unsupported, "how much of the disk is free is not told on this system").At(path)
}
