package follow_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/follow"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/dila"
	"github.com/boamp/boamp/internal/source/dilafake"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/synth"
)

// world is a data folder, DILA's tree, and a clock that goes on only when somebody waits.
type world struct {
	*ingest.Importer
	t      *testing.T
	db     *memory.Store
	fold   *completeness.Fold
	tree   *dilafake.Tree
	server *dilafake.Server
	url    string
	client *fetch.Client
	hook   func(r *http.Request) // called at each request; may be nil

	mu    sync.Mutex
	clock time.Time
}

func newWorld(t *testing.T, begin time.Time) *world {
	t.Helper()
	w := &world{t: t, clock: begin, tree: dilafake.NewTree(), fold: completeness.New()}
	w.server = &dilafake.Server{Tree: w.tree, Now: w.now, Seed: 3}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.hook != nil {
			w.hook(r)
		}
		w.server.ServeHTTP(rw, r)
	}))
	t.Cleanup(s.Close)
	w.url = s.URL + dilafake.Root
	dir := t.TempDir()
	fields := field.NewCatalogue()
	w.db = memory.New(fields)
	w.Importer = &ingest.Importer{Store: w.db, Fields: fields, Reader: detect.New(), Now: w.now, Workers: 1}
	var err error
	if w.Raw, err = raw.Open(filepath.Join(dir, "raw"), raw.Options{Write: true}); err != nil {
		t.Fatal(err)
	}
	if w.Journal, err = ledger.Open(filepath.Join(dir, "ledger"), false); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = w.db.Close(), w.Journal.Close() })
	w.client = &fetch.Client{Now: w.now, Sleep: w.sleep, Concurrency: 2, HTTP: s.Client()}
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// sleep lets time pass.
func (w *world) sleep(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
	return ctx.Err()
}

// place is the tree, as a place that is followed.
func (w *world) place() follow.Place {
	return follow.Place{Name: dila.Name, Begin: w.client.Reset, Source: &dila.Source{Base: w.url, Fetch: w.client, Now: w.now, Known: w.known,
		Open: func(context.Context, source.Stream) iter.Seq2[source.Item, error] {
			return func(func(source.Item, error) bool) { w.t.Error("no archive is there") }
		}}}
}

func (w *world) pass(places ...follow.Place) *follow.Pass {
	return &follow.Pass{Importer: w.Importer, Places: places, Now: w.now}
}

func (w *world) known(ctx context.Context, edition string) (map[string]ledger.Line, error) {
	snap, err := w.db.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	return snap.Edition(ctx, dila.Name, edition)
}

// publish puts n documents of a day into the tree, at the hours at which DILA does.
func (w *world) publish(day notice.Date, docs []synth.Document) {
	for i, at := range dilafake.Rhythm(day, len(docs)) {
		w.tree.Put(fmt.Sprintf("%04d/%02d/%02d/%s", day.Year, day.Month, day.Day, path.Base(docs[i].Path)), docs[i].Bytes, at)
	}
}

// notices counts what readers see, and holds that the account adds up.
func (w *world) notices() int64 {
	w.t.Helper()
	snap, account, err := w.fold.Ask(w.t.Context(), w.db.Snapshot)
	if err != nil {
		w.t.Fatal(err)
	}
	defer snap.Close()
	for _, e := range account.Editions {
		if e.Unaccounted() != 0 {
			w.t.Errorf("%s %s does not add up: %+v", e.Source, e.Name, e.Count)
		}
	}
	n, err := snap.Count(w.t.Context(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// count is the account of all that DILA listed.
func (w *world) count() completeness.Count {
	w.t.Helper()
	w.notices()
	snap, account, err := w.fold.Ask(w.t.Context(), w.db.Snapshot)
	if err != nil {
		w.t.Fatal(err)
	}
	defer snap.Close()
	return account.Total()
}

func (w *world) lines() int64 {
	last, _ := w.Journal.Last()
	return last.Seq
}

// recent gives n invented documents of the newest form, one notice each.
func recent(t *testing.T, n int) (list []synth.Document) {
	t.Helper()
	seen := map[string]bool{}
	for d := range synth.Generate(synth.Options{Seed: 7, Notices: 8 * n, Today: notice.Date{Year: 2026, Month: 9, Day: 14}}) {
		if name := path.Base(d.Path); d.Path >= "2024" && filepath.Ext(name) == ".xml" && !seen[name] && len(list) < n {
			seen[name] = true
			list = append(list, d)
		}
	}
	if len(list) < n {
		t.Fatalf("only %d documents", len(list))
	}
	return list
}
