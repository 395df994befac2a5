package httpx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/netip"
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

// Front is what stands before all handlers of a server. The zero value, with Log and Now, says nothing of who asked for what.
type Front struct {
	Log     *slog.Logger
	Now     func() time.Time
	Queries bool          // the log has the text of queries
	Clients ClientLogging // what the log has of addresses
	HTTPS   bool          // clients reach the server by https alone, and are told so
}

// ClientLogging says what a log has of the addresses of clients.
type ClientLogging string

// What a log may have.
const (
	ClientsNone      ClientLogging = "none"
	ClientsTruncated ClientLogging = "truncated" // 24 bits of an address of version 4, 48 of version 6: a network, no person
	ClientsFull      ClientLogging = "full"
)

// Middleware is a Front that says nothing of who asked for what.
func Middleware(h http.Handler, log *slog.Logger, now func() time.Time) http.Handler {
	return Front{Log: log, Now: now}.Handler(h)
}

// Handler wraps h with what every answer needs: a request id (the caller's X-Request-Id when it is a plain token, else
// a new one), one log line, protection against panics, and the headers that browsers want.
func (f Front) Handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := f.Now()
		id := requestID(r)
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		rec := &Recorder{ResponseWriter: w}
		head := w.Header()
		head.Set("X-Request-Id", id)
		head.Set("Access-Control-Allow-Origin", "*")
		head.Set("Access-Control-Expose-Headers", "*")
		f.secure(head)
		defer func() {
			failure := recover()
			if failure != nil && failure != http.ErrAbortHandler {
				f.Log.ErrorContext(r.Context(), "panic", "request_id", id, "panic", failure, "stack", string(debug.Stack()))
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
			f.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", f.line(r, rec, id, f.Now().Sub(start))...)
			if failure != nil {
				panic(failure)
			}
		}()
		h.ServeHTTP(rec, r)
	})
}

// line is what the log has of a request.
func (f Front) line(r *http.Request, rec *Recorder, id string, took time.Duration) []slog.Attr {
	list := []slog.Attr{
		slog.String("request_id", id), slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", rec.Status),
		slog.Int64("bytes", rec.Bytes), slog.Float64("duration_ms", float64(took.Microseconds())/1000),
	}
	if f.Queries && r.URL.RawQuery != "" {
		list = append(list, slog.String("query", r.URL.RawQuery))
	}
	if who := f.Clients.of(ClientOf(r.Context())); who != "" {
		list = append(list, slog.String("client", who))
	}
	return list
}

// of is what a log has of an address, "" for nothing.
func (c ClientLogging) of(a netip.Addr) string {
	switch {
	case !a.IsValid():
		return ""
	case c == ClientsFull:
		return a.String()
	case c == ClientsTruncated:
		bits := 48
		if a.Is4() {
			bits = 24
		}
		return netip.PrefixFrom(a, bits).Masked().String()
	}
	return ""
}

// secure sets the headers that keep browsers from doing more with an answer than to show it. Pages that need more say so themselves. Scripts of
// other sites may read all answers, which are public; they may not frame them.
func (f Front) secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if f.HTTPS {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
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
