package limit_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/limit"
)

func gate(slots, queue int) *limit.Gate {
	return &limit.Gate{Name: "search", Slots: slots, Queue: queue, Wait: time.Second, Retry: 3 * time.Second}
}

// TestGateTakesTheNewestFirst: who came last is let in first, who waited longest is turned away when there are too many.
func TestGateTakesTheNewestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate(1, 2)
		if err := g.Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := make(chan int, 3)
		for i := range 3 {
			go func() {
				if err := g.Enter(t.Context()); err != nil {
					got <- -i - 1
					return
				}
				got <- i + 1
			}()
			synctest.Wait()
		}
		if first := <-got; first != -1 {
			t.Errorf("%d was told first, want the first that waited, turned away", first)
		}
		for _, want := range []int{3, 2} {
			g.Leave()
			if i := <-got; i != want {
				t.Errorf("%d was let in, want %d", i, want)
			}
		}
		g.Leave()
		if c := g.Counts(); c.Admitted != 3 || c.Refused != 1 || c.Busy != 0 || c.Waiting != 0 || c.MostWaiting != 2 {
			t.Errorf("%+v", c)
		}
	})
}

// TestGateSeesWhoCouldRun: on one processor, work that never waits must not keep those that have arrived from the gate, which would then turn
// nobody away, however long they stand in the queue of the scheduler.
func TestGateSeesWhoCouldRun(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const requests = 100
	g := gate(1, 2)
	var all sync.WaitGroup
	for range requests {
		all.Go(func() {
			if g.Enter(t.Context()) == nil {
				g.Leave()
			}
		})
	}
	all.Wait()
	if c := g.Counts(); c.Refused < requests/2 || c.Admitted+c.Refused != requests {
		t.Errorf("%+v of %d that came at once", c, requests)
	}
}

func TestGateEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate(1, 5)
		if err := g.Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		err := g.Enter(t.Context())
		var busy *limit.Busy
		if !errors.As(err, &busy) || busy.RetryAfter() != 3*time.Second || !fault.Is(err, fault.Unavailable) || time.Since(begun) != time.Second {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := g.Enter(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if c := g.Counts(); c.Late != 1 || c.Gone != 1 || c.Waiting != 0 || c.Busy != 1 {
			t.Errorf("%+v", c)
		}
		if err := gate(0, 0).Enter(t.Context()); !errors.As(err, &busy) {
			t.Errorf("a gate without places: %v", err)
		}
	})
}

// TestGateUnderFire: requests that come, wait, give up and go in any order never are more than the places, and leave none taken.
func TestGateUnderFire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		search, heavy := gate(4, 8), gate(2, 3)
		var inside, heavies, over, admitted atomic.Int64
		var all sync.WaitGroup
		for i := range 2000 {
			r := rand.New(rand.NewPCG(7, uint64(i)))
			all.Go(func() {
				time.Sleep(time.Duration(r.IntN(20_000)) * time.Millisecond)
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(1500))*time.Millisecond)
				defer cancel()
				ctx, ticket, err := search.Admit(ctx, heavy)
				if err != nil {
					return
				}
				defer ticket.Leave()
				admitted.Add(1)
				if inside.Add(1) > 4 {
					over.Add(1)
				}
				time.Sleep(time.Duration(r.IntN(30)) * time.Millisecond)
				inside.Add(-1)
				if r.IntN(4) > 0 || limit.Heavier(ctx) != nil {
					return
				}
				if heavies.Add(1) > 2 {
					over.Add(1)
				}
				_ = limit.Heavier(ctx) // a second time is nothing
				time.Sleep(time.Duration(r.IntN(200)) * time.Millisecond)
				heavies.Add(-1)
			})
		}
		all.Wait()
		s, h := search.Counts(), heavy.Counts()
		if over.Load() > 0 || s.Busy+s.Waiting+h.Busy+h.Waiting != 0 || s.MostWaiting > 8 || h.MostWaiting > 3 {
			t.Errorf("%d too many at once; %+v, %+v", over.Load(), s, h)
		}
		if s.Admitted != admitted.Load() || s.Admitted+s.Refused+s.Late+s.Gone != 2000 || h.Admitted == 0 || h.Refused+h.Late+h.Gone == 0 {
			t.Errorf("of 2000: %d, %+v, %+v", admitted.Load(), s, h)
		}
	})
}

func TestHeavierNeedsATicket(t *testing.T) {
	if err := limit.Heavier(t.Context()); err != nil {
		t.Error(err)
	}
	search, heavy := gate(1, 0), gate(0, 0)
	ctx, ticket, err := search.Admit(t.Context(), heavy)
	if err != nil {
		t.Fatal(err)
	}
	if err := limit.Heavier(ctx); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without a place: %v", err)
	}
	if search.Counts().Busy != 0 {
		t.Error("it kept its place behind the wider gate")
	}
	ticket.Leave()
	ticket.Leave()
	if err := ticket.Move(t.Context(), heavy); err != nil {
		t.Errorf("a request that has left moved: %v", err)
	}
	if search.Counts().Busy != 0 {
		t.Errorf("%+v", search.Counts())
	}
}
