package raw_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/boamp/boamp/internal/fault"
)

// TestNewest lists archives backwards, and their documents without reading them.
func TestNewest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "raw")
	a := open(t, dir, nil)
	first, _ := keep(t, a, "one", doc(1))
	_, refs := keep(t, a, "two", doc(2), doc(3))
	if err := os.WriteFile(filepath.Join(dir, first), []byte("no zip"), 0o644); err != nil {
		t.Fatal(err)
	}
	var names []string
	for e, err := range a.Newest() {
		names = append(names, e.Archive)
		if e.Archive == first {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("the damaged archive gives %v", err)
			}
			for _, err := range e.Entries() {
				if !fault.Is(err, fault.Conflict) {
					t.Errorf("an entry of the damaged archive: %v", err)
				}
			}
			continue
		}
		var got []string
		for entry, err := range e.Entries() {
			if err != nil || entry.SHA256 == "" || entry.Origin == "" {
				t.Errorf("entry %+v: %v", entry, err)
			}
			got = append(got, entry.Ref)
		}
		if e.Name != "two" || len(got) != 2 || got[0] != refs[0] || got[1] != refs[1] {
			t.Errorf("edition %q with %v, want %v", e.Name, got, refs)
		}
	}
	if len(names) != 2 || names[1] != first {
		t.Errorf("archives %v", names)
	}
}
