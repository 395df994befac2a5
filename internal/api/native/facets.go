package native

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

const (
	maxFacets    = 20
	defaultFacet = 20 // values of a facet
	maxFacet     = 1000
)

// facetDefaults are counted when a request names nothing.
const facetDefaults = "famille,stage,kind,departement,procedure,cpv:division,version"

func (a *API) facetRoutes() []Route {
	shape := []Param{
		{Name: "facet", In: "query", Type: "string", Value: "fields", Repeated: true, Default: facetDefaults, Example: "kind,region,cpv:division",
			Doc: "what to count by, at most 20: any field but long texts; a time as published:month (year, quarter, month, week, day); cpv:division, cpv:group, nuts:country, nuts:1, nuts:2, nuts:3; region"},
		{Name: "limit", In: "query", Type: "integer", Value: "number", Min: 1, Max: maxFacet, Default: strconv.Itoa(defaultFacet), Doc: "values of a facet, those with most notices first", Example: "10"},
		{Name: "minus_own", In: "query", Type: "boolean", Value: "true or false", Default: "false", Doc: "count each facet without the criteria on its own field: what other choices would give"},
	}
	return []Route{{
		Pattern: "GET " + Prefix + "/facets", ID: "countFacets", Tag: "data", Doc: "count the notices that match by the values of any fields",
		Params: slices.Concat(a.criteria(), shape), Answers: []Answer{{jsonMedia, "counts", FacetAnswer{}}}, Errors: listErrors, Cache: CacheRevision, handler: a.facets,
	}}
}

// facets counts notices by the values of fields.
func (a *API) facets(w http.ResponseWriter, r *http.Request) error {
	values, err := readQuery(r)
	if err != nil {
		return err
	}
	limit, err := whole(values, "limit", defaultFacet, 1, maxFacet)
	if err != nil {
		return err
	}
	minusOwn, err := truth(values, "minus_own", false)
	if err != nil {
		return err
	}
	dims, err := a.dimensions(values["facet"], "facet", facetDefaults, maxFacets)
	if err != nil {
		return err
	}
	where, err := a.filter(values, "")
	if err != nil {
		return err
	}
	filters := make([]query.Expr, len(dims))
	for i, d := range dims {
		if filters[i] = where; minusOwn {
			if filters[i], err = a.filter(values, d.source.Name); err != nil {
				return err
			}
		}
	}
	v, err := a.asked(w, r)
	if v == nil {
		return err
	}
	defer v.Close()
	body := FacetAnswer{Links: self(r)}
	if body.Total, err = v.Count(r.Context(), where); err != nil {
		return err
	}
	for i, d := range dims {
		f, err := count(r.Context(), v, d, filters[i], limit)
		if err != nil {
			return err
		}
		body.Facets = append(body.Facets, f)
	}
	body.Meta = meta(v.Info(), body.Total)
	return writeTagged(w, r, body)
}

// filter reads the criteria of a request, without those on a field when own names one.
func (a *API) filter(values url.Values, own string) (query.Expr, error) {
	p := params.Parser{Fields: a.Door.Fields, Now: a.Now().UTC()}
	criteria := url.Values{}
	for _, c := range a.criteria() {
		if list, ok := values[c.Name]; ok && (own == "" || !slices.Contains(c.Of, own)) && c.Name != "where" {
			criteria[c.Name] = list
		}
	}
	if own != "" { // what widens a range goes with the last range
		ranges := slices.ContainsFunc(a.criteria(), func(c Param) bool {
			return criteria.Has(c.Name) && (strings.HasSuffix(c.Name, "_min") || strings.HasSuffix(c.Name, "_max"))
		})
		if !ranges {
			delete(criteria, "include_unknown")
		}
	}
	req, err := p.Parse(criteria)
	if err != nil {
		return nil, err
	}
	return a.where(req.Query.Where, values["where"], p.Now)
}

// dimensions reads a list of names.
func (a *API) dimensions(texts []string, param, otherwise string, most int) ([]dimension, error) {
	names := names(texts)
	if len(names) == 0 {
		names = strings.Split(otherwise, ",")
	}
	if len(names) > most {
		return nil, fault.New(fault.Invalid, "%d names, at most %d", len(names), most).At("parameter " + param)
	}
	var list []dimension
	for _, name := range names {
		d, err := a.dimension(name)
		if err != nil {
			return nil, at(param, err)
		}
		if slices.ContainsFunc(list, func(o dimension) bool { return o.name == d.name }) {
			return nil, fault.New(fault.Invalid, "%s is named twice", d.name).At("parameter " + param)
		}
		list = append(list, d)
	}
	return list, nil
}

// names gives the non-empty names of lists separated by commas.
func names(texts []string) []string {
	var list []string
	for _, text := range texts {
		for name := range strings.SplitSeq(text, ",") {
			if name = strings.TrimSpace(name); name != "" {
				list = append(list, name)
			}
		}
	}
	return list
}

// count makes one facet.
func count(ctx context.Context, v store.View, d dimension, where query.Expr, limit int) (Facet, error) {
	f := Facet{Field: d.name, Label: d.source.Label, LabelEN: d.source.LabelEN, Values: []FacetValue{}}
	if d.level != nil {
		return levelFacet(ctx, v, d, where, limit, f)
	}
	f.Type, f.Multi = d.source.Type.String(), d.source.Multi
	known := query.Not{X: query.Null{Field: d.source}}
	distinct := query.Groups{Where: where, Values: []query.Aggregate{{Func: query.Count}, {Func: query.Count, Field: d.source}, {Func: query.CountDistinct, Field: d.field}}, Limit: 1}
	for g, err := range v.Groups(ctx, distinct) {
		if err != nil {
			return f, err
		}
		f.Missing, f.Distinct = int64(g[0][0].Num-g[1][0].Num), int64(g[2][0].Num)
	}
	groups := query.Groups{
		Where: both(where, known), Keys: []*field.Field{d.field}, Values: []query.Aggregate{{Func: query.Count}},
		Sort: []query.GroupSort{{Column: 1, Desc: true}}, Limit: limit,
	}
	for g, err := range v.Groups(ctx, groups) {
		if err != nil {
			return f, err
		}
		value := d.show(g[0])
		text, _ := value.(string)
		f.Values = append(f.Values, FacetValue{Value: value, Label: label(d.source.Name, text), Count: int64(g[1][0].Num)})
	}
	return f, nil
}

// levelFacet counts by the codes of a level: each is a question of its own, so that a notice with several codes below one counts once.
func levelFacet(ctx context.Context, v store.View, d dimension, where query.Expr, limit int, f Facet) (Facet, error) {
	f.Type, f.Multi = "text", true
	for _, c := range d.level {
		n, err := v.Count(ctx, both(where, c.match))
		if err != nil {
			return f, err
		}
		if n > 0 {
			f.Values = append(f.Values, FacetValue{Value: c.code, Label: c.label, Count: n})
		}
	}
	f.Distinct = int64(len(f.Values))
	slices.SortStableFunc(f.Values, func(a, b FacetValue) int { return cmp.Compare(b.Count, a.Count) })
	f.Values = f.Values[:min(limit, len(f.Values))]
	var err error
	f.Missing, err = v.Count(ctx, both(where, query.Null{Field: d.source}))
	return f, err
}

// both joins predicates; nil is none.
func both(list ...query.Expr) query.Expr {
	var all query.And
	for _, e := range list {
		if e != nil {
			all = append(all, e)
		}
	}
	return query.Simplify(all)
}
