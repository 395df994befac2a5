package mirror_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/synth"
)

const feedID = "00112233445566778899aabbccddeeff"

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// site is a data folder with its importer. Its store is in memory: a restart of it is a rebuild.
type site struct {
	*ingest.Importer
	t      testing.TB
	dir    string
	clock  time.Time
	feed   string
	signal *change.Signal
	bulk   *bulk.Folder
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), clock: time.Date(2026, 9, 11, 5, 0, 0, 0, time.UTC), feed: feedID, signal: change.NewSignal(100)}
	s.open()
	t.Cleanup(s.close)
	return s
}

func (s *site) now() time.Time {
	s.clock = s.clock.Add(7 * time.Second)
	return s.clock
}

func (s *site) open() {
	s.t.Helper()
	s.Importer = &ingest.Importer{Fields: field.NewCatalogue(), Reader: detect.New(), Now: s.now, Workers: 1}
	var err error
	s.Raw, err = raw.Open(filepath.Join(s.dir, "raw"), raw.Options{Write: true, Now: s.now})
	check(s.t, err)
	s.Journal, err = ledger.Open(filepath.Join(s.dir, "ledger"), false)
	check(s.t, err)
	s.Erased, err = register.Open(disk.OS{}, filepath.Join(s.dir, "ERASED.jsonl"), false)
	check(s.t, err)
	s.Store = change.Watched{Store: memory.New(s.Fields), Committed: func(bool) { s.signal.Notify() }}
	csv, err := export.Find(export.Formats(), "csv")
	check(s.t, err)
	s.bulk = &bulk.Folder{
		Dir: filepath.Join(s.dir, "snapshots"), Raw: filepath.Join(s.dir, "raw"), Disk: disk.OS{}, Store: s.Store, Fields: s.Fields, Feed: s.changes(),
		Records: csv, Meta: func(info store.Info) export.Meta { return search.Meta(info, info.Notices) }, Program: "test", Now: s.now,
	}
}

func (s *site) changes() *change.Feed {
	return &change.Feed{ID: func() (string, error) { return s.feed, nil }, Lines: s.Journal.Lines, Signal: s.signal}
}

func (s *site) close() { _ = s.Journal.Close() }

// rebuild ends the process, drops the store and starts anew.
func (s *site) rebuild() {
	s.t.Helper()
	s.close()
	s.open()
	_, err := s.Recover(context.Background())
	check(s.t, err)
}

func (s *site) snapshot() store.Snapshot {
	s.t.Helper()
	snap, err := s.Store.Snapshot(context.Background())
	check(s.t, err)
	return snap
}

// state is what is served: digests by id.
func (s *site) state() map[string]string {
	s.t.Helper()
	m := map[string]string{}
	for n, err := range change.Digests(context.Background(), s.snapshot()) {
		check(s.t, err)
		if n.Digest == "" {
			s.t.Fatalf("%s has no digest", n.ID)
		}
		m[n.ID] = n.Digest
	}
	return m
}

func (s *site) lines() (list []ledger.Line) {
	s.t.Helper()
	for l, err := range s.Journal.Lines(1) {
		check(s.t, err)
		list = append(list, l)
	}
	return list
}

// handler serves the site. It is what a server at this moment has.
func (s *site) handler() http.Handler {
	log := slog.New(slog.DiscardHandler)
	api := &native.API{
		Door: &search.Door{Store: s.Store, Fields: s.Fields}, Raw: s.Raw, Formats: export.Formats(), Now: time.Now, Log: log, Build: "test",
		Changes: s.changes(), Bulk: s.bulk,
	}
	return httpx.Middleware(httpx.Compress(api.Handler()), log, time.Now)
}

// server is a site on the network, that can be restarted and whose answers can be spoilt.
type server struct {
	*httptest.Server
	mu      sync.Mutex
	handler http.Handler
	spoil   func(w http.ResponseWriter, r *http.Request, h http.Handler) // nil: nothing
}

func serve(t testing.TB, s *site) *server {
	v := &server{handler: s.handler()}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		h, spoil := v.handler, v.spoil
		v.mu.Unlock()
		if spoil != nil {
			spoil(w, r, h)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(v.Close)
	return v
}

func (v *server) set(s *site) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.handler = s.handler()
}

func (v *server) fault(spoil func(w http.ResponseWriter, r *http.Request, h http.Handler)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.spoil = spoil
}

// edition is a source of one edition.
type edition struct {
	name  string
	items []source.Item
}

func (e edition) Editions(context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		yield(source.Edition{Name: e.name, Items: func(context.Context) iter.Seq2[source.Item, error] {
			return func(yield func(source.Item, error) bool) {
				for _, i := range e.items {
					if !yield(i, nil) {
						return
					}
				}
			}
		}}, nil)
	}
}

// history makes a random life of a site.
type history struct {
	*site
	r     *rand.Rand
	docs  []source.Item
	ids   []string // that were served at some time
	steps int
}

func newHistory(t testing.TB, seed uint64, documents int) *history {
	h := &history{site: newSite(t), r: rand.New(rand.NewPCG(seed, 2))}
	for d := range synth.Generate(synth.Options{Seed: seed, Notices: documents, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}) {
		h.docs = append(h.docs, source.Item{Bytes: d.Bytes, Origin: d.Path, Name: source.NameOf(d.Path), Fetched: h.clock})
	}
	h.docs = append(h.docs, source.Item{Bytes: []byte("<ANNONCE><broken>"), Origin: "broken.xml", Fetched: h.clock})
	return h
}

// step imports some documents, new, known or changed; or erases a notice; or rebuilds the store; or makes a snapshot.
func (h *history) step() string {
	h.t.Helper()
	h.steps++
	ctx := context.Background()
	switch n := h.r.IntN(10); {
	case n < 6 || len(h.ids) == 0:
		e := edition{name: fmt.Sprintf("edition %d", h.r.IntN(5))}
		for range 1 + h.r.IntN(4) {
			d := h.docs[h.r.IntN(len(h.docs))]
			if h.r.IntN(3) == 0 {
				d.Bytes = append(append([]byte{}, d.Bytes...), strings.Repeat("\n", 1+h.r.IntN(3))...) // other bytes of the same notice
			}
			d.Origin = fmt.Sprintf("%d/%s", h.r.IntN(2), d.Origin)
			e.items = append(e.items, d)
		}
		_, err := h.Import(ctx, e)
		check(h.t, err)
		h.ids = h.ids[:0]
		for id := range h.state() {
			h.ids = append(h.ids, id)
		}
		return "import"
	case n < 7:
		id := h.ids[h.r.IntN(len(h.ids))]
		_, err := h.Erase(ctx, []ingest.Erasure{{ID: id, Reason: "court", Time: h.now()}})
		check(h.t, err)
		return "erase " + id
	case n < 8:
		h.rebuild()
		return "rebuild"
	default:
		if h.snapshot().Info().Revision > 0 {
			_, _, err := h.bulk.Make(ctx, nil)
			check(h.t, err)
		}
		return "snapshot"
	}
}

// files are the bytes of all archives.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	paths, err := filepath.Glob(filepath.Join(dir, "raw", "*", "*"))
	check(t, err)
	for _, p := range paths {
		b, err := os.ReadFile(p)
		check(t, err)
		rel, _ := filepath.Rel(dir, p)
		all[rel] = string(b)
	}
	return all
}

func show(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
