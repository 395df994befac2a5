package limit_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/limit"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]limit.Rate{
		"":                     {},
		"600/minute":           {600, time.Minute, 60},
		"20/second":            {20, time.Second, 10},
		"5/hour":               {5, time.Hour, 5},
		"1000/day,burst=1":     {1000, 24 * time.Hour, 1},
		"600/minute,burst=600": {600, time.Minute, 600},
	} {
		r, err := limit.ParseRate(text)
		if err != nil || r != want {
			t.Errorf("%q: %+v %v", text, r, err)
		}
		if again, err := limit.ParseRate(r.String()); err != nil || again != r {
			t.Errorf("%q is written %q", text, r)
		}
	}
	for _, text := range []string{"600", "600/", "/minute", "0/minute", "-1/second", "1e3/second", "600/fortnight", "600/minute,", "600/minute,burst=0",
		"600/minute,burst=601", "600/minute,x=1", "9999999999999999999/day", "1000001/second"} {
		if r, err := limit.ParseRate(text); err == nil {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

// clock is a time that the test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time      { return c.Time }
func (c *clock) add(d time.Duration) { c.Time = c.Add(d) }
func start(hour int) *clock          { return &clock{time.Date(2026, 11, 25, hour, 0, 0, 0, time.UTC)} }
func addr(s string) netip.Addr       { return limit.Key(netip.MustParseAddr(s)) }
func over(all []limit.Standing) bool { return name(all) != "" }
func name(all []limit.Standing) string {
	for _, s := range all {
		if s.Over {
			return s.Policy
		}
	}
	return ""
}

func TestRate(t *testing.T) {
	c := start(10)
	clients := limit.Clients{Rate: limit.Rate{Requests: 60, Per: time.Minute, Burst: 3}, Most: 10, Now: c.now}
	one, two := addr("192.0.2.1"), addr("192.0.2.2")
	for i, left := range []int64{2, 1, 0} {
		s := clients.Take(one)
		if over(s) || len(s) != 1 || s[0].Left != left || s[0].Quota != 60 || s[0].Window != time.Minute || s[0].Unit != "minute" {
			t.Errorf("request %d: %+v", i, s)
		}
	}
	for range 100 { // being refused costs nothing
		if s := clients.Take(one); !over(s) || s[0].Left != 0 || s[0].Reset != time.Second {
			t.Fatalf("one too many: %+v", s)
		}
	}
	if s := clients.Take(two); over(s) {
		t.Errorf("another client: %+v", s)
	}
	c.add(time.Second)
	if s := clients.Take(one); over(s) {
		t.Errorf("after a second: %+v", s)
	}
	if s := clients.Take(one); !over(s) {
		t.Errorf("a second one after a second: %+v", s)
	}
	c.add(time.Hour) // a quiet client saves no more than a burst
	n := 0
	for !over(clients.Take(one)) {
		n++
	}
	if n != 3 {
		t.Errorf("after an hour %d at once", n)
	}
	c.add(-24 * time.Hour) // a clock that was wrong and is set right
	if s := clients.Take(one); !over(s) || s[0].Reset > time.Second {
		t.Errorf("after the clock was set back: %+v", s)
	}
	c.add(time.Second)
	if s := clients.Take(one); over(s) {
		t.Errorf("a second later: %+v", s)
	}
}

func TestDaily(t *testing.T) {
	c := start(22)
	clients := limit.Clients{Rate: limit.Rate{Requests: 10, Per: time.Second, Burst: 2}, Daily: 3, Most: 10, Now: c.now}
	one := addr("192.0.2.1")
	clients.Take(one)
	clients.Take(one)
	if s := clients.Take(one); name(s) != limit.PolicyRate || s[1].Left != 1 { // refused by one policy, it does not count for the other
		t.Errorf("%+v", s)
	}
	c.add(time.Second)
	if s := clients.Take(one); over(s) || s[1].Left != 0 || s[1].Reset != 2*time.Hour-time.Second {
		t.Errorf("%+v", s)
	}
	if s := clients.Take(one); name(s) != limit.PolicyDaily || s[1].Quota != 3 {
		t.Errorf("%+v", s)
	}
	c.add(2 * time.Hour)
	if s := clients.Take(one); over(s) || s[1].Left != 2 {
		t.Errorf("on the next day: %+v", s)
	}
}

func TestClientsAreBounded(t *testing.T) {
	c := start(10)
	clients := limit.Clients{Daily: 2, Most: 100, Now: c.now}
	busy := addr("192.0.2.1")
	clients.Take(busy)
	clients.Take(busy)
	for i := range 5000 {
		clients.Take(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
		if s := clients.Take(busy); !over(s) {
			t.Fatalf("a client that goes on asking was forgotten: %+v", s)
		}
	}
	if n := clients.Len(); n != 100 {
		t.Errorf("%d are remembered", n)
	}
}

func TestKey(t *testing.T) {
	for _, c := range []struct {
		one, two string
		same     bool
	}{
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", true}, {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"192.0.2.1", "192.0.2.2", false}, {"::ffff:192.0.2.1", "192.0.2.1", true}, {"fe80::1%eth0", "fe80::1%eth1", true},
	} {
		if got := addr(c.one) == addr(c.two); got != c.same {
			t.Errorf("%s and %s are the same: %v", c.one, c.two, got)
		}
	}
	if k := limit.Key(netip.Addr{}); k != (netip.Addr{}) {
		t.Errorf("no address: %v", k)
	}
}
