package native

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// HitFields are the columns of a hit unless the request names others. API version and identity always come with them.
func HitFields(c *field.Catalogue) []*field.Field {
	return columns(c, "title", "buyer_name", "famille", "nature", "etat", "stage", "state", "kind", "departement", "cpv_main",
		"published", "deadline", "amount")
}

// list answers the first stage: which notices there are, and with which version each is fetched.
func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	req, now, err := a.parse(r, params.Parser{})
	if err != nil {
		return err
	}
	fields := req.Fields
	if fields == nil {
		fields = HitFields(a.Door.Fields)
		if req.Score != nil {
			fields = append(fields, req.Score)
		}
	}
	version := a.Door.Fields.Must("version")
	page, err := a.Door.Page(r.Context(), search.Request{
		Query: req.Query, Cursor: req.Cursor, At: now, Fields: append([]*field.Field{version}, fields...),
	})
	if err != nil {
		return err
	}
	stamp(w, page.Info)
	if a.unchanged(w, r, page.Info) {
		return nil
	}
	body := List{Meta: meta(page.Info, page.Total), Total: page.Total, Notices: make([]Hit, 0, len(page.Rows)), Cursor: page.Next, Links: links(w, r, page.Next)}
	if page.First != page.Info.Revision {
		body.Meta.First = page.First
	}
	for _, row := range page.Rows {
		body.Notices = append(body.Notices, hit(row, fields))
	}
	return writeTagged(w, r, body)
}

// unchanged answers 304 when the client has the page that this revision gives to this address. A page of what is open now depends on
// the time, too: its tag is that of its body (writeTagged).
func (a *API) unchanged(w http.ResponseWriter, r *http.Request, info store.Info) bool {
	if timely(r) {
		return false
	}
	return httpx.NotModified(w, r, odshttp.ListTag(a.Build, r.URL.RequestURI(), info))
}

// asked opens a view for an answer that its revision decides about. It gives none, without an error, when the client has that answer.
func (a *API) asked(w http.ResponseWriter, r *http.Request) (store.View, error) {
	v, err := a.Door.View(r.Context())
	if err != nil {
		return nil, err
	}
	stamp(w, v.Info())
	if a.unchanged(w, r, v.Info()) {
		return nil, v.Close()
	}
	return v, nil
}

// timely reports whether the time decides about the answer to a request.
func timely(r *http.Request) bool {
	values := r.URL.Query()
	return values.Has("open") || strings.Contains(strings.ToLower(strings.Join(values["where"], " ")), "now")
}

// hit is one notice of a list: id, version, the address of the second stage, then the columns.
func hit(row search.Row, fields []*field.Field) Hit {
	version := ""
	if v := row.Values[0]; len(v) > 0 {
		version = v[0].Str
	}
	head, err := json.Marshal(struct {
		ID      string `json:"id"`
		Version string `json:"version"`
		URL     string `json:"url"`
	}{row.ID, version, noticeURL(row.ID, version)})
	if err != nil {
		panic(err) // three strings
	}
	columns := export.AppendObject(nil, fields, row.Values[1:])
	if len(fields) == 0 {
		return head
	}
	out := append(bytes.TrimSuffix(head, []byte("}")), ',')
	return append(out, columns[1:]...)
}

func noticeURL(id, version string) string {
	u := Prefix + "/notices/" + url.PathEscape(id)
	if version != "" {
		u += "?version=" + url.QueryEscape(version)
	}
	return u
}

func writeJSON(w http.ResponseWriter, body any) error { return writeAs(w, "application/json", body) }

// writeTagged is writeJSON for an answer that the time may decide about: what has no tag yet gets one of what it says.
func writeTagged(w http.ResponseWriter, r *http.Request, body any) error {
	b, err := encode(body)
	if err != nil {
		return err
	}
	if w.Header().Get("ETag") == "" && httpx.NotModified(w, r, odshttp.BodyTag(b)) {
		return nil
	}
	w.Header().Set("Content-Type", jsonMedia)
	_, err = w.Write(b)
	return err
}

func writeAs(w http.ResponseWriter, mediaType string, body any) error {
	b, err := encode(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", mediaType)
	_, err = w.Write(b)
	return err
}

func encode(body any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the answer is no HTML, and addresses should stay readable
	enc.SetIndent("", "  ")
	err := enc.Encode(body)
	return b.Bytes(), err
}
