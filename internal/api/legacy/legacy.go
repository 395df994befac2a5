// Package legacy answers DILA's first API of the BOAMP (2017 to 2022) as its clients knew it: a search that gives identifiers with
// their schema, then one call a notice, whose JSON has the members that the old service generated from its schemas.
//
// What is answered otherwise than by the old service, and why, is on docs/legacy-api.md.
package legacy

import (
	"hash/fnv"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// Prefix is the path below which the API stands.
const Prefix = "/opendata/api-boamp/annonces"

// RawReader gives the bytes that the raw archive keeps. A fault of kind NotFound when they are not there.
type RawReader interface {
	Get(ref string) ([]byte, error)
}

// API answers both stages.
type API struct {
	Door  *search.Door
	Raw   RawReader
	Zone  *time.Location // of days and times without an offset: that of Paris
	Log   *slog.Logger
	Build string // of the program: what another build gave is not taken for the same
}

// Route is one path of the API.
type Route struct {
	Path   string
	Doc    string
	Params []Param
	handle func(a *API) httpx.Handler
}

// Param is a parameter.
type Param struct {
	Name, Doc string
}

// Routes lists the paths.
func Routes() []Route {
	return []Route{
		{Prefix + "/search", "identifiers and schemas of the notices that a criterion finds", []Param{
			{"criterion", "what is looked for; required"},
			{"curseur", "position of the first item; the first of all is 1, which is the default"},
			{"nbItemParPage", "items a page, 1 to 1000, the default; more is 1000"},
			{"sort", "an addition: " + strings.Join(sortNames(), ", ") + ", with a minus in front for descending; default -dateparution,-idweb"},
		}, func(a *API) httpx.Handler { return a.search }},
		{Prefix + "/{version}/{id}", "one notice: version is the one that its schema names, " + strings.Join(versionNames(), ", "), []Param{
			{"flags", "of a notice, an addition: true writes empty elements as true, not as XML in a string as the old service did"},
		},
			func(a *API) httpx.Handler { return a.notice }},
	}
}

// Handler serves all routes. Other paths below the prefix get an error that says which there are.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range Routes() {
		mux.Handle("GET "+r.Path, httpx.Handle(r.handle(a), a.Log, a.writeError))
	}
	mux.Handle("/", httpx.Handle(a.unknown, a.Log, a.writeError))
	return httpx.Preflight(mux)
}

func (a *API) unknown(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		return &refusal{status: http.StatusMethodNotAllowed, message: "method " + r.Method + ": this API only reads", hint: "use GET"}
	}
	var paths []string
	for _, route := range Routes() {
		paths = append(paths, route.Path)
	}
	return fault.New(fault.NotFound, "no such path: %s", r.URL.Path).WithHint("paths are: %s", strings.Join(paths, ", "))
}

// versionNames are the versions as they stand in paths.
func versionNames() []string {
	var list []string
	for _, v := range notice.Versions() {
		list = append(list, string(v))
	}
	return list
}

// parseVersion reads a version of a path, as it is spelled there and in the registry of versions, which a path in another case would
// escape. "orms" is what clients that take four characters of a schema's name read in that of eForms.
func parseVersion(name string) (notice.Version, error) {
	version := notice.Version(name)
	if name == "orms" {
		version = notice.EForms
	}
	if !slices.Contains(notice.Versions(), version) {
		return "", fault.New(fault.NotFound, "no version %q of notices", name).WithHint("versions are: %s", strings.Join(versionNames(), ", "))
	}
	return version, nil
}

// stamp sets the headers that say where an answer comes from, and that it depends on what was accepted.
func stamp(w http.ResponseWriter, info store.Info) {
	if !slices.Contains(w.Header().Values("Vary"), "Accept") {
		w.Header().Add("Vary", "Accept")
	}
	provenance.Stamp(w.Header(), search.Meta(info, 0))
}

// tag makes a weak entity tag of parts and the program's build. It does not begin with a revision, so that the cache of finished
// answers, which does not look at Accept, keeps none of them.
func (a *API) tag(parts ...string) string {
	sum := fnv.New32a()
	sum.Write([]byte(a.Build)) // a hash never fails
	return `W/"legacy-` + strings.Join(parts, "-") + "-" + strconv.FormatUint(uint64(sum.Sum32()), 36) + `"`
}

// send writes a finished answer.
func send(w http.ResponseWriter, f format, body []byte) error {
	w.Header().Set("Content-Type", f.contentType())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := w.Write(body)
	return err
}
