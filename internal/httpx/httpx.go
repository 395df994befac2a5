// Package httpx is the small layer between net/http and the surfaces: handlers that return errors, the mapping of faults
// to answers, and the middleware that every listener shares. It knows no API.
package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// Handler answers a request or returns why it cannot. An error returned after the first byte was written can only be
// logged; the connection is then cut, so that the client sees a broken answer and not a short one. It is also cut when the
// client has gone away.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ErrorWriter writes the body for an error in the style of one surface.
type ErrorWriter func(w http.ResponseWriter, r *http.Request, err error)

// Handle makes an http.Handler of h.
func Handle(h Handler, log *slog.Logger, write ErrorWriter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &Recorder{ResponseWriter: w}
		err := guarded(h, rec, r, log)
		if errors.Is(err, context.DeadlineExceeded) && errors.Is(r.Context().Err(), context.DeadlineExceeded) && fault.KindOf(err) == fault.Internal {
			err = fault.Wrap(fault.Timeout, err, "the answer took too long").WithHint("ask for less, or for it in parts")
		}
		switch {
		case err == nil:
		case errors.Is(r.Context().Err(), context.Canceled):
			log.DebugContext(r.Context(), "client went away", "request_id", RequestID(r.Context()), "error", err)
			panic(http.ErrAbortHandler)
		case rec.Status != 0:
			log.ErrorContext(r.Context(), "answer broken off", "request_id", RequestID(r.Context()), "error", err)
			panic(http.ErrAbortHandler)
		default:
			err = ours(err)
			switch fault.KindOf(err) {
			case fault.Internal:
				log.ErrorContext(r.Context(), "internal error", "request_id", RequestID(r.Context()), "error", err)
			case fault.Unavailable:
				if f := new(fault.Error); errors.As(err, &f) && f.Cause != nil { // a disk, say, and no place that was not free
					log.WarnContext(r.Context(), "unavailable", "request_id", RequestID(r.Context()), "error", err)
				}
			}
			write(rec, r, err)
		}
	})
}

// ours takes for a mistake of our own what is wrong with the data: a conflict that no parameter of the request is to blame for. What is damaged, and
// where it lies, is for the log.
func ours(err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Conflict && !strings.HasPrefix(f.Pos, "parameter ") {
		return fault.Wrap(fault.Internal, err, "the data are not what they should be")
	}
	return err
}

// guarded runs a handler; a panic becomes an error, so that a surface answers it in its own style.
func guarded(h Handler, w http.ResponseWriter, r *http.Request, log *slog.Logger) (err error) {
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			panic(p)
		} else if p != nil {
			log.ErrorContext(r.Context(), "panic", "request_id", RequestID(r.Context()), "panic", p, "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return h(w, r)
}

// Status is the HTTP status of a kind of fault.
func Status(k fault.Kind) int {
	switch k {
	case fault.Invalid, fault.Unsupported:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Timeout:
		return http.StatusGatewayTimeout
	case fault.Conflict:
		return http.StatusConflict
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problem is the body of RFC 9457.
type problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail"`
	Instance  string          `json:"instance,omitempty"`
	RequestID string          `json:"request_id,omitempty"`
	Errors    []problemDetail `json:"errors,omitempty"`
	Policies  []string        `json:"violated-policies,omitempty"` // of draft-ietf-httpapi-ratelimit-headers-11, 5.1
}

// quotaExceeded is the type of a problem, by the same draft.
const quotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded"

type problemDetail struct {
	Position string `json:"position,omitempty"`
	Detail   string `json:"detail"`
	Hint     string `json:"hint,omitempty"`
}

// WriteProblem writes an error as problem details (RFC 9457). The cause of a fault is never shown.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	WriteProblemStatus(w, r, StatusOf(err), err)
}

// ofTheAnswer are headers that a handler may have set for the answer that it could not give after all.
var ofTheAnswer = [...]string{"Content-Length", "Content-Encoding", "Content-Disposition", "Content-Range", "ETag", "Last-Modified"}

// WriteProblemStatus is WriteProblem with a status that no kind of fault stands for, such as 405.
func WriteProblemStatus(w http.ResponseWriter, r *http.Request, status int, err error) {
	kind := fault.KindOf(err)
	p := problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Instance: r.URL.Path,
		Detail: "something went wrong on the server; the log has the request id", RequestID: RequestID(r.Context()),
	}
	var f *fault.Error
	if errors.As(err, &f) && kind != fault.Internal {
		p.Detail = f.Message
		if f.Pos != "" || f.Hint != "" {
			p.Errors = []problemDetail{{Position: f.Pos, Detail: f.Message, Hint: f.Hint}}
		}
	}
	for _, name := range ofTheAnswer {
		w.Header().Del(name)
	}
	if q := UsedUp(err); q != nil {
		p.Type, p.Policies = quotaExceeded, []string{q.Policy}
	}
	SetRetry(w.Header(), err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false) // what a request says should stay readable; the answer is no HTML
		enc.SetIndent("", "  ")
		_ = enc.Encode(p) // the client is gone when this fails
	}
}

// Recorder remembers what was answered.
type Recorder struct {
	http.ResponseWriter
	Status int   // 0 until the header is written
	Bytes  int64 // of the body
}

// WriteHeader notes the status.
func (w *Recorder) WriteHeader(status int) {
	if w.Status == 0 {
		w.Status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *Recorder) Write(b []byte) (int, error) {
	if w.Status == 0 {
		w.Status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.Bytes += int64(n)
	return n, err
}

// FlushError sends what there is, the header at least: the answer has begun then, and can only be broken off.
func (w *Recorder) FlushError() error {
	err := http.NewResponseController(w.ResponseWriter).Flush()
	if w.Status == 0 && !errors.Is(err, http.ErrNotSupported) {
		w.Status = http.StatusOK
	}
	return err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *Recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
