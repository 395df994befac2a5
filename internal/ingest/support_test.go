package ingest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/synth"
)

var (
	today   = notice.Date{Year: 2026, Month: 9, Day: 11}
	fetched = time.Date(2026, 9, 11, 4, 30, 0, 0, time.UTC)
)

// world is a data folder with what an importer needs.
type world struct {
	*ingest.Importer
	t     testing.TB
	dir   string
	disk  *disktest.Disk
	clock time.Time
	open  func(w *world) store.Store
}

// inMemory and onDisk say which engine a world has. A memory store is lost when the world is opened again.
func inMemory(w *world) store.Store { return memory.New(w.Fields) }

func onDisk(w *world) store.Store {
	db, err := duckdb.Open(duckdb.Options{Path: filepath.Join(w.dir, "store.duckdb"), Temp: filepath.Join(w.dir, "tmp"), Catalogue: w.Fields, Threads: 1, Memory: 256 << 20, Readers: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	return db
}

func newWorld(t testing.TB, open func(*world) store.Store) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), disk: &disktest.Disk{}, clock: time.Date(2026, 9, 11, 5, 0, 0, 0, time.UTC), open: open}
	w.Importer = &ingest.Importer{Fields: field.NewCatalogue(), Reader: detect.New(), Now: w.now, Workers: 2}
	w.openAll()
	t.Cleanup(w.close)
	return w
}

// now is a clock that goes on by some seconds whenever somebody looks at it.
func (w *world) now() time.Time {
	w.clock = w.clock.Add(7 * time.Second)
	return w.clock
}

func (w *world) openAll() {
	w.t.Helper()
	var err error
	if w.Raw, err = raw.Open(filepath.Join(w.dir, "raw"), raw.Options{Write: true, Disk: w.disk, Now: w.now}); err != nil {
		w.t.Fatal(err)
	}
	if w.Journal, err = ledger.OpenOn(w.disk, filepath.Join(w.dir, "ledger"), false); err != nil {
		w.t.Fatal(err)
	}
	if w.Erased, err = register.Open(w.disk, filepath.Join(w.dir, "ERASED.jsonl"), false); err != nil {
		w.t.Fatal(err)
	}
	w.Store = w.open(w)
}

func (w *world) close() {
	if w.Store == nil {
		return
	}
	if err := w.Store.Close(); err != nil {
		w.t.Error(err)
	}
	_ = w.Journal.Close() // a journal whose disk failed may say so again
	w.Store = nil
}

// reopen ends the process and starts the next.
func (w *world) reopen() {
	w.t.Helper()
	w.close()
	w.disk.Fail, w.disk.Limited = nil, false
	w.openAll()
}

// dropStore makes the next reopen start with an empty store.
func (w *world) dropStore() {
	w.t.Helper()
	w.close()
	if err := duckdb.Remove(filepath.Join(w.dir, "store.duckdb")); err != nil {
		w.t.Fatal(err)
	}
	w.openAll()
}

func (w *world) do(src source.Source) ingest.Summary {
	w.t.Helper()
	sum, err := w.Import(context.Background(), src)
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

func (w *world) recovered() ingest.Summary {
	w.t.Helper()
	sum, err := w.Recover(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

func (w *world) retried() ingest.Summary {
	w.t.Helper()
	sum, err := w.Retry(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

func (w *world) info() store.Info {
	w.t.Helper()
	snap, err := w.Store.Snapshot(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	defer snap.Close()
	return snap.Info()
}

// lines are all lines of the journal.
func (w *world) lines() (list []ledger.Line) {
	w.t.Helper()
	for l, err := range w.Journal.Lines(1) {
		if err != nil {
			w.t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

// line is the newest of an origin that says what became of it.
func (w *world) line(origin string) ledger.Line {
	w.t.Helper()
	var found ledger.Line
	for _, l := range w.lines() {
		if l.Origin == origin && l.Outcome != ledger.Derived {
			found = l
		}
	}
	if found.Seq == 0 {
		w.t.Fatalf("no line of %s", origin)
	}
	return found
}

func (w *world) get(id string) *notice.Notice {
	w.t.Helper()
	snap, err := w.Store.Snapshot(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	defer snap.Close()
	n, err := snap.Get(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// digest is a hash over every notice that is served: typed values, flat record and source, but not the place of the bytes,
// which a crash may change.
func (w *world) digest() string {
	w.t.Helper()
	ctx := context.Background()
	snap, err := w.Store.Snapshot(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	defer snap.Close()
	h := sha256.New()
	for _, id := range ids(w.t, snap, w.Fields) {
		n, err := snap.Get(ctx, id)
		if err != nil {
			w.t.Fatal(err)
		}
		if b, err := w.Raw.Get(n.Source.Kept); err != nil || hash(b) != n.Source.SHA256 {
			w.t.Errorf("notice %s: its bytes at %s: %v", id, n.Source.Kept, err)
		}
		c := *n
		c.Source.Kept = ""
		b, err := json.Marshal(c)
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(h, "%s\n%s\n%s\n", id, b, portal.AppendRecord(nil, &n.Record))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// editions is a source of invented editions.
type editions []edition

type edition struct {
	name  string
	items []item
}

type item struct {
	origin string
	text   string
	err    error
	before func() // called when the item is asked for
}

func (s editions) Editions(context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		for _, e := range s {
			if !yield(source.Edition{Name: e.name, Items: e.all}, nil) {
				return
			}
		}
	}
}

func (e edition) all(ctx context.Context) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		for _, i := range e.items {
			if i.before != nil {
				i.before()
			}
			if err := ctx.Err(); err != nil {
				yield(source.Item{}, err)
				return
			}
			if !yield(source.Item{Bytes: []byte(i.text), Origin: i.origin, Name: source.NameOf(i.origin), Fetched: fetched}, i.err) {
				return
			}
		}
	}
}

// documents makes n invented documents of all generations.
func documents(seed uint64, n int) (list []item) {
	for d := range synth.Generate(synth.Options{Seed: seed, Notices: n, Today: today}) {
		list = append(list, item{origin: d.Path, text: string(d.Bytes)})
	}
	return list
}

// cut makes editions of so many documents each.
func cut(list []item, size int) (all editions) {
	for len(list) > 0 {
		n := min(size, len(list))
		all = append(all, edition{fmt.Sprintf("edition %d", len(all)+1), list[:n]})
		list = list[n:]
	}
	return all
}

// one finds an invented document that holds a text.
func one(t *testing.T, list []item, text string) item {
	t.Helper()
	for _, d := range list {
		if strings.Contains(d.text, text) {
			return d
		}
	}
	t.Fatalf("no invented document holds %q", text)
	return item{}
}

// readerFunc is a reader made of a function.
type readerFunc func(feed.Document) (feed.Result, error)

func (f readerFunc) Read(d feed.Document) (feed.Result, error) { return f(d) }

// copyFolder copies a folder as it lies on the disk at this moment.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

func ids(t testing.TB, snap store.Snapshot, c *field.Catalogue) (list []string) {
	t.Helper()
	for row, err := range snap.Rows(context.Background(), everything(c), nil) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, row.ID)
	}
	return list
}

func lostOf(lines ...ledger.Line) (list []ingest.Lost) {
	for _, l := range lines {
		list = append(list, ingest.Lost{SHA256: l.SHA256, Raw: l.Raw})
	}
	return list
}
