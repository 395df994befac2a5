package explorev1

import (
	"bufio"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// style is how the surface writes JSON: as version 2 does, escaped to ASCII.
var style = export.Style{Portal: true, ASCII: true}

// style is how a request wants its values.
func (q *request) style() export.Style {
	s := style
	s.Zone = q.zone
	return s
}

const (
	typeJSON = "application/json; charset=utf-8"
	typeJS   = "application/javascript; charset=utf-8"
)

// frame is how JSON is wrapped: as it is, or as a call of a script.
type frame struct {
	callback string
	pretty   bool
}

// safeCallback is what a callback may be: the name of a function, with its owners. Anything else would be a program of the
// client's choice under the name of this server.
var safeCallback = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*|\[[0-9]{1,9}\])*$`)

// format reads the format among those that a route has, the first of them the default, and how JSON is wrapped. Formats that end in
// "p" are calls of the function that callback names.
func (q *request) format(formats ...string) (string, error) {
	name := strings.ToLower(strings.TrimSpace(q.params.One("format")))
	if name == "" {
		name = formats[0]
	}
	known := false
	for _, f := range formats {
		known = known || f == name
	}
	if !known {
		return "", odshttp.Bad("format", name, "one of "+strings.Join(formats, ", "))
	}
	var err error
	if q.frame.pretty, err = q.params.Flag("pretty_print", false); err != nil {
		return "", err
	}
	plain, call := strings.CutSuffix(name, "p")
	if !call {
		return name, nil
	}
	callback := strings.TrimSpace(q.params.One("callback"))
	if len(callback) > 128 || !safeCallback.MatchString(callback) {
		return "", odshttp.Bad("callback", strconv.Quote(callback), "the name of a function")
	}
	q.frame.callback = callback
	return plain, nil
}

// given sets the headers of an answer that is no error.
func (q *request) given(contentType string, info store.Info) {
	provenance.Stamp(q.w.Header(), search.Meta(info, 0))
	odshttp.Given(q.w.Header(), contentType, q.api.DailyCalls, q.api.Now())
}

// unchanged answers 304 when the client has the list that this revision gives to this request. A request that asks for the time
// has no tag, nor has one whose parameters are not in its address.
func (q *request) unchanged(info store.Info) bool {
	if q.params.AsksTime() || q.r.Method == http.MethodPost {
		return false
	}
	address := odshttp.Address(q.api.Base, q.r) + q.r.URL.EscapedPath() + "?" + q.r.URL.RawQuery
	return q.notModified(odshttp.ListTag(q.api.Build, address, info), info)
}

func (q *request) notModified(tag string, info store.Info) bool {
	provenance.Stamp(q.w.Header(), search.Meta(info, 0))
	q.w.Header().Set("Cache-Control", odshttp.NoCache)
	return httpx.NotModified(q.w, q.r, tag)
}

// body wraps a document.
func (q *request) body(doc any) []byte {
	var b []byte
	if q.frame.pretty {
		b = style.AppendIndented(nil, doc)
	} else {
		b = style.Append(nil, doc)
	}
	before, after := q.frame.ends()
	return append(append([]byte(before), b...), after...)
}

// ends are what stands before and behind the JSON. The empty comment keeps the beginning of the answer out of the client's hands.
func (f frame) ends() (before, after string) {
	if f.callback == "" {
		return "", ""
	}
	return "/**/" + f.callback + "(", ");"
}

func (f frame) contentType(json string) string {
	if f.callback != "" {
		return typeJS
	}
	return json
}

// write answers with a document.
func (q *request) write(doc any, info store.Info) error { return q.writeBody(q.body(doc), info) }

func (q *request) writeBody(body []byte, info store.Info) error {
	q.given(q.frame.contentType(typeJSON), info)
	q.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := q.w.Write(body)
	return err
}

// stream begins an answer of unknown length. Of HEAD that is all: nil.
func (q *request) stream(contentType string, info store.Info) *bufio.Writer {
	q.given(contentType, info)
	if q.r.Method == http.MethodHead {
		q.w.WriteHeader(http.StatusOK)
		return nil
	}
	return bufio.NewWriterSize(q.w, 32<<10)
}
