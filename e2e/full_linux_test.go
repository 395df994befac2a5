package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// small mounts a disk in memory of some megabytes.
func small(t *testing.T, megabytes int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		t.Skipf("a disk that runs full needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves some kilobytes of a disk, and gives what gives the rest back.
func fill(t *testing.T, dir string, leave int64) (empty func()) {
	t.Helper()
	file := filepath.Join(dir, "filler")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size := int64(0)
	for err == nil {
		var n int
		n, err = f.Write(make([]byte, 16<<10))
		size += int64(n)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Truncate(max(0, size-leave<<10)); err != nil {
		t.Fatal(err)
	}
	return func() { remove(t, file) }
}

// TestFullDisk lets a disk run full under an import beside a server, while documents are kept and while the database commits, and under a
// snapshot: the command says that the disk is full, readers go on with the state before, and once there is room the same command does it.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := small(t, 64)
	docs := documents(300)
	few, many := tree(t, flat(docs[:50])), tree(t, flat(docs))
	calm := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", calm, few)
	before := total(t, calm)
	must(t, "import", "--data", calm, many)
	want := contents(t, calm)
	after := total(t, calm)

	for _, leave := range []int64{0, 400, 1200, 2000} { // kB
		data := filepath.Join(disk, fmt.Sprint("data", leave))
		must(t, "import", "--data", data, few)
		s := serve(t, data)
		r := watch(t, s, before, after)
		empty := fill(t, disk, leave)
		got := boamp(t, "import", "--data", data, many)
		t.Logf("%d kB left: exit code %d, %s", leave, got.code, strings.TrimSpace(got.err))
		if got.code == 0 && leave < 1200 {
			t.Errorf("%d kB left: the import found room\n%s", leave, got.out)
		}
		if full := strings.Contains(got.err, "no space left") || strings.Contains(got.err, "is full"); got.code != 0 && (got.code != 1 || !full) {
			t.Errorf("%d kB left: exit code %d\n%s", leave, got.code, got.err)
		}
		empty()
		must(t, "import", "--data", data, many)
		r.end(t)
		if r.seen[before] == 0 {
			t.Errorf("%d kB left: nobody saw the state before", leave)
		}
		must(t, "verify", "--data", data)
		if code := s.stop(t); code != 0 {
			t.Errorf("%d kB left: the server ended with %d\n%s", leave, code, s.logs)
		}
		empty = fill(t, disk, 20)
		if got := boamp(t, "snapshot", "--data", data); got.code != 1 || !strings.Contains(got.err, "no space left") {
			t.Errorf("a snapshot on a full disk: exit code %d\n%s", got.code, got.err)
		}
		empty()
		must(t, "snapshot", "--data", data)
		must(t, "verify", "--data", data)
		if contents(t, data) != want {
			t.Errorf("%d kB left: other notices than with room", leave)
		}
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReadOnlyDisk makes a disk read-only under a folder: what reads goes on, what would write says why it does not, and nothing is lost.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	disk := small(t, 64)
	docs := documents(80)
	few, many := tree(t, flat(docs[:40])), tree(t, flat(docs))
	data := filepath.Join(disk, "data")
	must(t, "import", "--data", data, few)
	s := serve(t, data) // makes the index
	s.logs.wait(t, "the search index is ready")
	s.stop(t)
	want, before := contents(t, data), total(t, data)
	remount(t, disk, syscall.MS_RDONLY)
	if contents(t, data) != want {
		t.Error("other notices than before")
	}
	must(t, "verify", "--deep", "--data", data)
	for _, args := range [][]string{{"import", "--data", data, many}, {"serve", "--data", data, "--listen", "127.0.0.1:0"}, {"rebuild", "--data", data}, {"erase", "--data", data, "--reason", "x", "1-1"}} {
		if r := boamp(t, args...); r.code != 1 || !strings.Contains(r.err, "read-only file system") {
			t.Errorf("boamp %s: exit code %d\n%s%s", args[0], r.code, r.out, r.err)
		}
	}
	s = serve(t, data, "--read-only")
	if n := s.page(t, "/api/v1/notices").Total; n != before {
		t.Errorf("%d notices served of %d", n, before)
	}
	s.stop(t)
	remount(t, disk, 0)
	must(t, "import", "--data", data, many)
	must(t, "verify", "--deep", "--data", data)
	if total(t, data) <= before {
		t.Error("nothing came in")
	}
}

func remount(t *testing.T, dir string, flags uintptr) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, ""); err != nil {
		t.Fatal(err)
	}
}
