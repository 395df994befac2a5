package httpx

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Refusal is an error with a status that no kind of fault stands for.
type Refusal struct {
	Code  int // status of the answer
	Fault *fault.Error
	After time.Duration // when to come again; 0 for what will be refused again
	Quota *Quota        // that is used up; nil for none
}

// Quota is a bound on the requests of one client.
type Quota struct {
	Policy string // its name
	Limit  int64  // requests
	Unit   string // of time that they are for: second, minute, hour, day
	Reset  time.Time
}

func (r *Refusal) Error() string { return r.Fault.Error() }

// Unwrap gives the fault.
func (r *Refusal) Unwrap() error { return r.Fault }

// Status is the status of the answer.
func (r *Refusal) Status() int { return r.Code }

// RetryAfter is when to come again.
func (r *Refusal) RetryAfter() time.Duration { return r.After }

// StatusOf is the status of the answer to an error: its own when it has one, else that of its kind.
func StatusOf(err error) int {
	var own interface{ Status() int }
	if errors.As(err, &own) {
		return own.Status()
	}
	return Status(fault.KindOf(err))
}

// retrySeconds is what Retry-After says when an error does not know better.
const retrySeconds = 5

// SetRetry sets Retry-After of the answer to an error, where coming again makes sense: seconds, 1 at least.
func SetRetry(h http.Header, err error) {
	var own interface{ RetryAfter() time.Duration }
	if errors.As(err, &own) && own.RetryAfter() > 0 {
		h.Set("Retry-After", strconv.FormatInt(Seconds(own.RetryAfter()), 10))
	} else if StatusOf(err) == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(retrySeconds))
	}
}

// Seconds rounds a time up to whole seconds, 1 at least: so headers say it.
func Seconds(d time.Duration) int64 { return max(1, int64(math.Ceil(d.Seconds()))) }

// UsedUp is the quota that an error is about, nil for none.
func UsedUp(err error) *Quota {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Quota
	}
	return nil
}
