package explore

import (
	"compress/gzip"
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// file is an export on its way.
type file struct {
	set        *dataset.Set
	table      query.Table
	format     export.Format
	options    export.Options
	compressed bool
	name       string // of the file, without extension
}

// exportRecords answers with every record or group.
func exportRecords(q *request) error {
	f, err := q.file(q.set, odshttp.FileName(q.set.ID))
	if err != nil {
		return err
	}
	return q.send(f)
}

// file reads the parameters of an export.
func (q *request) file(set *dataset.Set, name string) (file, error) {
	f := file{set: set, name: name}
	var err error
	if f.format, err = q.findFormat(q.format); err != nil {
		return f, err
	}
	limit, offset, err := q.params.whole()
	if err != nil {
		return f, err
	}
	t, err := q.terms(set)
	if err != nil {
		return f, err
	}
	if f.options, f.compressed, err = q.options(t); err != nil {
		return f, err
	}
	f.options.Title = name
	r := odsql.Request{Limit: limit, Offset: offset, Export: true, PlainJSON: !f.format.JSON}
	if q.v != v20 { // which had no groups in exports
		r.GroupBy = q.params.List("group_by")
	}
	f.table, err = q.compile(set, t, r)
	return f, err
}

// findFormat looks for a format of records. One that the portal has and this server cannot have is refused, any other is an
// address that does not exist (choiceNoFormat).
func (q *request) findFormat(name string) (export.Format, error) {
	f, err := export.Find(q.api.Formats, strings.ToLower(name))
	switch {
	case fault.Is(err, fault.NotFound):
		return f, choiceNoFormat()
	case err != nil:
		p := problemOf(q.r, err)
		return f, &problem{http.StatusBadRequest, codeParameter, strings.ToUpper(p.message[:1]) + p.message[1:]}
	}
	return f, nil
}

// options reads the parameters that shape a file.
func (q *request) options(t terms) (o export.Options, compressed bool, err error) {
	o = export.Options{Style: t.style(), ListSep: q.params.One("list_separator"), Subject: "idweb"}
	if q.set != nil {
		o.Base = q.datasetURL()
	}
	flags := []struct {
		name   string
		to     *bool
		absent bool
	}{{"with_bom", &o.BOM, q.v == v21}, {"use_labels", &o.Labels, false}, {"quote_all", &o.QuoteAll, false}, {"spreadsheet", &o.Spreadsheet, false}, {"compressed", &compressed, false}}
	for _, f := range flags {
		if *f.to, err = q.params.Flag(f.name, f.absent); err != nil {
			return o, false, err
		}
	}
	if _, err = q.params.Integer("epsg", 4326); err != nil {
		return o, false, err
	}
	if d := q.params.raw("delimiter"); d != "" {
		if o.Delimiter, err = export.CheckDelimiter(d); err != nil {
			return o, false, odshttp.Bad("delimiter", d, "one character other than a quote or a line end")
		}
	}
	if o.Compression, err = export.CheckCompression(q.params.One("parquet_compression")); err != nil {
		return o, false, odshttp.Bad("parquet_compression", q.params.One("parquet_compression"), "snappy or zstd")
	}
	return o, compressed, nil
}

// send streams a file.
func (q *request) send(f file) error {
	ctx, cancel := context.WithCancel(q.r.Context())
	defer cancel()
	view, err := f.set.Open(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	if q.unchanged(view.Info()) {
		return nil
	}
	f.options.Meta = search.Meta(view.Info(), export.Uncounted)
	flow := search.NewFlow(ctx, view, f.table)
	first := odshttp.PullFirst(flow.Pieces(), cancel)
	defer first.Stop()
	if err := first.Soon(); err != nil {
		return err
	}
	out := &lazy{q: q, f: f, info: view.Info()}
	if q.r.Method == http.MethodHead {
		out.begin()
		return nil
	}
	return f.pack(out, func(w io.Writer) error { return f.encode(w, out, flow, first.All()) })
}

// pack lets write write to out, through gzip when the request wants a packed file.
func (f *file) pack(out io.Writer, write func(w io.Writer) error) error {
	if !f.compressed {
		return write(out)
	}
	packed := gzip.NewWriter(out)
	if err := write(packed); err != nil {
		return err
	}
	return packed.Close()
}

// encode writes the rows. What stands before them is sent at once.
func (f *file) encode(w io.Writer, out *lazy, flow *search.Flow, rows iter.Seq2[search.Piece, error]) error {
	enc := f.format.New(w, f.options)
	if err := enc.Begin(f.table.Columns); err != nil {
		return err
	}
	if err := out.flush(); err != nil {
		return err
	}
	if err := flow.Encode(rows, func() (export.Encoder, error) { return enc, nil }); err != nil {
		return err
	}
	return enc.End()
}

// lazy sends the header of a file with its first byte, so that a failure before that is still answered as an error.
type lazy struct {
	q     *request
	f     file
	info  store.Info
	begun bool
}

func (l *lazy) Write(b []byte) (int, error) {
	l.begin()
	return l.q.w.Write(b)
}

func (l *lazy) begin() {
	if l.begun {
		return
	}
	l.begun = true
	name, media := l.f.name+"."+l.f.format.Ext, l.f.format.MediaType
	if l.f.compressed {
		name, media = name+".gzip", choicePackedType
	}
	l.q.success(media, l.info)
	l.q.timing()
	l.q.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

// flush sends what there is, the header at least.
func (l *lazy) flush() error {
	l.begin()
	return http.NewResponseController(l.q.w).Flush()
}

// exportList answers with the formats.
func exportList(q *request) error {
	self, names := q.base+"/catalog/exports", catalogueFormats()
	links := []export.Object{link("self", self), link("source", q.base+"/catalog")}
	if q.set != nil {
		self, names = q.datasetURL()+"/exports", nil
		for _, f := range q.api.Formats {
			names = append(names, f.Name)
		}
		hrefs := map[string]string{"self": self, "dataset": q.datasetURL()}
		links = nil
		for _, rel := range choiceExportLinks {
			links = append(links, link(rel, hrefs[rel]))
		}
	}
	for _, name := range names {
		links = append(links, link(name, self+"/"+url.PathEscape(name)))
	}
	return q.links(links...)
}
