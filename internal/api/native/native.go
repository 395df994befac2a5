// Package native is boamp's own API, version 1: find notices by named criteria, then fetch one with the API version that
// its hit names; the same results as files of all export formats. It reads parameters with lang/params, asks
// through the search door, and knows no engine.
package native

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// Prefix is the path below which the API stands.
const Prefix = "/api/v1"

// Version is that of the API. It is raised with every change that a client may see.
const Version = "1.3.0"

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
	Build   string              // of the program: what another build gave is not taken for the same
	Beside  Beside              // what else the program serves, for the description
	Changes *change.Feed        // nil: there is none
	Bulk    *bulk.Folder        // of the snapshots; nil: there are none
	Watch   *completeness.Watch // what became of all documents; nil: there is no account

	digest   digestOnce
	filled   fillCounts
	books    books
	document openapi
}

// Handler serves all routes. Other paths below the prefix get a problem that lists them.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range a.Routes() {
		mux.Handle(r.Pattern, httpx.Handle(r.checked(), a.Log, a.problem))
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
	if e := (*search.Erased)(nil); errors.As(err, &e) {
		gone(w, r, err, e)
		return
	}
	httpx.WriteProblem(w, r, err)
}

func (a *API) unknown(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		if info, err := a.Door.Info(r.Context()); err == nil {
			stamp(w, info)
		}
		httpx.WriteProblemStatus(w, r, http.StatusMethodNotAllowed,
			fault.New(fault.Unsupported, "method %s: this API only reads", r.Method).WithHint("use GET"))
		return nil
	}
	var paths []string
	for _, route := range a.Routes() {
		paths = append(paths, route.Path())
	}
	return fault.New(fault.NotFound, "no such path: %s", r.URL.Path).WithHint("paths are: %s", strings.Join(paths, ", "))
}

// parse reads the criteria and the options of a request, those of where included. The route has checked the names.
func (a *API) parse(r *http.Request, p params.Parser) (params.Request, time.Time, error) {
	values, err := readQuery(r)
	if err != nil {
		return params.Request{}, time.Time{}, err
	}
	p.Fields = a.Door.Fields
	p.Now = search.Now(values.Get("cursor"), a.Now())
	for name := range values {
		p.Extra = append(p.Extra, name) // those that the language does not have are the route's
	}
	req, err := p.Parse(values)
	if err != nil {
		return req, p.Now, err
	}
	req.Query.Where, err = a.where(req.Query.Where, values["where"], p.Now)
	return req, p.Now, err
}

// where adds conditions in ODSQL.
func (a *API) where(e query.Expr, texts []string, now time.Time) (query.Expr, error) {
	env := odsql.Env{Fields: a.Door.Fields, Now: now, Zone: notice.Paris}
	for _, f := range a.Door.Fields.All() {
		if f.Words {
			env.Text = append(env.Text, f)
		}
	}
	all := query.And{e}
	if e == nil {
		all = nil
	}
	for _, text := range texts {
		more, err := odsql.Where(env, text)
		var wrong *odsql.Error
		if errors.As(err, &wrong) {
			f := fault.New(fault.Invalid, "%s", wrong.Message).At("parameter where, character " + strconv.Itoa(wrong.Position))
			if wrong.Hint != "" {
				f = f.WithHint("%s", wrong.Hint)
			}
			return nil, f
		}
		if err != nil {
			return nil, err
		}
		if more != nil {
			all = append(all, more)
		}
	}
	return query.Simplify(all), nil
}

// readQuery reads the query string strictly: net/http drops pairs that it cannot read, and a filter dropped in silence gives
// wrong answers.
func readQuery(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the query string cannot be read").At("query string").
			WithHint("encode reserved characters: %%26 for &, %%2B for +, %%25 for %%, %%3B for ;")
	}
	return values, nil
}

// stamp sets the headers that say where an answer comes from.
func stamp(w http.ResponseWriter, info store.Info) {
	w.Header().Set("Boamp-Api-Version", Version)
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
