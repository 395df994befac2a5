package fetch_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
)

// TestConcurrency: never more than the set number of requests at a host, and as many as that.
func TestConcurrency(t *testing.T) {
	var now, most atomic.Int64
	full := make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if n == 3 {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		<-full
		now.Add(-1)
	})
	c, _ := client(t)
	c.Concurrency = 3
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 3 {
		t.Errorf("%d requests at once", most.Load())
	}
}

func TestPace(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) {})
	c, k := client(t)
	c.Pace = 200 * time.Millisecond
	for range 11 {
		if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); err != nil {
			t.Fatal(err)
		}
	}
	if got := k.total(); got != 2*time.Second {
		t.Errorf("11 requests took %v", got)
	}
}

// asked is a server without a network: it notes when it is asked.
type asked struct {
	mu     sync.Mutex
	at     []time.Time
	answer func(n int, h http.Header) int // of the request of that number the status
}

func (a *asked) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	a.at = append(a.at, time.Now())
	n := len(a.at)
	a.mu.Unlock()
	time.Sleep(time.Second)
	h := http.Header{}
	return &http.Response{StatusCode: a.answer(n, h), Header: h, Body: io.NopCloser(strings.NewReader("x")), ContentLength: 1, Request: r}, nil
}

// TestPaceOfMany: who waits beside others neither goes before its time nor passes over what the server asked for meanwhile.
func TestPaceOfMany(t *testing.T) {
	for name, x := range map[string]struct {
		answer func(n int, h http.Header) int
		want   time.Duration // from the first request to the last of ten
	}{
		"pace": {func(int, http.Header) int { return 200 }, 9 * 3 * time.Second},
		"retry after": {func(n int, h http.Header) int {
			if n == 1 {
				h.Set("Retry-After", "60")
				return 503
			}
			return 200
		}, 61*time.Second + 9*3*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &asked{answer: x.answer}
				c := &fetch.Client{HTTP: &http.Client{Transport: server}, Concurrency: 4, Pace: 3 * time.Second}
				var all sync.WaitGroup
				for range 10 {
					all.Go(func() {
						if _, err := c.Get(t.Context(), "http://boamp.example/", fetch.Condition{}, 0); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
				if took := server.at[len(server.at)-1].Sub(server.at[0]); took < x.want || took > x.want+3*time.Second {
					t.Errorf("%d requests took %v, not %v", len(server.at), took, x.want)
				}
			})
		})
	}
}

// TestHostInTrouble: a host that answers nothing of use is asked a few times, at growing distances, and then no more until the next pass.
func TestHostInTrouble(t *testing.T) {
	var asked atomic.Int64
	well := false
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if !well {
			w.WriteHeader(503)
		}
	})
	c, k := client(t)
	var all sync.WaitGroup
	over := atomic.Int64{}
	for i := range 200 {
		all.Go(func() {
			_, err := c.Get(t.Context(), fmt.Sprint(url, "/", i), fetch.Condition{}, 0)
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("%v", err)
			}
			if errors.Is(err, fetch.ErrOver) {
				over.Add(1)
			}
		})
	}
	all.Wait()
	// 8 in a row, those under way beside them, and one after each rest.
	if n := asked.Load(); n < 12 || n > 8+3+4+4 || over.Load() < 180 {
		t.Errorf("asked %d times, %d of 200 say that the pass is over", n, over.Load())
	}
	if took := k.Now().Sub(start); took < 150*time.Second {
		t.Errorf("given up after %v", took)
	}
	// The next pass asks once, and finds it well the time after.
	before := asked.Load()
	c.Reset()
	for range 10 {
		if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); !errors.Is(err, fetch.ErrOver) {
			t.Errorf("%v", err)
		}
	}
	if n := asked.Load() - before; n != 1 {
		t.Errorf("the next pass asked %d times", n)
	}
	well = true
	c.Reset()
	for range 10 {
		if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// TestOneHost: trouble of one host is not that of another.
func TestOneHost(t *testing.T) {
	bad := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(502) })
	good := serve(t, func(http.ResponseWriter, *http.Request) {})
	c, _ := client(t)
	for range 5 {
		if _, err := c.Get(t.Context(), bad, fetch.Condition{}, 0); err == nil {
			t.Error("no error")
		}
	}
	_, err := c.Get(t.Context(), bad, fetch.Condition{}, 0)
	if !errors.Is(err, fetch.ErrOver) {
		t.Errorf("%v", err)
	}
	if _, err := c.Get(t.Context(), good, fetch.Condition{}, 0); err != nil {
		t.Error(err)
	}
}

// TestBadAddresses: some addresses that fail do not keep the others from being fetched.
func TestBadAddresses(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.Path) == 2 {
			w.WriteHeader(500)
		}
	})
	c, _ := client(t)
	for i := range 100 {
		_, err := c.Do(t.Context(), fetch.Request{URL: fmt.Sprint(url, "/", i), Once: true})
		if (err != nil) != (i < 10) || errors.Is(err, fetch.ErrOver) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// TestFailures: a pass ends when too much fails, and good answers make up for some.
func TestFailures(t *testing.T) {
	n := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; r.URL.Path == "/bad" {
			w.WriteHeader(500)
		}
	})
	get := func(c *fetch.Client, path string) error {
		_, err := c.Do(t.Context(), fetch.Request{URL: url + path, Once: true})
		return err
	}
	c, _ := client(t)
	c.Failures = 10
	for range 9 {
		_ = get(c, "/bad")
	}
	for range 20 {
		if err := get(c, "/"); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if err := get(c, "/bad"); errors.Is(err, fetch.ErrOver) {
			t.Fatal("too early")
		}
	}
	n = 0
	if err := get(c, "/"); !errors.Is(err, fetch.ErrOver) || n != 0 {
		t.Errorf("%v after %d requests", err, n)
	}
	c.Reset()
	if err := get(c, "/"); err != nil {
		t.Error(err)
	}
}

// TestBudget: the time of a pass ends it, also in the middle of waiting.
func TestBudget(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/bad" {
			w.Header().Set("Retry-After", "500")
			w.WriteHeader(503)
		}
	})
	c, k := client(t)
	c.Budget = 10 * time.Minute
	for range 2 {
		c.Reset()
		if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); err != nil {
			t.Fatal(err)
		}
		began := k.Now()
		if _, err := c.Get(t.Context(), url+"/bad", fetch.Condition{}, 0); !errors.Is(err, fetch.ErrOver) || !fault.Is(err, fault.Unavailable) {
			t.Fatalf("%v", err)
		}
		if took := k.Now().Sub(began); took > 10*time.Minute {
			t.Errorf("it took %v", took)
		}
		k.Sleep(t.Context(), 10*time.Minute)
		if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); !errors.Is(err, fetch.ErrOver) {
			t.Fatalf("%v", err)
		}
	}
}

// TestAsksTooMuch: a server that wants to be left alone for a day is, for this pass.
func TestAsksTooMuch(t *testing.T) {
	n := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		w.Header().Set("Retry-After", "86400")
		w.WriteHeader(429)
	})
	c, k := client(t)
	for range 5 {
		if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); !fault.Is(err, fault.Unavailable) {
			t.Fatalf("%v", err)
		}
	}
	if n != 1 || k.total() > time.Minute {
		t.Errorf("%d requests in %v", n, k.total())
	}
}

// TestClockPutBack: a host that rests does not rest for a year because a clock was put back.
func TestClockPutBack(t *testing.T) {
	n := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(503)
		}
	})
	c, k := client(t)
	_, _ = c.Do(t.Context(), fetch.Request{URL: url, Once: true})
	k.now = k.now.AddDate(-1, 0, 0)
	if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); err != nil || k.total() > time.Minute {
		t.Errorf("%v after %v", err, k.total())
	}
}

// TestClockStandsStill: what was slept counts, even if a clock does not move.
func TestClockStandsStill(t *testing.T) {
	n := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(503)
		}
	})
	c, k := client(t)
	c.Now = func() time.Time { return start }
	if _, err := c.Get(t.Context(), url, fetch.Condition{}, 0); err != nil || k.total() != 61*time.Second {
		t.Errorf("%v after %v", err, k.total())
	}
}
