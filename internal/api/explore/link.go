package explore

import (
	"net/url"
	"strconv"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/odshttp"
)

// link is one entry of a list of links.
func link(rel, href string) export.Object {
	return export.Object{{Name: "rel", Value: rel}, {Name: "href", Value: href}}
}

// self is the address of the request without its query.
func (q *request) self() string {
	return odshttp.Address(q.api.Base, q.r) + q.r.URL.EscapedPath()
}

// paging lists the links of a page: self, first, last, then next and prev where they exist. Their addresses name limit and offset
// and keep what else the client asked for. A total that is not known is negative.
func (q *request) paging(total int64, limit, offset int) []export.Object {
	metas := "False"
	if on, err := q.params.Flag("include_app_metas", false); err == nil && on {
		metas = "True"
	}
	to := func(rel string, offset int) export.Object {
		v := "include_app_metas=" + metas + "&limit=" + strconv.Itoa(limit) + "&offset=" + strconv.Itoa(offset)
		for _, p := range q.params.Params {
			if p.Name != "limit" && p.Name != "offset" && p.Name != "include_app_metas" && p.Name != "apikey" && p.Name != "access_token" {
				v += "&" + url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
			}
		}
		return link(rel, q.self()+"?"+v)
	}
	links := []export.Object{to("self", offset), to("first", 0)}
	if total < 0 || limit <= 0 {
		return links
	}
	last := max(0, (int(min(total, maxWindow))-1)/limit*limit)
	if last+limit > maxWindow { // the last page that can be asked for
		last -= limit
	}
	links = append(links, to("last", last))
	if next := offset + limit; int64(next) < total && next+limit <= maxWindow {
		links = append(links, to("next", next))
	}
	if offset > 0 {
		links = append(links, to("prev", max(0, offset-limit)))
	}
	return links
}

// recordLinks are the links of a record.
func (q *request) recordLinks(id string) []export.Object {
	return []export.Object{link("self", q.datasetURL()+"/records/"+url.PathEscape(id)), link("dataset", q.datasetURL())}
}

// datasetLinks are the links of a data set of the catalogue.
func (q *request) datasetLinks(id string) []export.Object {
	u := q.base + "/catalog/datasets/" + url.PathEscape(id)
	return []export.Object{link("self", u), link("records", u+"/records"), link("facets", u+"/facets"), link("exports", u+"/exports"),
		link("attachments", u+"/attachments"), link("catalog", q.base+"/catalog")}
}

// entry is the address of a version.
func entry(q *request) error {
	return q.links(link("self", q.base), link("catalog", q.base+"/catalog"), link("swagger", q.base+"/swagger.json"), link("console", q.base+"/console"))
}

func entryCatalog(q *request) error {
	u := q.base + "/catalog"
	return q.links(link("self", u), link("datasets", u+"/datasets"), link("facets", u+"/facets"), link("exports", u+"/exports"))
}

// links answers with a list of links.
func (q *request) links(list ...export.Object) error {
	info, err := q.api.info(q.r)
	if err != nil {
		return err
	}
	return q.writeJSON(info, export.Object{{Name: "links", Value: list}})
}
