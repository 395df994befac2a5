package obs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/boamp/boamp/internal/obs"
)

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

func routes() *obs.Routes {
	r := obs.NewRoutes()
	r.Add("native", "GET /api/v1/notices/{id}")
	r.Add("native", "GET /api/v1/notices")
	r.Add("page", "GET /{$}")
	return r
}

// scrape asks the private listener.
func scrape(t *testing.T, h http.Handler) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("/metrics: %d", w.Code)
	}
	return w.Body.String()
}

func TestRequests(t *testing.T) {
	m := obs.NewMetrics(silent())
	now := time.Unix(0, 0)
	o := obs.Observer{Metrics: m, Route: routes().Find, Now: func() time.Time { now = now.Add(20 * time.Millisecond); return now }}
	h := o.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/none"):
			w.WriteHeader(http.StatusNotFound)
		case strings.HasSuffix(r.URL.Path, "/torn"):
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "12345")
	}))
	ask := func(method, path string) {
		defer func() { _ = recover() }()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	}
	for i := range 50 { // as many paths as a client likes
		ask("GET", fmt.Sprintf("/api/v1/notices/26-%d?q=secret", i))
		ask("GET", fmt.Sprintf("/wp-login-%d.php", i))
	}
	ask("GET", "/api/v1/notices/none")
	ask("GET", "/api/v1/notices/torn")
	ask("BREW", "/api/v1/notices")
	ask("GET", "/")
	ask("GET", "/api//v1/notices")
	text := scrape(t, obs.Private(m))
	for _, want := range []string{
		`boamp_http_requests_total{method="GET",route="/api/v1/notices/{id}",status="2xx",surface="native"} 50`,
		`boamp_http_requests_total{method="GET",route="/api/v1/notices/{id}",status="4xx",surface="native"} 1`,
		`boamp_http_requests_total{method="GET",route="/api/v1/notices/{id}",status="aborted",surface="native"} 1`,
		`boamp_http_requests_total{method="other",route="/api/v1/notices",status="2xx",surface="native"} 1`,
		`boamp_http_requests_total{method="GET",route="/",status="2xx",surface="page"} 1`,
		`boamp_http_request_duration_seconds_bucket{route="/api/v1/notices/{id}",surface="native",le="0.025"} 52`,
		`boamp_http_request_duration_seconds_bucket{route="/api/v1/notices/{id}",surface="native",le="0.01"} 0`,
		`boamp_http_requests_in_flight 0`, `process_resident_memory_bytes`, `go_goroutines`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing: %s", want)
		}
	}
	for _, never := range []string{"secret", "wp-login", "26-1", "BREW"} {
		if strings.Contains(text, never) {
			t.Errorf("%q of a client is in the metrics", never)
		}
	}
	if n := strings.Count(text, "boamp_http_requests_total{"); n > 7 {
		t.Errorf("%d series of requests", n)
	}
}

func TestAskedMetrics(t *testing.T) {
	m := obs.NewMetrics(silent())
	value := int64(3)
	m.Add(
		obs.Metric{Name: "notices", Type: obs.Gauge, Help: "notices served", Ask: func(context.Context) ([]obs.Sample, error) { return obs.One(value), nil }},
		obs.Metric{Name: "refused_total", Type: obs.Counter, Help: "requests refused", Labels: []string{"gate"}, Ask: func(context.Context) ([]obs.Sample, error) {
			return []obs.Sample{{2, []string{"export"}}, {5, []string{"search"}}}, nil
		}},
		obs.Metric{Name: "broken", Type: obs.Gauge, Help: "what cannot be told", Ask: func(context.Context) ([]obs.Sample, error) { return nil, errors.New("no") }},
	)
	h := obs.Private(m)
	text := scrape(t, h)
	for _, want := range []string{"boamp_notices 3", `boamp_refused_total{gate="search"} 5`, "# TYPE boamp_refused_total counter", "# HELP boamp_notices Notices served."} {
		if !strings.Contains(text, want) {
			t.Errorf("missing: %s", want)
		}
	}
	if strings.Contains(text, "boamp_broken") {
		t.Error("what has no value has one")
	}
	if value = 4; !strings.Contains(scrape(t, h), "boamp_notices 4") {
		t.Error("the value is that of the first scrape")
	}
	problems, err := testutil.GatherAndLint(m.Gatherer())
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
	var names []string
	for _, x := range m.List() {
		names = append(names, x.Name)
	}
	if !slices.IsSorted(names) || !slices.Contains(names, "boamp_notices") || !slices.Contains(names, "boamp_http_requests_total") {
		t.Errorf("list %v", names)
	}
}

func TestPrivate(t *testing.T) {
	h := obs.Private(obs.NewMetrics(silent()))
	for path, status := range map[string]int{
		"/": 200, "/healthz": 200, "/metrics": 200, "/debug/pprof/": 200, "/debug/pprof/goroutine?debug=1": 200, "/debug/pprof/symbol": 200,
		"/debug/pprof/cmdline": 404, "/other": 404,
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
	}
	for address, ok := range map[string]bool{
		"127.0.0.1:9090": true, "[::1]:0": true, "localhost:9": true, "127.8.8.8:1": true,
		":9090": false, "0.0.0.0:9090": false, "[::]:1": false, "10.0.0.1:9090": false, "example.org:1": false, "127.0.0.1": false,
	} {
		if err := obs.CheckPrivate(address, false); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := obs.CheckPrivate("0.0.0.0:9090", true); err != nil {
		t.Errorf("with the word: %v", err)
	}
}
