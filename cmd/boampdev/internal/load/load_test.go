package load_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

func TestPercentile(t *testing.T) {
	hundred := make(load.Latencies, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100-i) * time.Millisecond
	}
	for _, c := range []struct {
		list load.Latencies
		p    float64
		want time.Duration
	}{
		{nil, 50, 0},
		{load.Latencies{time.Second}, 99, time.Second},
		{hundred, 0, time.Millisecond},
		{hundred, 50, 50 * time.Millisecond},
		{hundred, 99, 99 * time.Millisecond},
		{hundred, 99.5, 100 * time.Millisecond},
		{hundred, 100, 100 * time.Millisecond},
	} {
		if got := c.list.Percentile(c.p); got != c.want {
			t.Errorf("percentile %v of %d: %v, want %v", c.p, len(c.list), got, c.want)
		}
	}
}

// fake is a boamp of three notices.
func fake(t *testing.T) *load.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/explore/v2.1/catalog/datasets/boamp/facets", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"facets": [{"name": "dateparution", "facets": [{"name": "2024", "count": 2}, {"name": "2025", "count": 1}]},
			{"name": "code_departement", "facets": [{"name": "44", "count": 1}, {"name": "75", "count": 2}]}]}`)
	})
	mux.HandleFunc("GET /api/v1/notices.jsonl", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, `{"idweb": "24-1", "title": "Réfection de la voirie communale", "famille": "FNS", "nature": "APPEL_OFFRE", "published": "2024-03-01", "code_departement": ["44"], "descripteur_code": ["33"], "cpv": ["45233140"], "buyer_siret": null}`)
	})
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"total": 12}`) })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return load.Use(srv.URL, 4)
}

func TestMixedLoadHasItsShares(t *testing.T) {
	sample, err := load.Draw(context.Background(), fake(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	if sample.Notices != 3 {
		t.Errorf("%d notices, want those of the facet", sample.Notices)
	}
	count := map[string]int{}
	const n = 10_000
	for _, q := range sample.Mixed(n) {
		count[q.Kind]++
		if !strings.HasPrefix(q.Path, "/api/") {
			t.Fatalf("%s: path %s", q.Kind, q.Path)
		}
	}
	for kind, percent := range map[string]int{"find": 35, "words": 20, "notice": 25, "facets": 15, "group": 5} {
		if got := count[kind] * 100; got < (percent-2)*n || got > (percent+2)*n {
			t.Errorf("%s: %d of %d, want %d %%", kind, count[kind], n, percent)
		}
	}
}

func TestSameSeedSameQuestions(t *testing.T) {
	s := fake(t)
	var lists [2][]load.Question
	for i := range lists {
		sample, err := load.Draw(context.Background(), s, 7)
		if err != nil {
			t.Fatal(err)
		}
		lists[i] = sample.Mixed(100)
	}
	for i, q := range lists[0] {
		if q != lists[1][i] {
			t.Fatalf("question %d: %v and %v", i, q, lists[1][i])
		}
	}
}

func TestRunCountsWhatFails(t *testing.T) {
	s := fake(t)
	questions := []load.Question{{"good", "/good"}, {"bad", "/broken"}}
	for _, rate := range []float64{0, 2000} {
		stop := make(chan struct{})
		run := load.Run{Questions: questions, Clients: 4, For: 200 * time.Millisecond, Rate: rate, Stop: stop}
		r := run.Do(context.Background(), s)
		if r.Requests < 4 || r.Failed < r.Requests/3 || r.Failed > r.Requests*2/3 {
			t.Errorf("rate %v: %d of %d failed, want half", rate, r.Failed, r.Requests)
		}
		if len(r.All) != r.Requests-r.Failed || len(r.Kinds["good"].Latencies) != len(r.All) || r.Kinds["bad"] != nil {
			t.Errorf("rate %v: %d latencies of %d answers", rate, len(r.All), r.Requests-r.Failed)
		}
		if r.FirstFail == "" || r.Bytes != int64(len(r.All)*len(`{"total": 12}`)) {
			t.Errorf("rate %v: %d bytes, %q", rate, r.Bytes, r.FirstFail)
		}
		close(stop)
		if again := run.Do(context.Background(), s); again.Requests != 0 {
			t.Errorf("rate %v: %d requests after the end", rate, again.Requests)
		}
	}
}

// TestOpenLoopCountsWaiting: one client and a server that takes 20 ms for each of 20 requests that are due at once.
func TestOpenLoopCountsWaiting(t *testing.T) {
	const each = 20 * time.Millisecond
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { <-time.After(each) }))
	t.Cleanup(srv.Close)
	run := load.Run{Questions: []load.Question{{"slow", "/"}}, Clients: 1, For: 20 * time.Millisecond, Rate: 1000}
	r := run.Do(context.Background(), load.Use(srv.URL, 1))
	if r.Requests != 20 || r.All.Percentile(100) < 15*each {
		t.Errorf("%d requests, the last after %v: waiting was left out", r.Requests, r.All.Percentile(100))
	}
}

func TestSingleSaysWhatItFound(t *testing.T) {
	q := load.Single{Name: "x", Paths: []string{"/a", "/b"}}
	r, err := q.Ask(context.Background(), fake(t))
	if err != nil || len(r.Latencies) != 2 || r.Found != 12 || r.Bytes != int64(len(`{"total": 12}`)) {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := (load.Single{Paths: []string{"/broken"}}).Ask(context.Background(), fake(t)); err == nil {
		t.Error("a broken answer is no error")
	}
}

func TestReport(t *testing.T) {
	var lines, tables strings.Builder
	r := load.Report{JSON: &lines}
	for _, l := range []load.Line{
		{Table: "load", Engine: "duckdb", What: "mixed", Value: 1234.4, Unit: "requests/s"},
		load.Line{Table: "single", Engine: "duckdb", What: "notice"}.With(load.Latencies{time.Millisecond, 3 * time.Millisecond}),
	} {
		if err := r.Add(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Markdown(&tables); err != nil {
		t.Fatal(err)
	}
	want := `| single | engine | p50 ms | p90 ms | p99 ms | most ms | requests |
| --- | --- | --- | --- | --- | --- | --- |
| notice | duckdb | 1.00 | 3.00 | 3.00 | 3.00 | 2 |

| load | engine | value |
| --- | --- | --- |
| mixed | duckdb | 1,234 requests/s |

`
	if tables.String() != want {
		t.Errorf("tables:\n%s", tables.String())
	}
	if got := strings.Count(lines.String(), "\n"); got != 2 || !strings.Contains(lines.String(), `"p50_ms":1,`) {
		t.Errorf("lines: %s", lines.String())
	}
}
