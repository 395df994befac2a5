package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

// told is a store whose snapshots tell steps.
type told struct {
	store.Reader
	steps []store.Step
}

type toldSnapshot struct {
	store.Snapshot
	steps []store.Step
}

func (t toldSnapshot) Plan() []store.Step { return t.steps }

func (t told) Snapshot(ctx context.Context) (store.Snapshot, error) {
	s, err := t.Reader.Snapshot(ctx)
	return toldSnapshot{s, t.steps}, err
}

func TestServerTiming(t *testing.T) {
	fields := field.NewCatalogue()
	for _, c := range []struct {
		name  string
		steps []store.Step
		want  []string
	}{
		{"a store that tells nothing", nil, nil},
		{"the index", []store.Step{{What: "count", Where: "index", Time: 120 * time.Microsecond}}, []string{`index;desc="count";dur=0.12`}},
		{
			"equal steps are one, reasons are quoted",
			[]store.Step{
				{What: "groups", Where: "index", Time: time.Millisecond}, {What: "groups", Where: "index", Time: 2 * time.Millisecond},
				{What: "rows", Where: "store", Why: `a "phrase" with é`, Time: 5 * time.Millisecond},
			},
			[]string{`index;desc="groups";dur=3.00, store;desc="rows: a 'phrase' with '";dur=5.00`},
		},
	} {
		door := &search.Door{Store: told{memory.New(fields), c.steps}, Fields: fields}
		h := withTiming(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := door.Page(r.Context(), search.Request{At: time.Now()}); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusOK)
		}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		got := w.Result().Header["Server-Timing"]
		if len(got) == 0 || !strings.HasPrefix(got[len(got)-1], "total;dur=") {
			t.Errorf("%s: %q does not say how long it took", c.name, got)
			continue
		}
		if got = got[:len(got)-1]; len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
