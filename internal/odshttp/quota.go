package odshttp

import (
	"net/http"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/httpx"
)

// anonymousLimit is the platform's code for a client without account that has used its calls up.
const anonymousLimit = 10005

// TooMany is the platform's answer to one call too many, in its own form, which is not that of its other errors.
func TooMany(q *httpx.Quota) export.Object {
	return export.Object{
		{Name: "errorcode", Value: int64(anonymousLimit)}, {Name: "reset_time", Value: q.Reset.UTC().Round(time.Second).Format("2006-01-02T15:04:05Z")},
		{Name: "limit_time_unit", Value: q.Unit}, {Name: "call_limit", Value: q.Limit},
		{Name: "error", Value: "You have exceeded the requests limit for anonymous users."},
	}
}

// SetCalls puts the numbers of a client into an answer that advertises some (see Given): errors do not.
func SetCalls(h http.Header, limit, remaining int64, reset time.Time) {
	if h.Get("X-RateLimit-Limit") == "" {
		return
	}
	h.Set("X-RateLimit-Limit", strconv.FormatInt(limit, 10))
	h.Set("X-RateLimit-Remaining", strconv.FormatInt(remaining, 10))
	h.Set("X-RateLimit-Reset", reset.UTC().Round(time.Second).Format(resetLayout))
}
