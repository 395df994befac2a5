// Package explorev1 answers the Explore API, version 1, as the portal of the BOAMP does: the search page of www.boamp.fr and many
// programs still speak it. It reads parameters, hands their texts to lang/v1q, asks a data set and writes the shapes of
// version 1. What is not known of the portal is in choices.go.
package explorev1

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/store"
)

// API answers version 1.
type API struct {
	Sets *dataset.Catalogue
	// Info describes the revision served, for answers that open no data set; nil leaves its headers out there.
	Info       func(ctx context.Context) (store.Info, error)
	Formats    []export.Format // of downloads
	Timeout    time.Duration   // of a search or an analysis; downloads have none; 0 means none
	Now        func() time.Time
	Log        *slog.Logger
	Base       string // public address of the server without a slash at the end; "" takes it from each request
	Language   string // content-language of answers; "" is "fr"
	Build      string // version of the program: other answers may come from another one
	DailyCalls int64  // calls a day that answers advertise; 0 is odshttp.AdvertisedCalls
}

// Prefixes lists the beginnings of the paths that Handler answers, each with a slash at the end.
func Prefixes() []string {
	return []string{"/api/records/1.0/", "/api/datasets/1.0/", "/explore/dataset/"}
}

// request is a request on its way.
type request struct {
	api    *API
	w      http.ResponseWriter
	r      *http.Request
	start  time.Time
	params odshttp.Params
	set    *dataset.Set // nil for the catalogue
	record string       // of the path
	zone   *time.Location
	frame  frame
}

// Handler answers every path below Prefixes. It must not stand behind http.ServeMux, which redirects paths with two slashes.
func (a *API) Handler() http.Handler {
	routes := Routes()
	return httpx.Handle(func(w http.ResponseWriter, r *http.Request) error { return a.serve(w, r, routes) }, a.Log, a.writeError)
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, routes []Route) error {
	odshttp.Common(w.Header(), a.language())
	switch r.Method {
	case http.MethodOptions: // also for paths that do not exist: browsers ask before they know
		w.WriteHeader(http.StatusNoContent)
		return nil
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		w.Header().Set("Allow", allowed)
		return &refusal{http.StatusMethodNotAllowed, "Method " + r.Method + " is not allowed, only " + allowed + " are."}
	}
	route, vars, err := find(routes, r)
	if err != nil {
		return err
	}
	q := &request{api: a, w: w, r: r, start: a.Now(), record: vars.record}
	if q.params, err = readParams(r); err != nil {
		return err
	}
	if q.zone, err = q.params.Zone(); err != nil {
		return err
	}
	lang, err := q.params.Lang()
	if err != nil {
		return err
	}
	if q.params.One("lang") != "" {
		w.Header().Set("Content-Language", lang)
	}
	if route.inDataset() {
		if q.set, err = a.find(vars.dataset); err != nil {
			return err
		}
	}
	return route.answer(q)
}

const allowed = "GET, HEAD, POST, OPTIONS"

// maxForm is how many bytes of a form are read; odshttp.ReadParams sets the limit that counts.
const maxForm = 1 << 20

// readParams reads the query string and, of a POST, the form. A form of another kind than the one of HTML is refused.
func readParams(r *http.Request) (odshttp.Params, error) {
	params, err := odshttp.ReadParams(r.URL.RawQuery)
	if err != nil || r.Method != http.MethodPost {
		return params, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxForm))
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) { // of this limit, or of a lower one of the server
		return nil, fault.Wrap(fault.TooLarge, err, "The form cannot be read: at most %d bytes are.", tooLong.Limit)
	} else if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "The form cannot be read: it did not come to its end.")
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); len(body) > 0 && kind != "application/x-www-form-urlencoded" {
		return nil, fault.Wrap(fault.Unsupported, err, "The body of a POST is a form: application/x-www-form-urlencoded is expected.")
	}
	form, err := odshttp.ReadParams(string(body))
	return append(params, form...), err
}

func (a *API) language() string {
	if a.Language != "" {
		return a.Language
	}
	return "fr"
}

// find finds a data set by its id in a path or parameter.
func (a *API) find(id string) (*dataset.Set, error) {
	if s, ok := a.Sets.FindPath(id); ok {
		return s, nil
	}
	return nil, &refusal{http.StatusNotFound, "The requested dataset " + id + " does not exist."}
}

// catalogue is the list of data sets as a data set, as it stands now, with what is known of the data of each.
func (q *request) catalogue(ctx context.Context) (*dataset.Set, []store.Info, error) {
	infos, err := q.api.Sets.Infos(ctx)
	if err != nil {
		return nil, nil, err
	}
	set, err := q.api.Sets.Table(infos)
	return set, infos, err
}

// bounded gives a request its deadline.
func (q *request) bounded() (context.Context, context.CancelFunc) {
	return odshttp.Bounded(q.r.Context(), q.api.Timeout)
}
