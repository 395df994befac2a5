package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/limit"
	"github.com/boamp/boamp/internal/odshttp"
)

// rated counts requests by client, answers those that are too many with 429, and tells every client how it stands. What never waits is not counted.
func (l *limits) rated(h http.Handler, refuse refuser) http.Handler {
	if l.parsedRate.Requests == 0 && l.daily == 0 {
		return h
	}
	clients := &limit.Clients{Rate: l.parsedRate, Daily: l.daily, Most: l.clients, Now: time.Now}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if classOf(r) == free {
			h.ServeHTTP(w, r)
			return
		}
		now := clients.Now()
		all := clients.Take(limit.Key(httpx.ClientOf(r.Context())))
		told := &standing{ResponseWriter: w, all: all, now: now}
		for _, s := range all {
			if s.Over {
				refuse(told, r, tooMany(s, now))
				return
			}
		}
		h.ServeHTTP(told, r)
		told.begin() // of an answer without a word
	})
}

func tooMany(s limit.Standing, now time.Time) error {
	return &httpx.Refusal{
		Code: http.StatusTooManyRequests, After: s.Reset, Quota: &httpx.Quota{Policy: s.Policy, Limit: s.Quota, Unit: s.Unit, Reset: now.Add(s.Reset)},
		Fault: fault.New(fault.Unavailable, "too many requests from this address: %d a %s are answered", s.Quota, s.Unit).WithHint("ask again after the time of the header Retry-After"),
	}
}

// standing tells a client how it stands when its answer begins, so that a kept answer does not tell of another client.
type standing struct {
	http.ResponseWriter
	all   []limit.Standing
	now   time.Time
	begun bool
}

// begin sets RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11), and on answers of the Explore API the numbers that its clients
// read: those of the day when days are counted.
func (s *standing) begin() {
	if s.begun {
		return
	}
	s.begun = true
	var policies, now []string
	for _, p := range s.all {
		policy := fmt.Sprintf("%q;q=%d;w=%d", p.Policy, p.Quota, int64(p.Window.Seconds()))
		if p.Burst > 0 && p.Burst != p.Quota {
			policy += fmt.Sprintf(";boamp-burst=%d", p.Burst)
		}
		policies = append(policies, policy)
		now = append(now, fmt.Sprintf("%q;r=%d;t=%d", p.Policy, p.Left, httpx.Seconds(p.Reset)))
	}
	h := s.Header()
	h.Set("RateLimit-Policy", strings.Join(policies, ", "))
	h.Set("RateLimit", strings.Join(now, ", "))
	h.Add("Access-Control-Expose-Headers", "RateLimit, RateLimit-Policy, Retry-After")
	last := s.all[len(s.all)-1]
	odshttp.SetCalls(h, last.Quota, last.Left, s.now.Add(last.Reset))
}

// WriteHeader begins the answer.
func (s *standing) WriteHeader(status int) {
	if status >= http.StatusOK {
		s.begin()
	}
	s.ResponseWriter.WriteHeader(status)
}

// Write begins the answer.
func (s *standing) Write(b []byte) (int, error) {
	s.begin()
	return s.ResponseWriter.Write(b)
}

// FlushError begins the answer.
func (s *standing) FlushError() error {
	s.begin()
	return http.NewResponseController(s.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (s *standing) Unwrap() http.ResponseWriter { return s.ResponseWriter }
