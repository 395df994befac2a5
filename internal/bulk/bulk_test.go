package bulk_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

const feedID = "00112233445566778899aabbccddeeff"

// world is a data folder with snapshots.
type world struct {
	*bulk.Folder
	t       *testing.T
	dir     string
	disk    *disktest.Disk
	clock   time.Time
	db      store.Store
	archive *raw.Archive
	journal *ledger.Journal
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, dir: t.TempDir(), disk: &disktest.Disk{}, clock: time.Date(2026, 9, 11, 5, 0, 0, 0, time.UTC)}
	fields := field.NewCatalogue()
	now := func() time.Time { return w.clock }
	w.db = memory.New(fields)
	var err error
	w.archive, err = raw.Open(filepath.Join(w.dir, "raw"), raw.Options{Write: true, Now: now})
	check(t, err)
	w.journal, err = ledger.Open(filepath.Join(w.dir, "ledger"), false)
	check(t, err)
	t.Cleanup(func() { _ = w.journal.Close() })
	w.Folder = w.again()
	return w
}

// again is the next process's folder of the same snapshots.
func (w *world) again() *bulk.Folder {
	csv, err := export.Find(export.Formats(), "csv")
	check(w.t, err)
	return &bulk.Folder{
		Dir: filepath.Join(w.dir, "snapshots"), Raw: filepath.Join(w.dir, "raw"), Disk: w.disk, Store: w.db, Fields: field.NewCatalogue(),
		Feed:    &change.Feed{ID: func() (string, error) { return feedID, nil }, Lines: w.journal.Lines},
		Records: csv, Meta: func(info store.Info) export.Meta { return search.Meta(info, info.Notices) }, Program: "test", Now: func() time.Time { return w.clock },
	}
}

// put keeps and serves notices with a title.
func (w *world) put(title string, ids ...string) {
	w.t.Helper()
	ctx := context.Background()
	w.clock = w.clock.Add(time.Minute)
	kept, err := w.archive.Begin("2026/09/11", nil)
	check(w.t, err)
	tx, err := w.db.Begin(ctx)
	check(w.t, err)
	var lines []ledger.Line
	revision := w.info().Revision + 1
	for _, id := range ids {
		ref, sha, err := kept.Add(raw.Document{Bytes: []byte("<ANNONCE>" + title + id + "</ANNONCE>"), Origin: id, Fetched: w.clock})
		check(w.t, err)
		n := &notice.Notice{ID: id, Version: notice.V325, Title: title, Published: notice.Date{Year: 2026, Month: 9, Day: 11},
			Source: notice.Source{SHA256: sha, Kept: ref, Form: "xml", Reader: 1}, Record: notice.Record{Idweb: id, Objet: &title}}
		n.Source.Digest, err = notice.Digest(n)
		check(w.t, err)
		_, err = tx.Put(ctx, []*notice.Notice{n})
		check(w.t, err)
		lines = append(lines, ledger.Line{Time: w.clock, Edition: "2026/09/11", Origin: id, SHA256: sha, Raw: ref, IDs: []string{id}, Changes: "i", Digests: []string{n.Source.Digest},
			Generation: "v325", Outcome: ledger.Served, Revision: revision, Fetched: w.clock})
	}
	_, err = kept.Commit()
	check(w.t, err)
	w.commit(tx, lines)
}

func (w *world) commit(tx store.Tx, lines []ledger.Line) {
	w.t.Helper()
	check(w.t, w.journal.Append(lines))
	check(w.t, tx.Record(context.Background(), lines))
	_, err := tx.Commit(context.Background(), w.clock)
	check(w.t, err)
}

// erase takes a notice out.
func (w *world) erase(id string) {
	w.t.Helper()
	ctx := context.Background()
	w.clock = w.clock.Add(time.Minute)
	snap, err := w.db.Snapshot(ctx)
	check(w.t, err)
	n, err := snap.Get(ctx, id)
	check(w.t, err)
	check(w.t, w.archive.Erase(map[string]raw.Tombstone{n.Source.Kept: {Time: w.clock, Reason: "court"}}))
	tx, err := w.db.Begin(ctx)
	check(w.t, err)
	_, err = tx.Remove(ctx, []string{id})
	check(w.t, err)
	w.commit(tx, []ledger.Line{{Time: w.clock, Edition: "2026/09/11", Origin: id, SHA256: n.Source.SHA256, IDs: []string{id}, Changes: "e", Outcome: ledger.Erased, Revision: snap.Info().Revision + 1}})
}

func (w *world) info() store.Info {
	snap, err := w.db.Snapshot(context.Background())
	check(w.t, err)
	defer snap.Close()
	return snap.Info()
}

func (w *world) make() bulk.Manifest {
	w.t.Helper()
	m, made, err := w.Make(context.Background(), nil)
	check(w.t, err)
	if !made {
		w.t.Fatal("no snapshot was made")
	}
	return m
}

// open reads a file of a snapshot.
func (w *world) open(name, path string) []byte {
	w.t.Helper()
	file, f, err := w.Open(context.Background(), name, path)
	check(w.t, err)
	defer file.Close()
	b, err := io.ReadAll(file)
	check(w.t, err)
	sum := sha256.Sum256(b)
	if int64(len(b)) != f.Size || hex.EncodeToString(sum[:]) != f.SHA256 {
		w.t.Errorf("%s of %s: %d bytes, the manifest says %+v", path, name, len(b), f)
	}
	return b
}

func unpacked(t *testing.T, b []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	check(t, err)
	plain, err := io.ReadAll(z)
	check(t, err)
	return string(plain)
}

// TestMake: what a snapshot holds is what is served, whole, and the same for ever.
func TestMake(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.Make(context.Background(), nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("of nothing: %v", err)
	}
	w.put("Voirie", "26-1", "26-2")
	w.put("Pont", "26-3")
	m := w.make()
	snap, err := w.db.Snapshot(context.Background())
	check(t, err)
	digest, err := snap.Digest(context.Background())
	check(t, err)
	if m.Snapshot != "2-2026-09-11" || m.Revision != 2 || m.Sequence != 3 || m.Notices != 3 || m.Digest != digest.String() || m.Feed != feedID || m.Licence == "" {
		t.Errorf("manifest %+v", m)
	}
	notices := unpacked(t, w.open(m.Snapshot, bulk.NoticesName))
	var sum store.Digest
	for line := range strings.Lines(notices) {
		var n notice.Notice
		check(t, json.Unmarshal([]byte(line), &n))
		sum.Add(n.ID, n.Source.Digest)
	}
	if sum != digest {
		t.Errorf("the notices have the digest %s", sum)
	}
	if s := string(w.open(m.Snapshot, "records.csv")); strings.Count(s, "\n") != 4 || !strings.Contains(s, "Pont") {
		t.Errorf("records %s", s)
	}
	account := unpacked(t, w.open(m.Snapshot, bulk.LedgerName))
	if strings.Count(account, "\n") != 3 || !strings.HasPrefix(account, `{"seq":1,`) {
		t.Errorf("account %s", account)
	}
	archives := 0
	for _, f := range m.Files {
		if strings.HasPrefix(f.Path, bulk.RawPrefix) {
			archives++
			w.open(m.Snapshot, f.Path)
			file, now, err := w.OpenRaw(f.Path)
			check(t, err)
			file.Close()
			if now.SHA256 != f.SHA256 {
				t.Errorf("%s is %+v now", f.Path, now)
			}
		}
	}
	at, err := change.ParseToken(feedID, m.Token)
	check(t, err)
	w.put("Quai", "26-4")
	for e, err := range w.Feed.Read(&at, 4) {
		if err != nil || e.ID != "26-4" {
			t.Errorf("behind the snapshot comes %+v %v", e, err)
		}
	}
	if archives != 2 || at.Line != 4 {
		t.Errorf("%d archives, then at %+v", archives, at)
	}
	again, made, err := w.Make(context.Background(), nil)
	check(t, err)
	if !made || again.Snapshot != "3-2026-09-11" {
		t.Errorf("of the next revision: %+v", again)
	}
	if same, made, err := w.Make(context.Background(), nil); err != nil || made || same.Snapshot != again.Snapshot {
		t.Errorf("of the same revision: %t %v", made, err)
	}
	if unpacked(t, w.open(m.Snapshot, bulk.NoticesName)) != notices {
		t.Error("the first snapshot changed")
	}
	check(t, w.Keep(1))
	list, gone, err := w.again().List(context.Background())
	if err != nil || len(list) != 1 || list[0].Snapshot != again.Snapshot || len(gone) != 0 {
		t.Errorf("kept %+v %+v %v", list, gone, err)
	}
}

func TestNames(t *testing.T) {
	w := newWorld(t)
	w.put("Voirie", "26-1")
	m := w.make()
	ctx := context.Background()
	for _, c := range [][2]string{
		{"none", bulk.NoticesName}, {"..", "FORMAT"}, {m.Snapshot, "../../ledger/2026-09.jsonl"}, {m.Snapshot, "manifest.json"}, {m.Snapshot, "raw/2026/000009-x.zip"},
		{m.Snapshot, "raw/2026/../../FEED"}, {m.Snapshot + "/..", "x"}, {"", ""},
	} {
		if _, _, err := w.Open(ctx, c[0], c[1]); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q %q: %v", c[0], c[1], err)
		}
	}
	for _, path := range []string{"", "raw/", "raw/2026", "raw/../FEED", "raw/2026/..-x.zip", "raw/2026/000009-x.zip", "raw/2026/000001-..zip", "2026/000001-2026-09-11.zip"} {
		if _, _, err := w.OpenRaw(path); !fault.Is(err, fault.NotFound) {
			t.Errorf("archive %q: %v", path, err)
		}
	}
}

// TestErased: after an erasure no byte of the notice is left among the snapshots, and whoever asks is told.
func TestErased(t *testing.T) {
	const secret = "Wasserwerk"
	w := newWorld(t)
	w.put("Voirie", "26-1")
	w.put(secret, "26-2")
	first := w.make()
	w.put("Pont", "26-3")
	second := w.make()
	if found := find(t, w.dir, secret); len(found) == 0 {
		t.Fatal("the search finds nothing: it is broken")
	}
	w.erase("26-2")
	for _, m := range []bulk.Manifest{first, second} {
		if _, _, err := w.Open(context.Background(), m.Snapshot, bulk.NoticesName); !errors.Is(err, bulk.ErrWithdrawn) || !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", m.Snapshot, err)
		}
	}
	if found := find(t, w.dir, secret); len(found) > 0 {
		t.Errorf("left in %v", found)
	}
	w.Folder = w.again()
	list, gone, err := w.List(context.Background())
	check(t, err)
	if len(list) != 0 || len(gone) != 2 || gone[0].Line != 4 || gone[0].Revision+gone[1].Revision != 5 {
		t.Errorf("%+v %+v", list, gone)
	}
	third := w.make()
	w.put("Quai", "26-4")
	if _, err := w.again().Get(context.Background(), third.Snapshot); err != nil {
		t.Errorf("a snapshot that knows of the erasure: %v", err)
	}
	if !strings.HasPrefix(third.Snapshot, "4-2026") || third.Notices != 2 {
		t.Errorf("%+v", third)
	}
}

// TestReadOnly: a process that may not withdraw serves nothing that should be.
func TestReadOnly(t *testing.T) {
	w := newWorld(t)
	w.put("Voirie", "26-1", "26-2")
	m := w.make()
	reader := w.again()
	reader.ReadOnly = true
	if _, err := reader.Get(context.Background(), m.Snapshot); err != nil {
		t.Error(err)
	}
	w.erase("26-2")
	if _, err := reader.Get(context.Background(), m.Snapshot); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
	if _, _, err := reader.Make(context.Background(), nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("made: %v", err)
	}
}

// find lists the files below a folder that hold a text, packed or not.
func find(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	check(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if z, gzErr := gzip.NewReader(bytes.NewReader(b)); err == nil && gzErr == nil {
			b, err = io.ReadAll(z)
		}
		if bytes.Contains(b, []byte(text)) {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// TestCrash: whatever step fails, there is no half snapshot, and the next one is made.
func TestCrash(t *testing.T) {
	errDisk := errors.New("disk")
	for step := 1; ; step++ {
		w := newWorld(t)
		w.put("Voirie", "26-1", "26-2")
		n := 0
		w.disk.Fail = func(op, path string) error {
			if n++; n >= step { // and everything after it, as after a crash
				return errDisk
			}
			return nil
		}
		_, made, err := w.Make(context.Background(), nil)
		w.disk.Fail = nil
		if err == nil {
			if !made || step < 10 {
				t.Errorf("made %t after %d steps", made, step)
			}
			return
		}
		if !errors.Is(err, errDisk) || made {
			t.Fatalf("step %d: made %t, %v", step, made, err)
		}
		w.Folder = w.again()
		list, _, err := w.List(context.Background())
		if err != nil || len(list) != 0 {
			t.Errorf("step %d left %+v %v", step, list, err)
		}
		w.make()
		left, _ := filepath.Glob(filepath.Join(w.Dir, ".tmp-*"))
		if len(left) > 0 {
			t.Errorf("step %d left %v", step, left)
		}
	}
}

func TestDue(t *testing.T) {
	w := newWorld(t)
	w.put("Voirie", "26-1")
	due := func() bool {
		t.Helper()
		d, err := w.Due(context.Background(), 24*time.Hour)
		check(t, err)
		return d
	}
	if !due() {
		t.Error("the first is not due")
	}
	w.make()
	for hours, want := range map[int]bool{0: false, 23: false, 24: true, 48: true} {
		at := w.clock
		w.clock = at.Add(time.Duration(hours) * time.Hour)
		if due() != want {
			t.Errorf("after %d hours: %t", hours, !want)
		}
		w.clock = at
	}
}
