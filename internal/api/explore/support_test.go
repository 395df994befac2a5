package explore_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/explore"
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/parquet"
	"github.com/boamp/boamp/internal/export/rdf"
	"github.com/boamp/boamp/internal/export/xlsx"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/render"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/synth"
)

const (
	host = "https://boamp.example"
	v21  = "/api/explore/v2.1"
	v20  = "/api/explore/v2.0"
)

var now = time.Date(2026, time.September, 11, 10, 30, 0, 0, time.UTC)

// invented reads invented notices of every generation.
var invented = sync.OnceValues(func() ([]*notice.Notice, error) {
	var list []*notice.Notice
	reader := detect.New()
	for d := range synth.Generate(synth.Options{Seed: 3, Notices: 300, Today: notice.DateOf(now)}) {
		res, err := reader.Read(feed.Document{Bytes: d.Bytes, Origin: d.Path, Name: filepath.Base(d.Path), Fetched: now})
		if err != nil {
			return nil, err
		}
		list = append(list, res.Notices...)
	}
	return list, nil
})

// sets are the data sets over a store in memory that holds the notices.
func sets(t testing.TB, notices []*notice.Notice) (*dataset.Catalogue, *memory.Store) {
	t.Helper()
	fields := field.NewCatalogue()
	db := memory.New(fields)
	t.Cleanup(func() { db.Close() })
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Put(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	c, err := dataset.Build(dataset.Options{
		Fields: fields, HTML: render.HTML, Summary: render.Summary,
		Open: func(ctx context.Context) (store.View, error) { return db.Snapshot(ctx) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, db
}

// newAPI makes the API over the invented notices.
func newAPI(t testing.TB) *explore.API {
	t.Helper()
	notices, err := invented()
	if err != nil {
		t.Fatal(err)
	}
	c, db := sets(t, notices)
	return &explore.API{
		Sets: c, Formats: slices.Concat(export.Formats(), rdf.Formats(), []export.Format{parquet.Format(), xlsx.Format()}), Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
		Info: func(ctx context.Context) (store.Info, error) {
			s, err := db.Snapshot(ctx)
			if err != nil {
				return store.Info{}, err
			}
			defer s.Close()
			return s.Info(), nil
		},
	}
}

func server(t testing.TB) http.Handler { return newAPI(t).Handler() }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a GET for a target as it stands, without making it valid first.
func ask(t testing.TB, h http.Handler, target string, headers ...string) answer {
	t.Helper()
	return do(t, h, http.MethodGet, target, headers...)
}

func do(t testing.TB, h http.Handler, method, target string, headers ...string) answer {
	t.Helper()
	path, query, _ := strings.Cut(target, "?")
	r := httptest.NewRequestWithContext(t.Context(), method, host+path, nil)
	r.URL.RawQuery = query
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{w.Code, w.Result().Header, string(b)}
}

// records is the path of a request for records of boamp.
func records(pairs ...string) string { return at(v21+"/catalog/datasets/boamp/records", pairs...) }

// at adds parameters to a path.
func at(path string, pairs ...string) string {
	sep := "?"
	for i := 0; i+1 < len(pairs); i += 2 {
		path += sep + pairs[i] + "=" + url.QueryEscape(pairs[i+1])
		sep = "&"
	}
	return path
}

// page is a page of records.
type page struct {
	TotalCount *int `json:"total_count"`
	Results    []map[string]any
}

func (a answer) page(t testing.TB) page {
	t.Helper()
	var p page
	a.decode(t, &p)
	return p
}

func (a answer) decode(t testing.TB, to any) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), to); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// failure is the body of an error.
type failure struct {
	Code    string `json:"error_code"`
	Message string
}

// fails checks that an answer is an error.
func (a answer) fails(t testing.TB, status int, code, message string) {
	t.Helper()
	var f failure
	if err := json.Unmarshal([]byte(a.body), &f); err != nil {
		t.Fatalf("status %d, no error but %.200s", a.status, a.body)
	}
	if a.status != status || f.Code != code || message != "" && f.Message != message {
		t.Errorf("status %d, %s: %s\nwant %d, %s: %s", a.status, f.Code, f.Message, status, code, message)
	}
	if ct := a.header.Get("Content-Type"); ct != "application/json" {
		t.Errorf("content type %s", ct)
	}
	if a.header.Get("X-Ratelimit-Limit") != "" || a.header.Get("ETag") != "" {
		t.Errorf("headers of an answer that was not given: %v", a.header)
	}
}
