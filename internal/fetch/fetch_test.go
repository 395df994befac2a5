package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
)

// clock is a clock that sleeping puts forward.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

func (c *clock) total() (sum time.Duration) {
	for _, d := range c.slept {
		sum += d
	}
	return sum
}

var start = time.Date(2026, 9, 11, 4, 46, 0, 0, time.UTC)

// client gives one whose waits take no time and are the longest possible.
func client(t *testing.T) (*fetch.Client, *clock) {
	k := &clock{now: start}
	transport := fetch.Transport(4)
	t.Cleanup(transport.CloseIdleConnections)
	return &fetch.Client{HTTP: &http.Client{Transport: transport}, Now: k.Now, Sleep: k.Sleep, Rand: func() float64 { return 1 }, UserAgent: "boamp/test (+https://example.org)"}, k
}

func serve(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL
}

// wantFault checks the kind of an error, and that its message is for people.
func wantFault(t *testing.T, err error, k fault.Kind, part string) {
	t.Helper()
	if !fault.Is(err, k) || !strings.Contains(err.Error(), part) {
		t.Fatalf("error %v (%v), want %v with %q", err, fault.KindOf(err), k, part)
	}
}

func TestGet(t *testing.T) {
	modified := "Fri, 11 Sep 2026 02:46:00 GMT"
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.UserAgent() != "boamp/test (+https://example.org)" || r.Header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("header %v", r.Header)
		}
		w.Header().Set("Last-Modified", modified)
		switch {
		case r.URL.Path == "/etag":
			w.Header().Set("ETag", `"1a-2b"`)
			if r.Header.Get("If-None-Match") == `"1a-2b"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		case r.Header.Get("If-Modified-Since") == modified:
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "été")
	})
	for path, want := range map[string]string{"/etag": `"1a-2b"`, "/date": modified} {
		c, k := client(t)
		r, err := c.Get(t.Context(), url+path, fetch.Condition{}, 100)
		if err != nil || string(r.Body) != "été" || r.Size != 5 || r.Status != 200 || r.Validator != want || !r.Published.Equal(start.Add(-2*time.Hour)) || r.NotModified {
			t.Fatalf("%+v, %v", r, err)
		}
		r, err = c.Get(t.Context(), url+path, fetch.ConditionOf(r.Validator), 100)
		if err != nil || !r.NotModified || r.Status != 304 || len(r.Body) != 0 || r.Validator != want {
			t.Fatalf("again: %+v, %v", r, err)
		}
		if len(k.slept) > 0 {
			t.Errorf("it waited %v", k.slept)
		}
	}
}

func TestConditionOf(t *testing.T) {
	for v, want := range map[string]fetch.Condition{"": {}, `"a"`: {ETag: `"a"`}, `W/"a"`: {ETag: `W/"a"`}, "Fri, 11 Sep 2026": {LastModified: "Fri, 11 Sep 2026"}, "W/": {LastModified: "W/"}} {
		if got := fetch.ConditionOf(v); got != want {
			t.Errorf("ConditionOf(%q) = %+v", v, got)
		}
	}
}

// TestPassingTrouble: each of these servers is well again at its third attempt.
func TestPassingTrouble(t *testing.T) {
	cut := func(w http.ResponseWriter, answer string) {
		conn, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = buf.WriteString(answer)
		_ = buf.Flush()
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
		}
	}
	for _, c := range []struct {
		name  string
		bad   http.HandlerFunc
		waits time.Duration // in all
	}{
		{"500", status(500), 3 * time.Second},
		{"502", status(502), 3 * time.Second},
		{"503", status(503), 3 * time.Second},
		{"504", status(504), 3 * time.Second},
		{"408", status(408), 3 * time.Second},
		{"425", status(425), 3 * time.Second},
		{"429", status(429), 3 * time.Second},
		{"Retry-After in seconds", status(503, "Retry-After", "120"), 240 * time.Second},
		{"Retry-After as date", status(429, "Retry-After", "Fri, 11 Sep 2026 04:48:00 GMT"), 122 * time.Second}, // the second time it is past
		{"Retry-After in the past", status(429, "Retry-After", "Fri, 11 Sep 2020 04:48:00 GMT"), 3 * time.Second},
		{"Retry-After of nonsense", status(429, "Retry-After", "soon"), 3 * time.Second},
		{"not modified, unasked", status(304), 3 * time.Second},
		{"reset at once", func(w http.ResponseWriter, _ *http.Request) { cut(w, "") }, 3 * time.Second},
		{"reset within the header", func(w http.ResponseWriter, _ *http.Request) { cut(w, "HTTP/1.1 200 OK\r\nContent-Le") }, 3 * time.Second},
		{"reset within the body", func(w http.ResponseWriter, _ *http.Request) {
			cut(w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<a>")
		}, 3 * time.Second},
		{"chunks cut off", func(w http.ResponseWriter, _ *http.Request) {
			cut(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\n")
		}, 3 * time.Second},
		{"longer declared than sent", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "50")
			fmt.Fprint(w, "short")
		}, 3 * time.Second},
		{"packing cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed("answer")[:12])
		}, 3 * time.Second},
		{"packing damaged", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			b := packed("answer")
			b[len(b)-6] ^= 0xff
			_, _ = w.Write(b)
		}, 3 * time.Second},
		{"not packed as it says", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "<a>plain text</a>")
		}, 3 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := 0
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if n++; n <= 2 {
					c.bad(w, r)
					return
				}
				fmt.Fprint(w, "answer")
			})
			client, k := client(t)
			client.Least = 1
			r, err := client.Get(t.Context(), url, fetch.Condition{}, 100)
			if err != nil || string(r.Body) != "answer" || n != 3 {
				t.Fatalf("%+v, %v after %d attempts", r, err, n)
			}
			// A wait that the server asked for lies beside the client's own, of 1 and 2 seconds.
			if got := k.total(); got < c.waits || got > c.waits+3*time.Second {
				t.Errorf("it waited %v, in all %v, want %v", k.slept, got, c.waits)
			}
		})
	}
}

func packed(s string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, s)
	_ = z.Close()
	return b.Bytes()
}

// TestLastingTrouble: these answers stay as they are.
func TestLastingTrouble(t *testing.T) {
	bomb := packed(strings.Repeat("<a/>", 1<<20))
	for _, c := range []struct {
		name     string
		answer   http.HandlerFunc
		kind     fault.Kind
		part     string
		attempts int
	}{
		{"404", func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, fault.NotFound, "404", 1},
		{"410", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(410) }, fault.NotFound, "410", 1},
		{"403", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(403) }, fault.Unavailable, "does not let us", 1},
		{"400", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(400) }, fault.Invalid, "400", 1},
		{"206", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(206) }, fault.Invalid, "206", 1},
		{"501", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(501) }, fault.Invalid, "501", 1},
		{"500", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }, fault.Unavailable, "500", 5},
		{"too large, as declared", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "2000000")
			_, _ = w.Write(make([]byte, 2_000_000))
		}, fault.TooLarge, "more than 1000000", 1},
		{"too large, undeclared", func(w http.ResponseWriter, r *http.Request) {
			for range 20 {
				_, _ = w.Write(make([]byte, 100_000))
			}
		}, fault.TooLarge, "more than 1000000", 1},
		{"too large when unpacked", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}, fault.TooLarge, "more than 1000000", 1},
		{"packed otherwise", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "x")
		}, fault.Invalid, `"br"`, 5},
		{"redirected in a circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, fault.Invalid, "redirects", 6},
		{"redirected elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusMovedPermanently)
		}, fault.Invalid, "192.0.2.1", 1},
		{"redirected to a file", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/hosts", http.StatusMovedPermanently)
		}, fault.Invalid, "file", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := 0
			url := serve(t, func(w http.ResponseWriter, r *http.Request) { n++; c.answer(w, r) })
			client, _ := client(t)
			r, err := client.Get(t.Context(), url, fetch.Condition{}, 1_000_000)
			if r != nil || n != c.attempts {
				t.Errorf("answer %v after %d attempts, want %d", r, n, c.attempts)
			}
			wantFault(t, err, c.kind, c.part)
		})
	}
}

func TestAddress(t *testing.T) {
	c, _ := client(t)
	for _, u := range []string{"", "file:///etc/passwd", "ftp://127.0.0.1/x", "http://", "/x", "http://[::1", "gopher://127.0.0.1"} {
		_, err := c.Get(t.Context(), u, fetch.Condition{}, 1)
		wantFault(t, err, fault.Invalid, "not an address")
	}
}

// TestSlow: servers that would hold a connection for ever are left, whatever they drip.
func TestSlow(t *testing.T) {
	// drip sends a piece again and again until the client is gone.
	drip := func(w http.ResponseWriter, head, piece string) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		for _, err = io.WriteString(conn, head); err == nil; _, err = io.WriteString(conn, piece) {
			time.Sleep(time.Millisecond)
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		part   string
	}{
		"silence":           {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "does not answer in time"},
		"a header for ever": {func(w http.ResponseWriter, _ *http.Request) { drip(w, "HTTP/1.1 200 OK\r\nX: ", "a") }, "does not answer in time"},
		"a body that drips": {func(w http.ResponseWriter, _ *http.Request) {
			drip(w, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "a")
		}, "too slowly"},
		"a body that stops": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "abc")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "too slowly"},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, c.answer)
			client, _ := client(t)
			client.Wait, client.Window, client.Least, client.Retries = 50*time.Millisecond, 50*time.Millisecond, 1<<20, 1
			_, err := client.Get(t.Context(), url, fetch.Condition{}, 0)
			wantFault(t, err, fault.Timeout, c.part)
		})
	}
}

// TestAttemptEnds: a body that comes fast enough and never ends.
func TestAttemptEnds(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1000)); err != nil {
				return
			}
		}
	})
	c, _ := client(t)
	c.Attempt, c.Retries = 30*time.Millisecond, -1
	_, err := c.Get(t.Context(), url, fetch.Condition{}, 1<<50)
	wantFault(t, err, fault.Timeout, "too slowly")
}

func TestCancel(t *testing.T) {
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c, _ := client(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := c.Get(ctx, url, fetch.Condition{}, 0)
	wantFault(t, err, fault.Timeout, "cancelled")
	if !errors.Is(err, context.Canceled) || errors.Is(err, fetch.ErrOver) {
		t.Errorf("%v", err)
	}
	_, err = c.Get(ctx, url, fetch.Condition{}, 0)
	wantFault(t, err, fault.Timeout, "cancelled")
}

func TestRedirects(t *testing.T) {
	other := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "moved ", r.URL.Path) })
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a":
			http.Redirect(w, r, "/b", http.StatusFound)
		case "/b":
			fmt.Fprint(w, "here")
		default:
			http.Redirect(w, r, other+"/c", http.StatusPermanentRedirect)
		}
	})
	c, _ := client(t)
	c.Hosts = []string{strings.TrimPrefix(other, "http://")}
	r, err := c.Get(t.Context(), url+"/a", fetch.Condition{}, 0)
	if err != nil || string(r.Body) != "here" || r.URL != url+"/b" {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = c.Get(t.Context(), url+"/x", fetch.Condition{}, 0)
	if err != nil || string(r.Body) != "moved /c" || r.URL != other+"/c" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestPacked(t *testing.T) {
	text := strings.Repeat("<ANNONCE/>", 1000)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed(text))
	})
	c, _ := client(t)
	r, err := c.Get(t.Context(), url, fetch.Condition{}, int64(len(text)))
	if err != nil || string(r.Body) != text {
		t.Fatalf("%d bytes, %v", len(r.Body), err)
	}
}

// TestSink: what a failed attempt wrote is not there in the end.
func TestSink(t *testing.T) {
	n := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			w.Header().Set("Content-Length", "5000")
			fmt.Fprint(w, strings.Repeat("bad", 100))
			return
		}
		fmt.Fprint(w, "good")
	})
	f, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, _ := client(t)
	r, err := c.Do(t.Context(), fetch.Request{URL: url, Sink: fetch.File(f)})
	if b, _ := os.ReadFile(f.Name()); err != nil || string(b) != "good" || r.Size != 4 || r.Body != nil {
		t.Errorf("%q, %+v, %v", b, r, err)
	}
	f.Close()
	n = 1
	_, err = c.Do(t.Context(), fetch.Request{URL: url, Sink: fetch.File(f)})
	if wantFault(t, err, fault.Unavailable, "cannot be written"); n != 2 || !errors.Is(err, fetch.ErrSink) {
		t.Errorf("%d attempts", n-1)
	}
}
