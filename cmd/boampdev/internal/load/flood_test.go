package load_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

// TestFloodTellsAnswersApart: by status and header; and never more are under way than may be.
func TestFloodTellsAnswersApart(t *testing.T) {
	var n, inside, most atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), inside.Add(1)))
		defer inside.Add(-1)
		switch n.Add(1) % 4 {
		case 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 3:
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer srv.Close()
	s := load.Use(srv.URL, 4)
	if err := s.Loopback(); err != nil {
		t.Error(err)
	}
	r := load.Flood{Questions: []load.Question{{Path: "/a"}}, Rate: 1e6, For: 200 * time.Microsecond, Most: 4}.Do(t.Context(), s)
	if r.Sent+r.Held != 200 || int64(r.Sent) != n.Load() || len(r.Answered)+len(r.Refused)+r.Bare+r.Broken != r.Sent || most.Load() > 4 {
		t.Errorf("%+v of %d, %d at once", r, n.Load(), most.Load())
	}
	if want := (r.Sent + 3) / 4; len(r.Refused) != want || r.Sent > 2 && r.FirstBroken == "" {
		t.Errorf("%d refused of %d: %+v", len(r.Refused), r.Sent, r)
	}
	if err := load.Use("http://192.0.2.1", 1).Loopback(); err == nil {
		t.Error("another machine would be flooded")
	}
}
