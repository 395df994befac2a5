package explore

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/dcat"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
)

// catalogueTables are the formats of records in which the catalogue is a table too.
var catalogueTables = []string{"csv", "json", "xlsx"}

// catalogueFormats lists the formats of the catalogue, in the order of the description of the API.
func catalogueFormats() []string {
	names := slices.Clone(catalogueTables)
	for _, f := range dcat.Formats() {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// exportCatalog answers with the catalogue as a file.
func exportCatalog(q *request) error {
	name := strings.ToLower(q.format)
	if slices.Contains(catalogueTables, name) {
		return q.exportTable(name)
	}
	f, ok := dcat.Find(name)
	if !ok {
		return choiceNoFormat()
	}
	return q.exportDCAT(f)
}

// exportTable sends the catalogue as a table; its JSON without select lists the data sets as the API shows each.
func (q *request) exportTable(name string) error {
	ctx, cancel := q.bounded()
	defer cancel()
	c, err := q.api.catalogue(ctx)
	if err != nil {
		return err
	}
	f, err := q.file(c.Set, "datasets")
	if err != nil {
		return err
	}
	if name != "json" || q.params.One("select") != "" || q.params.grouped() {
		return q.send(f)
	}
	places, err := q.places(ctx, c, f.table)
	if err != nil {
		return err
	}
	info := q.api.Sets.State(c.infos) // at which the sets were described
	if q.unchanged(info) {
		return nil
	}
	list := export.List{}
	for _, i := range places {
		list = append(list, describe(q.api.Sets.Sets[i], c.infos[i], f.options.Style))
	}
	return f.pack(&lazy{q: q, f: f, info: info}, func(w io.Writer) error {
		_, err := w.Write(style.Append(nil, list))
		return err
	})
}

// exportDCAT sends the catalogue in a format of harvesters, with the data sets that the request leaves.
func (q *request) exportDCAT(f dcat.Format) error {
	labels, err := q.params.Flag("use_labels_in_exports", true)
	if err != nil {
		return err
	}
	ctx, cancel := q.bounded()
	defer cancel()
	c, err := q.api.catalogue(ctx)
	if err != nil {
		return err
	}
	chosen, err := q.chosen(ctx, c)
	if err != nil {
		return err
	}
	info := q.api.Sets.State(c.infos) // at which the sets were described
	if q.unchanged(info) {
		return nil
	}
	doc := &dcat.Catalog{
		Base: odshttp.Address(q.api.Base, q.r), Title: "BOAMP", Description: "Bulletin officiel des annonces des marchés publics", Publisher: "DILA",
		Language: q.api.language(), Modified: info.LastUpdate,
	}
	for _, i := range chosen {
		doc.Sets = append(doc.Sets, q.dcatSet(c, i))
	}
	options := dcat.Options{Labels: labels}
	for _, name := range strings.Split(q.params.List("include_exports"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			options.Exports = append(options.Exports, name)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b, doc, options); err != nil {
		return err
	}
	q.success(f.MediaType, info)
	q.timing()
	q.w.Header().Set("Content-Disposition", `attachment; filename="datasets.`+f.Extension+`"`)
	_, err = q.w.Write(b.Bytes())
	return err
}

// dcatSet is data set i as harvesters read it.
func (q *request) dcatSet(c catalogue, i int) dcat.Set {
	s, info := q.api.Sets.Sets[i], c.infos[i]
	m := s.Metas
	d := dcat.Set{
		ID: s.ID, Title: m.Title, Description: m.Description, Theme: m.Theme, Keyword: m.Keyword, Publisher: m.Publisher, License: m.License,
		LicenseURL: m.LicenseURL, Language: m.Language, References: m.References, Frequency: m.Frequency, Modified: m.Modified, Records: info.Notices,
	}
	if d.Modified.IsZero() {
		d.Modified = info.LastUpdate
	}
	for _, f := range q.api.Formats {
		d.Exports = append(d.Exports, dcat.Export{Name: f.Name, MediaType: f.MediaType})
	}
	return d
}

// chosen lists the places of the data sets that the filters of a request leave, in its order.
func (q *request) chosen(ctx context.Context, c catalogue) ([]int, error) {
	limit, offset, err := q.params.whole()
	if err != nil {
		return nil, err
	}
	t, err := q.terms(c.Set)
	if err != nil {
		return nil, err
	}
	table, err := q.compile(c.Set, t, odsql.Request{Limit: limit, Offset: offset, Export: true})
	if err != nil {
		return nil, err
	}
	return q.places(ctx, c, table)
}

// places lists the places of the data sets that a table holds.
func (q *request) places(ctx context.Context, c catalogue, table query.Table) ([]int, error) {
	id, err := c.Field("select", "datasetid")
	if err != nil {
		return nil, err
	}
	table.Columns = []*field.Field{id}
	view, err := c.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	var list []int
	for values, err := range search.Table(ctx, view, table) {
		if err != nil {
			return nil, err
		}
		list = append(list, slices.IndexFunc(q.api.Sets.Sets, func(s *dataset.Set) bool { return s.ID == values[0][0].Str }))
	}
	return list, nil
}
