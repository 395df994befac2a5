package httpx_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/httpx"
)

// source answers with the number of times that it was asked.
type source struct {
	revision int64
	asked    int
	tag      string // %d is the revision
	body     string
	broken   error
	at       time.Time
}

func newSource() *source {
	return &source{revision: 7, tag: `W/"%d-aa"`, at: time.Date(2026, 3, 17, 23, 0, 0, 0, time.UTC)}
}

func (s *source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked++
	if s.tag != "" {
		w.Header().Set("ETag", fmt.Sprintf(s.tag, s.revision))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", fmt.Sprint(s.asked))
	fmt.Fprintf(w, "%d%s", s.asked, s.body)
}

func (s *source) cache(size int) (*httpx.Cache, http.Handler) {
	c := &httpx.Cache{
		Revision: func(context.Context) (int64, error) { return s.revision, s.broken }, Bytes: size,
		Now: func() time.Time { return s.at },
	}
	return c, c.Handler(httpx.Compress(s))
}

func fetch(h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestCacheKeys(t *testing.T) {
	for _, c := range []struct {
		name   string
		first  []string // target and headers
		second []string
		same   bool
	}{
		{"the same request", []string{"/a?x=1"}, []string{"/a?x=1"}, true},
		{"another order of parameters", []string{"/a?x=1&y=2"}, []string{"/a?y=2&x=1"}, true},
		{"another way of writing", []string{"/a?x=a+b"}, []string{"/a?x=a%20b"}, true},
		{"another order of values", []string{"/a?x=1&x=2"}, []string{"/a?x=2&x=1"}, false},
		{"another value", []string{"/a?x=1"}, []string{"/a?x=2"}, false},
		{"another path", []string{"/a?x=1"}, []string{"/b?x=1"}, false},
		{"another host", []string{"http://one.example/a"}, []string{"http://two.example/a"}, false},
		{"another scheme", []string{"/a"}, []string{"/a", "X-Forwarded-Proto", "https"}, false},
		{"another coding", []string{"/a"}, []string{"/a", "Accept-Encoding", "gzip"}, false},
		{"a query string that cannot be read", []string{"/a?x=%zz"}, []string{"/a?x=%zz"}, false},
		{"a client that wants it fresh", []string{"/a"}, []string{"/a", "Cache-Control", "no-store"}, false},
	} {
		_, h := newSource().cache(1 << 20)
		one := fetch(h, c.first[0], c.first[1:]...)
		two := fetch(h, c.second[0], c.second[1:]...)
		if same := one.Body.String() == two.Body.String(); same != c.same {
			t.Errorf("%s: the same answer is %v, want %v", c.name, same, c.same)
		}
	}
}

func TestCacheTakesOnlyWhatTheRevisionDecides(t *testing.T) {
	for tag, kept := range map[string]bool{`W/"%d-aa"`: true, "": false, `"%d-aa"`: false, `W/"x%d-aa"`: false, `W/"%d"`: false} {
		s := newSource()
		s.tag = tag
		_, h := s.cache(1 << 20)
		fetch(h, "/a")
		fetch(h, "/a")
		if (s.asked == 1) != kept {
			t.Errorf("tag %s: asked %d times", tag, s.asked)
		}
	}
}

func TestCacheFollowsTheData(t *testing.T) {
	s := newSource()
	_, h := s.cache(1 << 20)
	fetch(h, "/a")
	s.revision++
	if got := fetch(h, "/a").Body.String(); got != "2" {
		t.Errorf("after a change of the data: %s, want a new answer", got)
	}
	if got := fetch(h, "/a").Body.String(); got != "2" {
		t.Errorf("again: %s, want the kept answer", got)
	}
	s.at = s.at.Add(2 * time.Hour)
	if got := fetch(h, "/a").Body.String(); got != "3" {
		t.Errorf("on the next day: %s, want a new answer", got)
	}
	s.broken = errors.New("no revision")
	if got := fetch(h, "/a").Body.String(); got != "4" {
		t.Errorf("without a revision: %s, want a new answer", got)
	}
}

func TestCacheAnswersLikeTheHandler(t *testing.T) {
	s := newSource()
	s.body = strings.Repeat(" ", 2000)
	_, h := s.cache(1 << 20)
	first := fetch(h, "/a", "Accept-Encoding", "gzip")
	again := fetch(h, "/a", "Accept-Encoding", "gzip")
	if again.Body.String() != first.Body.String() || again.Header().Get("Content-Encoding") != "gzip" || again.Header().Get("ETag") != `W/"7-aa"` {
		t.Errorf("headers of a kept answer: %v", again.Header())
	}
	if again.Header().Get("X-Request-Id") != "" || again.Header().Get("Server-Timing") != `cache;desc="hit"` {
		t.Errorf("headers of another request: %v", again.Header())
	}
	if known := fetch(h, "/a", "Accept-Encoding", "gzip", "If-None-Match", `W/"7-aa"`); known.Code != http.StatusNotModified || known.Body.Len() > 0 {
		t.Errorf("a known tag: %d with %d bytes", known.Code, known.Body.Len())
	}
	if s.asked != 1 {
		t.Errorf("the handler was asked %d times", s.asked)
	}
}

func TestCacheIsBounded(t *testing.T) {
	s := newSource()
	s.body = strings.Repeat("x", 1000)
	c, h := s.cache(32 << 10)
	for i := range 100 {
		fetch(h, fmt.Sprintf("/a?n=%d", i))
		fetch(h, "/a?n=0") // asked again and again, it stays
	}
	a := c.Answers()
	if a.Bytes > 32<<10 || a.Kept < 5 || a.Kept > 32 || a.Hits != 100 || a.Misses != 100 {
		t.Errorf("a cache of 32 kB: %+v", a)
	}
	s.body = strings.Repeat("x", 3000) // more than a sixteenth
	asked := s.asked
	fetch(h, "/long")
	fetch(h, "/long")
	if s.asked != asked+2 {
		t.Errorf("a long answer was kept")
	}
}
