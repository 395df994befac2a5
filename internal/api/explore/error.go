package explore

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/odshttp"
)

// Codes of errors, as the portal names them.
const (
	codeParameter        = "InvalidRESTParameterError"
	codeNotFoundResource = "NotFoundResource"
	codeNotFoundURI      = "NotFoundURI"
	codeODSQL            = "ODSQLError"
	codeInternal         = "InternalServerError"
)

// style is how the surface writes JSON.
var style = export.Style{Portal: true, ASCII: choiceASCII}

// problem is an error with the status, code and message of its answer.
type problem struct {
	status        int
	code, message string
}

func (p *problem) Error() string { return p.code + ": " + p.message }

// Unwrap gives the same failure in the vocabulary of package fault: none of them is a mistake of the server.
func (p *problem) Unwrap() error {
	kind := fault.Invalid
	if p.status == http.StatusNotFound || p.status == http.StatusGone {
		kind = fault.NotFound
	}
	return &fault.Error{Kind: kind, Message: p.message}
}

func notFoundURI() error {
	return &problem{http.StatusNotFound, codeNotFoundURI, "The requested URI does not exist."}
}

func notFoundDataset(id string) error {
	return &problem{http.StatusNotFound, codeNotFoundResource, "The requested dataset " + id + " does not exist."}
}

// problemOf turns any error into an answer. The cause of a fault is never shown.
func problemOf(r *http.Request, err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	var o *odsql.Error
	if errors.As(err, &o) {
		return &problem{http.StatusBadRequest, o.Code, o.Message}
	}
	var f *fault.Error
	kind := fault.KindOf(err)
	if !errors.As(err, &f) || kind == fault.Internal {
		return &problem{http.StatusInternalServerError, codeInternal, "An unexpected error occurred; the log of the server has the request id " + httpx.RequestID(r.Context()) + "."}
	}
	message := f.Message
	if f.Pos != "" {
		message = f.Pos + ": " + message
	}
	if f.Hint != "" {
		message += " (" + f.Hint + ")"
	}
	code := map[fault.Kind]string{fault.Invalid: codeParameter, fault.Unsupported: codeParameter, fault.NotFound: codeNotFoundResource,
		fault.TooLarge: "TooLarge", fault.Timeout: "TimeoutError", fault.Conflict: "Conflict", fault.Unavailable: "ServiceUnavailable"}[kind]
	if status := httpx.StatusOf(err); status != httpx.Status(kind) {
		return &problem{status, strings.ReplaceAll(http.StatusText(status), " ", ""), message}
	}
	return &problem{httpx.Status(kind), code, message}
}

// writeProblem writes an error: JSON with an indent of two, no line feed at the end, no charset.
func (a *API) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	a.stamp(w.Header(), r)
	a.Refuse(w, r, err)
}

// Refuse writes an error for those who stand before the surface and turn requests away: it does not ask the data where they come from.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r, err)
	h := w.Header()
	odshttp.Failed(h)
	odshttp.Common(h, a.language())
	h.Set("Content-Type", "application/json")
	switch p.status {
	case http.StatusNotFound:
		h.Set("Cache-Control", odshttp.NoCache)
	case http.StatusMethodNotAllowed:
		h.Set("Allow", allowed)
	}
	httpx.SetRetry(h, err)
	doc := export.Object{{Name: "error_code", Value: p.code}, {Name: "message", Value: p.message}}
	if q := httpx.UsedUp(err); q != nil {
		doc = odshttp.TooMany(q)
	}
	body := style.AppendIndented(nil, doc)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone when this fails
	}
}
