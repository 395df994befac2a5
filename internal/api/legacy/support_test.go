package legacy_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

var now = time.Date(2026, time.September, 11, 10, 30, 0, 0, time.UTC)

// kept is a raw archive in memory.
type kept map[string][]byte

func (k kept) Get(ref string) ([]byte, error) {
	if b, ok := k[ref]; ok {
		return b, nil
	}
	return nil, fault.New(fault.NotFound, "nothing is kept as %s", ref)
}

// serve makes an API over documents, by name.
func serve(t testing.TB, docs map[string][]byte) http.Handler {
	t.Helper()
	raw := kept{}
	var notices []*notice.Notice
	reader, fields := detect.New(), field.NewCatalogue()
	for name, src := range docs {
		res, err := reader.Read(feed.Document{Name: name, Bytes: src, Fetched: now})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		raw[name] = src
		for _, n := range res.Notices {
			n.Source.Kept = name
			if store.CheckNotice(n, fields.All(), store.Values(n, fields.All())) == nil { // some fixtures hold what no store takes
				notices = append(notices, n)
			}
		}
	}
	db := memory.New(fields)
	t.Cleanup(func() { db.Close() })
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Put(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	api := &legacy.API{Door: &search.Door{Store: db, Fields: fields}, Raw: raw, Zone: paris(t), Log: slog.New(slog.DiscardHandler), Build: "test"}
	return api.Handler()
}

// inputs are the invented documents of a generation, by the name of their fixture.
func inputs(t testing.TB, generation string) map[string][]byte {
	t.Helper()
	list, err := filepath.Glob(filepath.Join("..", "..", "feed", generation, "testdata", "*.txtar"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no fixtures of %s: %v", generation, err)
	}
	docs := map[string][]byte{}
	for _, file := range list {
		archive := txtar.Parse(load(t, file))
		for _, f := range archive.Files {
			if strings.HasPrefix(f.Name, "input") || strings.HasSuffix(f.Name, ".xml") {
				docs[generation+"-"+strings.TrimSuffix(filepath.Base(file), ".txtar")] = f.Data
				break
			}
		}
	}
	return docs
}

// answer is what the server said.
type answer struct {
	*http.Response
	body string
}

func ask(t testing.TB, h http.Handler, path string, headers ...string) answer {
	t.Helper()
	return do(t, h, http.MethodGet, path, headers...)
}

func do(t testing.TB, h http.Handler, method, path string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequest(method, "https://boamp.example"+legacy.Prefix+path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(b)}
}

// find is the path of a search.
func find(criterion string, pairs ...string) string {
	v := url.Values{"criterion": {criterion}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return "/search?" + v.Encode()
}
