package follow_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/follow"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/notice"
)

func paris(y int, m time.Month, d, hour, minute int) time.Time {
	return time.Date(y, m, d, hour, minute, 0, 0, notice.Paris)
}

func TestRhythm(t *testing.T) {
	r := follow.DILA(notice.Paris)
	for _, c := range []struct{ at, want time.Time }{
		{paris(2026, 9, 11, 0, 0), paris(2026, 9, 11, 4, 46)},
		{paris(2026, 9, 11, 4, 46), paris(2026, 9, 11, 7, 45)},
		{paris(2026, 9, 11, 7, 45), paris(2026, 9, 11, 8, 15)},
		{paris(2026, 9, 11, 19, 44), paris(2026, 9, 11, 19, 45)},
		{paris(2026, 9, 11, 19, 45), paris(2026, 9, 12, 4, 46)},
		{paris(2026, 12, 31, 23, 59), paris(2027, 1, 1, 4, 46)},
		{paris(2026, 10, 24, 20, 0), time.Date(2026, 10, 25, 3, 46, 0, 0, time.UTC)}, // the night of 25 hours
		{time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), time.Date(2026, 10, 25, 3, 46, 0, 0, time.UTC)},
		{paris(2026, 3, 28, 20, 0), time.Date(2026, 3, 29, 2, 46, 0, 0, time.UTC)}, // the night of 23 hours
	} {
		if got := r.Next(c.at.UTC()); !got.Equal(c.want) {
			t.Errorf("after %v: %v, want %v", c.at, got, c.want)
		}
	}
}

// night is a scheduler in a world where waiting costs nothing.
type night struct {
	*follow.Scheduler
	wall  time.Time     // what the clock shows
	alive time.Duration // since the beginning
	took  time.Duration // a pass
	begun []time.Duration
	walls []time.Time
	stop  context.CancelFunc
	until time.Duration
	jump  func(n *night)
	out   func(pass int) follow.Result
	busy  atomic.Int32
}

func (n *night) Now() time.Time { return n.wall }

func (n *night) pass(context.Context) follow.Result {
	if n.busy.Add(1) != 1 {
		panic("two passes at once")
	}
	defer n.busy.Add(-1)
	n.begun, n.walls = append(n.begun, n.alive), append(n.walls, n.wall)
	n.alive, n.wall = n.alive+n.took, n.wall.Add(n.took)
	return n.out(len(n.begun))
}

func (n *night) sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		panic(fmt.Sprint("a pause of ", d))
	}
	n.alive, n.wall = n.alive+d, n.wall.Add(d)
	if n.jump != nil {
		n.jump(n)
	}
	if n.alive >= n.until {
		n.stop()
	}
	return ctx.Err()
}

func nothing(int) follow.Result { return follow.Result{} }

// live runs a scheduler for a while.
func live(t *testing.T, begin time.Time, until time.Duration, set func(n *night)) *night {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	rnd := rand.New(rand.NewPCG(1, 2))
	n := &night{wall: begin, until: until, stop: stop, took: time.Minute, out: nothing}
	n.Scheduler = &follow.Scheduler{Pass: n.pass, Now: n.Now, Sleep: n.sleep, Rand: rnd.Float64}
	set(n)
	n.Run(ctx)
	return n
}

// pauses gives the shortest and the longest time between the ends and the beginnings of passes.
func (n *night) pauses() (least, most time.Duration) {
	for i := 1; i < len(n.begun); i++ {
		d := n.begun[i] - n.begun[i-1] - n.took
		if least == 0 || d < least {
			least = d
		}
		most = max(most, d)
	}
	return least, most
}

func TestEvery(t *testing.T) {
	n := live(t, paris(2026, 9, 11, 0, 0), 100*time.Hour, func(*night) {})
	least, most := n.pauses()
	if len(n.begun) < 185 || len(n.begun) > 205 || least < 27*time.Minute || most > 33*time.Minute || least > 28*time.Minute || most < 32*time.Minute {
		t.Errorf("%d passes, pauses of %v to %v", len(n.begun), least, most)
	}
	n = live(t, paris(2026, 9, 11, 0, 0), 100*time.Hour, func(n *night) { n.Every, n.Jitter = time.Hour, -1 })
	if least, most := n.pauses(); least != time.Hour || most != time.Hour {
		t.Errorf("without jitter pauses of %v to %v", least, most)
	}
	n = live(t, paris(2026, 9, 11, 0, 0), 100*time.Hour, func(n *night) { n.took = 7 * time.Hour }) // a pass that takes longer delays the next
	if least, most := n.pauses(); len(n.begun) != 14 || least < 27*time.Minute || most > 33*time.Minute {
		t.Errorf("passes of 7 hours: %d, pauses of %v to %v", len(n.begun), least, most)
	}
}

// TestSlots: a pass follows each slot within minutes, also in the nights in which clocks change.
func TestSlots(t *testing.T) {
	for _, day := range []time.Time{paris(2026, 9, 11, 0, 10), paris(2026, 3, 28, 20, 0), paris(2026, 10, 24, 20, 0)} {
		n := live(t, day, 48*time.Hour, func(n *night) { n.Rhythm = follow.DILA(notice.Paris) })
		least, most := n.pauses()
		if least < 15*time.Minute || most > 45*time.Minute {
			t.Errorf("from %v: pauses of %v to %v", day, least, most)
		}
		for at := n.Rhythm.Next(day); at.Before(day.Add(47 * time.Hour)); at = n.Rhythm.Next(at) {
			found := false
			for _, w := range n.walls {
				found = found || w.After(at) && w.Before(at.Add(7*time.Minute))
			}
			if !found {
				t.Errorf("from %v: no pass follows %v", day, at)
			}
		}
	}
}

// TestClockJumps sets the clock on the wall forward and back by a year, again and again.
func TestClockJumps(t *testing.T) {
	for _, rhythm := range []*follow.Rhythm{nil, follow.DILA(notice.Paris)} {
		i := 0
		n := live(t, paris(2026, 9, 11, 0, 0), 300*time.Hour, func(n *night) {
			n.Rhythm = rhythm
			n.jump = func(n *night) {
				i++
				n.wall = n.wall.AddDate([]int{0, 1, 0, -1, -1, 1}[i%6], 0, 0).Add(time.Duration(i%7) * time.Hour)
			}
		})
		least, most := n.pauses()
		if least < 15*time.Minute || most > 45*time.Minute || len(n.begun) < 400 {
			t.Errorf("%d passes, pauses of %v to %v", len(n.begun), least, most)
		}
	}
}

// TestState goes through good and bad passes.
func TestState(t *testing.T) {
	begin := paris(2026, 9, 11, 0, 0)
	down := follow.Result{Places: []follow.Outcome{{Name: "dila", Faults: []follow.Fault{{Err: fault.Wrap(fault.Unavailable, errors.New("secret"), "nobody there").At("x")}}}}}
	fresh := follow.Result{Places: []follow.Outcome{{Name: "dila", Summary: ingest.Summary{Inserted: 3}}}}
	var states []follow.State
	n := live(t, begin, 9*time.Hour, func(n *night) {
		n.Every, n.Jitter = time.Hour, -1
		n.out = func(pass int) follow.Result {
			if !n.State().Running || !n.State().Next.IsZero() {
				t.Error("not running while a pass is under way")
			}
			return map[int]follow.Result{2: down, 3: down, 6: fresh}[pass]
		}
		n.Ended = func(follow.Result) { states = append(states, n.State()) }
	})
	var b strings.Builder
	for _, s := range states[:4] {
		fmt.Fprintf(&b, "%v %d %q good %s next %v\n", s.Running, s.Failures, s.Error, s.Good.In(notice.Paris).Format("15:04"), s.Next.Sub(s.Ended))
	}
	if p := states[2].Places; len(p) != 1 || p[0].Source != "dila" || p[0].Failures != 2 || p[0].Error != "x: nobody there" || !p[0].Good.IsZero() || p[0].Last != states[2].Ended {
		t.Errorf("the place after two bad passes: %+v", p)
	}
	if p := states[8].Places; len(p) != 1 || p[0].Failures != 0 || p[0].Error != "" || p[0].Good != states[5].Ended {
		t.Errorf("the place in the end: %+v", p)
	}
	want := `false 0 "" good 00:01 next 1h0m0s
false 1 "x: nobody there" good 00:01 next 1h0m0s
false 2 "x: nobody there" good 00:01 next 1h0m0s
false 0 "" good 03:04 next 1h0m0s
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	if s := n.State(); !s.Next.IsZero() || s.Running || s.Passes != 9 {
		t.Errorf("at the end %+v", s)
	}
}

// TestStop: a pass that a stop breaks off is no failure, and nothing follows it.
func TestStop(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	passes := 0
	s := &follow.Scheduler{
		Pass: func(ctx context.Context) follow.Result {
			passes++
			stop()
			return follow.Result{Err: ctx.Err()}
		},
		Now: time.Now, Rand: func() float64 { return 0 }, Sleep: func(context.Context, time.Duration) error { t.Error("slept"); return nil },
	}
	s.Run(ctx)
	if st := s.State(); passes != 1 || st.Failures != 0 || st.Running || !st.Next.IsZero() {
		t.Errorf("%d passes, %+v", passes, st)
	}
}
