package mirror_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/boamp"
)

// client applies the change feed.
type client struct {
	t       testing.TB
	token   string
	notices map[string]string // digest by id
	met     map[string]int    // entries
	last    int64
}

type entry struct {
	Token, Op, ID, Digest, Next string
	Seq                         int64
	More                        bool
}

func (c *client) apply(e entry) {
	key := fmt.Sprint(e.Seq, " ", e.ID, " ", e.Token)
	if c.met[key]++; c.met[key] > 1 || e.Seq < c.last {
		c.t.Fatalf("%s came twice or out of order, behind line %d", key, c.last)
	}
	c.last, c.token = e.Seq, e.Token
	switch e.Op {
	case "erase", "remove":
		delete(c.notices, e.ID)
	default:
		c.notices[e.ID] = e.Digest
	}
}

// read reads to the end, in pieces, some of which break off, in both forms.
func (c *client) read(h http.Handler, r *rand.Rand) {
	c.t.Helper()
	for more := true; more; {
		format := []string{"json", "jsonl"}[r.IntN(2)]
		target := fmt.Sprintf("/api/v1/changes?limit=%d&format=%s&after=%s", 1+r.IntN(6), format, url.QueryEscape(c.token))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
		if w.Code != 200 {
			c.t.Fatalf("%s: %d %s", target, w.Code, w.Body)
		}
		entries, next, m := pieces(c.t, format, w.Body)
		cut := len(entries) + 1
		if r.IntN(4) == 0 {
			cut = r.IntN(len(entries) + 1)
		}
		for i, e := range entries {
			if i < cut {
				c.apply(e)
			}
		}
		if more = cut <= len(entries); !more {
			c.token, more = next, m
		}
	}
}

func pieces(t testing.TB, format string, body io.Reader) (list []entry, next string, more bool) {
	t.Helper()
	if format == "json" {
		var p struct {
			Changes []entry
			Next    string
			More    bool
		}
		check(t, json.NewDecoder(body).Decode(&p))
		return p.Changes, p.Next, p.More
	}
	for lines := bufio.NewScanner(body); lines.Scan(); {
		var e entry
		check(t, json.Unmarshal(lines.Bytes(), &e))
		if e.Next != "" {
			return list, e.Next, e.More
		}
		list = append(list, e)
	}
	t.Fatal("the stream has no last line")
	return nil, "", false
}

// TestFeed: clients of random histories have at each end what is served then, have met each entry once and in order, and tokens of long ago
// are good for the same entries.
func TestFeed(t *testing.T) {
	seeds := uint64(7)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := newHistory(t, seed+100, 25)
			r := rand.New(rand.NewPCG(seed, 5))
			c := &client{t: t, notices: map[string]string{}, met: map[string]int{}}
			var did, tokens []string
			var rest []map[string]bool // entries that had not been met at a token
			for range 18 {
				did = append(did, h.step())
				before := maps.Clone(c.met)
				tokens = append(tokens, c.token)
				c.read(h.handler(), r)
				if want := h.state(); !maps.Equal(c.notices, want) {
					t.Fatalf("after %v the client has %v, served is %v", did, c.notices, want)
				}
				known := map[string]bool{}
				for key := range before {
					known[key] = true
				}
				rest = append(rest, known)
			}
			for i, token := range tokens {
				again := &client{t: t, token: token, notices: map[string]string{}, met: map[string]int{}}
				again.read(h.handler(), r)
				if len(again.met)+len(rest[i]) != len(c.met) {
					t.Errorf("behind the token of step %d come %d entries, %d of %d had come", i, len(again.met), len(rest[i]), len(c.met))
				}
				for key := range again.met {
					if rest[i][key] || c.met[key] == 0 {
						t.Errorf("behind the token of step %d comes %s", i, key)
					}
				}
			}
		})
	}
}

// follower is a source that follows a server into a site.
func follower(s *site, address string) *boamp.Source {
	return &boamp.Source{
		URL: address, Client: &fetch.Client{HTTP: &http.Client{}, Sleep: func(context.Context, time.Duration) error { return nil }}, Now: s.now, Documents: 3,
		Known: func(ctx context.Context, edition string) (map[string]ledger.Line, error) {
			return s.snapshot().Edition(ctx, boamp.Name, edition)
		},
	}
}

// TestSource: a server that follows another by its feed has the same notices, in a history of its own.
func TestSource(t *testing.T) {
	seeds := uint64(7)
	if testing.Short() {
		seeds = 4
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := newHistory(t, seed+200, 25)
			v := serve(t, h.site)
			r := rand.New(rand.NewPCG(seed, 6))
			to := newSite(t)
			var did []string
			for range 14 {
				did = append(did, h.step())
				v.set(h.site)
				switch r.IntN(4) {
				case 0:
					continue
				case 1:
					to.rebuild()
				}
				_, err := to.Import(context.Background(), follower(to, v.URL))
				check(t, err)
				if a, b := h.state(), to.state(); !maps.Equal(a, b) {
					t.Fatalf("after %v there are %s, here %s", did, show(a), show(b))
				}
				lines := len(to.lines())
				if _, err := to.Import(context.Background(), follower(to, v.URL)); err != nil || len(to.lines()) != lines {
					t.Fatalf("asked again there are %d lines, %d before: %v", len(to.lines()), lines, err)
				}
			}
		})
	}
}

// TestSourceBreaks: what a pass that breaks off leaves undone the next one does; nothing is passed over.
func TestSourceBreaks(t *testing.T) {
	h := newHistory(t, 300, 40)
	for len(h.docs) > 0 {
		n := min(4, len(h.docs))
		_, err := h.Import(context.Background(), edition{fmt.Sprint("edition ", len(h.docs)), h.docs[:n]})
		check(t, err)
		h.docs = h.docs[n:]
	}
	v := serve(t, h.site)
	to := newSite(t)
	for most := 1; ; most += 3 {
		left := most
		v.fault(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if left--; left < 0 {
				http.Error(w, "not you", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
		_, err := to.Import(context.Background(), follower(to, v.URL))
		for id, digest := range to.state() {
			if h.state()[id] != digest {
				t.Fatalf("%s is another", id)
			}
		}
		if err == nil {
			break
		}
		if most > 200 {
			t.Fatal("no end")
		}
	}
	if !maps.Equal(h.state(), to.state()) {
		t.Error("something is missing")
	}
	// A server whose history is another one is read from its beginning.
	v.fault(nil)
	h.feed = strings.Repeat("ab", 16)
	v.set(h.site)
	_, err := h.Erase(context.Background(), []ingest.Erasure{{ID: slices.Sorted(maps.Keys(h.state()))[0], Reason: "court", Time: h.now()}})
	check(t, err)
	_, err = to.Import(context.Background(), follower(to, v.URL))
	check(t, err)
	if !maps.Equal(h.state(), to.state()) {
		t.Error("after the change of histories something is another")
	}
}

var _ source.Source = (*boamp.Source)(nil)
