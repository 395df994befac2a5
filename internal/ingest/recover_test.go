package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// age rewrites the journal as an older program would have written it, change may say otherwise for a line, and starts the
// next process with an empty store.
func age(t *testing.T, w *world, change func(*ledger.Line)) {
	t.Helper()
	aged(t, w, change)
	w.dropStore()
	w.recovered()
	w.retried()
}

// aged makes the journal that of an older program.
func aged(t *testing.T, w *world, change func(*ledger.Line)) {
	t.Helper()
	lines := w.lines()
	w.close()
	files, err := filepath.Glob(filepath.Join(w.dir, "ledger", "*.jsonl"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	var b bytes.Buffer
	for _, l := range lines {
		l.Reader = feed.ReaderVersion - 1
		change(&l)
		if err := json.NewEncoder(&b).Encode(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(files[0], b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	w.openAll()
}

// settled holds that a second Recover finds nothing to do.
func settled(t *testing.T, w *world) {
	t.Helper()
	before, lines := w.info(), len(w.lines())
	sum := w.recovered()
	sum.Editions += w.retried().Editions
	if after := w.info(); sum.Editions != 0 || sum.Documents != 0 || after != before || len(w.lines()) != lines {
		t.Errorf("a second Recover did %+v, info %+v -> %+v, %d -> %d lines", sum, before, after, lines, len(w.lines()))
	}
}

// source of the tests of crashes: three editions with a bad document, a changed one and one that comes twice.
func eventful() editions {
	docs := documents(9, 60)
	first := slices.IndexFunc(docs, func(d item) bool { return strings.Contains(d.text, "<jo:ann") })
	changed := item{origin: "changed", text: docs[first].text + "\n"}
	return editions{
		{"one", append(docs[:25:25], item{origin: "bad", text: "<ann"})},
		{"two", append(docs[25:45:45], changed, docs[first])},
		{"three", append(docs[45:], docs[first], changed)},
	}
}

// TestCrash stops an import at every step of its way to the disk, starts again, and compares with an import that nothing
// disturbed.
func TestCrash(t *testing.T) {
	errCrash := errors.New("crash")
	src := eventful()
	calm := newWorld(t, onDisk)
	calm.do(src)
	want, info := calm.digest(), calm.info()
	for _, c := range []struct {
		name string
		fail func(op, path string) bool
	}{
		{"the archive cannot be begun", func(op, path string) bool { return op == "create" && strings.Contains(path, "000002") }},
		{"the archive cannot be synced", func(op, path string) bool { return op == "sync" && strings.Contains(path, "000002") }},
		{"the archive cannot be named", func(op, path string) bool { return op == "rename" && strings.Contains(path, "000003") }},
		{"the first journal cannot be made", func(op, path string) bool { return op == "append" }},
		{"the journal cannot be synced", onCall(2, func(op, path string) bool { return op == "sync" && strings.HasSuffix(path, ".jsonl") })},
		{"the disk is read-only", func(op, _ string) bool { return op == "create" || op == "append" || op == "rename" }},
		{"the third line group cannot be synced", onCall(3, func(op, path string) bool { return op == "sync" && strings.HasSuffix(path, ".jsonl") })},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, onDisk)
			w.disk.Fail = func(op, path string) error {
				if c.fail(op, path) {
					return errCrash
				}
				return nil
			}
			sum, err := w.Import(context.Background(), src)
			if !errors.Is(err, errCrash) || !fault.Is(err, fault.Unavailable) {
				t.Fatalf("the import gave %v", err)
			}
			if got := w.info(); got.Revision != int64(sum.Editions) || got.Sequence != int64(len(w.lines())) || sum.Documents != len(w.lines()) {
				t.Errorf("a part of an edition was applied: %+v, %d lines, summary %+v", got, len(w.lines()), sum)
			}
			w.reopen()
			w.recovered()
			settled(t, w)
			w.do(src)
			if got := w.info(); w.digest() != want || got.Notices != info.Notices {
				t.Errorf("after the crash: %+v, else %+v", got, info)
			}
			w.dropStore()
			w.recovered()
			if w.digest() != want {
				t.Error("a rebuild gives other notices")
			}
		})
	}
}

// onCall makes a failure happen the n-th time only, and ever after.
func onCall(n int, fail func(op, path string) bool) func(op, path string) bool {
	return func(op, path string) bool {
		if fail(op, path) {
			n--
		}
		return n <= 0 && fail(op, path)
	}
}

// TestFullDisk lets the disk run full at every size on the way.
func TestFullDisk(t *testing.T) {
	src := editions{{"e", documents(9, 25)}}
	calm := newWorld(t, inMemory)
	calm.do(src)
	want := calm.digest()
	full := 0
	for room := 0; ; room += 6000 {
		w := newWorld(t, inMemory)
		w.disk.Room, w.disk.Limited = room, true
		_, err := w.Import(context.Background(), src)
		if err == nil {
			break
		}
		full++
		if !errors.Is(err, disktest.ErrFull) || w.info().Notices != 0 {
			t.Fatalf("room for %d bytes: %v, %+v", room, err, w.info())
		}
		w.reopen()
		w.recovered()
		w.do(src)
		if w.digest() != want || len(w.lines()) > 2*len(src[0].items) {
			t.Fatalf("room for %d bytes: other notices than else", room)
		}
	}
	if full < 5 {
		t.Errorf("the disk was full %d times", full)
	}
}

// refusing is a store whose commits fail.
type refusing struct {
	store.Store
	commits int // that succeed
}

type refusingTx struct {
	store.Tx
	s *refusing
}

func (s *refusing) Begin(ctx context.Context) (store.Tx, error) {
	tx, err := s.Store.Begin(ctx)
	return refusingTx{tx, s}, err
}

func (t refusingTx) Record(ctx context.Context, lines []ledger.Line) error {
	if t.s.commits--; t.s.commits < 0 {
		return fault.New(fault.Unavailable, "no space left")
	}
	return t.Tx.Record(ctx, lines)
}

// TestStoreFails: the journal knows an edition that the store could not commit. Nothing may be imported before it is made
// up for.
func TestStoreFails(t *testing.T) {
	src := eventful()
	calm := newWorld(t, onDisk)
	calm.do(src)
	w := newWorld(t, onDisk)
	sound := w.Store
	w.Store = &refusing{sound, 1}
	if sum, err := w.Import(context.Background(), src); !fault.Is(err, fault.Unavailable) || sum.Editions != 1 {
		t.Fatalf("%v, %+v", err, sum)
	}
	w.Store = sound
	if _, err := w.Import(context.Background(), src); !fault.Is(err, fault.Conflict) {
		t.Fatalf("an import upon a store that is behind: %v", err)
	}
	sum := w.recovered()
	if sum.Editions != 1 || sum.Documents == 0 {
		t.Errorf("recovered %+v", sum)
	}
	settled(t, w)
	w.do(src[2:])
	if a, b := w.info(), calm.info(); w.digest() != calm.digest() || a.Revision != b.Revision || a.Sequence != b.Sequence {
		t.Errorf("%+v, undisturbed %+v", a, b)
	}
}

// TestTornJournal: a crash in the middle of writing the lines leaves the first of them.
func TestTornJournal(t *testing.T) {
	src := eventful()
	calm := newWorld(t, onDisk)
	calm.do(src)
	for _, keep := range []int{0, 1, 12, len(src[0].items) - 1} {
		t.Run(fmt.Sprint(keep), func(t *testing.T) {
			w := newWorld(t, onDisk)
			w.do(src[:1])
			w.close()
			cutJournal(t, w, keep)
			if err := os.RemoveAll(filepath.Join(w.dir, "store.duckdb")); err != nil {
				t.Fatal(err)
			}
			w.openAll()
			sum := w.recovered()
			if sum.Quarantined != 1 || len(w.lines()) != len(src[0].items) {
				t.Errorf("recovered %+v, %d lines of %d", sum, len(w.lines()), len(src[0].items))
			}
			settled(t, w)
			w.do(src[1:])
			if w.digest() != calm.digest() {
				t.Error("other notices than without the crash")
			}
		})
	}
}

func cutJournal(t *testing.T, w *world, keep int) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(w.dir, "ledger", "*.jsonl"))
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(b, []byte("\n"))
	torn := append(bytes.Join(lines[:keep], nil), lines[keep][:len(lines[keep])/2]...)
	if err := os.WriteFile(files[0], torn, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCrashBetweenSteps puts a data folder together of parts that were copied at different moments, as crashes between the
// steps of a commit leave them.
func TestCrashBetweenSteps(t *testing.T) {
	src := eventful()
	w := newWorld(t, onDisk)
	early := filepath.Join(t.TempDir(), "early")
	w.do(src[:2])
	w.close()
	copyFolder(t, w.dir, early)
	w.openAll()
	w.do(src[2:])
	want, info := w.digest(), w.info()
	w.close()
	for name, old := range map[string][]string{
		"archive without lines": {"ledger", "store.duckdb"},
		"lines without commit":  {"store.duckdb"},
		"nothing but bytes":     {"ledger", "store.duckdb", "*"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &world{Importer: w.Importer, t: t, dir: filepath.Join(t.TempDir(), "data"), disk: &disktest.Disk{}, clock: w.clock, open: onDisk}
			copyFolder(t, w.dir, c.dir)
			for _, part := range old {
				if part == "*" {
					continue
				}
				if err := os.RemoveAll(filepath.Join(c.dir, part)); err != nil {
					t.Fatal(err)
				}
				if old[len(old)-1] == "*" {
					continue
				}
				if info, err := os.Stat(filepath.Join(early, part)); err == nil && info.IsDir() {
					copyFolder(t, filepath.Join(early, part), filepath.Join(c.dir, part))
				} else if b, err := os.ReadFile(filepath.Join(early, part)); err != nil || os.WriteFile(filepath.Join(c.dir, part), b, 0o644) != nil {
					t.Fatal(err)
				}
			}
			c.openAll()
			defer c.close()
			sum := c.recovered()
			if got := c.info(); c.digest() != want || got.Notices != info.Notices || got.Revision != info.Revision || sum.Documents == 0 {
				t.Errorf("recovered %+v to %+v, want %+v", sum, got, info)
			}
			settled(t, c)
			if again := c.do(src); again.Inserted+again.Updated != 0 || c.digest() != want {
				t.Errorf("the same input after recovery changed something: %+v", again)
			}
		})
	}
}

// TestRebuild: an empty store catches up to the very same state.
func TestRebuild(t *testing.T) {
	w := newWorld(t, onDisk)
	src := eventful()
	w.do(src)
	w.do(src)
	want, info, lines := w.digest(), w.info(), len(w.lines())
	settled(t, w)
	for range 2 {
		w.dropStore()
		w.recovered()
		if got := w.info(); got != info || w.digest() != want || len(w.lines()) != lines {
			t.Errorf("rebuilt to %+v, was %+v; %d lines, were %d", got, info, len(w.lines()), lines)
		}
	}
}

// TestRebuildWithNewerReader: what an older program set aside is read again, once.
func TestRebuildWithNewerReader(t *testing.T) {
	w := newWorld(t, inMemory)
	docs := documents(9, 12)
	src := editions{{"one", docs[:6]}, {"two", append(docs[6:], item{origin: "bad", text: "<ann"}, item{origin: "bulk.xml", text: bulk(t)})}}
	w.do(src)
	want := w.digest()
	lines := len(w.lines())
	set := docs[2].origin
	age(t, w, func(l *ledger.Line) {
		if l.Origin == set {
			l.Outcome, l.Kind, l.Reason, l.IDs, l.Generation = ledger.Quarantined, "unsupported", "a form that nobody knew", nil, ""
		}
	})
	if w.digest() != want {
		t.Error("other notices than when this program reads everything from the beginning")
	}
	if got := w.lines()[lines:]; len(got) != 3 {
		t.Fatalf("%d new lines, want those of the three documents that were set aside: %+v", len(got), got)
	}
	if l := w.line(set); l.Outcome != ledger.Served || len(l.IDs) == 0 || l.Changes != strings.Repeat("i", len(l.IDs)) || l.Reader != feed.ReaderVersion || l.Kind != "" || l.Edition != "one" || l.Size == 0 {
		t.Errorf("line %+v", l)
	}
	if l := w.line("bad"); l.Outcome != ledger.Quarantined || l.Reader != feed.ReaderVersion || l.Kind != "invalid" {
		t.Errorf("line %+v", l)
	}
	if l := w.line("bulk.xml"); l.Outcome != ledger.Unchanged || l.Kind != "invalid" || len(l.IDs) != 1 {
		t.Errorf("line %+v", l)
	}
	settled(t, w)
	info := w.info()
	w.dropStore()
	w.recovered()
	if len(w.lines()) != lines+3 || w.digest() != want || w.info() != info {
		t.Errorf("a second rebuild adds lines: %d, %+v, was %+v", len(w.lines()), w.info(), info)
	}
	settled(t, w)
}

// TestOrderOfRevisionsStays: an older program's account of bytes that came again does not bring an old version back.
func TestOrderOfRevisionsStays(t *testing.T) {
	doc := one(t, documents(3, 30), "<jo:ann")
	newer := item{origin: "newer", text: doc.text + "\n"}
	w := newWorld(t, inMemory)
	w.do(editions{{"one", []item{doc}}, {"two", []item{newer}}, {"three", []item{doc}}})
	id := w.lines()[0].IDs[0]
	age(t, w, func(*ledger.Line) {})
	if n := w.get(id); n.Source.SHA256 != hash([]byte(newer.text)) {
		t.Error("the rebuild brought the older version back")
	}
}

// TestReaderLosesDocument: a document that was served and cannot be read any more is set aside with a line.
func TestReaderLosesDocument(t *testing.T) {
	w := newWorld(t, inMemory)
	docs := documents(9, 12)
	w.do(editions{{"one", docs}, {"two", docs}})
	lines := len(w.lines())
	lost := docs[4]
	inner := w.Reader
	w.Reader = readerFunc(func(d feed.Document) (feed.Result, error) {
		if string(d.Bytes) == lost.text {
			return feed.Result{}, fault.New(fault.Invalid, "no longer understood")
		}
		return inner.Read(d)
	})
	for range 2 {
		w.dropStore()
		w.recovered()
		if l := w.line(lost.origin); l.Outcome != ledger.Quarantined || l.Reason != "no longer understood" || len(w.lines()) != lines+2 {
			t.Errorf("line %+v, %d lines", l, len(w.lines()))
		}
	}
	sum := w.do(editions{{"two", docs}})
	if sum.Quarantined != 1 {
		t.Errorf("imported again: %+v", sum)
	}
}

// TestDamagedArchive: a rebuild sets the damaged document aside, and importing it again heals the folder.
func TestDamagedArchive(t *testing.T) {
	w := newWorld(t, inMemory)
	docs := documents(9, 12)
	src := editions{{"one", docs[:8]}, {"two", docs[8:]}}
	w.do(src)
	want := w.digest()
	victim := w.line(docs[3].origin)
	damage(t, w, victim.Raw)
	w.dropStore()
	sum := w.recovered()
	l := w.line(docs[3].origin)
	if sum.Quarantined != 1 || l.Outcome != ledger.Quarantined || l.Kind != "conflict" || l.SHA256 != victim.SHA256 || l.Size != victim.Size || !strings.Contains(l.Reason, "damaged") {
		t.Errorf("recovered %+v, line %+v", sum, l)
	}
	settled(t, w)
	if sum = w.do(src); sum.Inserted != len(victim.IDs) || sum.Quarantined != 0 {
		t.Errorf("imported again: %+v", sum)
	}
	healed := w.digest()
	lines := len(w.lines())
	w.dropStore()
	w.recovered()
	if healed != want || w.digest() != want || len(w.lines()) != lines {
		t.Errorf("not healed; %d lines, were %d", len(w.lines()), lines)
	}
}

// damage flips bytes of a kept document.
func damage(t *testing.T, w *world, ref string) {
	t.Helper()
	archive, entry, _ := strings.Cut(ref, "!")
	path := filepath.Join(w.dir, "raw", filepath.FromSlash(archive))
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(b, []byte(entry)) + len(entry) + 100
	for k := range 20 {
		b[i+k] ^= 0x55
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCrashOfNotes: an edition with notes is applied as a whole, or not at all.
func TestCrashOfNotes(t *testing.T) {
	docs := documents(9, 4)
	src := followed{"2026/09/11", []source.Item{at(docs[0], "a.xml"), {Origin: "b.xml", Note: source.Missing}, {Origin: "/", Note: source.Listing, Listed: 2}}, nil}
	for _, name := range []string{"000001", "ledger"} {
		w := newWorld(t, onDisk)
		w.disk.Fail = func(op, path string) error {
			if op == "sync" && strings.Contains(path, name) {
				return disktest.ErrFull
			}
			return nil
		}
		if _, err := w.Import(context.Background(), src); !fault.Is(err, fault.Unavailable) || w.info().Sequence != 0 {
			t.Fatalf("%v, %+v", err, w.info())
		}
		w.reopen()
		w.recovered()
		w.do(src)
		if l := w.line("/"); l.Listed != 2 || w.info().Notices != 1 || w.line("a.xml").Source != "dila" {
			t.Errorf("line %+v, %+v", l, w.info())
		}
		rebuilt(t, w)
	}
}

// TestStoreAhead: a journal that lost lines is not written over.
func TestStoreAhead(t *testing.T) {
	w := newWorld(t, onDisk)
	w.do(eventful())
	w.close()
	cutJournal(t, w, 5)
	w.openAll()
	if _, err := w.Recover(context.Background()); !fault.Is(err, fault.Conflict) {
		t.Fatalf("Recover: %v", err)
	}
	if _, err := w.Import(context.Background(), eventful()); !fault.Is(err, fault.Conflict) {
		t.Fatalf("Import: %v", err)
	}
	w.dropStore()
	w.recovered()
	settled(t, w)
}

// TestCrashInRecovery: a recovery that is itself interrupted goes on where it stood.
func TestCrashInRecovery(t *testing.T) {
	w := newWorld(t, inMemory)
	src := cut(documents(9, 60), 15)
	w.do(src)
	want, info := w.digest(), w.info()
	w.dropStore()
	fresh := w.Store
	w.Store = &refusing{fresh, 2}
	if _, err := w.Recover(context.Background()); !fault.Is(err, fault.Unavailable) {
		t.Fatal(err)
	}
	w.Store = fresh
	sum := w.recovered()
	if got := w.info(); got != info || w.digest() != want || sum.Editions != len(src)-2 {
		t.Errorf("recovered %+v to %+v, want %+v", sum, got, info)
	}
}

// BenchmarkRecoverNothing is what every import begins with, here with a ledger of 200,000 lines, of which the last that names
// a new archive is the 100th: some 4 ms on two cores.
func BenchmarkRecoverNothing(b *testing.B) {
	ctx := context.Background()
	w := newWorld(b, onDisk)
	docs := documents(9, 100)
	w.do(editions{{"one", docs}})
	tx, err := w.Store.Begin(ctx)
	if err != nil {
		b.Fatal(err)
	}
	first := w.lines()[0]
	for range 10 {
		lines := make([]ledger.Line, 20_000)
		for i := range lines {
			lines[i] = first
			lines[i].SHA256, lines[i].Outcome = fmt.Sprintf("%064x", b.N*1_000_000+i), ledger.Unchanged
		}
		if err := w.Journal.Append(lines); err != nil {
			b.Fatal(err)
		}
		if err := tx.Record(ctx, lines); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := tx.Commit(ctx, w.now()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if sum, err := w.Recover(ctx); err != nil || sum.Editions != 0 {
			b.Fatal(err, sum)
		}
	}
}
