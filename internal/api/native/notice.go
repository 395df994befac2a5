package native

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/store"
)

// fetch reads the notice that a request names, in the version that it names.
func (a *API) fetch(w http.ResponseWriter, r *http.Request) (*notice.Notice, store.Info, error) {
	values, err := readQuery(r)
	if err != nil {
		return nil, store.Info{}, err
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
	return writeJSON(w, One{meta(info, 1), n, noticeLinks(n)})
}

func noticeLinks(n *notice.Notice) map[string]string {
	base := Prefix + "/notices/" + url.PathEscape(n.ID)
	return map[string]string{"self": noticeURL(n.ID, string(n.Version)), "raw": base + "/raw", "record": base + "/record"}
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
