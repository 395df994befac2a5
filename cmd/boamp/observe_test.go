package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/obs"
)

// demoFolder is a folder with invented notices.
func demoFolder(t *testing.T, mode string) *folder {
	t.Helper()
	data, err := openFolder(t.Context(), filepath.Join(t.TempDir(), "data"), datadir.Write, false, indexing{mode: mode})
	if err == nil && data.index != nil {
		err = data.index.Build(t.Context())
	}
	if err == nil {
		err = loadDemo(t.Context(), stdio{out: io.Discard, err: io.Discard}, data, 40)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// logged is a log that others read meanwhile.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// observed serves a folder, asks paths of it, and gives what the private listener says and, when the server has ended, the log.
func observed(t *testing.T, data *folder, o *observing, cache int, paths ...string) (metrics string, log *logged) {
	t.Helper()
	log = &logged{}
	logger, err := obs.Logger(log, "json", "info")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- serveFolder(ctx, data, logger, public{cache: cache, observed: o}, "127.0.0.1:0", func(url string) { ready <- url })
	}()
	var url string
	select {
	case url = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	for _, p := range paths {
		fetchPage(t, url+p)
	}
	if o.private != "" {
		private := regexp.MustCompile(`"url":"(http://127[^"]+)"`).FindStringSubmatch(log.String())
		if private == nil {
			t.Fatalf("no private listener in the log:\n%s", log)
		}
		metrics = fetchPage(t, private[1]+"/metrics")
		if s := fetchPage(t, private[1]+"/healthz"); !strings.Contains(s, "ok") {
			t.Errorf("/healthz: %s", s)
		}
		if s := fetchPage(t, url+"/metrics"); !strings.Contains(s, "nothing at") {
			t.Errorf("metrics stand on the public listener: %s", s)
		}
		if problems, err := testutil.GatherAndLint(o.metrics.Gatherer()); err != nil || len(problems) > 0 {
			t.Errorf("lint: %v %v", problems, err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	return metrics, log
}

func fetchPage(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestMetrics: what a server tells Prometheus, and that no client can choose a label.
func TestMetrics(t *testing.T) {
	data := demoFolder(t, indexOn)
	const list = "/api/v1/notices?q=voirie&limit=1"
	text, _ := observed(t, data, &observing{private: "127.0.0.1:0"}, 1, list, list, "/api/v1/notices/26-1", "/wp-login.php",
		"/api/explore/v2.1/catalog/datasets/boamp/records?limit=1", "/api/records/1.0/search?dataset=boamp", "/healthz", "/")
	for _, want := range []string{
		`boamp_http_requests_total\{method="GET",route="/api/v1/notices",status="2xx",surface="native"\} 2\n`,
		`boamp_http_requests_total\{method="GET",route="/api/v1/notices/\{id\}",status="[24]xx",surface="native"\} 1\n`,
		`boamp_http_requests_total\{method="GET",route="other",status="4xx",surface="other"\} 1\n`,
		`boamp_http_requests_total\{method="GET",route="/api/explore/v2.1/catalog/datasets/\{dataset_id\}/records",status="2xx",surface="explore"\} 1\n`,
		`boamp_http_requests_total\{method="GET",route="/api/records/1.0/search",status="2xx",surface="explorev1"\} 1\n`,
		`boamp_http_requests_total\{method="GET",route="/healthz",status="2xx",surface="operation"\} 1\n`,
		`boamp_http_requests_total\{method="GET",route="/",status="2xx",surface="front"\} 1\n`,
		`boamp_cache_hits_total 1\n`, `boamp_index_ready 1\n`, `boamp_questions_total\{by="index"\} [1-9]`, `boamp_data_revision 1\n`,
		`boamp_data_notices [1-9][0-9]\n`, `boamp_data_last_update_timestamp_seconds 1\.[0-9]+e\+09\n`, `boamp_duckdb_memory_bytes\{purpose="BASE_TABLE"\} `,
		`boamp_data_bytes\{part="raw"\} [1-9]`, `boamp_data_bytes\{part="store"\} [1-9]`, `boamp_raw_archives 1\n`, `boamp_disk_free_bytes [1-9]`,
		`boamp_admission_total\{class="search",outcome="admitted"\} [1-9]`, `boamp_build_info\{commit="[^"]*",go="go1[^"]*",version="dev"\} 1\n`,
		`boamp_index_last_searchable_seconds `, `boamp_documents\{source="[^"]+",state="served"\} [1-9]`, `boamp_documents_unaccounted\{source="[^"]+"\} 0\n`,
		`boamp_alarms\{kind="[^"]+"\} 0\n`, `process_resident_memory_bytes [1-9]`, `go_memstats_heap_alloc_bytes `,
	} {
		if !matches(text, want) {
			t.Errorf("missing: %s", want)
		}
	}
	for _, never := range []string{"voirie", "26-1", "wp-login"} {
		if strings.Contains(text, never) {
			t.Errorf("%q of a client is in the metrics", never)
		}
	}
	if err := data.Close(); err != nil { // nothing holds a view of the data
		t.Error(err)
	}
}

// TestTraces: a request, how its question was answered and what the database did arrive at a collector, without what was asked for.
func TestTraces(t *testing.T) {
	for mode, names := range map[string][]string{
		indexOn:  {"GET /api/v1/notices", "search rows"},
		indexOff: {"GET /api/v1/notices", "duckdb query"},
	} {
		var mu sync.Mutex
		found, text := map[string]int{}, ""
		collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			var sent struct {
				ResourceSpans []struct {
					ScopeSpans []struct {
						Spans []struct{ Name, TraceID string }
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if err := json.Unmarshal(b, &sent); err != nil {
				t.Errorf("%v: %s", err, b)
			}
			text += string(b)
			for _, rs := range sent.ResourceSpans {
				for _, ss := range rs.ScopeSpans {
					for _, s := range ss.Spans {
						found[s.Name]++
					}
				}
			}
		}))
		data := demoFolder(t, mode)
		_, log := observed(t, data, &observing{traces: collector.URL, ratio: 1}, 0, "/api/v1/notices?q=voirie&buyer_name=Nantes")
		collector.Close()
		for _, n := range names {
			if found[n] == 0 {
				t.Errorf("index %s: no span %q in %v", mode, n, found)
			}
		}
		if strings.Contains(text, "voirie") || strings.Contains(text, "Nantes") || !strings.Contains(log.String(), `"trace_id":"`) {
			t.Errorf("index %s: query text in a trace, or no trace in the log:\n%s", mode, text)
		}
		if err := data.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestTraceOfImport: an edition that is applied is a span, with what the database did below it.
func TestTraceOfImport(t *testing.T) {
	data := demoFolder(t, indexOff)
	defer data.Close()
	names := map[string]int{}
	tracer := &obs.Tracer{Ratio: 1, Now: time.Now, Export: func(s *obs.Span) { names[s.Name()]++ }}
	if err := loadDemo(obs.WithTracer(t.Context(), tracer), stdio{out: io.Discard, err: io.Discard}, data, 60); err != nil {
		t.Fatal(err)
	}
	if names["import edition"] != 1 || names["duckdb query"] == 0 {
		t.Errorf("spans %v", names)
	}
}

func TestObservingFlags(t *testing.T) {
	for _, c := range []struct {
		o  *observing
		ok bool
	}{
		{&observing{}, true}, {&observing{private: "127.0.0.1:0", traces: "http://c:4318", ratio: 1}, true}, {&observing{private: "0.0.0.0:9090", open: true}, true},
		{&observing{private: "0.0.0.0:9090"}, false}, {&observing{open: true}, false}, {&observing{traces: "c:4318"}, false}, {&observing{ratio: 1.5}, false}, {&observing{ratio: -1}, false},
	} {
		if err := c.o.check(); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
}

// TestPagesMetrics holds the table of docs/operations.md to the metrics.
func TestPagesMetrics(t *testing.T) {
	page(t, "../../docs/operations.md", func(old string) string { return section(t, old, "metrics", metricRows()) })
}

func metricRows() string {
	m := obs.NewMetrics(slog.New(slog.DiscardHandler))
	m.Add(serverMetrics(nil, nil, nil)...) // nobody asks for values
	var b strings.Builder
	b.WriteString("| metric | type | labels | meaning |\n|---|---|---|---|\n")
	for _, x := range m.List() {
		labels := ""
		if len(x.Labels) > 0 {
			labels = "`" + strings.Join(x.Labels, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", x.Name, x.Type, labels, x.Help)
	}
	return b.String()
}
