package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"
)

// TestOverload asks far more at once than there are places: every answer is whole or a refusal that says when to come again, never more are at work or wait
// than may, and afterwards the server is as it was.
func TestOverload(t *testing.T) {
	const clients, rounds = 64, 8
	h, l := limited(t, public{}, func(l *limits) {
		l.slots, l.queues, l.wait = "light=2,search=2,export=1", "light=2,search=3,export=1", 20*time.Millisecond
	})
	s := httptest.NewServer(h)
	defer s.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}}
	ask := func(path string) int {
		res, err := client.Get(s.URL + path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return 0
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		switch {
		case err != nil || len(body) == 0:
			t.Errorf("%s: %d, %d bytes, %v", path, res.StatusCode, len(body), err)
		case res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "":
			t.Errorf("%s: no Retry-After", path)
		case res.StatusCode != http.StatusOK && res.StatusCode != http.StatusServiceUnavailable:
			t.Errorf("%s: %d %.200s", path, res.StatusCode, body)
		}
		return res.StatusCode
	}
	paths := []string{"/api/v1/notices?limit=50", "/api/explore/v2.1/catalog/datasets/boamp/facets", "/api/records/1.0/search/?dataset=boamp", "/opendata/api-boamp/annonces/search?criterion=%23all",
		"/api/v1/codes", "/api/v1/notices.csv", "/api/v1/facets?facet=famille"}
	ask(paths[0])
	before := runtime.NumGoroutine()
	statuses := map[int]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, full := range []bool{true, false} { // first with all places of searches taken, so that there are refusals whatever the machine
		if full {
			for range l.gates[searching].Slots {
				if err := l.gates[searching].Enter(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		for c := range clients {
			all.Go(func() {
				for i := range rounds {
					status := ask(paths[(c+i)%len(paths)])
					mu.Lock()
					statuses[status]++
					mu.Unlock()
					if health := ask("/healthz"); health != http.StatusOK {
						t.Errorf("health in the overload: %d", health)
					}
				}
			})
		}
		all.Wait()
		if full {
			for range l.gates[searching].Slots {
				l.gates[searching].Leave()
			}
		}
	}
	for c, g := range l.gates {
		if n := g.Counts(); n.Busy != 0 || n.Waiting != 0 || n.MostWaiting > g.Queue {
			t.Errorf("class %s afterwards: %+v", c, n)
		}
	}
	if statuses[200] == 0 || statuses[503] == 0 {
		t.Errorf("%v", statuses)
	}
	for _, path := range paths {
		if status := ask(path); status != http.StatusOK {
			t.Errorf("%s afterwards: %d", path, status)
		}
	}
	client.CloseIdleConnections()
	s.Close()
	end := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before+10 && time.Now().Before(end) { // those of closed connections end by and by
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before+10 {
		t.Errorf("%d goroutines afterwards, %d before", after, before)
	}
}
