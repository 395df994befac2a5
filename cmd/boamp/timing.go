package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// withTiming adds to the header Server-Timing of every answer how its questions were answered: by the index or the store, in how
// many milliseconds; and how long the answer took until it began.
func withTiming(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, trace := search.WithTrace(r.Context())
		t := &timed{ResponseWriter: w, trace: trace, start: time.Now()}
		defer func() { traceSteps(ctx, trace) }()
		h.ServeHTTP(t, r.WithContext(ctx))
	})
}

// timed sets the header when the answer begins: in the goroutine that asked.
type timed struct {
	http.ResponseWriter
	trace *search.Trace
	start time.Time
	begun bool
}

func (t *timed) begin() {
	if t.begun {
		return
	}
	t.begun = true
	if list := timings(t.trace.Steps()); list != "" {
		t.Header().Add("Server-Timing", list)
	}
	t.Header().Add("Server-Timing", fmt.Sprintf("total;dur=%.2f", float64(time.Since(t.start))/float64(time.Millisecond)))
}

// WriteHeader begins the answer.
func (t *timed) WriteHeader(status int) {
	if status >= http.StatusOK {
		t.begin()
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write begins the answer.
func (t *timed) Write(b []byte) (int, error) {
	t.begin()
	return t.ResponseWriter.Write(b)
}

// FlushError begins the answer.
func (t *timed) FlushError() error {
	t.begin()
	return http.NewResponseController(t.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (t *timed) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// maxTimings is the most steps that a header lists: facets have many.
const maxTimings = 12

// timings writes steps as Server-Timing does: index;desc="count";dur=0.2. Those of one kind and place are one entry; dur is their sum.
func timings(steps []store.Step) string {
	type place struct{ where, what, why string }
	var order []place
	sums := map[place]time.Duration{}
	for _, s := range steps {
		p := place{s.Where, s.What, s.Why}
		if _, ok := sums[p]; !ok {
			order = append(order, p)
		}
		sums[p] += s.Time
	}
	var list []string
	for _, p := range order[:min(len(order), maxTimings)] {
		what := p.what
		if p.why != "" {
			what += ": " + p.why
		}
		list = append(list, fmt.Sprintf("%s;desc=\"%s\";dur=%.2f", p.where, quotable(what), float64(sums[p])/float64(time.Millisecond)))
	}
	return strings.Join(list, ", ")
}

// quotable leaves out what cannot stand between the quotes of a header.
func quotable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '\''
		}
		return r
	}, s)
}
