package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
)

// TestRebuildNeedsLedger: a database that cannot be made anew is not dropped.
func TestRebuildNeedsLedger(t *testing.T) {
	data := demoFolder(t, indexOff)
	path, want := data.Path(), digestOf(t, data)
	if err := data.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(path, "ledger", "*.jsonl"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(string(whole), `{"seq":3,`, `{"sqe":3,`, 1)
	if err := os.WriteFile(files[0], []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openFolder(t.Context(), path, datadir.Write, true, indexing{mode: indexOff}); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "left as it is") {
		t.Errorf("the rebuild: %v", err)
	}
	if err := os.WriteFile(files[0], whole, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, fresh := range []bool{false, true} {
		data, err := openFolder(t.Context(), path, datadir.Write, fresh, indexing{mode: indexOff})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := data.recover(t.Context(), data.importer(nil)); err != nil {
			t.Fatal(err)
		}
		if got := digestOf(t, data); got != want {
			t.Errorf("fresh %v: %s, %s expected", fresh, got, want)
		}
		if err := data.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func digestOf(t *testing.T, data *folder) string {
	t.Helper()
	is, err := data.look(t.Context())
	if err != nil || is.Notices == 0 {
		t.Fatal(is, err)
	}
	return is.Digest
}
