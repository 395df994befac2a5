package native

import (
	"context"
	"net/http"
	"net/url"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/procedure"
	"github.com/boamp/boamp/internal/store"
)

// linkRoutes are the routes of the links of a notice.
func (a *API) linkRoutes() []Route {
	id := Param{Name: "id", In: "path", Type: "string", Value: "idweb", Doc: "id of the notice: its number in the BOAMP", Example: "24-12345", Required: true}
	return []Route{{
		Pattern: "GET " + Prefix + "/notices/{id}/links", ID: "getNoticeLinks", Tag: "procedures",
		Doc:    "the notices that a notice names and those that name it, with evidence and grade",
		Params: []Param{id}, Answers: []Answer{{jsonMedia, "the links", LinksAnswer{}}}, Errors: oneErrors, Cache: CacheRevision, handler: a.links,
	}}
}

// links answers with what leads from a notice and to it.
func (a *API) links(w http.ResponseWriter, r *http.Request) error {
	if _, err := readQuery(r); err != nil {
		return err
	}
	var n *notice.Notice
	var p *procedure.Timeline
	var info store.Info
	err := a.Door.Ask(r.Context(), func(ctx context.Context, snap store.Snapshot) (err error) {
		info = snap.Info()
		if n, err = snap.Get(ctx, r.PathValue("id")); err != nil {
			return err
		}
		p, err = procedure.Find(ctx, snap, a.Door.Fields, n.ID)
		return err
	})
	if err != nil {
		return err
	}
	stamp(w, info)
	if a.unchanged(w, r, info) {
		return nil
	}
	body := LinksAnswer{
		ID: n.ID, Procedure: p.ID, Earlier: []procedure.Edge{}, Later: []procedure.Edge{}, Truncated: p.Truncated,
		Links: map[string]string{"self": r.URL.RequestURI(), "notice": Prefix + "/notices/" + url.PathEscape(n.ID), "procedure": procedureURL(p.ID)},
	}
	for _, e := range p.Of(n.ID) {
		if e.From == n.ID {
			body.Earlier = append(body.Earlier, e)
		} else {
			body.Later = append(body.Later, e)
		}
	}
	body.Meta = meta(info, int64(len(body.Earlier)+len(body.Later)))
	return writeJSON(w, body)
}
