// Package limit decides who is let in: so many requests of a class at once (Gate), so many of a client in a time (Clients). It knows no
// HTTP. Waiting is bounded in number and time, and so is what is remembered of clients.
package limit

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Gate lets in so many requests of one class at once. Some more wait for a place, for a while: the one that came last gets it first, because
// the one that came first has waited so long that its client is likely to have gone; and when too many wait, the one that has waited
// longest is turned away. So an overload costs some clients an error at once, and the others little time. Safe for concurrent use.
type Gate struct {
	Name  string
	Slots int           // at once
	Queue int           // that wait
	Wait  time.Duration // the longest wait
	Retry time.Duration // when those turned away may come again

	mu      sync.Mutex
	busy    int
	waiting []*waiter // in the order in which they came; none unless all places are taken
	count   Counts
}

// Counts tells what a gate did and does.
type Counts struct {
	Admitted, Refused, Late, Gone int64 // let in; turned away by others; after the longest wait; whose clients left while they waited
	Busy, Waiting                 int   // now
	MostWaiting                   int   // at once, ever
}

// waiter is a request that waits. It is told once.
type waiter struct{ turn chan error }

// Busy says that a gate turned a request away.
type Busy struct {
	Gate  string
	Retry time.Duration
}

func (b *Busy) Error() string { return "busy: " + b.Gate }

// RetryAfter says when to come again.
func (b *Busy) RetryAfter() time.Duration { return b.Retry }

// Unwrap gives the same in the vocabulary of package fault.
func (b *Busy) Unwrap() error {
	return &fault.Error{
		Kind: fault.Unavailable, Message: fmt.Sprintf("the server is busy with other requests of this kind (%s)", b.Gate),
		Hint: "ask again after the time of the header Retry-After",
	}
}

// Enter waits for a place, which Leave gives back. The error is a *Busy, or that of ctx when it ends meanwhile.
//
// Who has a place lets all others that could run do so once before it works. Most work never waits, so it would keep its processor while requests
// that have arrived stand where no gate sees them, in the queues of the scheduler and of the system: there they would wait for seconds, in order, and
// none would be turned away.
func (g *Gate) Enter(ctx context.Context) error {
	err := g.enter(ctx)
	if err == nil {
		runtime.Gosched()
	}
	return err
}

func (g *Gate) enter(ctx context.Context) error {
	w := g.queue()
	if w == nil {
		return nil
	}
	late := time.NewTimer(g.Wait)
	defer late.Stop()
	var err error
	select {
	case err = <-w.turn:
		return err
	case <-late.C:
		err = g.turnedAway()
	case <-ctx.Done():
		err = ctx.Err()
	}
	if g.withdraw(w, ctx.Err() != nil) {
		return err
	}
	told := <-w.turn // its turn came at the same moment
	if told == nil && ctx.Err() != nil {
		g.Leave()
		return err
	}
	return told
}

// queue takes a place (nil), or stands in the queue. Who finds the queue of no length is told so at once.
func (g *Gate) queue() *waiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.busy < g.Slots {
		g.busy++
		g.count.Admitted++
		return nil
	}
	w := &waiter{make(chan error, 1)}
	g.waiting = append(g.waiting, w)
	if len(g.waiting) > g.Queue {
		g.waiting[0].turn <- g.turnedAway()
		g.waiting = slices.Delete(g.waiting, 0, 1)
		g.count.Refused++
	}
	g.count.MostWaiting = max(g.count.MostWaiting, len(g.waiting))
	return w
}

func (g *Gate) turnedAway() error { return &Busy{g.Name, g.Retry} }

// withdraw takes a request out of the queue; false when it does not stand there any more.
func (g *Gate) withdraw(w *waiter, gone bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, w)
	if i < 0 {
		return false
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
	if gone {
		g.count.Gone++
	} else {
		g.count.Late++
	}
	return true
}

// Leave gives a place to the one that came last, or back.
func (g *Gate) Leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	last := len(g.waiting) - 1
	if last < 0 {
		g.busy--
		return
	}
	g.waiting[last].turn <- nil
	g.waiting = slices.Delete(g.waiting, last, last+1)
	g.count.Admitted++
}

// Counts tells what the gate did.
func (g *Gate) Counts() Counts {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.count
	c.Busy, c.Waiting = g.busy, len(g.waiting)
	return c
}

// Ticket is the place of one request, which may have to change for one behind another gate. Safe for concurrent use.
type Ticket struct {
	mu      sync.Mutex
	gate    *Gate // nil: it has no place (any more)
	heavier *Gate // nil: it need not change
}

type ticketKey struct{}

// Admit waits for a place behind g and gives a context that carries it. Its work may turn out to be of the kind that heavier bounds.
func (g *Gate) Admit(ctx context.Context, heavier *Gate) (context.Context, *Ticket, error) {
	if err := g.Enter(ctx); err != nil {
		return ctx, nil, err
	}
	t := &Ticket{gate: g, heavier: heavier}
	return context.WithValue(ctx, ticketKey{}, t), t, nil
}

// Leave gives the place back.
func (t *Ticket) Leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gate != nil {
		t.gate.Leave()
	}
	t.gate, t.heavier = nil, nil
}

// Heavier is called where a request turns out to need much: it gives its place up and waits for one behind the narrower gate, which it keeps to its
// end. It never holds two, so that requests cannot block one another. Without a ticket in ctx, or with one that has changed already, it does
// nothing. The error is Enter's; the request has no place then.
func Heavier(ctx context.Context) error {
	t, ok := ctx.Value(ticketKey{}).(*Ticket)
	if !ok {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.heavier == nil {
		return nil
	}
	if err := t.move(ctx, t.heavier); err != nil {
		return err
	}
	t.heavier = nil
	return nil
}

// Move gives the place up for one behind another gate. The error is Enter's; the request has no place then. A ticket that has left stays so.
func (t *Ticket) Move(ctx context.Context, to *Gate) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gate == nil {
		return nil
	}
	return t.move(ctx, to)
}

func (t *Ticket) move(ctx context.Context, to *Gate) error {
	if t.gate != nil {
		t.gate.Leave()
		t.gate = nil
	}
	if err := to.Enter(ctx); err != nil {
		return err
	}
	t.gate = to
	return nil
}
