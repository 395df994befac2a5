package explore

import (
	"fmt"
	"time"

	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/store"
)

// unchanged answers 304 when the client has the list that this revision gives to this request. A request that asks for the time
// has no tag.
func (q *request) unchanged(info store.Info) bool {
	if q.params.AsksTime() {
		return false
	}
	return q.notModified(odshttp.ListTag(q.api.Build, q.base+q.r.URL.EscapedPath()+"?"+q.r.URL.RawQuery, info), info)
}

// unchangedBody answers 304 when the client has this very body.
func (q *request) unchangedBody(body []byte, info store.Info) bool {
	return q.notModified(odshttp.BodyTag(body), info)
}

func (q *request) notModified(tag string, info store.Info) bool {
	q.stamp(info)
	q.w.Header().Set("Cache-Control", odshttp.NoCache)
	return httpx.NotModified(q.w, q.r, tag)
}

// timing says how long the work took until now.
func (q *request) timing() {
	q.w.Header().Set("Server-Timing", fmt.Sprintf("total;dur=%.1f", float64(q.api.Now().Sub(q.start))/float64(time.Millisecond)))
}
