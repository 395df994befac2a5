package odshttp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/store"
)

const (
	// NoCache is the Cache-Control of the portal's answers.
	NoCache = "no-cache, no-store, max-age=0, must-revalidate"

	// AdvertisedCalls is the number of calls a day that answers advertise unless the operator names another: clients read the
	// rate-limit headers. Where calls are counted, SetCalls puts the numbers of the client in their place.
	AdvertisedCalls = 2_000_000

	allowHeaders  = "Authorization, X-Requested-With, Origin, ODS-API-Analytics-App, ODS-API-Analytics-Embed-Type, ODS-API-Analytics-Embed-Referrer, ODS-Widgets-Version, Accept"
	exposeHeaders = "ODS-Explore-API-Deprecation, Link, X-RateLimit-Remaining, X-RateLimit-Limit, X-RateLimit-Reset, X-RateLimit-dataset-Remaining, X-RateLimit-dataset-Limit, X-RateLimit-dataset-Reset"

	// exposeOwn are the further headers that scripts in browsers may read, on a line of their own: the recorded one stays as it is.
	exposeOwn = "Boamp-Source, Boamp-Licence, Boamp-Last-Update, Boamp-Revision, Content-Disposition, ETag, ods-analyze-truncated, Server-Timing, X-Request-Id"
)

// Common sets the headers of every answer, as recorded: what browsers ask for, and what caches need to know.
func Common(h http.Header, language string) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "POST, GET, OPTIONS")
	h.Set("Access-Control-Max-Age", "1000")
	h.Set("Access-Control-Allow-Headers", allowHeaders)
	h.Set("Access-Control-Expose-Headers", exposeHeaders)
	h.Add("Access-Control-Expose-Headers", exposeOwn)
	h.Set("Vary", "Accept-Language, Cookie, Host")
	h.Set("Content-Language", language)
}

// Given sets the headers of an answer that is no error. calls are those a day to advertise, 0 for AdvertisedCalls.
func Given(h http.Header, contentType string, calls int64, now time.Time) {
	if calls <= 0 {
		calls = AdvertisedCalls
	}
	limit := strconv.FormatInt(calls, 10)
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", NoCache)
	h.Set("X-RateLimit-Limit", limit)
	h.Set("X-RateLimit-Remaining", limit)
	h.Set("X-RateLimit-Reset", Reset(now))
}

// Reset is the literal format of x-ratelimit-reset, as recorded (the documentation of version 1 says seconds): the next midnight,
// UTC.
func Reset(now time.Time) string {
	return now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour).Format(resetLayout)
}

const resetLayout = "2006-01-02 15:04:05+00:00"

// ofTheAnswer are headers that a handler may have set for the answer that it could not give after all.
var ofTheAnswer = [...]string{"Content-Length", "Content-Disposition", "ETag", "Cache-Control", "X-Ratelimit-Limit", "X-Ratelimit-Remaining",
	"X-Ratelimit-Reset", "Server-Timing"}

// Failed takes back the headers of an answer that could not be given.
func Failed(h http.Header) {
	for _, name := range ofTheAnswer {
		h.Del(name)
	}
}

// FileName makes a name for files of the id of a data set: a slash would be a folder, a quote would end the header's value.
func FileName(id string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`/\":`, r) {
			return -1
		}
		return r
	}, id)
}

// BodyTag is the strong entity tag of a body.
func BodyTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// ListTag is the weak entity tag of what a revision of the data gives to a request, told by a build of the program. address is all
// that the answer depends on.
func ListTag(build, address string, info store.Info) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\n%s", build, address)
	return fmt.Sprintf(`W/"%d-%016x"`, info.Revision, h.Sum64())
}
