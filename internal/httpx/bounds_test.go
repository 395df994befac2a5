package httpx_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
)

func TestBounds(t *testing.T) {
	b := httpx.Bounds{URL: 100, Params: 3, Headers: 200, Fields: 5, Body: 10}
	h := b.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
	}), httpx.WriteProblem)
	for _, c := range []struct {
		name   string
		change func(r *http.Request)
		status int
	}{
		{"as usual", func(*http.Request) {}, 200},
		{"the longest address", func(r *http.Request) { r.URL.Path = "/" + strings.Repeat("a", 99) }, 200},
		{"a longer one", func(r *http.Request) { r.URL.Path = "/" + strings.Repeat("a", 100) }, 414},
		{"parameters", func(r *http.Request) { r.URL.RawQuery = "a&b&c" }, 200},
		{"one too many", func(r *http.Request) { r.URL.RawQuery = "a&b&c&d" }, 414},
		{"long headers", func(r *http.Request) { r.Header.Set("A", strings.Repeat("a", 200)) }, 431},
		{"many headers", func(r *http.Request) { r.Header["A"] = []string{"", "", "", "", "", ""} }, 431},
		{"a long body", func(r *http.Request) { r.ContentLength = 11 }, 413},
		{"a long body of unknown length", func(r *http.Request) {
			r.ContentLength, r.Body = -1, io.NopCloser(strings.NewReader(strings.Repeat("a", 11)))
		}, 418},
		{"TRACE", func(r *http.Request) { r.Method = "TRACE" }, 405},
		{"a host that is none", func(r *http.Request) { r.Host = `a"b` }, 400},
		{"code zero", func(r *http.Request) { r.URL.Path = "/a\x00" }, 400},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		c.change(r)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || c.status != 200 && c.status != 418 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v", c.name, w.Code, w.Header())
		}
		if allow := w.Header().Get("Allow"); (allow != "") != (w.Code == http.StatusMethodNotAllowed) {
			t.Errorf("%s: %d with Allow %q", c.name, w.Code, allow)
		}
	}
}

func TestRefusals(t *testing.T) {
	quota := &httpx.Quota{Policy: "daily", Limit: 5, Unit: "day"}
	for _, c := range []struct {
		err    error
		status int
		retry  string
	}{
		{&httpx.Refusal{Code: 429, Fault: fault.New(fault.Unavailable, "x"), After: 1500 * time.Millisecond, Quota: quota}, 429, "2"},
		{&httpx.Refusal{Code: 414, Fault: fault.New(fault.TooLarge, "x")}, 414, ""},
		{fault.New(fault.Unavailable, "x"), 503, "5"},
		{errors.New("x"), 500, ""},
	} {
		w := httptest.NewRecorder()
		httpx.WriteProblem(w, httptest.NewRequest("GET", "/", nil), c.err)
		quota := strings.Contains(w.Body.String(), `"violated-policies"`) && strings.Contains(w.Body.String(), "#quota-exceeded")
		if w.Code != c.status || w.Header().Get("Retry-After") != c.retry || quota != (c.status == 429) {
			t.Errorf("%v: %d %v %s", c.err, w.Code, w.Header(), w.Body)
		}
	}
}

// pipe is a connection whose reader takes nothing until it is told, with deadlines that count on a clock of the test.
type pipe struct {
	http.ResponseWriter
	deadlines []time.Time
	write     func(n int) error
}

func (p *pipe) SetWriteDeadline(t time.Time) error { p.deadlines = append(p.deadlines, t); return nil }
func (p *pipe) Write(b []byte) (int, error) {
	if err := p.write(len(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// TestPace reads an answer at several speeds: what a client loses against 1000 bytes a second is counted, what the handler thinks is not.
func TestPace(t *testing.T) {
	for _, c := range []struct {
		name  string
		speed float64 // bytes a second that the client takes
		think time.Duration
		cut   bool
	}{
		{"fast", 1e9, 0, false}, {"fast, of a slow handler", 1e9, time.Hour, false}, {"just fast enough", 1001, 0, false}, {"too slow", 900, 0, true}, {"takes nothing", 1e-3, 0, true},
	} {
		now := time.Unix(1000, 0)
		p := &pipe{ResponseWriter: httptest.NewRecorder()}
		p.write = func(n int) error {
			took := time.Duration(float64(n) / c.speed * float64(time.Second))
			if last := p.deadlines[len(p.deadlines)-1]; now.Add(took).After(last) {
				now = last
				return os.ErrDeadlineExceeded
			}
			now = now.Add(took)
			return nil
		}
		var failed error
		begun := now
		h := httpx.Pace{Speed: 1000, Stall: 10 * time.Second, Now: func() time.Time { return now }}.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for range 50 {
				now = now.Add(c.think)
				if _, failed = w.Write(make([]byte, 40<<10)); failed != nil {
					return
				}
			}
		}))
		h.ServeHTTP(p, httptest.NewRequest("GET", "/", nil))
		if (failed != nil) != c.cut {
			t.Errorf("%s: %v", c.name, failed)
		}
		if c.name == "takes nothing" && now.Sub(begun) > 30*time.Second {
			t.Errorf("%s: cut off after %v", c.name, now.Sub(begun))
		}
	}
}

// TestSlowReader: over a real connection a client that takes nothing is cut off, and the handler told.
func TestSlowReader(t *testing.T) {
	told := make(chan error, 1)
	s := httptest.NewServer(httpx.Pace{Speed: 1 << 20, Stall: 50 * time.Millisecond, Now: time.Now}.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var err error
		for err == nil {
			_, err = w.Write(make([]byte, 1<<20))
		}
		told <- err
	})))
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-told; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// TestConnections: never more than the bound are served; an idle one gives way, a busy one does not.
func TestConnections(t *testing.T) {
	c := &httpx.Connections{Most: 2, Now: time.Now}
	hold, held := make(chan struct{}), make(chan struct{}, 8)
	var most atomic.Int64
	s := &http.Server{ConnState: c.State, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), int64(c.Open())))
		if r.URL.Path == "/hold" {
			held <- struct{}{}
			<-hold
		}
	})}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(c.Listen(ln)) }()
	ask := func(path string) <-chan error {
		done := make(chan error, 1)
		go func() {
			res, err := (&http.Client{Transport: &http.Transport{}}).Get("http://" + ln.Addr().String() + path)
			if err == nil {
				_, _ = io.Copy(io.Discard, res.Body)
				err = res.Body.Close()
			}
			done <- err
		}()
		return done
	}
	for range 20 { // each leaves an idle connection behind
		if err := <-ask("/"); err != nil {
			t.Fatal(err)
		}
	}
	one, two := ask("/hold"), ask("/hold")
	<-held
	<-held
	three := ask("/hold")
	select {
	case <-held:
		t.Error("three at once")
	case err := <-three:
		t.Errorf("the third was not left waiting: %v", err)
	case <-time.After(20 * time.Millisecond): // a third that was let in late would be seen in most
	}
	close(hold)
	for _, done := range []<-chan error{one, two, three} {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 2 {
		t.Errorf("%d connections at once", most.Load())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

// TestFront: what the log has, and the headers for browsers.
func TestFront(t *testing.T) {
	for _, c := range []struct {
		front     httpx.Front
		from      string
		has, lack []string
	}{
		{httpx.Front{}, "192.0.2.7:1", []string{`"path":"/x"`}, []string{"secret", "192.0.2"}},
		{httpx.Front{Queries: true}, "192.0.2.7:1", []string{"secret"}, []string{"192.0.2"}},
		{httpx.Front{Clients: httpx.ClientsTruncated}, "192.0.2.7:1", []string{"192.0.2.0/24"}, []string{"secret", "192.0.2.7"}},
		{httpx.Front{Clients: httpx.ClientsTruncated}, "[2001:db8:1:2::7]:1", []string{"2001:db8:1::/48"}, []string{"::7"}},
		{httpx.Front{Clients: httpx.ClientsFull, HTTPS: true}, "192.0.2.7:1", []string{`"client":"192.0.2.7"`}, []string{"secret"}},
	} {
		var out bytes.Buffer
		c.front.Log, c.front.Now = slog.New(slog.NewJSONHandler(&out, nil)), time.Now
		h := httpx.Origin{Trusted: []netip.Prefix{}}.Handler(c.front.Handler(http.NotFoundHandler()))
		r := httptest.NewRequest("GET", "/x?q=secret", nil)
		r.RemoteAddr = c.from
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		for _, s := range c.has {
			if !strings.Contains(out.String(), s) {
				t.Errorf("%+v: %s lacks %s", c.front, out.String(), s)
			}
		}
		for _, s := range c.lack {
			if strings.Contains(out.String(), s) {
				t.Errorf("%+v: %s has %s", c.front, out.String(), s)
			}
		}
		for _, name := range []string{"Content-Security-Policy", "Referrer-Policy", "X-Frame-Options", "Permissions-Policy", "Cross-Origin-Resource-Policy", "X-Content-Type-Options"} {
			if w.Header().Get(name) == "" {
				t.Errorf("no %s", name)
			}
		}
		if (w.Header().Get("Strict-Transport-Security") != "") != c.front.HTTPS {
			t.Errorf("Strict-Transport-Security %q", w.Header().Get("Strict-Transport-Security"))
		}
	}
}
