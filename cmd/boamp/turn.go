package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boamp/boamp/internal/ingest"
)

// turn is the right to change a server's folder: one has it at a time, the others wait in the order in which they came.
type turn struct {
	free    chan struct{} // holds one thing while nobody has the turn
	waiting atomic.Int32

	mu    sync.Mutex
	who   string // has it
	since time.Time
}

func newTurn() *turn {
	t := &turn{free: make(chan struct{}, 1)}
	t.free <- struct{}{}
	return t
}

// take waits for the turn; the caller calls done at its end. busy is told once who has it, when somebody has; it may be nil.
func (t *turn) take(ctx context.Context, who string, busy func(who string, since time.Time)) (done func(), err error) {
	select {
	case <-t.free:
	default:
		if busy != nil {
			t.mu.Lock()
			other, since := t.who, t.since
			t.mu.Unlock()
			busy(other, since)
		}
		t.waiting.Add(1)
		defer t.waiting.Add(-1)
		select {
		case <-t.free:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	t.mu.Lock()
	t.who, t.since = who, time.Now()
	t.mu.Unlock()
	return sync.OnceFunc(func() { t.free <- struct{}{} }), nil
}

// wanted reports whether somebody waits for it.
func (t *turn) wanted() bool { return t.waiting.Load() > 0 }

// hold is a turn that somebody has, nil for what needs none: a folder without a server.
type hold struct {
	turn *turn
	who  string
	done func()
}

// end gives the turn back.
func (h *hold) end() {
	if h != nil {
		h.done()
	}
}

// giveWay lets those who wait have their turn before it goes on, and makes up for what they may have left undone. Nothing may be under
// way.
func (h *hold) giveWay(ctx context.Context, im *ingest.Importer) error {
	if h == nil || !h.turn.wanted() {
		return nil
	}
	h.done()
	done, err := h.turn.take(ctx, h.who, nil)
	if err != nil {
		return err
	}
	h.done = done
	_, err = im.Recover(ctx)
	return err
}
