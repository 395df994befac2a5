// Package versions keeps on the wire what package lifecycle promises: it lists the versions of all APIs at /api/versions, announces
// changes at /api/versions.atom (RFC 4287), and stands before the surfaces, where a deprecated version gets the headers that say
// so and a retired one is answered with 410 and the way on. It knows paths and the account, and no surface.
package versions

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"time"

	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lifecycle"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

//go:embed versions.go
var source string

// Source is the text of the file that declares the types of answers, whose comments describe them.
func Source() string { return source }

// Paths of the account and of its feed.
const (
	Path     = "/api/versions"
	FeedPath = "/api/versions.atom"
)

// API tells of the versions.
type API struct {
	Registry *lifecycle.Registry
	// Info describes the revision served, for the headers that say where answers come from.
	Info func(ctx context.Context) (store.Info, error)
	Now  func() time.Time
	Log  *slog.Logger
	Base string // public address of the server without a slash at the end; "" takes it from each request
}

// Register adds the two paths to a mux.
func (a *API) Register(mux *http.ServeMux) {
	mux.Handle("GET "+Path, httpx.Handle(a.list, a.Log, a.problem))
	mux.Handle("GET "+FeedPath, httpx.Handle(a.feed, a.Log, a.problem))
}

// List is the answer of /api/versions.
type List struct {
	Meta     Meta              `json:"meta"`     // where the answer comes from
	Versions []Version         `json:"versions"` // of all APIs
	Changes  []Change          `json:"changes"`  // until now, newest first
	Links    map[string]string `json:"links"`    // self, and feed: the same changes as Atom
}

// Meta says where an answer comes from, as in every JSON answer.
type Meta struct {
	Source     string     `json:"source"`      // who produced the data
	SourceURL  string     `json:"source_url"`  // where they publish them
	Licence    string     `json:"licence"`     // under which the data may be used
	LicenceURL string     `json:"licence_url"` // its text
	LastUpdate *time.Time `json:"last_update"` // when the data changed last, UTC; null for an empty store
	Revision   int64      `json:"revision"`    // number of that state of the data
	Total      int64      `json:"total"`       // versions
}

// Version is one version of one API.
type Version struct {
	ID            string           `json:"id"`                   // stable: surface and name
	Surface       string           `json:"surface"`              // native, explore, legacy
	Name          string           `json:"name"`                 // of the version, as paths have it
	Title         string           `json:"title"`                //
	Status        lifecycle.Status `json:"status"`               // current, deprecated, retired
	Paths         []string         `json:"paths"`                // beginnings of its paths
	Since         string           `json:"since"`                // day, yyyy-mm-dd, UTC
	Deprecated    string           `json:"deprecated,omitempty"` // instant, RFC 3339: answers carry it in the header Deprecation
	Sunset        string           `json:"sunset,omitempty"`     // instant, RFC 3339: from then on 410
	Successor     string           `json:"successor,omitempty"`  // id of the version to go to
	Documentation string           `json:"documentation"`        // page in the repository
	Note          string           `json:"note,omitempty"`
}

// Change is an entry of the changelog.
type Change struct {
	ID       string         `json:"id"`   // stable
	Date     string         `json:"date"` // day, yyyy-mm-dd, UTC
	Kind     lifecycle.Kind `json:"kind"` // added, changed, deprecated, retired
	Versions []string       `json:"versions"`
	Title    string         `json:"title"`
	Text     string         `json:"text"`
}

// list answers /api/versions.
func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	info, err := a.Info(r.Context())
	if err != nil {
		return err
	}
	now := a.Now()
	from := search.Meta(info, 0)
	versions := a.Registry.Versions()
	meta := Meta{Source: from.Source, SourceURL: from.SourceURL, Licence: from.Licence, LicenceURL: from.LicenceURL, Revision: from.Revision, Total: int64(len(versions))}
	if !from.LastUpdate.IsZero() {
		meta.LastUpdate = &from.LastUpdate
	}
	body := List{Meta: meta, Links: map[string]string{"self": Path, "feed": FeedPath}}
	for i := range versions {
		body.Versions = append(body.Versions, describe(&versions[i], now))
	}
	for _, c := range a.Registry.Changes(now) {
		body.Changes = append(body.Changes, Change{c.ID, c.Date.Format(time.DateOnly), c.Kind, c.Versions, c.Title, c.Text})
	}
	provenance.Stamp(w.Header(), from)
	w.Header().Add("Link", "<"+FeedPath+`>; rel="alternate"; type="application/atom+xml"`)
	return writeTagged(w, r, "application/json", encode(body))
}

func describe(v *lifecycle.Version, now time.Time) Version {
	return Version{
		ID: v.ID, Surface: v.Surface, Name: v.Name, Title: v.Title, Status: v.Status(now), Paths: v.Paths, Since: v.Since.Format(time.DateOnly),
		Deprecated: instant(v.Deprecated), Sunset: instant(v.Sunset), Successor: v.Successor, Documentation: v.Docs, Note: v.Note,
	}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// writeTagged answers with a body that is known by its hash.
func writeTagged(w http.ResponseWriter, r *http.Request, mediaType string, body []byte) error {
	if httpx.NotModified(w, r, odshttp.BodyTag(body)) {
		return nil
	}
	w.Header().Set("Content-Type", mediaType)
	_, err := w.Write(body)
	return err
}

// problem writes an error; it says where the data come from unless they cannot be asked.
func (a *API) problem(w http.ResponseWriter, r *http.Request, err error) {
	a.stamp(w, r)
	httpx.WriteProblem(w, r, err)
}

func (a *API) stamp(w http.ResponseWriter, r *http.Request) {
	if info, err := a.Info(r.Context()); err == nil {
		provenance.Stamp(w.Header(), search.Meta(info, 0))
	}
}
