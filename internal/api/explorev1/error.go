package explorev1

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lang/v1q"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/search"
)

// refusal is an error with the status of its answer.
type refusal struct {
	status  int
	message string
}

func (e *refusal) Error() string { return e.message }

// Unwrap gives the same failure in the vocabulary of package fault: none of them is a mistake of the server, and the log is not told.
func (e *refusal) Unwrap() error {
	kind := fault.Invalid
	if e.status == http.StatusNotFound {
		kind = fault.NotFound
	}
	return &fault.Error{Kind: kind, Message: e.message}
}

func invalid(message string) error { return &refusal{http.StatusBadRequest, message} }

// refusalOf turns any error into an answer. The cause of a fault is never shown.
func refusalOf(r *http.Request, err error) *refusal {
	var own *refusal
	if errors.As(err, &own) {
		return own
	}
	var inQuery *v1q.Error
	if errors.As(err, &inQuery) {
		return &refusal{http.StatusBadRequest, hinted("Invalid query: "+inQuery.Error(), inQuery.Hint)}
	}
	var f *fault.Error
	kind := fault.KindOf(err)
	if !errors.As(err, &f) || kind == fault.Internal {
		return &refusal{http.StatusInternalServerError, "An unexpected error occurred; the log of the server has the request id " + httpx.RequestID(r.Context()) + "."}
	}
	return &refusal{httpx.StatusOf(err), hinted(f.Message, f.Hint)}
}

func hinted(message, hint string) string {
	if hint == "" {
		return message
	}
	return message + " (" + hint + ")"
}

// writeError writes an error: never HTML, whatever the format of the answer would have been.
func (a *API) writeError(w http.ResponseWriter, r *http.Request, err error) {
	h := w.Header()
	if h.Get(provenance.HeaderRevision) == "" && a.Info != nil {
		if info, err := a.Info(r.Context()); err == nil {
			provenance.Stamp(h, search.Meta(info, 0))
		}
	}
	a.Refuse(w, r, err)
}

// Refuse writes an error for those who stand before the surface and turn requests away: it does not ask the data where they come from.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := refusalOf(r, err)
	h := w.Header()
	odshttp.Failed(h)
	h.Set("Content-Type", typeJSON)
	httpx.SetRetry(h, err)
	doc := export.Object{{Name: "error", Value: e.message}}
	if q := httpx.UsedUp(err); q != nil {
		doc = odshttp.TooMany(q)
	}
	body := style.Append(nil, doc)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone when this fails
	}
}
