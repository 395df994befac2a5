package main

import (
	"context"
	"net/http"
	"time"

	"github.com/boamp/boamp/internal/limit"
)

// admitted stands inside of the cache, so that what is kept costs no place, and outside of all that works: it finds a request's class, waits for a
// place of it, and gives the request its deadline.
func (l *limits) admitted(h http.Handler, refuse refuser) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := classOf(r)
		if c == free {
			h.ServeHTTP(w, r)
			return
		}
		most := l.answer
		switch c {
		case exporting:
			most = l.export
		case waiting:
			most += maxPoll
		}
		ctx, cancel := context.WithTimeout(r.Context(), most)
		defer cancel()
		var heavier *limit.Gate
		if c == light || c == searching {
			heavier = l.gates[heavy]
		}
		ctx, ticket, err := l.gates[c].Admit(ctx, heavier)
		switch {
		case r.Context().Err() != nil: // nobody waits for it any more
			if err == nil {
				ticket.Leave()
			}
			panic(http.ErrAbortHandler)
		case err != nil:
			refuse(w, r, err)
			return
		}
		defer ticket.Leave()
		if c != exporting {
			y := newYielding(ctx, w, ticket, l.gates[slow])
			defer y.timer.Stop()
			w = y
		}
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}

// maxPoll is the longest that a request for news waits for some, besides the time for its answer.
const maxPoll = 2 * time.Minute

// patience is how long an answer may wait for its client before its place is another's.
const patience = 250 * time.Millisecond

// yielding gives the place of a request up when its answer waits for its client: the work is done, and clients that read slowly must not keep others
// out. It takes one of the places for such answers, which bound the memory of answers that are ready; where there is none, the client is cut off.
type yielding struct {
	http.ResponseWriter
	timer *time.Timer
}

func newYielding(ctx context.Context, w http.ResponseWriter, t *limit.Ticket, slow *limit.Gate) *yielding {
	control := http.NewResponseController(w)
	timer := time.AfterFunc(time.Hour, func() {
		if t.Move(ctx, slow) != nil {
			_ = control.SetWriteDeadline(time.Unix(1, 0)) // long ago; a connection without deadlines is a test's
		}
	})
	timer.Stop()
	return &yielding{w, timer}
}

// Write writes.
func (y *yielding) Write(b []byte) (int, error) {
	y.timer.Reset(patience)
	defer y.timer.Stop()
	return y.ResponseWriter.Write(b)
}

// FlushError sends what there is.
func (y *yielding) FlushError() error {
	y.timer.Reset(patience)
	defer y.timer.Stop()
	return http.NewResponseController(y.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (y *yielding) Unwrap() http.ResponseWriter { return y.ResponseWriter }
