package httpx

import (
	"net/http"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// Bounds are how large a request may be. What is beyond is refused before anything reads it.
type Bounds struct {
	URL     int   // bytes of path and query
	Params  int   // of the query
	Headers int   // bytes of all of them
	Fields  int   // their number
	Body    int64 // bytes
}

// Handler refuses requests beyond the bounds by refuse, and gives the others to h.
func (b Bounds) Handler(h http.Handler, refuse ErrorWriter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := b.check(r); err != nil {
			w.Header().Set("Connection", "close") // what is on its way is not read
			if StatusOf(err) == http.StatusMethodNotAllowed {
				w.Header().Set("Allow", "GET, HEAD, OPTIONS") // everywhere; some paths take more
			}
			refuse(w, r, err)
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, r.Body, b.Body)
		}
		h.ServeHTTP(w, r)
	})
}

func (b Bounds) check(r *http.Request) error {
	size, fields := 0, 0
	for name, values := range r.Header {
		for _, v := range values {
			size, fields = size+len(name)+len(v)+4, fields+1
		}
	}
	switch n := len(r.URL.Path) + len(r.URL.RawQuery); {
	case n > b.URL:
		return refusal(http.StatusRequestURITooLong, fault.TooLarge, "the address has %d bytes, at most %d are read", n, b.URL)
	case strings.Count(r.URL.RawQuery, "&") >= b.Params:
		return refusal(http.StatusRequestURITooLong, fault.TooLarge, "the address has more than %d parameters", b.Params)
	case size > b.Headers:
		return refusal(http.StatusRequestHeaderFieldsTooLarge, fault.TooLarge, "the headers have %d bytes, at most %d are read", size, b.Headers)
	case fields > b.Fields:
		return refusal(http.StatusRequestHeaderFieldsTooLarge, fault.TooLarge, "there are %d headers, at most %d are read", fields, b.Fields)
	case r.ContentLength > b.Body:
		return refusal(http.StatusRequestEntityTooLarge, fault.TooLarge, "the body has %d bytes, at most %d are read", r.ContentLength, b.Body)
	case r.Method == http.MethodConnect || r.Method == http.MethodTrace:
		return refusal(http.StatusMethodNotAllowed, fault.Unsupported, "method %s is not for this server", r.Method)
	case r.Host != "" && !ValidHost(r.Host):
		return refusal(http.StatusBadRequest, fault.Invalid, "the header Host does not name a server")
	case strings.ContainsRune(r.URL.Path, 0):
		return refusal(http.StatusBadRequest, fault.Invalid, "the path has a character of code zero")
	}
	return nil
}

func refusal(status int, kind fault.Kind, format string, args ...any) error {
	return &Refusal{Code: status, Fault: fault.New(kind, format, args...)}
}
