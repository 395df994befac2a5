//go:build darwin || freebsd || linux

package disk

import (
	"golang.org/x/sys/unix"

	"github.com/boamp/boamp/internal/fault"
)

// Space tells how many bytes the disk on which path lies has left for this process, and how many it has in all.
func Space(path string) (free, size int64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, 0, fault.Wrap(fault.Unavailable, err, "the disk does not tell how much is free").At(path)
	}
	return int64(s.Bavail) * int64(s.Bsize), int64(s.Blocks) * int64(s.Bsize), nil
}
