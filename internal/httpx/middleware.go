package httpx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

type requestIDKey struct{}

// RequestID is the id of the request that ctx belongs to, "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// Middleware wraps h with what every answer needs: a request id (the caller's X-Request-Id when it is a plain token, else
// a new one), one log line without the query text, protection against panics, and the headers that browsers want.
func Middleware(h http.Handler, log *slog.Logger, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := now()
		id := requestID(r)
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		rec := &Recorder{ResponseWriter: w}
		head := w.Header()
		head.Set("X-Request-Id", id)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Access-Control-Allow-Origin", "*")
		head.Set("Access-Control-Expose-Headers", "*")
		defer func() {
			failure := recover()
			if failure != nil && failure != http.ErrAbortHandler {
				log.ErrorContext(r.Context(), "panic", "request_id", id, "panic", failure, "stack", string(debug.Stack()))
				if rec.Status == 0 {
					WriteProblem(rec, r, errPanic)
					failure = nil
				} else {
					failure = http.ErrAbortHandler
				}
			}
			if rec.Status == 0 && failure == nil {
				rec.Status = http.StatusOK // what net/http makes of an answer without a word
			}
			log.InfoContext(r.Context(), "request", "request_id", id, "method", r.Method, "path", r.URL.Path,
				"status", rec.Status, "bytes", rec.Bytes, "duration_ms", float64(now().Sub(start).Microseconds())/1000)
			if failure != nil {
				panic(failure)
			}
		}()
		h.ServeHTTP(rec, r)
	})
}

// Preflight answers OPTIONS for a surface that only reads and lets any page ask it.
func Preflight(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
			w.Header().Set("Access-Control-Allow-Headers", "*")
			w.Header().Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		h.ServeHTTP(w, r)
	})
}

type panicError struct{}

func (panicError) Error() string { return "panic" }

var errPanic = panicError{}

func requestID(r *http.Request) string {
	const chars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	if id := r.Header.Get("X-Request-Id"); id != "" && len(id) <= 64 && strings.Trim(id, chars) == "" {
		return id
	}
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// NotModified reports whether the client's copy, named by If-None-Match, is still good; it sets ETag either way. A copy that
// Compress packed has a tag of its own, by which it is known.
func NotModified(w http.ResponseWriter, r *http.Request, etag string) bool {
	w.Header().Set("ETag", etag)
	for candidate := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || sameEntity(candidate, etag) {
			if candidate != "*" && !strings.HasPrefix(etag, "W/") {
				w.Header().Set("ETag", strings.TrimPrefix(candidate, "W/"))
			}
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

func sameEntity(a, b string) bool { return plainTag(a) == plainTag(b) }

// plainTag is the tag of the answer before it was packed.
func plainTag(tag string) string {
	tag = strings.TrimPrefix(tag, "W/")
	for _, c := range codings {
		if s, ok := strings.CutSuffix(tag, "-"+c+`"`); ok {
			return s + `"`
		}
	}
	return tag
}
