package versions

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lifecycle"
	"github.com/boamp/boamp/internal/odshttp"
)

// Guard stands before all surfaces, outside of caches, because what it says depends on the clock. A version that is deprecated, or will
// be, is answered as before with Deprecation (RFC 9745), Sunset (RFC 8594) and links; from its sunset on it is answered with 410.
func (a *API) Guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := a.version(r.URL)
		switch {
		case v == nil || v.Deprecated.IsZero():
			h.ServeHTTP(w, r)
		case v.Status(a.Now()) == lifecycle.Retired && r.Method != http.MethodOptions: // a browser that asks whether it may ask, may
			a.announce(w.Header(), v)
			a.stamp(w, r)
			writeGone(w, r, v, a.Registry.Version(v.Successor))
		default:
			aw := &announcer{ResponseWriter: w, header: w.Header().Clone(), announce: func(h http.Header) { a.announce(h, v) }}
			h.ServeHTTP(aw, r)
			aw.begin() // of an answer without a word
		}
	})
}

// version finds the version that a request belongs to. Some surfaces read paths as they were escaped, others not: a path that is a
// version's in either reading is the version's.
func (a *API) version(u *url.URL) *lifecycle.Version {
	if v := a.Registry.At(u.EscapedPath()); v != nil {
		return v
	}
	return a.Registry.At(u.Path)
}

// announce sets the headers of a version whose end is known.
func (a *API) announce(h http.Header, v *lifecycle.Version) {
	h.Set("Deprecation", "@"+strconv.FormatInt(v.Deprecated.Unix(), 10)) // a Date of RFC 9651
	h.Set("Sunset", v.Sunset.UTC().Format(http.TimeFormat))
	h.Add("Link", fmt.Sprintf(`<%s>; rel="successor-version"`, way(a.Registry.Version(v.Successor))))
	for _, rel := range []string{"deprecation", "sunset"} {
		h.Add("Link", fmt.Sprintf(`<%s>; rel="%s"; type="application/json"`, Path, rel))
	}
	h.Add("Access-Control-Expose-Headers", "Deprecation, Sunset, Link")
}

// way is where a version begins.
func way(v *lifecycle.Version) string { return v.Paths[0] }

// announcer adds headers when the answer begins, so that a handler that sets its own does not undo them. Handlers have a map of their
// own: a cache that keeps an answer keeps it without what is added.
type announcer struct {
	http.ResponseWriter
	header   http.Header
	announce func(h http.Header)
	begun    bool
}

func (w *announcer) begin() {
	if w.begun {
		return
	}
	w.begun = true
	h := w.ResponseWriter.Header()
	clear(h)
	maps.Copy(h, w.header.Clone())
	w.announce(h)
}

// Header is what the handler sets.
func (w *announcer) Header() http.Header { return w.header }

// WriteHeader begins the answer.
func (w *announcer) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.begin()
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write begins the answer.
func (w *announcer) Write(b []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(b)
}

// FlushError begins the answer.
func (w *announcer) FlushError() error {
	w.begin()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *announcer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// writeGone answers for a retired version in the style of its surface.
func writeGone(w http.ResponseWriter, r *http.Request, v, next *lifecycle.Version) {
	message := fmt.Sprintf("%s was retired on %s", v.Title, v.Sunset.UTC().Format(time.DateOnly))
	hint := fmt.Sprintf("use %s at %s; %s has all versions", next.Title, way(next), Path)
	var body any
	switch v.Style {
	case lifecycle.Explore:
		body = struct {
			Code    string `json:"error_code"`
			Message string `json:"message"`
		}{"GoneResource", message + " (" + hint + ")"}
	case lifecycle.ExploreV1:
		body = struct {
			Error string `json:"error"`
		}{message + " (" + hint + ")"}
	case lifecycle.Legacy:
		if strings.Contains(r.Header.Get("Accept"), "xml") {
			writeGoneXML(w, r, message, hint)
			return
		}
		body = struct {
			Error string `json:"error"`
			Hint  string `json:"hint"`
		}{message, hint}
	default:
		httpx.WriteProblemStatus(w, r, http.StatusGone, fault.New(fault.NotFound, "%s", message).At("path "+r.URL.Path).WithHint("%s", hint))
		return
	}
	sendGone(w, r, "application/json", encode(body))
}

// writeGoneXML is the error of the two-stage API for those who ask for XML.
func writeGoneXML(w http.ResponseWriter, r *http.Request, message, hint string) {
	body, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"error"`
		Hint    string   `xml:"hint,attr"`
		Message string   `xml:",chardata"`
	}{Hint: hint, Message: message})
	if err != nil {
		panic("versions: " + err.Error()) // texts always encode
	}
	sendGone(w, r, "application/xml", append([]byte(xml.Header), body...))
}

func sendGone(w http.ResponseWriter, r *http.Request, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", odshttp.NoCache)
	w.WriteHeader(http.StatusGone)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone when this fails
	}
}
