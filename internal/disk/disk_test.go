package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/boamp/boamp/internal/disk"
)

func TestOS(t *testing.T) {
	var d disk.OS
	dir := t.TempDir()
	p := filepath.Join(dir, "a", "b", "f")
	write := func(open func(string) (disk.File, error), text string) {
		t.Helper()
		f, err := open(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	want := func(path, text string) {
		t.Helper()
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("%s holds %q, %v; want %q", path, b, err, text)
		}
	}
	write(d.Create, "one")
	if _, err := d.Create(p); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create of a file that is there: %v", err)
	}
	write(d.Append, " two")
	want(p, "one two")
	f, err := d.Append(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(3); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(" three")); err != nil { // at the end, wherever that is now
		t.Fatal(err)
	}
	f.Close()
	want(p, "one three")
	to := filepath.Join(dir, "a", "b", "g")
	if err := os.WriteFile(to, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := d.Rename(p, to); err != nil {
		t.Fatal(err)
	}
	want(to, "one three")
	if err := d.Rename(p, to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Rename of nothing: %v", err)
	}
	for range 2 {
		if err := d.Remove(to); err != nil {
			t.Errorf("Remove: %v", err)
		}
	}
	write(d.Append, "new")
	want(p, "new")
	if _, err := d.Create(filepath.Join(p, "x")); err == nil {
		t.Error("a file below a file")
	}
}
