package explore

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Quota is a transport that keeps to what a portal says of its daily quota: X-RateLimit-Remaining, and X-RateLimit-Reset, when it begins
// anew; the same of the data set. When it is used up no request leaves until then: the answer is 429 with Retry-After, which package fetch
// understands. It is safe for concurrent use.
type Quota struct {
	Next http.RoundTripper
	Now  func() time.Time

	mu    sync.Mutex
	until map[string]time.Time // by host
}

// longestQuota bounds what is believed of a reset: quotas are daily.
const longestQuota = 25 * time.Hour

// RoundTrip implements http.RoundTripper.
func (q *Quota) RoundTrip(r *http.Request) (*http.Response, error) {
	if wait := q.wait(r.URL.Host); wait > 0 {
		return &http.Response{
			Status: "429 Too Many Requests", StatusCode: http.StatusTooManyRequests, Proto: r.Proto, ProtoMajor: r.ProtoMajor, ProtoMinor: r.ProtoMinor,
			Header: http.Header{"Retry-After": {seconds(wait)}}, Body: io.NopCloser(strings.NewReader("")), Request: r,
		}, nil
	}
	resp, err := q.Next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	for _, of := range []string{"X-RateLimit-", "X-RateLimit-dataset-"} {
		used := resp.StatusCode == http.StatusTooManyRequests || strings.TrimSpace(resp.Header.Get(of+"Remaining")) == "0"
		if wait := q.reset(resp.Header.Get(of + "Reset")); used && wait > 0 {
			q.close(r.URL.Host, wait)
		}
	}
	if wait := q.wait(r.URL.Host); resp.StatusCode == http.StatusTooManyRequests && wait > 0 && resp.Header.Get("Retry-After") == "" {
		resp.Header.Set("Retry-After", seconds(wait))
	}
	return resp, nil
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d/time.Second) + 1) }

// reset reads a time in the form of the platform ("2026-08-18 00:00:00+00:00") or in seconds, as its documentation says; it gives how
// long it is until then, 0 when that is past or not to be believed.
func (q *Quota) reset(s string) time.Duration {
	s = strings.TrimSpace(s)
	at, err := time.Parse("2006-01-02 15:04:05Z07:00", s)
	if n, e := strconv.ParseInt(s, 10, 64); e == nil {
		at, err = time.Unix(n, 0), nil
	}
	if err != nil {
		return 0
	}
	if wait := at.Sub(q.Now()); wait > 0 && wait <= longestQuota {
		return wait
	}
	return 0
}

func (q *Quota) close(host string, wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.until == nil {
		q.until = map[string]time.Time{}
	}
	q.until[host] = q.Now().Add(wait)
}

// wait is how long a host is to be left in peace.
func (q *Quota) wait(host string) time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	wait := q.until[host].Sub(q.Now())
	if wait > longestQuota { // the clock was put back
		delete(q.until, host)
		return 0
	}
	return max(0, wait)
}
