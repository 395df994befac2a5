package load

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Run is a load to be put on a server.
type Run struct {
	Questions []Question    // asked in turn, from the beginning again when they are used up
	Clients   int           // at once
	For       time.Duration // requests that begin later are not sent
	// Rate is the number of requests a second that come whatever the server does (open loop): a latency runs from the moment
	// when its request was due, so that waiting behind a slow one counts. 0: each client asks again once it has its answer.
	Rate float64
	Stop <-chan struct{} // no request begins once it is closed; nil: For alone counts
}

// Result is what a run measured.
type Result struct {
	Seconds   float64
	Requests  int
	Failed    int   // without an answer of status 200
	Bytes     int64 // of bodies
	All       Latencies
	Kinds     map[string]*KindResult
	Processor Shares
	FirstFail string
	Slowest   string // the path of the slowest answer
}

// KindResult is the part of one kind of question.
type KindResult struct {
	Latencies Latencies
	Bytes     int64
}

// PerSecond is the number of answers a second.
func (r Result) PerSecond() float64 { return float64(r.Requests-r.Failed) / r.Seconds }

// outcome is one request.
type outcome struct {
	question int
	took     time.Duration
	size     int64
	err      error
}

// Do puts the load on the server.
func (r Run) Do(ctx context.Context, s *Server) Result {
	var next atomic.Int64
	var wait sync.WaitGroup
	lists := make([][]outcome, r.Clients)
	before, start := processorOf(s.PID), time.Now()
	for c := range r.Clients {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1) - 1)
				due, ok := r.due(start, i)
				if !ok {
					return
				}
				sleepUntil(ctx, due)
				q := i % len(r.Questions)
				size, _, err := s.Drain(ctx, r.Questions[q].Path)
				lists[c] = append(lists[c], outcome{q, time.Since(due), size, err})
			}
		})
	}
	wait.Wait()
	seconds := time.Since(start).Seconds()
	res := r.sum(lists, seconds)
	res.Processor = before.until(processorOf(s.PID), seconds)
	return res
}

// due says when the i-th request begins.
func (r Run) due(start time.Time, i int) (time.Time, bool) {
	at := time.Now()
	if r.Rate > 0 {
		at = start.Add(time.Duration(float64(i) / r.Rate * float64(time.Second)))
	}
	select {
	case <-r.Stop:
		return at, false
	default:
		return at, at.Sub(start) < r.For
	}
}

// sleepUntil waits for a request to be due.
func sleepUntil(ctx context.Context, t time.Time) {
	if d := time.Until(t); d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	}
}

func (r Run) sum(lists [][]outcome, seconds float64) Result {
	res := Result{Seconds: seconds, Kinds: map[string]*KindResult{}}
	var slowest time.Duration
	for _, list := range lists {
		for _, o := range list {
			q := r.Questions[o.question]
			res.Requests++
			if o.err != nil {
				res.Failed++
				res.FirstFail = fmt.Sprint(o.err)
				continue
			}
			k := res.Kinds[q.Kind]
			if k == nil {
				k = &KindResult{}
				res.Kinds[q.Kind] = k
			}
			k.Latencies, k.Bytes = append(k.Latencies, o.took), k.Bytes+o.size
			res.All, res.Bytes = append(res.All, o.took), res.Bytes+o.size
			if o.took > slowest {
				slowest, res.Slowest = o.took, q.Path
			}
		}
	}
	return res
}
