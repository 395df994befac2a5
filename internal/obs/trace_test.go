package obs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/obs"
)

// sent is what a collector has to find in a request, by opentelemetry-proto's trace.proto and its JSON mapping. Written apart from the
// program's own types, so that a wrong name there is not right here.
type sent struct {
	ResourceSpans []struct {
		Resource   struct{ Attributes []pair }
		ScopeSpans []struct {
			Scope struct{ Name string }
			Spans []span
		}
	}
}

type span struct {
	TraceID, SpanID, ParentSpanID, TraceState, Name string
	Flags                                           uint32
	Kind                                            int
	StartTimeUnixNano, EndTimeUnixNano              string
	Attributes                                      []pair
	Status                                          struct {
		Code    int
		Message string
	}
}

type pair struct {
	Key   string
	Value map[string]any
}

func (s span) attr(key string) any {
	for _, p := range s.Attributes {
		if p.Key == key {
			for _, v := range p.Value {
				return v
			}
		}
	}
	return nil
}

// collector is a fake of a collector.
type collector struct {
	mu       sync.Mutex
	spans    []span
	text     strings.Builder
	problems []string
	answers  []int // statuses of the next requests; then 200
	asked    int
	got      chan struct{}
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if len(c.answers) > 0 {
		status := c.answers[0]
		c.answers = c.answers[1:]
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
		return
	}
	body, _ := io.ReadAll(r.Body)
	c.text.Write(body)
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	var all sent
	if err := dec.Decode(&all); err != nil || r.Method != "POST" || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
		c.problems = append(c.problems, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+": "+string(body))
	}
	for _, rs := range all.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			c.spans = append(c.spans, ss.Spans...)
		}
		if len(rs.Resource.Attributes) == 0 || rs.Resource.Attributes[0].Key != "service.name" || rs.Resource.Attributes[0].Value["stringValue"] != "boamp" {
			c.problems = append(c.problems, "the resource has no service.name")
		}
	}
	_, _ = io.WriteString(w, "{}")
	select {
	case c.got <- struct{}{}:
	default:
	}
}

// start makes a tracer that sends to a fake collector; end sends what there is and gives it.
func start(t *testing.T, ratio float64, answers ...int) (tracer *obs.Tracer, end func() []span, c *collector, e *obs.Exporter) {
	t.Helper()
	c = &collector{answers: answers, got: make(chan struct{}, 1)}
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	e = obs.NewExporter(obs.ExporterOptions{
		Endpoint: srv.URL + "/", Resource: []obs.Attr{{Key: "service.name", Value: "boamp"}}, Client: srv.Client(), Log: silent(),
		Wait: func(context.Context, time.Duration) error { return nil },
	})
	tracer = &obs.Tracer{Ratio: ratio, Export: e.Add, Now: time.Now}
	return tracer, func() []span {
		e.Close(t.Context())
		for _, p := range c.problems {
			t.Errorf("not as OTLP says: %s", p)
		}
		return c.spans
	}, c, e
}

func serveTraced(tracer *obs.Tracer, queries bool, headers map[string]string, status int) {
	o := obs.Observer{Tracer: tracer, Route: routes().Find, Now: time.Now, Queries: queries}
	h := o.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, search := obs.Start(r.Context(), "search", obs.Inside)
		_, query := obs.Start(ctx, "duckdb query", obs.Client, obs.Attr{Key: "n", Value: int64(1) << 60}, obs.Attr{Key: "f", Value: 0.5}, obs.Attr{Key: "b", Value: true})
		query.End()
		search.End()
		at := time.Unix(1_700_000_000, 0)
		obs.SpanOf(r.Context()).Done("index rows", obs.Inside, at, at.Add(time.Millisecond), obs.Attr{Key: "boamp.where", Value: "index"})
		w.WriteHeader(status)
	}))
	r := httptest.NewRequest("GET", "/api/v1/notices/26-1?q=chirurgie", nil)
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	h.ServeHTTP(httptest.NewRecorder(), r)
}

func TestTrace(t *testing.T) {
	tracer, end, c, _ := start(t, 1)
	serveTraced(tracer, false, nil, 503)
	spans := end()
	byName := map[string]span{}
	for _, s := range spans {
		byName[s.Name] = s
		if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(s.TraceID) || !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(s.SpanID) || s.TraceID != spans[0].TraceID {
			t.Errorf("identifiers of %+v", s)
		}
		a, err1 := strconv.ParseUint(s.StartTimeUnixNano, 10, 64)
		b, err2 := strconv.ParseUint(s.EndTimeUnixNano, 10, 64)
		if err1 != nil || err2 != nil || b < a || a == 0 {
			t.Errorf("times of %+v", s)
		}
	}
	request, search, query, index := byName["GET /api/v1/notices/{id}"], byName["search"], byName["duckdb query"], byName["index rows"]
	if len(spans) != 4 || request.ParentSpanID != "" || search.ParentSpanID != request.SpanID || query.ParentSpanID != search.SpanID || index.ParentSpanID != request.SpanID {
		t.Fatalf("the tree is wrong: %+v", spans)
	}
	if request.Kind != 2 || query.Kind != 3 || search.Kind != 1 || request.Flags != 0x101 || request.Status.Code != 2 || search.Status.Code != 0 {
		t.Errorf("request %+v", request)
	}
	if request.attr("http.route") != "/api/v1/notices/{id}" || request.attr("http.response.status_code") != "503" || request.attr("http.request.method") != "GET" {
		t.Errorf("attributes %+v", request.Attributes)
	}
	if query.attr("n") != "1152921504606846976" || query.attr("f") != 0.5 || query.attr("b") != true || index.attr("boamp.where") != "index" {
		t.Errorf("values %+v", query.Attributes)
	}
	if strings.Contains(c.text.String(), "chirurgie") || strings.Contains(c.text.String(), "26-1") {
		t.Error("what the client asked for is in the trace")
	}
}

func TestTraceQueries(t *testing.T) {
	tracer, end, _, _ := start(t, 1)
	serveTraced(tracer, true, nil, 200)
	for _, s := range end() {
		if s.Kind == 2 && s.attr("url.query") != "q=chirurgie" {
			t.Errorf("asked for query text: %+v", s)
		}
	}
}

func TestTraceparent(t *testing.T) {
	const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for header, joined := range map[string]string{ // joined: yes, no (new trace), off (not kept)
		"00-" + trace + "-" + parent + "-01":                   "yes",
		"00-" + trace + "-" + parent + "-00":                   "off",
		"cc-" + trace + "-" + parent + "-01-what-the-future":   "yes",
		"00-" + trace + "-" + parent + "-01-more":              "no",
		"ff-" + trace + "-" + parent + "-01":                   "no",
		"00-" + strings.Repeat("0", 32) + "-" + parent + "-01": "no",
		"00-" + trace + "-" + strings.Repeat("0", 16) + "-01":  "no",
		"00-" + strings.ToUpper(trace) + "-" + parent + "-01":  "no",
		"00-" + trace[1:] + "-" + parent + "-01":               "no",
		"00-" + trace + "-" + parent + "-0x":                   "no",
		"":                                                     "no",
		strings.Repeat("0", 5000):                              "no",
	} {
		tracer, end, _, _ := start(t, 1)
		serveTraced(tracer, false, map[string]string{"Traceparent": header, "Tracestate": "a=b"}, 200)
		spans := end()
		got := "off"
		for _, s := range spans {
			if s.Kind != 2 {
				continue
			}
			got = "no"
			if s.TraceID == trace && s.ParentSpanID == parent && s.TraceState == "a=b" && s.Flags == 0x301 {
				got = "yes"
			}
		}
		if got != joined {
			t.Errorf("%.80q: joined %s, want %s", header, got, joined)
		}
	}
}

func TestSampling(t *testing.T) {
	for ratio, bounds := range map[float64][2]int{0: {0, 0}, 1: {400, 400}, 0.25: {50, 160}} {
		kept := 0
		tracer := &obs.Tracer{Ratio: ratio, Now: time.Now, Export: func(*obs.Span) { kept++ }}
		for range 400 {
			ctx, s := obs.Start(obs.WithTracer(t.Context(), tracer), "import edition", obs.Inside)
			_, inner := obs.Start(ctx, "inner", obs.Inside)
			inner.End()
			s.End()
			s.End()
		}
		if kept/2 < bounds[0] || kept/2 > bounds[1] || kept%2 != 0 {
			t.Errorf("of 400 traces %d/2 were kept at %v", kept, ratio)
		}
	}
	ctx, s := obs.Start(t.Context(), "nothing", obs.Inside) // neither tracer nor trace
	s.Set(obs.Attr{Key: "a", Value: "b"})
	s.Fail("x")
	s.Done("y", obs.Inside, time.Now(), time.Now())
	s.End()
	if s != nil || ctx != t.Context() {
		t.Error("a span without a tracer")
	}
}

// TestExporterTriesAgain: what the collector asks to be repeated is, what it refuses is not, and what is lost is counted.
func TestExporterTriesAgain(t *testing.T) {
	for _, c := range []struct {
		answers    []int
		asked      int
		sent, lost int64
	}{
		{nil, 1, 4, 0}, {[]int{503, 429}, 3, 4, 0}, {[]int{503, 503, 503}, 3, 0, 4}, {[]int{400}, 1, 0, 4},
	} {
		tracer, end, fake, e := start(t, 1, c.answers...)
		serveTraced(tracer, false, nil, 200)
		end()
		sent, lost := e.Counts()
		if fake.asked != c.asked || sent != c.sent || lost != c.lost {
			t.Errorf("%v: asked %d times, sent %d, lost %d", c.answers, fake.asked, sent, lost)
		}
	}
}

// TestExporterNeverWaits: a collector that does not answer keeps nobody.
func TestExporterNeverWaits(t *testing.T) {
	hang := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer srv.Close()
	defer close(hang)
	e := obs.NewExporter(obs.ExporterOptions{Endpoint: srv.URL, Client: srv.Client(), Log: silent(), Wait: func(ctx context.Context, _ time.Duration) error { return nil }})
	tracer := &obs.Tracer{Ratio: 1, Export: e.Add, Now: time.Now}
	for range 6000 {
		_, s := obs.Start(obs.WithTracer(t.Context(), tracer), "x", obs.Inside)
		s.End()
	}
	if _, lost := e.Counts(); lost == 0 {
		t.Error("a queue without bound")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e.Close(ctx) // gives up at once
}

// TestTraceInLog: a line of the log names the trace that it belongs to.
func TestTraceInLog(t *testing.T) {
	var b bytes.Buffer
	log, _ := obs.Logger(&b, "json", "info")
	tracer := &obs.Tracer{Ratio: 1, Export: func(*obs.Span) {}, Now: time.Now}
	ctx, s := obs.Start(obs.WithTracer(t.Context(), tracer), "x", obs.Inside)
	log.InfoContext(ctx, "inside", slog.Int("n", 1))
	log.Info("outside")
	s.End()
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if !regexp.MustCompile(`"trace_id":"[0-9a-f]{32}"`).MatchString(lines[0]) || strings.Contains(lines[1], "trace_id") {
		t.Errorf("%s", b.String())
	}
}

func TestCheckEndpoint(t *testing.T) {
	for s, ok := range map[string]bool{"http://c:4318": true, "https://c.example/otlp": true, "c:4318": false, "ftp://c": false, "http://": false, "http://c?x=1": false} {
		if err := obs.CheckEndpoint(s); (err == nil) != ok {
			t.Errorf("%s: %v", s, err)
		}
	}
	if err := obs.CheckEndpoint("ftp://a:hunter2@c"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}

// FuzzTraceparent: a header of a client is taken or not, and never more than that.
func FuzzTraceparent(f *testing.F) {
	f.Add("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=b")
	f.Fuzz(func(t *testing.T, parent, state string) {
		kept := 0
		tracer := &obs.Tracer{Ratio: 1, Now: time.Now, Export: func(*obs.Span) { kept++ }}
		serveTraced(tracer, false, map[string]string{"Traceparent": parent, "Tracestate": state}, 200)
		if kept != 0 && kept != 4 {
			t.Errorf("%d spans", kept)
		}
	})
}
