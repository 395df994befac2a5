package explore

import (
	"net/http"

	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/provenance"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

const (
	allowed = "GET, HEAD, OPTIONS"

	deprecation     = "deprecated API version (v2.0), please use the current v2.1 version"
	deprecationLink = `<https://help.opendatasoft.com/apis/ods-explore-v2/explore_v2.1.html#section/Introduction/v2.1-Changelog>; rel="deprecation"; type="text/html"`
)

// deprecated sets what every answer of version 2.0 carries.
func deprecated(h http.Header) {
	h.Set("ODS-Explore-API-Deprecation", deprecation)
	h.Add("Link", deprecationLink)
}

// success sets the headers of an answer that is given.
func (q *request) success(contentType string, info store.Info) {
	q.stamp(info)
	odshttp.Given(q.w.Header(), contentType, q.api.DailyCalls, q.api.Now())
}

// stamp says where the answer comes from. A list that the program itself holds has its own day and the revision 1.
func (q *request) stamp(info store.Info) {
	provenance.Stamp(q.w.Header(), search.Meta(info, 0))
}

func (a *API) language() string {
	if a.Language != "" {
		return a.Language
	}
	return "fr"
}

// stamp says where the data come from on an answer that did not come to open them.
func (a *API) stamp(h http.Header, r *http.Request) {
	if h.Get(provenance.HeaderRevision) != "" || a.Info == nil {
		return
	}
	if info, err := a.info(r); err == nil {
		provenance.Stamp(h, search.Meta(info, 0))
	}
}

// info describes the revision that is served; nothing is known of it without API.Info.
func (a *API) info(r *http.Request) (store.Info, error) {
	if a.Info == nil {
		return store.Info{}, nil
	}
	return a.Info(r.Context())
}
