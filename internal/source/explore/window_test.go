package explore_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/explore"
)

func kindOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.KindOf(err).String()
}

// publish puts one notice on each of n days up to the eleventh of September.
func publish(p *portal, n int) {
	for i := range n {
		day := now.AddDate(0, 0, -i)
		p.put(day.Format(time.DateOnly), "a", now, "n-"+day.Format("20060102"))
	}
}

// days lists the days that a pass went into, the first and the last, and how many.
func days(gives string) (first, last string, n int) {
	list := strings.Fields(gives)
	if len(list) == 0 {
		return "", "", 0
	}
	return list[0][:10], list[len(list)-1][:10], len(list)
}

func TestWindow(t *testing.T) {
	p := newPortal()
	publish(p, 600)
	s, a := follow(t, p), account{}
	s.Recent = 7
	check := func(what, wantFirst, wantLast string, want int) {
		t.Helper()
		gives, err := a.pass(t, s)
		first, last, n := days(gives)
		if err != nil || first != wantFirst || last != wantLast || n != want {
			t.Errorf("%s: %d days, %s to %s, %v; want %d, %s to %s", what, n, first, last, err, want, wantFirst, wantLast)
		}
	}
	check("nothing is known: the last days", "2026/09/05", "2026/09/11", 7)
	for i := 1; i <= 30; i++ {
		day := now.AddDate(0, 0, i)
		p.put(day.Format(time.DateOnly), "a", now, "n-"+day.Format("20060102"))
	}
	check("a month later: what came since", "2026/09/12", "2026/10/11", 30)
	p.drop("n-20260911")
	p.put("2026-10-12", "a", now, "n-20261012") // the eleventh of September is far from the last days
	check("the rest of the past stays as it is", "2026/10/12", "2026/10/12", 1)
	s.From = notice.Date{Year: 2026, Month: 8, Day: 30}
	check("from a day on: what is not known, and what differs", "2026/08/30", "2026/09/11", 7)
	check("again: nothing", "", "", 0)
	s.From, s.To = notice.Date{Year: 2026, Month: 1, Day: 1}, notice.Date{Year: 2026, Month: 1, Day: 31}
	check("a month of the past", "2026/01/01", "2026/01/31", 31)
	s.All = true
	gives, err := a.pass(t, s)
	if _, _, n := days(gives); err != nil || n != 31 || strings.Contains(gives, "served") {
		t.Errorf("all of it again: %q, %v", gives, err)
	}
}

// TestCutOff: a history whose reading is cut off at any day goes on there, and days that are known are not asked again.
func TestCutOff(t *testing.T) {
	p := newPortal()
	publish(p, 40)
	a := account{}
	base := follow(t, p).Base
	for round := 0; ; round++ {
		s := follow(t, p)
		s.Base = base
		s.From = notice.Date{Year: 2026, Month: 8, Day: 1}
		n := 0
		p.fault = func(w http.ResponseWriter, asked string) bool {
			if strings.HasPrefix(asked, "records") {
				n++
			}
			if n > 9 {
				w.Header().Set("Retry-After", "86400")
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return n > 9
		}
		_, err := a.pass(t, s)
		if err != nil {
			t.Fatal(err)
		}
		if p.took(); len(a) == 40 {
			break
		}
		if len(a) != 9*(round+1) || round > 5 {
			t.Fatalf("%d days after %d rounds", len(a), round+1)
		}
	}
	if len(a) != 40 {
		t.Errorf("%d days", len(a))
	}
}

func TestQuota(t *testing.T) {
	p := newPortal()
	p.put("2026-09-11", "a", now, "26-1")
	reset := now.Add(13 * time.Hour)
	requests := 0
	s := follow(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		w.Header().Set("X-RateLimit-Reset", reset.Format("2006-01-02 15:04:05+00:00"))
		w.Header().Set("X-RateLimit-Remaining", "5")
		if requests == 2 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		p.ServeHTTP(w, r)
	}))
	clock := &clock{at: now}
	quota := s.Client.HTTP.Transport.(*explore.Quota)
	quota.Now, s.Client.Now, s.Client.Sleep = clock.now, clock.now, clock.sleep
	a := account{}
	for range 3 { // the second and the third ask nothing
		s.Client.Reset()
		if gives, err := a.pass(t, s); len(a) != 0 || err == nil && gives != "2026/09/11:unavailable" || err != nil && !fault.Is(err, fault.Unavailable) {
			t.Fatalf("%q, %v", gives, err)
		}
	}
	if requests != 2 {
		t.Errorf("%d requests while the quota was used up, want 2", requests)
	}
	clock.at = reset.Add(time.Second)
	s.Client.Reset()
	if gives, err := a.pass(t, s); err != nil || gives != "2026/09/11:listing1,served1" {
		t.Errorf("after the reset: %q, %v", gives, err)
	}
	for header, want := range map[string]time.Duration{
		"2026-09-12 00:00:00+00:00": 13*time.Hour + 30*time.Minute, "1789171200": 13*time.Hour + 30*time.Minute,
		"2031-01-01 00:00:00+00:00": 0, "2020-01-01 00:00:00+00:00": 0, "tomorrow": 0, "": 0,
	} {
		if got := asked(t, header); (got - want).Abs() > 2*time.Second {
			t.Errorf("reset %q: %v, want %v", header, got, want)
		}
	}
}

// asked gives the Retry-After that an answer of 429 gets with a reset.
func asked(t *testing.T, reset string) time.Duration {
	t.Helper()
	q := &explore.Quota{Now: func() time.Time { return now }, Next: answers(func(r *http.Request) *http.Response {
		return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"X-Ratelimit-Reset": {reset}}, Body: http.NoBody, Request: r}
	})}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://portal.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := q.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	d, _ := time.ParseDuration(resp.Header.Get("Retry-After") + "s")
	return d
}

type answers func(r *http.Request) *http.Response

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }
