package legacy

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lang/criterion"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/tree"
)

// refusal is an error as an answer: a status with a message, a place in the criterion and a hint.
type refusal struct {
	status   int
	message  string
	position int // in the criterion, in characters from 1; 0 for none
	hint     string
}

func (e *refusal) Error() string { return e.message }

// Unwrap gives the same failure in the vocabulary of package fault: none of them is a mistake of the server.
func (e *refusal) Unwrap() error {
	return &fault.Error{Kind: fault.Unsupported, Message: e.message, Hint: e.hint}
}

// refusalOf turns any error into an answer. The cause of a fault is never shown.
func refusalOf(r *http.Request, err error) *refusal {
	var own *refusal
	if errors.As(err, &own) {
		return own
	}
	var inCriterion *criterion.Error
	if errors.As(err, &inCriterion) {
		return &refusal{http.StatusBadRequest, inCriterion.Message, inCriterion.Position, inCriterion.Hint}
	}
	var f *fault.Error
	kind := fault.KindOf(err)
	if !errors.As(err, &f) || kind == fault.Internal {
		return &refusal{status: http.StatusInternalServerError,
			message: "an unexpected error occurred; the log of the server has the request id " + httpx.RequestID(r.Context())}
	}
	return &refusal{status: httpx.StatusOf(err), message: f.Message, hint: f.Hint}
}

// writeError writes an error in the format that was asked for: {"error": ..., "position": ..., "hint": ...}, or <error>.
func (a *API) writeError(w http.ResponseWriter, r *http.Request, err error) {
	if w.Header().Get(provenance.HeaderRevision) == "" {
		if info, err := a.Door.Info(r.Context()); err == nil {
			stamp(w, info)
		}
	}
	a.Refuse(w, r, err)
}

// Refuse writes an error for those who stand before the surface and turn requests away: it does not ask the data where they come from.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := refusalOf(r, err)
	h := w.Header()
	for _, name := range [...]string{"Content-Length", "Content-Encoding", "ETag", "Last-Modified"} { // of the answer that failed
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	httpx.SetRetry(h, err)
	f := accepted(r)
	body := e.body(f)
	h.Set("Content-Type", f.contentType())
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone when this fails
	}
}

func (e *refusal) body(f format) []byte {
	position := strconv.Itoa(e.position)
	if f == asXMLDoc {
		body := declaration + "<error"
		if e.position > 0 {
			body += ` position="` + position + `"`
		}
		if e.hint != "" {
			body += ` hint="` + attributeEscaper.Replace(e.hint) + `"`
		}
		return []byte(body + ">" + textEscaper.Replace(e.message) + "</error>")
	}
	body := tree.AppendString([]byte(`{"error":`), e.message)
	if e.position > 0 {
		body = append(append(body, `,"position":`...), position...)
	}
	if e.hint != "" {
		body = tree.AppendString(append(body, `,"hint":`...), e.hint)
	}
	return append(body, '}')
}
