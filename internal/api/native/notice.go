package native

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"html"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/render"
	"github.com/boamp/boamp/internal/search"
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

// gone answers for a notice that was taken out.
func gone(w http.ResponseWriter, r *http.Request, err error, e *search.Erased) {
	p := Problem{
		Type: "about:blank", Title: http.StatusText(http.StatusGone), Status: http.StatusGone, Instance: r.URL.Path, RequestID: httpx.RequestID(r.Context()),
		Tombstone: &Tombstone{e.ID, e.Time.UTC(), e.Reason},
	}
	var f *fault.Error
	if errors.As(err, &f) {
		p.Detail, p.Errors = f.Message, []ProblemError{{Detail: f.Message, Hint: f.Hint}}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusGone)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(p) // the client is gone when this fails
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
	return map[string]string{
		"self": noticeURL(n.ID, string(n.Version)), "raw": base + "/raw", "record": base + "/record", "html": base + "/html", "lots": base + "/lots",
	}
}

// tag is the entity tag of an answer made from a notice: it changes with the document, its reader and the program.
func (a *API) tag(kind string, n *notice.Notice) string {
	return `"` + kind + "-" + n.Source.SHA256[:min(16, len(n.Source.SHA256))] + "-" + strconv.Itoa(n.Source.Reader) + "-" + fingerprint(a.Build) + `"`
}

// html answers with a page of the notice in French, which is ours.
func (a *API) html(w http.ResponseWriter, r *http.Request) error {
	n, _, err := a.fetch(w, r)
	if err != nil {
		return err
	}
	if httpx.NotModified(w, r, a.tag("h", n)) {
		return nil
	}
	title := html.EscapeString(n.ID + " - " + n.Title)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_, err = io.WriteString(w, "<!DOCTYPE html>\n<html lang=\"fr\">\n<head><meta charset=\"utf-8\"><title>"+title+"</title></head>\n<body>\n"+render.HTML(n)+"\n</body>\n</html>\n")
	return err
}

// lots answers with the lots of a notice, and what became of them.
func (a *API) lots(w http.ResponseWriter, r *http.Request) error {
	n, info, err := a.fetch(w, r)
	if err != nil {
		return err
	}
	if a.unchanged(w, r, info) {
		return nil
	}
	body := LotsAnswer{meta(info, int64(len(n.Lots))), n.ID, n.Version, n.Lots, n.Results, noticeLinks(n)}
	if body.Lots == nil {
		body.Lots = []notice.Lot{}
	}
	return writeJSON(w, body)
}

// raw answers with the bytes of the source document, unchanged. Their SHA-256 is the entity tag.
func (a *API) raw(w http.ResponseWriter, r *http.Request) error {
	n, _, err := a.fetch(w, r)
	if err != nil {
		return err
	}
	if n.Source.Kept == "" {
		return fault.New(fault.NotFound, "the source document of %s was not kept", n.ID)
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

// fingerprint shortens a text for a tag.
func fingerprint(s string) string {
	h := fnv.New32a()
	_, _ = io.WriteString(h, s)
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}
