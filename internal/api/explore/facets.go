package explore

import (
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/query"
)

// facets answers with the values of facets, of a data set or of the catalogue.
func facets(q *request) error {
	ctx, cancel := q.bounded()
	defer cancel()
	set, err := q.target(ctx)
	if err != nil {
		return err
	}
	self, parent := q.base+"/catalog/facets", link("source", q.base+"/catalog")
	if q.set != nil {
		self, parent = q.datasetURL()+"/facets", link("dataset", q.datasetURL())
	}
	t, err := q.terms(set)
	if err != nil {
		return err
	}
	asked, err := q.facetQuery(set, t)
	if err != nil {
		return err
	}
	view, err := set.Open(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	if q.unchanged(view.Info()) {
		return nil
	}
	groups, err := dataset.Facets(ctx, view, asked)
	if err != nil {
		return err
	}
	list := make([]export.Object, len(groups))
	for i, g := range groups {
		list[i] = export.Object{{Name: "name", Value: g.Field.Name}, {Name: "facets", Value: facetValues(g.Facets)}}
	}
	return q.writeJSON(view.Info(), export.Object{
		{Name: "links", Value: []export.Object{link("self", self), parent}}, {Name: "facets", Value: list},
	})
}

// facetQuery reads what is asked of the facets. No facet asks for all.
func (q *request) facetQuery(set *dataset.Set, t terms) (dataset.FacetQuery, error) {
	asked := dataset.FacetQuery{Refinements: t.refinements, Specs: t.specs, Zone: t.zone}
	if len(asked.Specs) == 0 {
		asked.Specs = set.DefaultSpecs()
	}
	all := query.And{t.qv1}
	for _, text := range q.params.All("where") {
		x, err := odsql.Where(q.env(set, t), text)
		if err != nil {
			return asked, err
		}
		all = append(all, x)
	}
	asked.Where = query.Simplify(all)
	return asked, nil
}

// facetValues are the values of a level. One that is excluded has no count.
func facetValues(values []dataset.Facet) []export.Object {
	list := make([]export.Object, 0, len(values))
	for _, f := range values {
		o := export.Object{{Name: "name", Value: f.Name}}
		if f.State != dataset.Excluded {
			o = append(o, export.Member{Name: "count", Value: f.Count})
		}
		o = append(o, export.Member{Name: "state", Value: string(f.State)}, export.Member{Name: "value", Value: f.Path})
		if len(f.Facets) > 0 {
			o = append(o, export.Member{Name: "facets", Value: facetValues(f.Facets)})
		}
		list = append(list, o)
	}
	return list
}
