package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"
)

// readers ask a server all the time, while others do their worst to its folder.
type readers struct {
	stop     chan struct{}
	answered chan struct{} // for who waits for the next answer
	wait     sync.WaitGroup
	mu       sync.Mutex
	asked    int
	seen     map[int]int // totals: how often
	wrong    []string
}

// watch begins to ask. Whatever total is answered has to be one of those allowed, none lower than one before, and each answer a good one.
func watch(t *testing.T, s *served, allowed ...int) *readers {
	t.Helper()
	r := &readers{stop: make(chan struct{}), answered: make(chan struct{}, 1), seen: map[int]int{}}
	for range 2 {
		r.wait.Go(func() {
			client := http.Client{Timeout: patience}
			defer client.CloseIdleConnections()
			for last := 0; ; {
				select {
				case <-r.stop:
					return
				case <-time.After(2 * time.Millisecond): // readers are many, but do not take the machine from what they watch
				}
				total, revision, err := askTotal(&client, s.url+"/api/v1/notices?limit=3")
				r.note(total, last, fmt.Sprint("revision ", revision), err, allowed)
				last = max(last, total)
			}
		})
	}
	t.Cleanup(func() { r.end(t) })
	return r
}

func askTotal(c *http.Client, url string) (total int, revision int64, err error) {
	res, err := c.Get(url)
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, 0, err
	}
	var p struct {
		Meta  struct{ Revision int64 }
		Total int
	}
	if err := json.Unmarshal(b, &p); err != nil || res.StatusCode != http.StatusOK {
		return 0, 0, fmt.Errorf("status %d: %.300s", res.StatusCode, b)
	}
	return p.Total, p.Meta.Revision, nil
}

func (r *readers) note(total, last int, where string, err error, allowed []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	switch known := len(allowed) == 0; {
	case err != nil:
		r.wrong = append(r.wrong, err.Error())
	case total < last:
		r.wrong = append(r.wrong, fmt.Sprintf("%s: %d notices, %d before", where, total, last))
	default:
		for _, n := range allowed {
			known = known || n == total
		}
		if !known {
			r.wrong = append(r.wrong, fmt.Sprintf("%s: %d notices, which is none of %v", where, total, allowed))
		}
	}
	r.seen[total]++
	select {
	case r.answered <- struct{}{}:
	default:
	}
}

// until waits for that many more answers.
func (r *readers) until(t *testing.T, more int) {
	t.Helper()
	late := time.After(patience)
	r.mu.Lock()
	want := r.asked + more
	r.mu.Unlock()
	for {
		select {
		case <-r.answered:
		case <-late:
			t.Fatal("no answers")
		}
		r.mu.Lock()
		asked := r.asked
		r.mu.Unlock()
		if asked >= want {
			return
		}
	}
}

// end stops them and tells what they met.
func (r *readers) end(t *testing.T) {
	t.Helper()
	select {
	case <-r.stop:
		return
	default:
		close(r.stop)
	}
	r.wait.Wait()
	if r.asked == 0 {
		t.Error("nobody asked")
	}
	for i, w := range r.wrong {
		if i == 5 {
			t.Errorf("and %d more", len(r.wrong)-i)
			return
		}
		t.Errorf("a reader: %s", w)
	}
	t.Logf("readers asked %d times and saw totals %v", r.asked, r.seen)
}
