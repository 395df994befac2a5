package fetch

import (
	"context"
	"errors"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// ErrOver is in the chain of errors that concern more than one request: the budget of the pass is spent, or the host is in trouble.
var ErrOver = errors.New("no more requests in this pass")

// pass is what was spent since Reset.
type pass struct {
	began time.Time // of the first request
	spent float64   // failed attempts, less what good answers made up for
}

// forgiven is how much of a failed attempt a good answer makes up for.
const forgiven = 0.1

// Reset begins a new pass: its budget is whole. A host that was in trouble gets one attempt to show that it no longer is.
func (c *Client) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pass = pass{}
	for _, h := range c.hosts {
		h.reset(c.rests())
	}
}

func (c *Client) rests() int { return or(c.Rests, 4) }

// host is what is known of a server. Its fields are guarded by Client.mu, apart from slots.
type host struct {
	name  string
	slots chan struct{} // one for each request under way
	next  time.Time     // before which no request begins: pace, rest, Retry-After
	sets  int           // how often next was set
	bad   int           // attempts in a row that failed
	rests int           // in a row without a good answer between them
	over  bool          // for this pass
	probe chan struct{} // closed when the one request that may go on after a rest has ended; nil when all may
}

func (h *host) reset(rests int) {
	if h.over {
		h.rests, h.over = rests, false
	}
}

func (c *Client) host(name string) *host {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.hosts[name]
	if h == nil {
		h = &host{name: name, slots: make(chan struct{}, or(c.Concurrency, 4))}
		c.hosts[name] = h
	}
	return h
}

// enter waits until a request may be made; leave has to follow.
func (c *Client) enter(ctx context.Context, h *host) error {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return cancelled(ctx)
	}
	for {
		wait, sets, probe, err := c.turn(h)
		switch {
		case err != nil:
		case probe != nil:
			select {
			case <-probe:
				continue
			case <-ctx.Done():
				err = cancelled(ctx)
			}
		case wait > 0:
			if err = c.sleep(ctx, wait, nil); err == nil {
				c.waited(h, sets)
			}
		case ctx.Err() != nil:
			err = cancelled(ctx)
		default:
			return nil
		}
		if err != nil {
			<-h.slots
			return err
		}
	}
}

// turn says what a request has to wait for: a time, told apart from others by sets, the end of another request, or nothing, when it was
// counted as begun.
func (c *Client) turn(h *host) (wait time.Duration, sets int, probe chan struct{}, err error) {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pass.began.IsZero() {
		c.pass.began = now
	}
	if err := c.over(h, now, nil); err != nil {
		return 0, 0, nil, err
	}
	if h.probe != nil {
		return 0, 0, h.probe, nil
	}
	if wait := h.next.Sub(now); wait > 0 && wait <= c.longestRest() { // longer only when the clock was put back
		return wait, h.sets, nil, nil
	}
	h.rest(now.Add(c.Pace))
	if h.rests > 0 {
		h.probe = make(chan struct{})
	}
	return 0, 0, nil, nil
}

// rest has no request begin before t.
func (h *host) rest(t time.Time) { h.next, h.sets = t, h.sets+1 }

// waited ends a wait that is over by the time that was slept, whatever a clock says that stands still or was put back meanwhile. What others
// have to be waited for since then is another wait: the pace behind their request, or what the server asked for.
func (c *Client) waited(h *host, sets int) {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if h.sets == sets && h.next.After(now) {
		h.rest(now)
	}
}

// over gives the error of a pass that has ended. The caller holds mu.
func (c *Client) over(h *host, now time.Time, last error) error {
	cause := errors.Join(ErrOver, last)
	switch {
	case h.over:
		return fault.Wrap(fault.Unavailable, cause, "%s is in trouble and left in peace until the next pass", h.name)
	case c.pass.spent >= float64(or(c.Failures, 100)):
		return fault.Wrap(fault.Unavailable, cause, "too many requests of this pass failed; the next one goes on where it ends")
	case c.Budget > 0 && now.Sub(c.pass.began) >= c.Budget:
		return fault.Wrap(fault.Unavailable, cause, "the time of this pass (%v) is over; the next one goes on where it ends", c.Budget)
	}
	return nil
}

// longestRest is how long a server may make us wait. One that asks for more is left in peace for this pass.
func (c *Client) longestRest() time.Duration {
	return max(or(c.Rest, 10*time.Second)<<min(c.rests(), 20), 10*time.Minute)
}

// leave accounts for an attempt. That of a caller who went away says nothing of the host.
func (c *Client) leave(ctx context.Context, h *host, f *failure) {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() { <-h.slots }()
	probed := h.probe != nil
	if probed {
		close(h.probe)
		h.probe = nil
	}
	switch {
	case ctx.Err() != nil:
	case f == nil || !f.passes:
		h.bad, h.rests = 0, 0
		c.pass.spent = max(0, c.pass.spent-forgiven)
	case !f.host:
		c.pass.spent++
	default:
		c.pass.spent++
		c.suffer(h, now, f.after, probed)
	}
}

// suffer accounts for a failure that concerns the host as a whole, which asks to be left in peace for a while, or not. The caller holds mu.
func (c *Client) suffer(h *host, now time.Time, asked time.Duration, probed bool) {
	if asked > c.longestRest() {
		h.over = true
		return
	}
	h.rest(later(h.next, now.Add(asked)))
	if h.bad++; !probed && h.bad < or(c.Trip, 8) {
		return
	}
	h.bad = 0
	if h.rests++; h.rests > c.rests() {
		h.over = true
		return
	}
	h.rest(later(h.next, now.Add(or(c.Rest, 10*time.Second)<<(h.rests-1))))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sleep waits, unless the pass ends before.
func (c *Client) sleep(ctx context.Context, d time.Duration, last error) error {
	c.mu.Lock()
	began := c.pass.began
	c.mu.Unlock()
	if c.Budget > 0 && c.Now().Add(d).Sub(began) >= c.Budget {
		return fault.Wrap(fault.Unavailable, errors.Join(ErrOver, last), "the time of this pass (%v) is over; the next one goes on where it ends", c.Budget)
	}
	if err := c.Sleep(ctx, d); err != nil {
		return cancelled(ctx)
	}
	return nil
}

func cancelled(ctx context.Context) error {
	return fault.Wrap(fault.Timeout, context.Cause(ctx), "the request was cancelled")
}
