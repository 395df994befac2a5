package datadir_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
)

func randomBytes() *bytes.Reader { return bytes.NewReader(bytes.Repeat([]byte{0xab, 1}, 8)) }

const made = "ab01ab01ab01ab01ab01ab01ab01ab01"

func TestFeed(t *testing.T) {
	path := t.TempDir()
	f := open(t, path, datadir.Write)
	reader := open(t, path, datadir.Read)
	if _, err := reader.Feed(randomBytes()); !fault.Is(err, fault.NotFound) {
		t.Errorf("none yet: %v", err)
	}
	if _, err := f.Feed(strings.NewReader("short")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without randomness: %v", err)
	}
	id, err := f.Feed(randomBytes())
	if err != nil || id != made {
		t.Fatalf("%q %v", id, err)
	}
	for _, g := range []*datadir.Folder{f, reader} {
		if again, err := g.Feed(strings.NewReader("")); err != nil || again != id {
			t.Errorf("again %q %v", again, err)
		}
	}
	other := strings.Repeat("0f", 16)
	if err := reader.SetFeed(other); !fault.Is(err, fault.Conflict) {
		t.Errorf("set by a reader: %v", err)
	}
	for _, bad := range []string{"", "0f", strings.ToUpper(made), strings.Repeat("x", 32), other + "0f"} {
		if err := f.SetFeed(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("set to %q: %v", bad, err)
		}
	}
	if err := f.SetFeed(other); err != nil {
		t.Fatal(err)
	}
	if id, err := f.Feed(nil); err != nil || id != other {
		t.Errorf("%q %v", id, err)
	}
	for _, bad := range []string{"", "boamp-feed ", "boamp-feed 12", "boamp-feed " + strings.Repeat("g", 32), made} {
		if err := os.WriteFile(filepath.Join(path, "FEED"), []byte(bad), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Feed(nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("FEED %q: %v", bad, err)
		}
	}
}

func TestMirror(t *testing.T) {
	path := t.TempDir()
	f := open(t, path, datadir.Write)
	if _, ok, err := f.Mirror(); ok || err != nil {
		t.Errorf("none: %t %v", ok, err)
	}
	m := datadir.Mirror{URL: "https://boamp.example", Feed: strings.Repeat("0f", 16), Since: day}
	if err := f.SetMirror(m); err != nil {
		t.Fatal(err)
	}
	if err := f.SetFeed(m.Feed); err != nil {
		t.Fatal(err)
	}
	if got, ok, err := open(t, path, datadir.Read).Mirror(); got != m || !ok || err != nil {
		t.Errorf("%+v %t %v", got, ok, err)
	}
	if err := f.Detach(randomBytes()); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := f.Mirror(); ok || err != nil {
		t.Errorf("detached: %t %v", ok, err)
	}
	if id, err := f.Feed(nil); id != made || err != nil {
		t.Errorf("the feed is %q %v", id, err)
	}
	for _, bad := range []string{"", "{}", `{"url":"x","feed":"y"}`, "x"} {
		if err := os.WriteFile(filepath.Join(path, "MIRROR"), []byte(bad), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := f.Mirror(); !fault.Is(err, fault.Conflict) {
			t.Errorf("MIRROR %q: %v", bad, err)
		}
	}
}
