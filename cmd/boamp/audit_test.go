package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/dilafake"
	"github.com/boamp/boamp/internal/synth"
)

// followed is a data folder that is in step with a false tree of DILA.
type followed struct {
	t       *testing.T
	data    string
	tree    *dilafake.Tree
	fake    *dilafake.Server
	address string
	day     notice.Date // of the documents, some days ago
	paths   []string    // of the documents
}

func newFollowed(t *testing.T) *followed {
	t.Helper()
	t.Setenv("BOAMP_DATA", "")
	f := &followed{t: t, data: filepath.Join(t.TempDir(), "data"), tree: dilafake.NewTree(), day: notice.DateOf(time.Now().In(notice.Paris)).AddDays(-9)}
	f.fake = &dilafake.Server{Tree: f.tree, Now: time.Now}
	server := httptest.NewServer(f.fake)
	t.Cleanup(server.Close)
	f.address = server.URL + dilafake.Root
	for d := range synth.Generate(synth.Options{Seed: 3, Notices: 60, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}) {
		if strings.HasSuffix(d.Path, ".xml") && len(f.paths) < 12 && bytes.Contains(d.Bytes, []byte("idWeb")) {
			f.publish(d.Bytes)
		}
	}
	if len(f.paths) < 5 {
		t.Fatalf("%d invented documents of today's generation", len(f.paths))
	}
	return f
}

// publish puts a document into the folder of the day.
func (f *followed) publish(b []byte) {
	path := fmt.Sprintf("%04d/%02d/%02d/%d.xml", f.day.Year, f.day.Month, f.day.Day, len(f.paths))
	f.tree.Put(path, b, f.day.In(notice.Paris).Add(5*time.Hour))
	f.paths = append(f.paths, path)
}

// run executes a command on the folder and gives what it prints.
func (f *followed) run(code int, args ...string) string {
	f.t.Helper()
	var out, err bytes.Buffer
	if got := run(f.t.Context(), stdio{out: &out, err: &err}, append(args, "--data", f.data)); got != code {
		f.t.Fatalf("boamp %v: code %d, want %d\n%s%s", args, got, code, &out, &err)
	}
	return out.String()
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), p) {
			t.Errorf("lacks %q:\n%s", p, text)
		}
	}
}

// TestAuditCommand: an audit finds what came late and what vanished after the days were closed, and damage; status and the API show it.
func TestAuditCommand(t *testing.T) {
	f := newFollowed(t)
	n := len(f.paths)
	late := f.paths[n-1]
	body, _ := f.tree.At(late, time.Now())
	f.tree.Remove(late, time.Now().Add(-time.Hour))
	from := f.day.AddDays(-2).String()
	f.run(0, "sync", "--url", f.address, "--from", from, "--pace", "0s")
	wants(t, f.run(0, "status", "--check"), "complete ok", fmt.Sprintf("listed %d", n-1), fmt.Sprintf("served %d", n-1), "source dila since")

	f.tree.Put(late, body.Body, time.Now().Add(-time.Minute))
	f.tree.Remove(f.paths[0], time.Now().Add(-time.Minute))
	out := f.run(0, "audit", "--url", f.address, "--days", "100", "--share", "1", "--seed", "7")
	wants(t, out, fmt.Sprintf("%s %d listed, 1 new, 1 gone", f.day, n-1), fmt.Sprintf("%d of %d documents of", n, n), "nothing is wrong")
	wants(t, f.run(0, "status", "--check"), "complete ok", fmt.Sprintf("listed %d", n-1), "gone 1", "last audit", "nothing found")

	archives, _ := filepath.Glob(filepath.Join(f.data, "raw", "*", "*.zip"))
	b, err := os.ReadFile(archives[0])
	if err != nil {
		t.Fatal(err)
	}
	b[200] ^= 1
	if err := os.WriteFile(archives[0], b, 0o644); err != nil {
		t.Fatal(err)
	}
	wants(t, f.run(exitAlarm, "audit", "--url", f.address, "--days", "0", "--share", "1"), "damaged", filepath.Base(archives[0])+"!", "to do: `boamp verify --mend`")
	wants(t, f.run(exitAlarm, "status", "--check"), "complete incomplete", "1 finding", "alarms: audit since")
	wants(t, f.run(0, "status"), "complete incomplete")
	f.serves()
}

// serves holds that the API says the same as the command.
func (f *followed) serves() {
	f.t.Helper()
	data, err := openFolder(f.t.Context(), f.data, datadir.Read, false, indexing{mode: indexOff})
	if err != nil {
		f.t.Fatal(err)
	}
	defer data.Close()
	h, err := handler(data.door(), data.raw, slog.New(slog.DiscardHandler), public{dailyCalls: 1, watch: data.watch})
	if err != nil {
		f.t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	res, err := server.Client().Get(server.URL + native.Prefix + "/completeness?by=edition")
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	var body native.CompletenessAnswer
	if err != nil || json.Unmarshal(b, &body) != nil {
		f.t.Fatalf("%d %s %v", res.StatusCode, b, err)
	}
	if body.State != "incomplete" || len(body.Alarms) != 1 || body.Alarms[0].Kind != "audit" || body.Audit == nil || body.Audit.OK || body.Total.Gone != 1 || body.Total.Unaccounted != 0 || len(body.Rows) == 0 {
		f.t.Errorf("%s", b)
	}
}

// TestMissing: what the source lists and does not give is missing, shown with the reason, and an alarm when it stays so.
func TestMissingDocument(t *testing.T) {
	f := newFollowed(t)
	f.fake.Trouble(dilafake.Rule{Kind: dilafake.Status, Path: f.paths[1], Status: 404})
	f.run(exitLacking, "sync", "--url", f.address, "--from", f.day.String(), "--pace", "0s")
	out := f.run(0, "status", "--quarantined")
	wants(t, out, "missing 1", "not complete, 1 edition:", "1 missing", "missing "+strings.ReplaceAll(f.day.String(), "-", "/")+"/1.xml", "not_found: ")
	f.fake.Trouble()
	f.run(0, "sync", "--url", f.address, "--from", f.day.String(), "--pace", "0s")
	wants(t, f.run(0, "status"), "complete ok", fmt.Sprintf("served %d", len(f.paths)))
}

func TestAuditDue(t *testing.T) {
	started := time.Date(2026, 9, 11, 8, 0, 0, 0, time.UTC)
	a := &audits{every: 7 * 24 * time.Hour}
	for _, c := range []struct{ newest, want time.Time }{
		{time.Time{}, started.Add(24 * time.Hour)},
		{started.Add(-8 * 24 * time.Hour), started.Add(-24 * time.Hour)},
		{started.Add(-time.Hour), started.Add(-time.Hour).Add(a.every)},
		{started.Add(400 * 24 * time.Hour), started.Add(24 * time.Hour)}, // the clock was ahead
	} {
		if got := a.due(c.newest, started); !got.Equal(c.want) {
			t.Errorf("after %s: %s, want %s", c.newest, got, c.want)
		}
	}
}
