package explore

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

func rawJSON(b []byte) json.RawMessage { return json.RawMessage(b) }

// describe is a data set as the API shows it.
func describe(s *dataset.Set, info store.Info, st export.Style) export.Object {
	return export.Object{
		{Name: "visibility", Value: "domain"},
		{Name: "fields", Value: fieldList(s)},
		{Name: "dataset_id", Value: s.ID},
		{Name: "dataset_uid", Value: s.UID},
		{Name: "has_records", Value: true},
		{Name: "features", Value: append([]string{}, s.Features...)},
		{Name: "attachments", Value: export.List{}},
		{Name: "alternative_exports", Value: export.List{}},
		{Name: "data_visible", Value: true},
		{Name: "metas", Value: metas(s, info, st)},
	}
}

func fieldList(s *dataset.Set) []export.Object {
	list := make([]export.Object, len(s.Columns))
	for i, f := range s.Columns {
		annotations := export.Object{}
		for _, a := range s.Annotations[f.Name].List() {
			annotations = append(annotations, export.Member{Name: a.Name, Value: a.Value})
		}
		var description any
		if d := s.Descriptions[f.Name]; d != "" {
			description = d
		}
		list[i] = export.Object{
			{Name: "name", Value: f.Name}, {Name: "description", Value: description}, {Name: "annotations", Value: annotations},
			{Name: "label", Value: f.Label}, {Name: "type", Value: dataset.TypeName(f)},
		}
	}
	return list
}

// metas are the metadata by template.
func metas(s *dataset.Set, info store.Info, st export.Style) export.Object {
	out := export.Object{}
	for _, name := range []string{"dcat", "default", "custom"} {
		template := export.Object{}
		for _, m := range s.List(info) {
			if m.Template == name {
				f := &field.Field{Type: m.Type, Multi: m.Multi}
				template = append(template, export.Member{Name: m.Name, Value: rawJSON(st.AppendValues(nil, f, m.Values))})
			}
		}
		out = append(out, export.Member{Name: name, Value: template})
	}
	return out
}

// oneDataset answers with one data set: described, or the metadata that select names.
func oneDataset(q *request) error {
	links, appMetas, err := q.params.includes()
	if err != nil {
		return err
	}
	t, err := q.shows()
	if err != nil {
		return err
	}
	ctx, cancel := q.bounded()
	defer cancel()
	info, err := q.set.Info(ctx)
	if err != nil {
		return err
	}
	if q.unchanged(info) {
		return nil
	}
	var record []byte
	if q.params.One("select") == "" {
		record = style.Append(nil, describe(q.set, info, t.style()))
	} else if record, err = q.selectMetas(ctx, t); err != nil {
		return err
	}
	return q.write(q.datasetBody(nil, q.set, info, record, q.v == v20, links, appMetas), info)
}

// datasetBody is a data set as the version shows it, wrapped or not.
func (q *request) datasetBody(dst []byte, s *dataset.Set, info store.Info, record []byte, wrapped, links, appMetas bool) []byte {
	if wrapped {
		return style.Append(dst, export.Object{{Name: "links", Value: q.datasetLinks(s.ID)}, {Name: "dataset", Value: rawJSON(record)}})
	}
	var extra export.Object
	if links {
		extra = append(extra, export.Member{Name: "_links", Value: q.datasetLinks(s.ID)})
	}
	if appMetas {
		m := recordMeta{id: s.ID}
		if !info.LastUpdate.IsZero() {
			m.timestamp = instant(info.LastUpdate)
		}
		extra = append(extra, m.members("_")...)
	}
	return merge(dst, style.Append(nil, extra), record)
}

// selectMetas gives the selected metadata of one data set, by their dotted names.
func (q *request) selectMetas(ctx context.Context, t terms) ([]byte, error) {
	c, err := q.api.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	id, err := c.Field("select", "datasetid")
	if err != nil {
		return nil, err
	}
	table, err := odsql.Compile(q.env(c.Set, t), odsql.Request{Select: q.params.List("select"), Limit: 1,
		Also: query.Compare{Field: id, Op: query.Eq, Value: field.Str(q.set.ID)}})
	if err != nil {
		return nil, err
	}
	view, err := c.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	for values, err := range search.Table(ctx, view, table) {
		if err != nil {
			return nil, err
		}
		return t.style().AppendObject(nil, table.Columns, values), nil
	}
	return nil, notFoundDataset(q.set.ID)
}

// datasets answers with a page of the catalogue.
func datasets(q *request) error { return q.datasets(q.v == v20) }

// bareDatasets answers with the data sets in the shape of version 2.1, which clients of this path read.
func bareDatasets(q *request) error { return q.datasets(false) }

func (q *request) datasets(wrapped bool) error {
	ctx, cancel := q.bounded()
	defer cancel()
	c, err := q.api.catalogue(ctx)
	if err != nil {
		return err
	}
	if q.params.grouped() || strings.TrimSpace(q.params.List("select")) != "" {
		return q.page(ctx, c.Set, wrapped)
	}
	return q.datasetPage(ctx, c, wrapped)
}

func attachments(q *request) error {
	info, err := q.api.info(q.r)
	if err != nil {
		return err
	}
	return q.writeJSON(info, export.Object{
		{Name: "links", Value: []export.Object{link("self", q.datasetURL()+"/attachments"), link("dataset", q.datasetURL())}},
		{Name: "attachments", Value: export.List{}},
	})
}

// catalogue is the catalogue as a data set, with what is known of the data of each set.
type catalogue struct {
	*dataset.Set
	infos []store.Info
}

func (a *API) catalogue(ctx context.Context) (catalogue, error) {
	infos, err := a.Sets.Infos(ctx)
	if err != nil {
		return catalogue{}, err
	}
	set, err := a.Sets.Table(infos, a.parts(infos)...)
	return catalogue{set, infos}, err
}

// parts are the parts of a description that select may name beside the metadata.
func (a *API) parts(infos []store.Info) []dataset.Part {
	var list []dataset.Part
	for _, name := range []string{"visibility", "fields", "attachments", "alternative_exports"} {
		list = append(list, dataset.Part{Name: name, JSON: func(set int) string {
			members := describe(a.Sets.Sets[set], infos[set], style)
			k := slices.IndexFunc(members, func(m export.Member) bool { return m.Name == name })
			return string(style.Append(nil, members[k].Value))
		}})
	}
	return list
}

// datasetPage answers with a page of data sets, each described in full.
func (q *request) datasetPage(ctx context.Context, c catalogue, wrapped bool) error {
	l, err := q.list(c.Set)
	if err != nil {
		return err
	}
	info := q.api.Sets.State(c.infos) // at which the sets were described
	if q.unchanged(info) {
		return nil
	}
	total, places, err := q.countAndPlaces(ctx, c, l.table)
	if err != nil {
		return err
	}
	head := export.Object{{Name: "total_count", Value: total}}
	name := "results"
	switch {
	case wrapped:
		name = "datasets"
		head = append(head, export.Member{Name: "links", Value: q.paging(total, l.limit, l.offset)})
	case l.links:
		head = append(head, export.Member{Name: "_links", Value: q.paging(total, l.limit, l.offset)})
	}
	items := export.List{}
	for _, i := range places {
		set := q.api.Sets.Sets[i]
		record := style.Append(nil, describe(set, c.infos[i], l.style()))
		items = append(items, rawJSON(q.datasetBody(nil, set, c.infos[i], record, wrapped, l.links, l.metas)))
	}
	return q.writeJSON(info, append(head, export.Member{Name: name, Value: items}))
}

// countAndPlaces says how many data sets match, and which stand on the page.
func (q *request) countAndPlaces(ctx context.Context, c catalogue, table query.Table) (int64, []int, error) {
	view, err := c.Open(ctx)
	if err != nil {
		return 0, nil, err
	}
	defer view.Close()
	total, err := view.Count(ctx, table.Where)
	if err != nil {
		return 0, nil, err
	}
	places, err := q.places(ctx, c, table)
	return total, places, err
}
