// Package explore answers the Explore API, versions 2.1 and 2.0, as the portal of the BOAMP does: clients of the portal only
// change the name of the host. It reads parameters, hands their texts to lang/odsql, asks a data set through package search and
// writes rows as the portal writes them. Beyond the portal, every answer says where the data come from, and lists and records
// have entity tags.
package explore

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/store"
)

// API answers both versions.
type API struct {
	Sets *dataset.Catalogue
	// Info describes the revision served, for answers that open no data set; nil leaves its headers out there.
	Info       func(ctx context.Context) (store.Info, error)
	Formats    []export.Format
	Timeout    time.Duration // of a page; exports have none; 0 means none
	Now        func() time.Time
	Log        *slog.Logger
	Base       string // public address of the server without a slash at the end; "" takes it from each request
	Language   string // content-language of answers; "" is "fr"
	Build      string // version of the program: other answers may come from another one
	DailyCalls int64  // calls a day that answers advertise; 0 is odshttp.AdvertisedCalls

	pages sync.Pool // of *[]byte: pages are long, and made again and again
}

// version is a version of the API.
type version int

const (
	v21 version = iota
	v20
)

func (v version) String() string { return [...]string{"v2.1", "v2.0"}[v] }

// Prefixes lists the beginnings of the paths that Handler answers, each with a slash at the end.
func Prefixes() []string { return []string{"/api/explore/", "/api/v2/"} }

// prefixes are the addresses of the versions.
var prefixes = []struct {
	path string
	v    version
}{{"/api/explore/v2.1", v21}, {"/api/explore/v2.0", v20}, {"/api/v2", v20}}

// request is a request on its way.
type request struct {
	api    *API
	w      http.ResponseWriter
	r      *http.Request
	start  time.Time
	v      version
	base   string // address of the version as the client called it: "https://host/api/v2"
	params params
	set    *dataset.Set // of the path; nil for the catalogue
	record string
	format string
}

// Handler answers every path below Prefixes. It must not stand behind http.ServeMux, which redirects paths with two slashes.
func (a *API) Handler() http.Handler {
	endpoints := Endpoints()
	return httpx.Handle(func(w http.ResponseWriter, r *http.Request) error { return a.serve(w, r, endpoints) }, a.Log, a.writeProblem)
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, endpoints []Endpoint) error {
	odshttp.Common(w.Header(), a.language())
	route, err := readRoute(r, endpoints)
	if route != nil && route.v == v20 {
		deprecated(w.Header())
	}
	switch {
	case r.Method == http.MethodOptions: // also for paths that do not exist: browsers ask before they know
		w.WriteHeader(choiceOptionsStatus)
		return nil
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return &problem{http.StatusMethodNotAllowed, "MethodNotAllowed", "Method " + r.Method + " is not allowed, only " + allowed + " are."}
	case err != nil:
		return err
	}
	q := &request{api: a, w: w, r: r, start: a.Now(), v: route.v, base: odshttp.Address(a.Base, r) + route.prefix, record: route.record, format: route.format}
	if q.params.Params, err = odshttp.ReadParams(r.URL.RawQuery); err != nil {
		return &problem{http.StatusRequestURITooLong, codeParameter, problemOf(r, err).message}
	}
	if route.endpoint.inDataset() {
		if q.set, err = a.find(route.dataset); err != nil {
			return err
		}
	}
	return route.endpoint.answer(q)
}

// bounded gives a request its deadline.
func (q *request) bounded() (context.Context, context.CancelFunc) {
	return odshttp.Bounded(q.r.Context(), q.api.Timeout)
}

// writeJSON answers with a document.
func (q *request) writeJSON(info store.Info, doc any) error {
	q.success(typeJSON, info)
	q.timing()
	_, err := q.w.Write(style.Append(nil, doc))
	return err
}

const typeJSON = "application/json; charset=utf-8"
