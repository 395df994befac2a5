package main

import (
	"context"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/follow"
)

// TestFollowing: how it goes with a source is told before the first pass, after good ones, and when it is this machine that fails: then all
// that is followed is behind, also what no pass came to.
func TestFollowing(t *testing.T) {
	full := fault.New(fault.Unavailable, "the disk of the data folder is full")
	good := follow.Result{Places: []follow.Outcome{{Name: "dila"}, {Name: "explore"}}}
	down := follow.Result{Places: []follow.Outcome{{Name: "dila", Faults: []follow.Fault{{Err: fault.New(fault.Unavailable, "nobody there")}}}, {Name: "explore"}}}
	type want struct {
		failures int
		text     string
		good     bool
	}
	for _, c := range []struct {
		name   string
		passes []follow.Result
		want   [2]want // of dila and explore
	}{
		{"no pass yet", nil, [2]want{}},
		{"good", []follow.Result{good}, [2]want{{good: true}, {good: true}}},
		{"a source is down", []follow.Result{good, down, down}, [2]want{{2, "nobody there", true}, {good: true}}},
		{"the disk is full from the beginning", []follow.Result{{Err: full}, {Err: full}}, [2]want{{2, full.Message, false}, {2, full.Message, false}}},
		{"the disk runs full", []follow.Result{good, {Places: good.Places[:1], Err: full}}, [2]want{{1, full.Message, true}, {1, full.Message, true}}},
		{"and is given room", []follow.Result{{Err: full}, good}, [2]want{{good: true}, {good: true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			f := &folder{followed: []string{"dila", "explore"}}
			left := c.passes
			f.scheduler = &follow.Scheduler{
				Now: time.Now, Rand: func() float64 { return 0.5 },
				Pass: func(context.Context) follow.Result {
					r := left[0]
					left = left[1:]
					return r
				},
				Sleep: func(ctx context.Context, _ time.Duration) error {
					if len(left) == 0 {
						stop()
					}
					return ctx.Err()
				},
			}
			if len(left) == 0 {
				stop()
			}
			f.scheduler.Run(ctx)
			stop()
			list := f.following()
			if len(list) != 2 || list[0].Source != "dila" || list[1].Source != "explore" {
				t.Fatalf("%+v", list)
			}
			for i, x := range list {
				if got := (want{x.Failures, x.Error, !x.Good.IsZero()}); got != c.want[i] {
					t.Errorf("%s: %+v, want %+v", x.Source, got, c.want[i])
				}
			}
		})
	}
	if (&folder{}).following() != nil {
		t.Error("a folder without a server follows something")
	}
}
