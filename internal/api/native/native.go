// Package native is boamp's own API, version 1: find notices by named criteria, then fetch one with the API version that
// its hit names; the same results as files of all export formats. It reads parameters with lang/params, asks
// through the search door, and knows no engine.
package native

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// Prefix is the path below which the API stands.
const Prefix = "/api/v1"

// RawReader gives the bytes that the raw archive keeps. A fault of kind NotFound when they are not there.
type RawReader interface {
	Get(ref string) ([]byte, error)
}

// API answers the native API.
type API struct {
	Door    *search.Door
	Raw     RawReader
	Formats []export.Format
	Now     func() time.Time
	Log     *slog.Logger
	Build   string // of the program: what another build gave is not taken for the same
}

// Routes lists the patterns of the API with a word on each.
func (a *API) Routes() []Route {
	routes := []Route{
		{"GET " + Prefix + "/notices", "find notices by criteria: a page of hits with the exact total", a.list},
		{"GET " + Prefix + "/notices/{id}", "one notice in full, typed; ?version= names its API version", a.notice},
		{"GET " + Prefix + "/notices/{id}/raw", "the very bytes of the source document", a.raw},
		{"GET " + Prefix + "/notices/{id}/record", "the flat record of 41 fields", a.record},
	}
	for _, f := range a.Formats {
		routes = append(routes, Route{"GET " + Prefix + "/notices." + f.Name, "all the notices that match, as " + f.Name, a.export(f)})
	}
	return routes
}

// Route is one path of the API.
type Route struct {
	Pattern string // of http.ServeMux
	Doc     string
	handler httpx.Handler
}

// Handler serves all routes. Other paths below the prefix get a problem that lists them.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range a.Routes() {
		mux.Handle(r.Pattern, httpx.Handle(r.handler, a.Log, a.problem))
	}
	for _, m := range export.Unsupported() {
		mux.Handle("GET "+Prefix+"/notices."+m.Name, httpx.Handle(missing(m), a.Log, a.problem))
	}
	mux.Handle(Prefix+"/", httpx.Handle(a.unknown, a.Log, a.problem))
	return mux
}

// problem writes an error. It says where the data come from like every other answer, unless they cannot be asked.
func (a *API) problem(w http.ResponseWriter, r *http.Request, err error) {
	if w.Header().Get(provenance.HeaderRevision) == "" {
		if info, infoErr := a.Door.Info(r.Context()); infoErr == nil {
			stamp(w, info)
		}
	}
	httpx.WriteProblem(w, r, err)
}

func (a *API) unknown(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		httpx.WriteProblemStatus(w, r, http.StatusMethodNotAllowed,
			fault.New(fault.Unsupported, "method %s: this API only reads", r.Method).WithHint("use GET"))
		return nil
	}
	var paths []string
	for _, route := range a.Routes() {
		paths = append(paths, strings.TrimPrefix(route.Pattern, "GET "))
	}
	return fault.New(fault.NotFound, "no such path: %s", r.URL.Path).WithHint("paths are: %s", strings.Join(paths, ", "))
}

// parse reads the parameters of a request.
func (a *API) parse(r *http.Request, p params.Parser) (params.Request, time.Time, error) {
	values, err := query(r)
	if err != nil {
		return params.Request{}, time.Time{}, err
	}
	p.Fields = a.Door.Fields
	p.Now = search.Now(values.Get("cursor"), a.Now())
	req, err := p.Parse(values)
	return req, p.Now, err
}

// query reads the query string strictly: net/http drops pairs that it cannot read, and a filter dropped in silence gives
// wrong answers.
func query(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the query string cannot be read").At("query string").
			WithHint("encode reserved characters: %%26 for &, %%2B for +, %%25 for %%, %%3B for ;")
	}
	return values, nil
}

// stamp sets the headers that say where an answer comes from.
func stamp(w http.ResponseWriter, info store.Info) {
	provenance.Stamp(w.Header(), search.Meta(info, 0))
}

// columns finds fields by name.
func columns(c *field.Catalogue, names ...string) []*field.Field {
	out := make([]*field.Field, len(names))
	for i, n := range names {
		out[i] = c.Must(n)
	}
	return out
}
