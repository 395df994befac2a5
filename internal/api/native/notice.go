package native

import (
	"net/http"
	"strconv"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// fetch reads the notice that a request names, in the version that it names.
func (a *API) fetch(w http.ResponseWriter, r *http.Request) (*notice.Notice, store.Info, error) {
	values, err := query(r)
	if err != nil {
		return nil, store.Info{}, err
	}
	for name := range values {
		if name != "version" {
			return nil, store.Info{}, fault.New(fault.Invalid, "unknown parameter %q", name).At("parameter " + name).
				WithHint("a notice is asked for with version, or with nothing")
		}
	}
	version, err := parseVersion(values.Get("version"))
	if err != nil {
		return nil, store.Info{}, err
	}
	n, info, err := a.Door.Get(r.Context(), r.PathValue("id"), version)
	if err == nil {
		stamp(w, info)
	}
	return n, info, err
}

func parseVersion(s string) (notice.Version, error) {
	if s == "" {
		return "", nil
	}
	names := ""
	for _, v := range notice.Versions() {
		if string(v) == s {
			return v, nil
		}
		names += " " + string(v)
	}
	return "", fault.New(fault.Invalid, "unknown API version %q", s).At("parameter version").WithHint("versions are:%s", names)
}

// notice answers the second stage: everything that is known of one notice.
func (a *API) notice(w http.ResponseWriter, r *http.Request) error {
	n, info, err := a.fetch(w, r)
	if err != nil {
		return err
	}
	// The answer holds the revision, so it changes with every update of the data.
	if httpx.NotModified(w, r, `"`+n.Source.SHA256[:min(16, len(n.Source.SHA256))]+"-"+strconv.Itoa(n.Source.Reader)+"-"+strconv.FormatInt(info.Revision, 10)+`"`) {
		return nil
	}
	return writeJSON(w, struct {
		Meta   export.Meta       `json:"meta"`
		Notice *notice.Notice    `json:"notice"`
		Links  map[string]string `json:"links"`
	}{search.Meta(info, 1), n, map[string]string{
		"self": noticeURL(n.ID, string(n.Version)), "raw": Prefix + "/notices/" + n.ID + "/raw", "record": Prefix + "/notices/" + n.ID + "/record",
	}})
}

// raw answers with the bytes of the source document, unchanged. Their SHA-256 is the entity tag.
func (a *API) raw(w http.ResponseWriter, r *http.Request) error {
	n, _, err := a.fetch(w, r)
	if err != nil {
		return err
	}
	if httpx.NotModified(w, r, `"`+n.Source.SHA256+`"`) {
		return nil
	}
	b, err := a.Raw.Get(n.Source.Kept)
	if err != nil {
		return err
	}
	mediaType := "application/json"
	if n.Source.Form == "xml" {
		mediaType = "application/xml"
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "no-transform") // packed, the bytes would no longer be those of the tag
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, err = w.Write(b)
	return err
}

// record answers with the flat record in the form of the Explore API, version 2.1.
func (a *API) record(w http.ResponseWriter, r *http.Request) error {
	n, _, err := a.fetch(w, r)
	if err != nil {
		return err
	}
	if httpx.NotModified(w, r, `"r-`+n.Source.SHA256+"-"+strconv.Itoa(n.Source.Reader)+`"`) {
		return nil
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = w.Write(portal.AppendRecord(nil, &n.Record))
	return err
}
