package follow

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Scheduler makes passes, one after the other, never two at once: the pause begins when a pass has ended, however long it took. Pauses are
// measured by a clock that nobody sets, and none is longer than twice Every, whatever the clock on the wall shows: one that jumps neither stops
// the passes nor makes a storm of them.
type Scheduler struct {
	Pass   func(ctx context.Context) Result
	Every  time.Duration // from the end of a pass to the next; 30 minutes by default
	Jitter float64       // part of Every by which it may be shorter or longer; 0.1 by default, below 0 none
	Rhythm *Rhythm       // a pass follows each of its slots, as far as Every allows; nil for none
	Ended  func(Result)  // told of each pass; may be nil

	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error // gives ctx's error when that ends first
	Rand  func() float64                                   // in [0, 1)

	mu    sync.Mutex
	state State
}

// State is how the following goes. All times are UTC.
type State struct {
	Running  bool       // a pass is under way
	Begun    time.Time  // when the newest pass began
	Ended    time.Time  // when the newest pass that has ended did
	Good     time.Time  // when a pass ended without any fault
	Next     time.Time  // when the next pass begins; zero while one is under way
	Failures int        // passes since then that had one
	Error    string     // the first fault of the newest pass
	Passes   int        // that have ended
	Places   []Standing // in the order in which they are asked
	Last     *Result    // of the newest pass that has ended; not to be changed
}

// Standing is how it goes with one place.
type Standing struct {
	Source   string
	Last     time.Time // when it was asked last
	Good     time.Time // when it was asked last and gave all that it was asked for
	Failures int       // passes since then
	Error    string    // the first fault of the newest pass
}

const (
	defaultEvery  = 30 * time.Minute
	defaultJitter = 0.1
)

// Run makes passes until ctx ends. A pass under way ends as Pass.Run says.
func (s *Scheduler) Run(ctx context.Context) {
	for ctx.Err() == nil {
		s.change(func(st *State) { st.Running, st.Begun, st.Next = true, s.Now().UTC(), time.Time{} })
		r := s.Pass(ctx)
		stopped := ctx.Err() != nil
		var pause time.Duration
		s.change(func(st *State) {
			st.Running = false
			if !stopped { // what a stop broke off says nothing of the source
				st.take(r, s.Now().UTC())
			}
			pause = s.pause()
			st.Next = s.Now().UTC().Add(pause)
		})
		if s.Ended != nil {
			s.Ended(r)
		}
		if stopped || s.Sleep(ctx, pause) != nil {
			break
		}
	}
	s.change(func(st *State) { st.Next = time.Time{} })
}

// take notes what came of a pass.
func (st *State) take(r Result, now time.Time) {
	st.Passes++
	st.Ended, st.Last, st.Error = now, &r, ""
	st.Places = slices.Clone(st.Places) // State has given the old one out
	for _, o := range r.Places {
		i := slices.IndexFunc(st.Places, func(p Standing) bool { return p.Source == o.Name })
		if i < 0 {
			i, st.Places = len(st.Places), append(st.Places, Standing{Source: o.Name})
		}
		st.Places[i].take(o, now)
	}
	if err := r.Fault(); err != nil {
		st.Failures++
		st.Error = plain(err)
		return
	}
	st.Failures, st.Good = 0, now
}

func (p *Standing) take(o Outcome, now time.Time) {
	p.Last, p.Error = now, ""
	if len(o.Faults) > 0 {
		p.Failures++
		p.Error = plain(o.Faults[0].Err)
		return
	}
	p.Failures, p.Good = 0, now
}

// plain is what anybody may read of an error: its causes are for the log.
func plain(err error) string {
	var f *fault.Error
	switch {
	case !errors.As(err, &f):
		return "an internal error, see the log"
	case f.Pos != "":
		return f.Pos + ": " + f.Message
	}
	return f.Message
}

func (s *Scheduler) change(do func(st *State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do(&s.state)
}

// State says how it goes. Safe for concurrent use.
func (s *Scheduler) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// pause is how long to wait for the next pass. A slot of the rhythm draws it near, when the pause comes out between half and one and a half
// of Every.
func (s *Scheduler) pause() time.Duration {
	every, jitter := s.Every, s.Jitter
	if every <= 0 {
		every = defaultEvery
	}
	if jitter == 0 {
		jitter = defaultJitter
	}
	r := s.Rand()
	if s.Rhythm != nil {
		now := s.Now()
		lag := time.Duration(float64(s.Rhythm.Lag) * (1 + 2*r)) // not all who follow come in the same second
		for at := s.Rhythm.Next(now.Add(-lag)); ; at = s.Rhythm.Next(at) {
			wait := at.Add(lag).Sub(now)
			if wait > every*3/2 {
				break
			}
			if wait >= every/2 {
				return wait
			}
		}
	}
	return time.Duration(float64(every) * (1 + max(0, min(jitter, 0.9))*(2*r-1)))
}
