package datadir_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/datadir"
)

func TestCatchUp(t *testing.T) {
	f, err := datadir.Open(filepath.Join(t.TempDir(), "data"), datadir.Write, time.Date(2026, 9, 11, 5, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	expect := func(want datadir.CatchUp, there bool) {
		t.Helper()
		if c, ok, err := f.CatchUp(); err != nil || ok != there || c != want {
			t.Errorf("%+v, %v, %v; want %+v, %v", c, ok, err, want, there)
		}
	}
	expect(datadir.CatchUp{}, false)
	if err := f.CaughtUp(); err != nil {
		t.Errorf("what never began: %v", err)
	}
	for _, step := range []struct{ from, want int64 }{{7, 7}, {20, 7}, {3, 3}} { // each begins while the one before is not over
		if err := f.CatchingUp(step.from, 2); err != nil {
			t.Fatal(err)
		}
		expect(datadir.CatchUp{From: step.want, Reader: 2}, true)
	}
	if err := os.WriteFile(filepath.Join(f.Path(), "CATCHUP"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	expect(datadir.CatchUp{From: 1}, true)
	if err := f.CaughtUp(); err != nil {
		t.Fatal(err)
	}
	expect(datadir.CatchUp{}, false)
}
