package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/synth"
)

// TestMirror: the copy of a server is proven, has its feed, takes nothing from elsewhere, honours what is erased there, is rebuilt as it was, and can
// be made a folder of its own.
func TestMirror(t *testing.T) {
	t.Setenv("BOAMP_DATA", "")
	ctx := t.Context()
	origin, err := openFolder(ctx, filepath.Join(t.TempDir(), "origin"), datadir.Write, false, indexing{mode: indexOff})
	if err != nil {
		t.Fatal(err)
	}
	defer origin.Close()
	docs := demoSource{synth.Options{Seed: 8, Notices: 40, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}, time.Now()}
	if _, err := origin.importer(nil).Import(ctx, docs); err != nil {
		t.Fatal(err)
	}
	h, err := handler(origin.door(), origin.raw, slog.New(slog.NewTextHandler(io.Discard, nil)), public{changes: origin.changes(), bulk: origin.snapshots()})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()

	copied := filepath.Join(t.TempDir(), "copy")
	command := func(code int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if got := run(context.Background(), stdio{out: &out, err: &out}, append(args, "--data", copied)); got != code {
			t.Fatalf("boamp %v: exit code %d\n%s", args, got, out.String())
		}
		return out.String()
	}
	if out := command(0, "mirror", server.URL); !strings.Contains(out, "identical: ") || strings.Contains(out, "NOT") {
		t.Errorf("copied: %s", out)
	}
	var page struct {
		Feed, Next string
		Changes    []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(request(h, "/api/v1/changes").body), &page); err != nil || len(page.Changes) == 0 {
		t.Fatal(err)
	}
	if out := command(1, "import", t.TempDir()); !strings.Contains(out, "is a mirror of "+server.URL) {
		t.Errorf("import: %s", out)
	}
	if out := command(1, "erase", page.Changes[0].ID, "--reason", "test"); !strings.Contains(out, "is a mirror of "+server.URL) {
		t.Errorf("erase: %s", out)
	}
	if _, err := origin.importer(nil).Erase(ctx, []ingest.Erasure{{ID: page.Changes[0].ID, Reason: "test", Time: time.Now()}}); err != nil {
		t.Fatal(err)
	}
	if out := command(0, "mirror", server.URL); !strings.Contains(out, "identical: ") {
		t.Errorf("after an erasure: %s", out)
	}
	command(1, "get", page.Changes[0].ID)
	command(0, "rebuild")
	if out := command(0, "mirror", server.URL); !strings.Contains(out, "identical: ") {
		t.Errorf("after a rebuild: %s", out)
	}
	opened(t, copied, func(f *folder) {
		h, err := handler(f.door(), f.raw, slog.New(slog.NewTextHandler(io.Discard, nil)), public{changes: f.changes(), bulk: f.snapshots()})
		if err != nil {
			t.Fatal(err)
		}
		if a := request(h, "/api/v1/changes?after="+page.Next); a.status != 200 || strings.Count(a.body, `"op": "erase"`) != 1 {
			t.Errorf("the server's token at the copy: %d %s", a.status, a.body)
		}
	})
	command(0, "mirror", "--detach")
	command(1, "mirror", "--detach")
	command(0, "import", t.TempDir())
	if out := command(1, "mirror", server.URL); !strings.Contains(out, "is no copy of") {
		t.Errorf("a folder of its own: %s", out)
	}
	opened(t, copied, func(f *folder) {
		if id, err := f.feedID(); err != nil || id == page.Feed {
			t.Errorf("its feed is %s: %v", id, err)
		}
	})
}

// opened opens a folder for a while.
func opened(t *testing.T, path string, do func(f *folder)) {
	t.Helper()
	f, err := openFolder(t.Context(), path, datadir.Write, false, indexing{mode: indexOff})
	if err != nil {
		t.Fatal(err)
	}
	do(f)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestSnapshotCommand: one is made, listed, and not made twice.
func TestSnapshotCommand(t *testing.T) {
	t.Setenv("BOAMP_DATA", "")
	path := filepath.Join(t.TempDir(), "data")
	opened(t, path, func(f *folder) {
		docs := demoSource{synth.Options{Seed: 9, Notices: 20, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}, time.Now()}
		if _, err := f.importer(nil).Import(t.Context(), docs); err != nil {
			t.Fatal(err)
		}
	})
	for _, c := range []struct {
		args []string
		want string
	}{{[]string{"snapshot"}, "snapshot 1-"}, {[]string{"snapshot"}, "nothing has changed since the snapshot 1-"}, {[]string{"snapshot", "--list"}, "revision 1"}} {
		var out, messages bytes.Buffer
		if code := run(context.Background(), stdio{out: &out, err: &messages}, append(c.args, "--data", path)); code != 0 || !strings.Contains(out.String(), c.want) {
			t.Errorf("boamp %v: code %d, %s%s", c.args, code, out.String(), messages.String())
		}
	}
}
