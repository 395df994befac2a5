package limit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Rate is so many requests in a time. A client that was quiet may send Burst at once.
type Rate struct {
	Requests int64 // 0: no rate
	Per      time.Duration
	Burst    int64
}

var units = []struct {
	name string
	time time.Duration
}{{"second", time.Second}, {"minute", time.Minute}, {"hour", time.Hour}, {"day", 24 * time.Hour}}

// maxRate is the most requests of a rate.
const maxRate = 1_000_000

// ParseRate reads "600/minute" or "600/minute,burst=100"; "" is no rate. Without a burst it is a tenth, 10 at least and the whole at most.
func ParseRate(s string) (Rate, error) {
	if s == "" {
		return Rate{}, nil
	}
	main, rest, withBurst := strings.Cut(s, ",")
	number, unit, _ := strings.Cut(main, "/")
	r := Rate{}
	var err error
	if r.Requests, err = strconv.ParseInt(number, 10, 64); err != nil || r.Requests < 1 || r.Requests > maxRate {
		return Rate{}, badRate(s)
	}
	for _, u := range units {
		if unit == u.name {
			r.Per = u.time
		}
	}
	if r.Per == 0 {
		return Rate{}, badRate(s)
	}
	r.Burst = min(r.Requests, max(10, r.Requests/10))
	if withBurst {
		text, ok := strings.CutPrefix(rest, "burst=")
		if r.Burst, err = strconv.ParseInt(text, 10, 64); !ok || err != nil || r.Burst < 1 || r.Burst > r.Requests {
			return Rate{}, badRate(s)
		}
	}
	return r, nil
}

func badRate(s string) error {
	return fault.New(fault.Invalid, "%q is no rate", s).WithHint("write 600/minute or 600/minute,burst=100; units are second, minute, hour, day; a burst is at most the whole")
}

// String writes a rate as ParseRate reads it.
func (r Rate) String() string {
	if r.Requests == 0 {
		return ""
	}
	for _, u := range units {
		if r.Per == u.time {
			return fmt.Sprintf("%d/%s,burst=%d", r.Requests, u.name, r.Burst)
		}
	}
	return ""
}

// Unit names the time of the rate: second, minute, hour, day.
func (r Rate) Unit() string {
	for _, u := range units {
		if r.Per == u.time {
			return u.name
		}
	}
	return ""
}

// interval is the time in which one request becomes free again.
func (r Rate) interval() time.Duration { return max(1, r.Per/time.Duration(r.Requests)) }
