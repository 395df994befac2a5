package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/mirror"
	"github.com/boamp/boamp/internal/notice"
)

// copier copies a server into a site.
func copier(s *site, url string) *mirror.Mirror {
	at := func(context.Context, time.Duration) error { return nil }
	return &mirror.Mirror{
		URL: url, Client: &fetch.Client{HTTP: &http.Client{}, Sleep: at, Rand: func() float64 { return 0 }}, HTTP: &http.Client{}, Agent: "boamp test",
		Importer: s.Importer, Raw: filepath.Join(s.dir, "raw"), Temp: filepath.Join(s.dir, "tmp"), Disk: disk.OS{}, Sleep: at, Batch: 3,
		Adopt: func(feed string) error {
			if feed != feedID {
				return fault.New(fault.Conflict, "the feed %s", feed)
			}
			return nil
		},
	}
}

// proven clones and holds that the copy is one, in every respect.
func proven(t *testing.T, from, to *site, url string) {
	t.Helper()
	m := copier(to, url)
	check(t, m.Clone(context.Background()))
	p, err := m.Prove(context.Background())
	check(t, err)
	if !p.Identical || p.Own != (mirror.State{Feed: p.Server.Feed, Revision: p.Server.Revision, Sequence: p.Server.Sequence, Notices: p.Server.Notices, Digest: p.Server.Digest, Reader: p.Server.Reader}) {
		t.Fatalf("the copy is another: %s", show(p))
	}
	same(t, from, to)
}

// same compares account, archives, notices and the register.
func same(t *testing.T, from, to *site) {
	t.Helper()
	if a, b := show(from.lines()), show(to.lines()); a != b {
		t.Fatalf("the accounts differ:\n%s\n%s", a, b)
	}
	if a, b := from.state(), to.state(); !maps.Equal(a, b) {
		t.Fatalf("the notices differ: %v %v", a, b)
	}
	if a, b := from.snapshot().Info(), to.snapshot().Info(); a != b {
		t.Fatalf("%+v there, %+v here", a, b)
	}
	if a, b := files(t, from.dir), files(t, to.dir); !maps.Equal(a, b) {
		t.Fatalf("the archives differ: %v %v", slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b)))
	}
	for _, e := range from.Erased.All() {
		if _, ok := to.Erased.Get(e.ID); !ok {
			t.Errorf("%s is erased there and not registered here", e.ID)
		}
	}
}

// TestHistories: copies of random histories are the same after each visit, whether they begin with a snapshot or not, and are rebuilt
// in between or not.
func TestHistories(t *testing.T) {
	seeds := uint64(8)
	if testing.Short() {
		seeds = 4
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := newHistory(t, seed, 25)
			v := serve(t, h.site)
			r := rand.New(rand.NewPCG(seed, 3))
			first, late := newSite(t), newSite(t)
			var did []string
			defer func() {
				if t.Failed() {
					t.Log(did)
				}
			}()
			for range 14 {
				did = append(did, h.step())
				v.set(h.site)
				if r.IntN(3) == 0 {
					continue
				}
				if r.IntN(3) == 0 {
					first.close()
					first.open() // without its store: it is made anew from what was copied
				}
				proven(t, h.site, first, v.URL)
			}
			proven(t, h.site, late, v.URL)
		})
	}
}

// TestFaults: downloads that are cut, lie, or fail; a server that restarts; and a copier that is killed again and again.
func TestFaults(t *testing.T) {
	errKilled := errors.New("killed")
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := newHistory(t, seed, 25)
			for range 10 {
				h.step()
			}
			v := serve(t, h.site)
			r := rand.New(&locked{Source: rand.NewPCG(seed, 4)})
			v.fault(func(w http.ResponseWriter, req *http.Request, next http.Handler) {
				switch r.IntN(6) {
				case 0:
					w.Header().Set("Retry-After", "0")
					http.Error(w, "busy", http.StatusServiceUnavailable)
				case 1:
					panic(http.ErrAbortHandler)
				case 2, 3:
					next.ServeHTTP(&cutting{ResponseWriter: w, left: r.IntN(3000)}, req)
				default:
					next.ServeHTTP(w, req)
				}
			})
			to := newSite(t)
			for n := 0; ; n++ {
				m := copier(to, v.URL)
				steps := 1 + r.IntN(6)
				m.Report = func(string, ...any) {
					if steps--; steps == 0 && n < 12 {
						panic(errKilled)
					}
				}
				err := survive(errKilled, func() error { return m.Clone(context.Background()) })
				if err == nil {
					break
				}
				if n > 60 {
					t.Fatalf("no end: %v", err)
				}
				to.close()
				to.open()
				if n == 5 { // the server, too, goes on meanwhile: with an erasure, when there is something to erase
					v.mu.Lock()
					for id := range h.state() {
						_, err := h.Erase(context.Background(), []ingest.Erasure{{ID: id, Reason: "court", Time: h.now()}})
						check(t, err)
						break
					}
					h.rebuild()
					v.handler = h.handler()
					v.mu.Unlock()
				}
			}
			v.fault(nil)
			proven(t, h.site, to, v.URL)
			left, _ := filepath.Glob(filepath.Join(to.dir, "raw", "*", "*.part"))
			if len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// locked is a source of chance for several goroutines.
type locked struct {
	mu sync.Mutex
	rand.Source
}

func (l *locked) Uint64() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Source.Uint64()
}

// survive turns a panic of a kill into its error.
func survive(kill error, do func() error) (err error) {
	defer func() {
		if p := recover(); p == kill {
			err = kill
		} else if p != nil {
			panic(p)
		}
	}()
	return do()
}

// cutting is an answer that breaks off after some bytes.
type cutting struct {
	http.ResponseWriter
	left int
}

func (c *cutting) Write(b []byte) (int, error) {
	if len(b) > c.left {
		_, _ = c.ResponseWriter.Write(b[:c.left])
		_ = http.NewResponseController(c.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(b)
	return c.ResponseWriter.Write(b)
}

func (c *cutting) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// TestRanges: a download goes on where it broke off.
func TestRanges(t *testing.T) {
	h := newHistory(t, 1, 60)
	_, err := h.Import(context.Background(), edition{"all", h.docs})
	check(t, err)
	_, _, err = h.bulk.Make(context.Background(), nil)
	check(t, err)
	v := serve(t, h.site)
	var mu sync.Mutex
	served, pieces := 0, 0
	v.fault(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !strings.HasSuffix(r.URL.Path, ".zip") {
			next.ServeHTTP(w, r)
			return
		}
		c := &counting{cutting: cutting{w, 10_000}}
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			served += c.n
			if r.Header.Get("Range") != "" {
				pieces++
			}
		}()
		next.ServeHTTP(c, r)
	})
	to := newSite(t)
	check(t, copier(to, v.URL).Clone(context.Background()))
	v.Close() // when every answer has ended, also those that broke off
	size := 0
	for _, b := range files(t, h.dir) {
		size += len(b)
	}
	if size < 30_000 || served != size || pieces < 2 {
		t.Errorf("of %d bytes %d were sent, in %d pieces", size, served, pieces)
	}
	same(t, h.site, to)
}

type counting struct {
	cutting
	n int
}

func (c *counting) Write(b []byte) (int, error) {
	c.n += min(len(b), c.left)
	return c.cutting.Write(b)
}

// TestDifferences: a copy that is not one is found out, with the ids.
func TestDifferences(t *testing.T) {
	h := newHistory(t, 2, 25)
	_, err := h.Import(context.Background(), edition{"all", h.docs})
	check(t, err)
	v := serve(t, h.site)
	to := newSite(t)
	m := copier(to, v.URL)
	check(t, m.Clone(context.Background()))
	snap := to.snapshot()
	var ids []string
	for id := range to.state() {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	changed, err := snap.Get(context.Background(), ids[0])
	check(t, err)
	other := *changed
	other.Title, other.Source.SHA256, other.Source.Digest = "something else", strings.Repeat("0", 64), strings.Repeat("1", 32)
	tx, err := to.Store.Begin(context.Background())
	check(t, err)
	_, err = tx.Remove(context.Background(), ids[1:2])
	check(t, err)
	other.ID, other.Record.Idweb = "26-999999", "26-999999"
	added := other
	other.ID, other.Record.Idweb = ids[0], changed.Record.Idweb
	_, err = tx.Put(context.Background(), []*notice.Notice{&other, &added})
	check(t, err)
	_, err = tx.Commit(context.Background(), to.now())
	check(t, err)
	p, err := m.Prove(context.Background())
	check(t, err)
	var got []string
	for _, d := range p.Differences {
		got = append(got, fmt.Sprintf("%s %t %t", d.ID, d.Server == "", d.Own == ""))
	}
	want := []string{ids[0] + " false false", ids[1] + " false true", "26-999999 true false"}
	slices.Sort(got)
	slices.Sort(want)
	if p.Identical || !slices.Equal(got, want) || p.More {
		t.Errorf("found %v, want %v", got, want)
	}
}

// TestRefused: another server, one that was put back, one that names files it should not.
func TestRefused(t *testing.T) {
	h := newHistory(t, 3, 25)
	_, err := h.Import(context.Background(), edition{"one", h.docs[:5]})
	check(t, err)
	backup := copyOf(t, h.site)
	_, err = h.Import(context.Background(), edition{"two", h.docs[5:9]})
	check(t, err)
	v := serve(t, h.site)
	to := newSite(t)
	m := copier(to, v.URL)
	check(t, m.Clone(context.Background()))
	v.set(backup) // the server lost its last edition
	if err := m.Clone(context.Background()); !fault.Is(err, fault.Conflict) {
		t.Errorf("a server with fewer lines: %v", err)
	}
	_, err = backup.Import(context.Background(), edition{"another", h.docs[9:14]})
	check(t, err)
	v.set(backup)
	if err := m.Clone(context.Background()); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "another one") {
		t.Errorf("a server with other lines: %v", err)
	}
	backup.feed = strings.Repeat("ab", 16)
	v.set(backup)
	if err := m.Clone(context.Background()); !fault.Is(err, fault.Conflict) {
		t.Errorf("another feed: %v", err)
	}
	v.set(h.site)
	v.fault(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/ledger") {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"feed":"x","sequence":1,"lines":[{"seq":1,"time":"2026-01-01T00:00:00Z","raw":"../../../etc/x.zip!00000000-a.xml","outcome":"served"}],"next":1,"more":false}`)
			return
		}
		next.ServeHTTP(w, r)
	})
	evil := newSite(t)
	if err := copier(evil, v.URL).Clone(context.Background()); !fault.Is(err, fault.Invalid) {
		t.Errorf("a name that leads elsewhere: %v", err)
	}
}

func copyOf(t *testing.T, s *site) *site {
	t.Helper()
	c := newSite(t)
	c.close()
	check(t, os.CopyFS(c.dir, os.DirFS(s.dir)))
	c.open()
	_, err := c.Recover(context.Background())
	check(t, err)
	return c
}

// TestFollow: what comes to the server comes to the copy, over a restart of the server.
func TestFollow(t *testing.T) {
	h := newHistory(t, 4, 25)
	_, err := h.Import(context.Background(), edition{"one", h.docs[:5]})
	check(t, err)
	v := serve(t, h.site)
	to := newSite(t)
	m := copier(to, v.URL)
	check(t, m.Clone(context.Background()))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	proofs, ended := make(chan mirror.Proof), make(chan error, 1)
	go func() {
		ended <- m.Follow(ctx, func(p mirror.Proof) error { proofs <- p; return nil })
	}()
	for i := range 3 {
		if i == 2 {
			refused := make(chan struct{})
			first := sync.OnceFunc(func() { close(refused) })
			v.fault(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Retry-After", "0")
				http.Error(w, "restarting", http.StatusServiceUnavailable)
				first()
			})
			v.CloseClientConnections()
			<-refused
			v.fault(nil)
		}
		v.mu.Lock()
		_, err := h.Import(context.Background(), edition{"more", h.docs[5+i : 6+i]})
		v.mu.Unlock()
		check(t, err)
		if p := <-proofs; !p.Identical || p.Own.Sequence != int64(6+i) {
			t.Errorf("%s", show(p))
		}
	}
	h.signal.Stop()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) && !fault.Is(err, fault.Timeout) {
		t.Errorf("ended with %v", err)
	}
	same(t, h.site, to)
}
