package limit

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// Clients counts the requests of clients. It remembers Most of them, and forgets the one that was quiet longest. Safe for concurrent use.
type Clients struct {
	Rate  Rate  // of one client; none when it has no requests
	Daily int64 // requests of one client between two midnights, UTC; 0 for no bound
	Most  int   // clients that are remembered
	Now   func() time.Time

	mu    sync.Mutex
	known map[netip.Addr]*list.Element
	order list.List // of *client, the last one that came in front
}

// client is what is remembered of one.
type client struct {
	key   netip.Addr
	empty time.Time // when all that it used of its rate is free again
	day   time.Time // to which calls belong
	calls int64
}

// Names of the policies in answers.
const (
	PolicyRate  = "rate"
	PolicyDaily = "daily"
)

// Standing is how a client stands to one policy after a request.
type Standing struct {
	Policy string
	Quota  int64         // requests in the window
	Window time.Duration // that the quota is for
	Unit   string        // of the window: second, minute, hour, day
	Burst  int64         // at once, where that is not the quota; 0 else
	Left   int64         // requests that are free now
	Reset  time.Duration // until more are: all of them, or of a rate that is used up the next one
	Over   bool          // the request was one too many
}

// Key is by what a client is known: its address; of IPv6 the first 64 bits, because a subscriber has all the others.
func Key(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}

// Take counts a request of a client, unless it is one too many: that costs nothing. The standings are those of the policies that there are;
// at most one of them is Over.
func (c *Clients) Take(key netip.Addr) []Standing {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	who := c.find(key)
	today := now.UTC().Truncate(24 * time.Hour)
	if !who.day.Equal(today) {
		who.day, who.calls = today, 0
	}
	rate, full := c.rate(who, now)
	over := c.Daily > 0 && who.calls >= c.Daily
	if !over {
		who.empty = full
		if !rate.Over {
			who.calls++
		}
	}
	rate.Over = rate.Over && !over // the other bound holds longer
	var all []Standing
	if c.Rate.Requests > 0 {
		all = append(all, rate)
	}
	if c.Daily > 0 {
		all = append(all, Standing{Policy: PolicyDaily, Quota: c.Daily, Window: 24 * time.Hour, Unit: "day", Left: c.Daily - who.calls, Reset: today.Add(24 * time.Hour).Sub(now), Over: over})
	}
	return all
}

// rate is the standing to the rate when a request at now is let in, and when the rate would then be unused again.
func (c *Clients) rate(who *client, now time.Time) (Standing, time.Time) {
	if c.Rate.Requests == 0 {
		return Standing{}, now
	}
	step := c.Rate.interval()
	most := step * time.Duration(c.Rate.Burst)
	used := min(max(0, who.empty.Sub(now)), most) // a clock that was set back must not shut a client out
	s := Standing{Policy: PolicyRate, Quota: c.Rate.Requests, Window: c.Rate.Per, Unit: c.Rate.Unit(), Burst: c.Rate.Burst}
	if used+step > most {
		s.Over, s.Reset = true, used+step-most
		return s, now.Add(used)
	}
	used += step
	s.Left, s.Reset = int64((most-used)/step), used
	if s.Left == 0 {
		s.Reset = used + step - most
	}
	return s, now.Add(used)
}

// find gives a client, a new one perhaps, and moves it to the front.
func (c *Clients) find(key netip.Addr) *client {
	if e := c.known[key]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*client)
	}
	if c.known == nil {
		c.known = map[netip.Addr]*list.Element{}
	}
	if c.order.Len() >= max(1, c.Most) {
		delete(c.known, c.order.Remove(c.order.Back()).(*client).key)
	}
	who := &client{key: key}
	c.known[key] = c.order.PushFront(who)
	return who
}

// Len is the number of clients that are remembered.
func (c *Clients) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.order.Len()
}
