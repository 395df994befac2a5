package native

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// export answers with every notice that matches, streamed.
func (a *API) export(f export.Format) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		req, _, err := a.parse(r, params.Parser{Unbounded: true})
		if err != nil {
			return err
		}
		options, err := readExportOptions(r.URL.Query())
		if err != nil {
			return err
		}
		options.Base, options.Subject = host(r)+Prefix+"/notices", "idweb"
		if req.Fields == nil {
			req.Fields = ExportFields(a.Door.Fields)
		}
		info, err := a.Door.Info(r.Context())
		if err != nil {
			return err
		}
		if known := r.Header.Get("If-None-Match"); known != "" {
			stamp(w, info)
			if a.unchanged(w, r, info) {
				return nil
			}
			for _, name := range []string{provenance.HeaderRevision, "Boamp-Last-Update", "Link"} {
				w.Header().Del(name) // the file says which state it shows
			}
		}
		return a.Door.Stream(r.Context(), req.Query, req.Fields, func(info store.Info, total int64) export.Encoder {
			stamp(w, info)
			if !timely(r) {
				w.Header().Set("ETag", odshttp.ListTag(a.Build, r.URL.RequestURI(), info))
			}
			w.Header().Set("Content-Type", f.MediaType)
			w.Header().Set("Content-Disposition", `attachment; filename="boamp.`+f.Ext+`"`)
			options.Meta = search.Meta(info, total)
			return prompted(f.New(w, options), w)
		})
	}
}

// prompt sends what there is, the header at least, with the first row: some formats gather many rows before they write.
type prompt struct {
	export.Encoder
	w    http.ResponseWriter
	sent bool
}

// promptPieces is a prompt that takes pieces.
type promptPieces struct {
	export.Splitter
	*prompt
}

func prompted(e export.Encoder, w http.ResponseWriter) export.Encoder {
	p := &prompt{Encoder: e, w: w}
	if s, ok := e.(export.Splitter); ok {
		return promptPieces{s, p}
	}
	return p
}

func (p *prompt) Row(values [][]field.Value) error { return p.send(p.Encoder.Row(values)) }

// Begin, Row, End and Add settle whose they are.
func (p promptPieces) Begin(fields []*field.Field) error { return p.Encoder.Begin(fields) }
func (p promptPieces) Row(values [][]field.Value) error  { return p.prompt.Row(values) }
func (p promptPieces) End() error                        { return p.Encoder.End() }
func (p promptPieces) Add(piece export.Piece) error      { return p.send(p.Splitter.Add(piece)) }

func (p *prompt) send(err error) error {
	if err != nil || p.sent {
		return err
	}
	p.sent = true
	if err := http.NewResponseController(p.w).Flush(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// ExportFields are the columns of an export unless the request names others: what a reader of a spreadsheet wants, without
// the JSON texts and without the contacts of officials.
func ExportFields(c *field.Catalogue) []*field.Field {
	return columns(c, "idweb", "version", "published", "deadline", "stage", "state", "famille", "nature", "etat", "title", "buyer_name",
		"buyer_siret", "departement", "kind", "procedure", "cpv", "descripteur_libelle", "amount", "estimated", "awarded", "framework",
		"lots", "winner_name", "winner_siret", "criteres", "linked", "url_avis")
}

// missing answers for a format that others offer and boamp does not.
func missing(m export.Missing) func(w http.ResponseWriter, r *http.Request) error {
	return func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Unsupported, "%s", m.Reason).WithHint("%s", m.Hint)
	}
}

// host is the address under which the server was called.
func host(r *http.Request) string {
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// readExportOptions reads the parameters that shape a file.
func readExportOptions(v url.Values) (o export.Options, err error) {
	o.ListSep = v.Get("list_separator")
	flags := map[string]*bool{"with_bom": &o.BOM, "use_labels": &o.Labels, "spreadsheet": &o.Spreadsheet, "quote_all": &o.QuoteAll}
	for name, to := range flags {
		switch v.Get(name) {
		case "", "false":
		case "true":
			*to = true
		default:
			return o, fault.New(fault.Invalid, "%q is neither true nor false", v.Get(name)).At("parameter " + name)
		}
	}
	for _, p := range []struct {
		name string
		read func(s string) error
	}{
		{"flavour", o.SetFlavour},
		{"delimiter", func(s string) (err error) { o.Delimiter, err = export.CheckDelimiter(s); return err }},
		{"parquet_compression", func(s string) (err error) { o.Compression, err = export.CheckCompression(s); return err }},
		{"timezone", func(s string) (err error) { o.Zone, err = zone(s); return err }},
	} {
		var f *fault.Error
		if s := v.Get(p.name); s == "" {
			continue
		} else if err := p.read(s); errors.As(err, &f) {
			return o, f.At("parameter " + p.name)
		} else if err != nil {
			return o, err
		}
	}
	return o, nil
}

// zone finds a time zone by its name. The server's own clock is no business of its clients.
func zone(name string) (*time.Location, error) {
	if name != "Local" {
		if z, err := time.LoadLocation(name); err == nil {
			return z, nil
		}
	}
	return nil, fault.New(fault.Invalid, "unknown time zone %q", name).WithHint("zones are called as in the tz database: Europe/Paris, UTC")
}
