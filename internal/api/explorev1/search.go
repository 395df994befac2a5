package explorev1

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

func raw(b []byte) json.RawMessage { return json.RawMessage(b) }

// found is a search under way.
type found struct {
	filter
	columns     []*field.Field
	query       query.Query
	format      string
	rows, start int
	total       int64
	facets      []dataset.FacetGroup
	view        store.View
}

// searchRecords answers with a page of records.
func searchRecords(q *request) error {
	format, err := q.format("json", "jsonp", "geojson", "geojsonp", "csv", "rss", "atom")
	if err != nil {
		return err
	}
	set, err := q.dataset()
	if err != nil {
		return err
	}
	s, err := q.readSearch(set, format)
	if err != nil {
		return err
	}
	ctx, cancel := q.bounded()
	defer cancel()
	if s.view, err = set.Open(ctx); err != nil {
		return err
	}
	defer s.view.Close()
	if q.unchanged(s.view.Info()) {
		return nil
	}
	switch format {
	case "geojson", "csv":
		return q.file(ctx, s, format, s.view)
	case "rss", "atom":
		return q.recordFeed(ctx, s)
	}
	if err := s.count(ctx, q); err != nil {
		return err
	}
	return q.writeFound(ctx, s, "records", func(values [][]field.Value) ([]byte, error) { return record(set, s.columns, values, q.style()), nil })
}

// readSearch reads the parameters that searches of records and of data sets share.
func (q *request) readSearch(set *dataset.Set, format string) (*found, error) {
	s := &found{format: format}
	var err error
	if s.rows, s.start, err = q.page(); err != nil {
		return nil, err
	}
	if s.filter, err = q.filter(set); err != nil {
		return nil, err
	}
	if s.columns, err = q.columns(set); err != nil {
		return nil, err
	}
	s.query = query.Query{Where: s.where(q), Limit: s.rows, Offset: s.start}
	s.query.Sort, err = q.sort(s.filter)
	return s, err
}

// count counts the hits and the facets.
func (s *found) count(ctx context.Context, q *request) error {
	var err error
	if s.total, err = s.view.Count(ctx, s.query.Where); err != nil {
		return err
	}
	specs := q.specs(s.filter)
	if len(specs) == 0 {
		return nil
	}
	s.facets, err = dataset.Facets(ctx, s.view, dataset.FacetQuery{Where: s.words, Refinements: s.refinements, Specs: specs, Zone: q.zone})
	return err
}

// writeFound answers with the document of a search, whose rows are members of name. Rows are streamed: a page may have 10,000, and
// each of them a whole notice.
func (q *request) writeFound(ctx context.Context, s *found, name string, show func(values [][]field.Value) ([]byte, error)) error {
	head := export.Object{{Name: "nhits", Value: s.total}, {Name: "parameters", Value: q.echo(s.format, s.rows, s.start)}}
	if q.frame.pretty && s.rows <= choicePrettyRows {
		list := export.List{}
		for row, err := range s.view.Rows(ctx, s.query, withTechnicals(s.set, s.columns)) {
			if err != nil {
				return err
			}
			b, err := show(row.Values)
			if err != nil {
				return err
			}
			list = append(list, raw(b))
		}
		return q.write(append(append(head, export.Member{Name: name, Value: list}), s.groups()...), s.view.Info())
	}
	before, after := q.frame.ends()
	out := q.stream(q.frame.contentType(typeJSON), s.view.Info())
	if out == nil {
		return nil
	}
	b := style.Append([]byte(before), append(head, export.Member{Name: name, Value: export.List{}}))
	_, _ = out.Write(b[:len(b)-len("]}")]) // bufio keeps the error for Flush
	n := 0
	for row, err := range s.view.Rows(ctx, s.query, withTechnicals(s.set, s.columns)) {
		if err != nil {
			return err
		}
		if n++; n > 1 {
			_, _ = out.WriteString(", ")
		}
		b, err := show(row.Values)
		if err != nil {
			return err
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	tail := strings.TrimPrefix(string(style.Append(nil, s.groups())), "{")
	if tail != "}" {
		tail = ", " + tail
	}
	_, _ = out.WriteString("]" + tail + after)
	return out.Flush()
}

// groups is the member "facet_groups", only there when facets were asked for.
func (s *found) groups() export.Object {
	if s.facets == nil {
		return export.Object{}
	}
	list := make([]export.Object, 0, len(s.facets))
	for _, g := range s.facets {
		if len(g.Facets) > 0 {
			list = append(list, export.Object{{Name: "name", Value: g.Field.Name}, {Name: "facets", Value: facets(g.Facets)}})
		}
	}
	return export.Object{{Name: "facet_groups", Value: list}}
}

func facets(list []dataset.Facet) []export.Object {
	out := make([]export.Object, len(list))
	for i, f := range list {
		o := export.Object{{Name: "name", Value: f.Name}, {Name: "path", Value: f.Path}}
		if f.State != dataset.Excluded {
			o = append(o, export.Member{Name: "count", Value: f.Count})
		}
		o = append(o, export.Member{Name: "state", Value: string(f.State)})
		if len(f.Facets) > 0 {
			o = append(o, export.Member{Name: "facets", Value: facets(f.Facets)})
		}
		out[i] = o
	}
	return out
}

// searchDatasets answers with a page of data sets.
func searchDatasets(q *request) error {
	format, err := q.format("json", "jsonp", "csv", "rss")
	if err != nil {
		return err
	}
	ctx, cancel := q.bounded()
	defer cancel()
	catalogue, infos, err := q.catalogue(ctx)
	if err != nil {
		return err
	}
	s, err := q.readSearch(catalogue, format)
	if err != nil {
		return err
	}
	if s.view, err = catalogue.Open(ctx); err != nil {
		return err
	}
	defer s.view.Close()
	if q.unchanged(s.view.Info()) {
		return nil
	}
	switch format {
	case "csv":
		return q.file(ctx, s, format, s.view)
	case "rss":
		return q.datasetFeed(ctx, s)
	}
	if err := s.count(ctx, q); err != nil {
		return err
	}
	id := slices.IndexFunc(s.columns, func(f *field.Field) bool { return f.Name == "datasetid" })
	if id < 0 { // fields= restricts what a record has, not what a data set is
		s.columns = catalogue.Columns
		id = len(s.columns) - 1
	}
	return q.writeFound(ctx, s, "datasets", func(values [][]field.Value) ([]byte, error) {
		i := slices.IndexFunc(q.api.Sets.Sets, func(s *dataset.Set) bool { return s.ID == values[id][0].Str })
		return style.Append(nil, q.object(q.api.Sets.Sets[i], infos[i])), nil
	})
}
