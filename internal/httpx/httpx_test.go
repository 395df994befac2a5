package httpx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
)

// secret stands for what a cause may hold: it must never be seen outside.
const secret = "/srv/private/store.duckdb"

// logged is a server around a handler, with its log.
func logged(h httpx.Handler) (http.Handler, *bytes.Buffer) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return httpx.Middleware(httpx.Preflight(httpx.Handle(h, log, httpx.WriteProblem)), log, time.Now), &out
}

func ask(h http.Handler, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// problem is the body of an error.
type problem struct {
	Type, Title, Detail, Instance string
	Status                        int
	RequestID                     string `json:"request_id"`
	Errors                        []struct{ Position, Detail, Hint string }
}

func read(t *testing.T, res *http.Response) problem {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), secret) || strings.Contains(string(b), "goroutine") {
		t.Errorf("the answer shows a cause: %s", b)
	}
	var p problem
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatalf("no problem but %q: %v", b, err)
	}
	if res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Cache-Control") != "no-store" || p.Type != "about:blank" {
		t.Errorf("headers %v, problem %+v", res.Header, p)
	}
	return p
}

func TestProblems(t *testing.T) {
	cause := errors.New(secret)
	for _, c := range []struct {
		name   string
		err    error
		status int
		detail string
	}{
		{"invalid", fault.Wrap(fault.Invalid, cause, "no such day").At("parameter from").WithHint("yyyy-mm-dd"), 400, "no such day"},
		{"unsupported", fault.Wrap(fault.Unsupported, cause, "not read"), 400, "not read"},
		{"not found", fault.Wrap(fault.NotFound, cause, "no notice 26-1"), 404, "no notice 26-1"},
		{"too large", fault.Wrap(fault.TooLarge, cause, "beyond"), 413, "beyond"},
		{"timeout", fault.Wrap(fault.Timeout, cause, "too slow"), 504, "too slow"},
		{"conflict", fault.Wrap(fault.Conflict, cause, "another history").At("parameter after"), 409, "another history"},
		{"damage", fault.Wrap(fault.Conflict, cause, "the database %s is damaged", secret).WithHint("rebuild %s", secret), 500, "something went wrong"},
		{"unavailable", fault.Wrap(fault.Unavailable, cause, "later"), 503, "later"},
		{"internal", fault.Wrap(fault.Internal, cause, "at %s", secret), 500, "something went wrong"},
		{"no fault", cause, 500, "something went wrong"},
		{"wrapped", errors.Join(errors.New(secret), fault.Wrap(fault.NotFound, cause, "no notice 26-1")), 404, "no notice 26-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, log := logged(func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Length", "12345")
				w.Header().Set("Content-Disposition", `attachment; filename="boamp.csv"`)
				w.Header().Set("ETag", `"1"`)
				return c.err
			})
			res := ask(h, "GET", "/api/v1/notices?q=private", "X-Request-Id", "me-1")
			p := read(t, res)
			if res.StatusCode != c.status || p.Status != c.status || !strings.Contains(p.Detail, c.detail) || p.RequestID != "me-1" || p.Instance != "/api/v1/notices" || p.Title == "" {
				t.Errorf("%d %+v", res.StatusCode, p)
			}
			for _, name := range []string{"Content-Length", "Content-Disposition", "ETag"} {
				if v := res.Header.Get(name); v != "" {
					t.Errorf("header %s of the answer that was not given: %s", name, v)
				}
			}
			if (res.Header.Get("Retry-After") != "") != (c.status == 503) {
				t.Errorf("Retry-After %q", res.Header.Get("Retry-After"))
			}
			if c.name == "invalid" && (len(p.Errors) != 1 || p.Errors[0].Position != "parameter from" || p.Errors[0].Hint != "yyyy-mm-dd") {
				t.Errorf("errors %+v", p.Errors)
			}
			if strings.Contains(log.String(), "private\"") || strings.Contains(log.String(), "q=") {
				t.Errorf("the log shows the query: %s", log)
			}
			if c.status >= 500 && c.status != 504 && !strings.Contains(log.String(), secret) {
				t.Errorf("the cause is not logged: %s", log)
			}
			if body, _ := json.Marshal(p); strings.Contains(string(body), secret) {
				t.Errorf("the client is told: %s", body)
			}
		})
	}
}

func TestPanic(t *testing.T) {
	h, log := logged(func(http.ResponseWriter, *http.Request) error { panic(secret) })
	res := ask(h, "GET", "/x")
	if p := read(t, res); res.StatusCode != 500 || p.RequestID == "" || res.Header.Get("X-Request-Id") != p.RequestID {
		t.Errorf("%d %+v", res.StatusCode, p)
	}
	for _, want := range []string{`"panic":"` + secret, "httpx_test.go", `"status":500`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s: %s", want, log)
		}
	}
}

// TestBrokenOff: a client has to see that an answer is not whole.
func TestBrokenOff(t *testing.T) {
	started := make(chan struct{}, 1)
	for name, h := range map[string]httpx.Handler{
		"error": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "id\n26-1\n")
			return errors.New(secret)
		},
		"panic": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "id\n26-1\n")
			panic(secret)
		},
		"error after a flush": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "id\n26-1\n")
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			return fault.New(fault.Invalid, "no")
		},
		"error after the header alone": func(w http.ResponseWriter, _ *http.Request) error {
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			return fault.New(fault.Timeout, "no")
		},
		"given up before the first byte": func(_ http.ResponseWriter, r *http.Request) error {
			started <- struct{}{}
			<-r.Context().Done()
			return r.Context().Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			handler, _ := logged(h)
			srv := httptest.NewServer(handler)
			defer srv.Close()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if strings.HasPrefix(name, "given up") {
				go func() { <-started; cancel() }()
			}
			r, err := http.NewRequestWithContext(ctx, "GET", srv.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(r)
			if err == nil {
				var b []byte
				b, err = io.ReadAll(res.Body)
				res.Body.Close()
				if strings.Contains(string(b), "problem") || strings.Contains(string(b), secret) {
					t.Errorf("the body goes on as %q", b)
				}
			}
			if err == nil {
				t.Error("the answer looks whole")
			}
		})
	}
}

// TestContextEnds: a request whose own deadline is over gets an answer that says so; one that nobody waits for gets none.
func TestContextEnds(t *testing.T) {
	h, log := logged(func(_ http.ResponseWriter, r *http.Request) error {
		return fault.Wrap(fault.Timeout, context.DeadlineExceeded, "the query took too long")
	})
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
	if p := read(t, w.Result()); p.Status != 504 {
		t.Errorf("%+v", p)
	}
	gone, leave := context.WithCancel(context.Background())
	leave()
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("ended with %v", got)
		}
		if strings.Contains(log.String(), `"level":"ERROR"`) {
			t.Errorf("logged as an error: %s", log)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(gone))
}

func TestMiddleware(t *testing.T) {
	h, log := logged(func(w http.ResponseWriter, r *http.Request) error {
		if r.Header.Get("X-Request-Id") == "silent" {
			return nil
		}
		_, err := io.WriteString(w, httpx.RequestID(r.Context()))
		return err
	})
	for _, c := range []struct{ sent, got string }{
		{"abc-1.2_3", "abc-1.2_3"},
		{strings.Repeat("a", 64), strings.Repeat("a", 64)},
		{strings.Repeat("a", 65), ""}, {"a b", ""}, {"a\"b", ""}, {"é", ""}, {"", ""},
	} {
		res := ask(h, "GET", "/", "X-Request-Id", c.sent)
		b, _ := io.ReadAll(res.Body)
		id := res.Header.Get("X-Request-Id")
		if id != string(b) || c.got != "" && id != c.got || c.got == "" && len(id) != 16 {
			t.Errorf("%q became %q, handler saw %q", c.sent, id, b)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("headers %v", res.Header)
		}
	}
	log.Reset()
	ask(h, "GET", "/", "X-Request-Id", "silent")
	if !strings.Contains(log.String(), `"status":200`) || !strings.Contains(log.String(), `"request_id":"silent"`) {
		t.Errorf("log line %s", log)
	}
	res := ask(h, "OPTIONS", "/api/v1/notices")
	if b, _ := io.ReadAll(res.Body); res.StatusCode != 204 || len(b) != 0 || !strings.Contains(res.Header.Get("Access-Control-Allow-Methods"), "GET") {
		t.Errorf("OPTIONS: %d %v", res.StatusCode, res.Header)
	}
}

func TestHead(t *testing.T) {
	handler, _ := logged(func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Path == "/missing" {
			return fault.New(fault.NotFound, "not here")
		}
		_, err := io.WriteString(w, "hello")
		return err
	})
	srv := httptest.NewServer(handler)
	defer srv.Close()
	for path, status := range map[string]int{"/": 200, "/missing": 404} {
		res, err := http.Head(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != status || len(b) != 0 {
			t.Errorf("%s: %d with %d bytes: %v", path, res.StatusCode, len(b), err)
		}
	}
}

func TestNotModified(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, `"a"`: true, `W/"a"`: true, `"b"`: false, `"b", "a"`: true, `"b",W/"a" `: true, "*": true, "a": false, `"a`: false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("If-None-Match", header)
		w := httptest.NewRecorder()
		if got := httpx.NotModified(w, r, `"a"`); got != want || w.Header().Get("ETag") != `"a"` || want && w.Code != 304 {
			t.Errorf("If-None-Match %s: %t, status %d, tag %s", header, got, w.Code, w.Header().Get("ETag"))
		}
	}
}

func TestRecorder(t *testing.T) {
	rec := &httpx.Recorder{ResponseWriter: httptest.NewRecorder()}
	rec.WriteHeader(http.StatusAccepted)
	_, _ = rec.Write([]byte("abc"))
	_, _ = rec.Write([]byte("de"))
	if rec.Status != http.StatusAccepted || rec.Bytes != 5 || rec.Unwrap() == nil {
		t.Errorf("recorded %d, %d bytes", rec.Status, rec.Bytes)
	}
}

// TestPanicInStyle: a surface answers a panic of a handler in its own style.
func TestPanicInStyle(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	h := httpx.Handle(func(http.ResponseWriter, *http.Request) error { panic("broken") }, log, func(w http.ResponseWriter, _ *http.Request, err error) {
		w.WriteHeader(httpx.Status(fault.KindOf(err)))
		_, _ = io.WriteString(w, "in its style")
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || w.Body.String() != "in its style" {
		t.Errorf("answer %d %q", w.Code, w.Body)
	}
}
