package explorev1

import (
	"context"
	"net/http"
	"net/url"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// downloadRecords answers with all records as a file. The formats json and jsonp are those of version 1, the others those of package
// export.
func downloadRecords(q *request) error {
	names := []string{"csv", "json", "jsonp", "geojson", "geojsonp"}
	for _, f := range q.api.Formats {
		names = append(names, f.Name)
	}
	format, err := q.format(names...)
	if err != nil {
		return err
	}
	set, err := q.dataset()
	if err != nil {
		return err
	}
	s := &found{format: format}
	if s.rows, s.start, err = q.whole(); err != nil {
		return err
	}
	if s.filter, err = q.filter(set); err != nil {
		return err
	}
	if s.columns, err = q.columns(set); err != nil {
		return err
	}
	s.query = query.Query{Where: s.where(q), Limit: s.rows, Offset: s.start}
	if s.query.Sort, err = q.sort(s.filter); err != nil {
		return err
	}
	ctx := q.r.Context()
	if s.view, err = set.Open(ctx); err != nil {
		return err
	}
	defer s.view.Close()
	if q.unchanged(s.view.Info()) {
		return nil
	}
	if format == "json" {
		return q.recordList(ctx, s)
	}
	return q.file(ctx, s, format, s.view)
}

// options reads how a file is written.
func (q *request) options(info store.Info) (export.Options, error) {
	o := export.Options{Style: export.Style{Portal: true, Zone: q.zone}, BOM: choiceBOM, Meta: search.Meta(info, export.Uncounted), Subject: "idweb"}
	if q.set != nil {
		o.Title = odshttp.FileName(q.set.ID)
		o.Base = q.address() + "/api/datasets/1.0/" + url.PathEscape(q.set.ID)
	}
	var err error
	if o.Labels, err = q.params.Flag("use_labels_for_header", false); err != nil {
		return o, err
	}
	o.Delimiter = ';'
	if s := q.delimiter(); s != "" {
		o.Delimiter, err = export.CheckDelimiter(s)
	}
	return o, err
}

// delimiter is csv_separator as written, where a blank may be meant: "" for none.
func (q *request) delimiter() string {
	for _, p := range q.params {
		if p.Name == "csv_separator" && p.Value != "" {
			return p.Value
		}
	}
	return ""
}

// file streams the rows of a search through an encoder.
func (q *request) file(ctx context.Context, s *found, format string, view store.View) error {
	f, err := export.Find(append(export.Formats(), q.api.Formats...), format)
	if err != nil {
		return err
	}
	o, err := q.options(view.Info())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	table := query.Table{Where: s.query.Where, Sort: s.query.Sort, Limit: s.query.Limit, Offset: s.query.Offset, Columns: s.columns}
	flow := search.NewFlow(ctx, view, table)
	rows := odshttp.PullFirst(flow.Pieces(), cancel)
	defer rows.Stop()
	if err := rows.Soon(); err != nil {
		return err
	}
	q.attach(s.set.ID, f.Ext)
	before, after := q.frame.ends()
	out := q.stream(q.frame.contentType(f.MediaType), view.Info())
	if out == nil {
		return nil
	}
	_, _ = out.WriteString(before) // bufio keeps the error for Flush
	enc := f.New(out, o)
	if err := enc.Begin(s.columns); err != nil {
		return err
	}
	if err := q.flush(out.Flush); err != nil { // the client sees at once that there is something
		return err
	}
	if err := flow.Encode(rows.All(), func() (export.Encoder, error) { return enc, nil }); err != nil {
		return err
	}
	if err := enc.End(); err != nil {
		return err
	}
	_, _ = out.WriteString(after)
	return out.Flush()
}

// attach names the file, unless it is the call of a script.
func (q *request) attach(id, ext string) {
	if q.frame.callback == "" {
		q.w.Header().Set("Content-Disposition", `attachment; filename="`+odshttp.FileName(id)+"."+ext+`"`)
	}
}

func (q *request) flush(flush func() error) error {
	if err := flush(); err != nil {
		return err
	}
	return http.NewResponseController(q.w).Flush()
}

// recordList streams records in the shape of version 1.
func (q *request) recordList(ctx context.Context, s *found) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows := odshttp.PullFirst(s.view.Rows(ctx, s.query, withTechnicals(s.set, s.columns)), cancel)
	defer rows.Stop()
	if err := rows.Soon(); err != nil {
		return err
	}
	before, after := q.frame.ends()
	q.attach(s.set.ID, "json")
	out := q.stream(q.frame.contentType(typeJSON), s.view.Info())
	if out == nil {
		return nil
	}
	_, _ = out.WriteString(before + "[") // bufio keeps the error for Flush
	if err := q.flush(out.Flush); err != nil {
		return err
	}
	n := 0
	for row, err := range rows.All() {
		if err != nil {
			return err
		}
		if n++; n > 1 {
			_, _ = out.WriteString(", ")
		}
		if _, err := out.Write(record(s.set, s.columns, row.Values, q.style())); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("]" + after)
	return out.Flush()
}

// text is the first value of a field as a text, "" for none.
func text(s export.Style, f *field.Field, values []field.Value) string {
	return string(s.AppendJoined(nil, f.Type, values, ", "))
}
