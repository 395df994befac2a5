package native

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/params"
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
	}
	version := a.Door.Fields.Must("version")
	page, err := a.Door.Page(r.Context(), search.Request{
		Query: req.Query, Cursor: req.Cursor, At: now, Fields: append([]*field.Field{version}, fields...),
	})
	if err != nil {
		return err
	}
	links := map[string]string{"self": r.URL.RequestURI()}
	if page.Next != "" {
		links["next"] = nextURL(r.URL, page.Next)
		w.Header().Add("Link", "<"+links["next"]+`>; rel="next"`)
	}
	body := struct {
		Meta    export.Meta       `json:"meta"`
		Total   int64             `json:"total"`
		Notices []json.RawMessage `json:"notices"`
		Cursor  string            `json:"cursor,omitempty"`
		Links   map[string]string `json:"links"`
	}{search.Meta(page.Info, page.Total), page.Total, make([]json.RawMessage, 0, len(page.Rows)), page.Next, links}
	for _, row := range page.Rows {
		body.Notices = append(body.Notices, hit(row, fields))
	}
	stamp(w, page.Info)
	return writeJSON(w, body)
}

// hit is one notice of a list: id, version, the address of the second stage, then the columns.
func hit(row search.Row, fields []*field.Field) json.RawMessage {
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

func nextURL(u *url.URL, cursor string) string {
	values := u.Query()
	values.Set("cursor", cursor)
	return u.EscapedPath() + "?" + values.Encode()
}

// export answers with every notice that matches, streamed.
func (a *API) export(f export.Format) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		req, _, err := a.parse(r, params.Parser{Unbounded: true, Extra: exportOptions})
		if err != nil {
			return err
		}
		if req.Cursor != "" {
			return fault.New(fault.Invalid, "an export has no pages").At("parameter cursor").WithHint("leave the cursor out: the export holds everything")
		}
		options, err := readExportOptions(r.URL.Query())
		if err != nil {
			return err
		}
		if req.Fields == nil {
			req.Fields = ExportFields(a.Door.Fields)
		}
		return a.Door.Stream(r.Context(), req.Query, req.Fields, func(info store.Info, total int64) export.Encoder {
			stamp(w, info)
			w.Header().Set("Content-Type", f.MediaType)
			w.Header().Set("Content-Disposition", `attachment; filename="boamp.`+f.Name+`"`)
			options.Meta = search.Meta(info, total)
			return f.New(w, options)
		})
	}
}

// ExportFields are the columns of an export unless the request names others: what a reader of a spreadsheet wants, without
// the JSON texts and without the contacts of officials.
func ExportFields(c *field.Catalogue) []*field.Field {
	return columns(c, "idweb", "version", "published", "deadline", "stage", "state", "famille", "nature", "etat", "title", "buyer_name",
		"buyer_siret", "departement", "kind", "procedure", "cpv", "descripteur_libelle", "amount", "estimated", "awarded", "framework",
		"lots", "winner_name", "winner_siret", "criteres", "linked", "url_avis")
}

var exportOptions = []string{"delimiter", "list_separator", "with_bom", "use_labels", "spreadsheet"}

// readExportOptions reads the parameters that shape a file.
func readExportOptions(v url.Values) (export.Options, error) {
	o := export.Options{ListSep: v.Get("list_separator")}
	flags := map[string]*bool{"with_bom": &o.BOM, "use_labels": &o.Labels, "spreadsheet": &o.Spreadsheet}
	for name, to := range flags {
		switch v.Get(name) {
		case "", "false":
		case "true":
			*to = true
		default:
			return o, fault.New(fault.Invalid, "%q is neither true nor false", v.Get(name)).At("parameter " + name)
		}
	}
	if d := v.Get("delimiter"); d != "" {
		runes := []rune(d)
		if len(runes) != 1 || runes[0] == '"' || runes[0] == '\n' || runes[0] == '\r' || runes[0] == '\uFFFD' {
			return o, fault.New(fault.Invalid, "%q is no delimiter: one character other than a quote or a line end expected", d).At("parameter delimiter")
		}
		o.Delimiter = runes[0]
	}
	return o, nil
}

func writeJSON(w http.ResponseWriter, body any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the answer is no HTML, and addresses should stay readable
	enc.SetIndent("", "  ")
	if err := enc.Encode(body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(b.Bytes())
	return err
}
