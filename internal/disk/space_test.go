package disk_test

import (
	"runtime"
	"testing"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

func TestSpace(t *testing.T) {
	free, size, err := disk.Space(t.TempDir())
	if runtime.GOOS != "linux" && fault.Is(err, fault.Unsupported) {
		t.Skip("this system does not tell")
	}
	if err != nil || free <= 0 || size < free {
		t.Errorf("%d of %d bytes are free: %v", free, size, err)
	}
	if _, _, err := disk.Space("/nowhere/at/all"); !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.Unsupported) {
		t.Errorf("a path that is not there: %v", err)
	}
}
