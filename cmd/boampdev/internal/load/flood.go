package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Flood offers a server more than it can answer: requests come at a rate whatever it does (open loop). A latency runs from the moment when its request
// was due.
type Flood struct {
	Questions []Question
	Rate      float64       // requests a second
	For       time.Duration //
	Most      int           // requests under way; what would be more is not sent, and counted
}

// FloodResult is what became of the requests.
type FloodResult struct {
	Seconds      float64
	Sent, Held   int       // held: not sent, because too many were under way
	Answered     Latencies // status 200
	Refused      Latencies // status 503 with Retry-After
	Bare         int       // status 503 without
	Broken       int       // any other status, or none
	FirstBroken  string
	MostResident int64 // bytes of the server's memory, sampled; 0 when its process is not known
	Processor    Shares
}

// RefusedShare is the part of what was sent that was refused.
func (r FloodResult) RefusedShare() float64 { return float64(len(r.Refused)) / float64(max(1, r.Sent)) }

// PerSecond is the number of answers a second.
func (r FloodResult) PerSecond() float64 { return float64(len(r.Answered)) / r.Seconds }

// Loopback reports an error unless the server is on this machine: nobody else's is to be flooded.
func (s *Server) Loopback() error {
	u, err := url.Parse(s.URL)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is not on this machine: only a server of its own is flooded", s.URL)
	}
	return nil
}

// reply is the end of one request.
type reply struct {
	took   time.Duration
	status int
	retry  bool
	err    error
}

// Do floods the server.
func (f Flood) Do(ctx context.Context, s *Server) FloodResult {
	type job struct {
		path string
		due  time.Time
	}
	jobs := make(chan job)
	lists := make([][]reply, f.Most)
	var wait sync.WaitGroup
	for i := range f.Most {
		wait.Go(func() {
			for j := range jobs {
				r := s.reply(ctx, j.path)
				r.took = time.Since(j.due)
				lists[i] = append(lists[i], r)
			}
		})
	}
	res := FloodResult{}
	stop, peak := make(chan struct{}), make(chan int64, 1)
	go func() { peak <- mostResident(s.PID, stop) }()
	before, start := processorOf(s.PID), time.Now()
	for i := 0; ctx.Err() == nil; i++ {
		due := start.Add(time.Duration(float64(i) / f.Rate * float64(time.Second)))
		if due.Sub(start) >= f.For {
			break
		}
		sleepUntil(ctx, due)
		select {
		case jobs <- job{f.Questions[i%len(f.Questions)].Path, due}:
			res.Sent++
		default:
			res.Held++
		}
	}
	close(jobs)
	wait.Wait()
	res.Seconds = time.Since(start).Seconds()
	res.Processor = before.until(processorOf(s.PID), res.Seconds)
	close(stop)
	res.MostResident = <-peak
	for _, list := range lists {
		for _, r := range list {
			res.add(r)
		}
	}
	return res
}

func (r *FloodResult) add(x reply) {
	switch {
	case x.err == nil && x.status == http.StatusOK:
		r.Answered = append(r.Answered, x.took)
	case x.err == nil && x.status == http.StatusServiceUnavailable && x.retry:
		r.Refused = append(r.Refused, x.took)
	case x.err == nil && x.status == http.StatusServiceUnavailable:
		r.Bare++
	default:
		r.Broken++
		if r.FirstBroken == "" {
			r.FirstBroken = fmt.Sprintf("status %d, %v", x.status, x.err)
		}
	}
}

// reply asks for a path and reads all of the answer.
func (s *Server) reply(ctx context.Context, path string) reply {
	res, err := s.do(ctx, path)
	if err != nil {
		return reply{err: err}
	}
	_, err = io.Copy(io.Discard, res.Body)
	return reply{status: res.StatusCode, retry: res.Header.Get("Retry-After") != "", err: errors.Join(err, res.Body.Close())}
}

// mostResident samples the memory of a process until stop is closed.
func mostResident(pid int, stop <-chan struct{}) (most int64) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if pid > 0 {
			most = max(most, MemoryOf(pid).Resident)
		}
		select {
		case <-stop:
			return most
		case <-tick.C:
		}
	}
}
