package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lifecycle"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/synth"
)

// kept are the bytes of documents.
type kept map[string][]byte

func (k kept) Get(ref string) ([]byte, error) {
	if b, ok := k[ref]; ok {
		return b, nil
	}
	return nil, fault.New(fault.NotFound, "%s was not kept", ref)
}

// invented is a store in memory with notices of every generation. ids has one for each API version of notices.
func invented(t *testing.T) (door *search.Door, raw kept, ids map[string]string) {
	t.Helper()
	fields := field.NewCatalogue()
	db := memory.New(fields)
	raw, ids = fill(t, db)
	return &search.Door{Store: db, Fields: fields}, raw, ids
}

// fill puts these notices into a store.
func fill(t *testing.T, db store.Store) (raw kept, ids map[string]string) {
	t.Helper()
	reader := detect.New()
	raw, ids = kept{}, map[string]string{}
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for d := range synth.Generate(synth.Options{Seed: 5, Notices: 150, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}) {
		sum := sha256.Sum256(d.Bytes)
		res, err := reader.Read(feed.Document{Bytes: d.Bytes, Origin: d.Path, Name: d.Path, SHA256: hex.EncodeToString(sum[:])})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range res.Notices {
			n.Source.Kept, ids[string(n.Version)] = d.Path, n.ID
			raw[d.Path] = d.Bytes
		}
		if _, err := tx.Put(t.Context(), res.Notices); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tx.Commit(t.Context(), time.Date(2026, 9, 11, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return raw, ids
}

// promised are requests of every version, with the status of their answer. {v230} stands for the id of a notice of that version. What
// is published has to have some here: they are asked before and after a deprecation. Pages that go on are left out, their cursors hold the time.
var promised = map[string]map[string]int{
	"native/v1": {
		"/api/v1/notices?limit=500": 200, "/api/v1/notices?famille=MAPA,FNS&sort=published&limit=500": 200, "/api/v1/notices/{v230}?version=v230": 200, "/api/v1/notices/{v230}/raw": 200,
		"/api/v1/notices/{v325}/record": 200, "/api/v1/notices.csv?fields=idweb,title": 200, "/api/v1/notices?nowhere=1": 400, "/api/v1/notices/none": 404,
	},
	"explore/v2.1": {
		"/api/explore/v2.1/catalog/datasets": 200, "/api/explore/v2.1/catalog/datasets/boamp/records?limit=2&order_by=idweb": 200,
		"/api/explore/v2.1/catalog/datasets/boamp/exports/csv?select=idweb": 200, "/api/explore/v2.1/catalog/datasets/boamp/facets?facet=famille": 200,
		"/api/explore/v2.1/catalog/datasets/boamp/records?where=(": 400, "/api/explore/v2.1/catalog/datasets/none": 404, "/api/explore/v2.1/swagger.json": 200,
	},
	"explore/v2.0": {
		"/api/explore/v2.0/catalog/datasets/boamp/records?limit=2&order_by=idweb": 200, "/api/v2/catalog/datasets/boamp/records?limit=1": 200,
		"/api/v2/catalog/datasets/boamp/aggregates?select=count(*)": 200, "/api/v2/catalog/datasets/boamp/exports/json?select=idweb": 200, "/api/explore/v2.0/nowhere": 404,
	},
	"explore/v1": {
		"/api/records/1.0/search/?dataset=boamp&rows=2&sort=idweb": 200, "/api/records/1.0/analyze/?dataset=boamp&x=famille&y.n.func=COUNT": 200, "/api/datasets/1.0/search/": 200,
		"/api/datasets/1.0/boamp/": 200, "/explore/dataset/boamp/download/?format=csv&fields=idweb": 200, "/api/records/1.0/search/": 400,
	},
	"legacy/search": {"/opendata/api-boamp/annonces/search?criterion=%23all&nbItemParPage=3": 200, "/opendata/api-boamp/annonces/search?criterion=(": 400},
	"legacy/v010":   {"/opendata/api-boamp/annonces/v010/{v010}": 200, "/opendata/api-boamp/annonces/v010/none": 404},
	"legacy/v110":   {"/opendata/api-boamp/annonces/v110/{v110}": 200},
	"legacy/v230":   {"/opendata/api-boamp/annonces/v230/{v230}": 200},
	"legacy/v240":   {"/opendata/api-boamp/annonces/v240/{v240}": 200},
	"legacy/v325":   {"/opendata/api-boamp/annonces/v325/{v325}": 200, "/opendata/api-boamp/annonces/v325/{v110}": 404},
	"legacy/eforms": {"/opendata/api-boamp/annonces/eforms/none": 404, "/opendata/api-boamp/annonces/orms/none": 404},
}

// deprecating is the program's own registry with one version that ends on 31 January 2127.
func deprecating(t *testing.T, own *lifecycle.Registry, id string) *lifecycle.Registry {
	t.Helper()
	list, changes := own.Versions(), own.Changes(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	for i := range list {
		if list[i].ID != id {
			continue
		}
		list[i].Deprecated, list[i].Sunset, list[i].Successor = date(1), date(31), "explore/v2.1"
		if id == list[i].Successor {
			list[i].Successor = "native/v1"
		}
	}
	for kind, d := range map[lifecycle.Kind]int{lifecycle.Discouraged: 1, lifecycle.Ended: 31} {
		changes = append(changes, lifecycle.Change{ID: "test-" + string(kind), Date: date(d), Kind: kind, Versions: []string{id}, Title: "Test", Text: "Test."})
	}
	r, err := lifecycle.New(list, changes)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func date(d int) time.Time { return time.Date(2127, 1, d, 0, 0, 0, 0, time.UTC) }

// answer is what can be compared of an answer.
type answer struct {
	status int
	header http.Header // what a deprecation adds apart
	body   string
	added  http.Header
}

func request(h http.Handler, path string) answer {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("X-Request-Id", "test")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	a := answer{w.Code, w.Header().Clone(), w.Body.String(), http.Header{}}
	for _, name := range []string{"Deprecation", "Sunset", "Link", "Access-Control-Expose-Headers"} {
		a.header[name] = slices.DeleteFunc(a.header[name], func(v string) bool {
			added := name == "Deprecation" || name == "Sunset" || v == "Deprecation, Sunset, Link" || strings.Contains(v, "successor-version") || strings.Contains(v, "/api/versions")
			if added {
				a.added.Add(name, v)
			}
			return added
		})
		if len(a.header[name]) == 0 {
			delete(a.header, name)
		}
	}
	a.header.Del("Server-Timing")
	return a
}

func (a answer) equal(b answer) bool {
	return a.status == b.status && a.body == b.body && maps.EqualFunc(a.header, b.header, slices.Equal)
}

// TestVersions declares each version deprecated, one after the other, and crosses the days with the real handlers: until the last instant
// every request is answered as before, with the headers; then it is 410, and the other versions go on.
func TestVersions(t *testing.T) {
	door, raw, ids := invented(t)
	var names []string
	for v, id := range ids {
		names = append(names, "{"+v+"}", id)
	}
	fill := strings.NewReplacer(names...)
	own, err := lifecycle.Boamp()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	plain, err := handler(door, raw, log, public{cache: 1})
	if err != nil {
		t.Fatal(err)
	}
	before := map[string]answer{}
	for _, v := range own.Versions() {
		if len(promised[v.ID]) == 0 && v.Status(time.Now()) != lifecycle.Retired {
			t.Errorf("no request of %s is tested: add some to promised", v.ID)
		}
		for path, status := range promised[v.ID] {
			a := request(plain, fill.Replace(path))
			if a.status != status || v.Deprecated.IsZero() && len(a.added) > 0 {
				t.Errorf("%s: %d %v %.300s", path, a.status, a.added, a.body)
			}
			if of := own.At(strings.Split(path, "?")[0]); of == nil || of.ID != v.ID {
				t.Errorf("%s does not belong to %s", path, v.ID)
			}
			before[path] = a
		}
	}
	for _, v := range own.Versions() {
		now := date(1)
		h, err := handler(door, raw, log, public{cache: 1, registry: deprecating(t, own, v.ID), now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		for _, now = range []time.Time{date(1).Add(-time.Hour), date(1), date(31).Add(-time.Second), date(31)} {
			for id, paths := range promised {
				for path := range paths {
					checkVersion(t, fmt.Sprintf("%s at %v", path, now), request(h, fill.Replace(path)), before[path], id == v.ID, now)
				}
			}
		}
	}
}

// checkVersion holds an answer to the one from before its version, or another one, was deprecated.
func checkVersion(t *testing.T, what string, got, before answer, deprecated bool, now time.Time) {
	t.Helper()
	if retired := deprecated && !now.Before(date(31)); retired {
		if got.status != http.StatusGone || !strings.Contains(got.body, "was retired on 2127-01-31") || !strings.Contains(got.body, "/api/versions") {
			t.Errorf("%s: %d %.300s", what, got.status, got.body)
		}
	} else if !got.equal(before) {
		t.Errorf("%s: not as before\n got %d %v %.300s\nwant %d %v %.300s", what, got.status, got.header, got.body, before.status, before.header, before.body)
	}
	if !deprecated {
		if len(got.added) > 0 {
			t.Errorf("%s: %v", what, got.added)
		}
		return
	}
	sunset, err := http.ParseTime(got.added.Get("Sunset"))
	if got.added.Get("Deprecation") != fmt.Sprintf("@%d", date(1).Unix()) || err != nil || !sunset.Equal(date(31)) || len(got.added["Link"]) != 3 {
		t.Errorf("%s: %v", what, got.added)
	}
}

// TestVersionPages lets the pages of the account through the program.
func TestVersionPages(t *testing.T) {
	door, raw, _ := invented(t)
	h, err := handler(door, raw, slog.New(slog.NewTextHandler(io.Discard, nil)), public{})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/api/versions": `"id": "explore/v2.0"`, "/api/versions.atom": "<id>urn:uuid:"} {
		if a := request(h, path); a.status != 200 || !strings.Contains(a.body, want) || a.header.Get("Boamp-Revision") == "" {
			t.Errorf("%s: %d %.300s", path, a.status, a.body)
		}
	}
}
