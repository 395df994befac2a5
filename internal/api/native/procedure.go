package native

import (
	"context"
	"net/http"
	"net/url"

	"github.com/boamp/boamp/internal/procedure"
	"github.com/boamp/boamp/internal/store"
)

// procedureRoutes are the routes of procedures.
func (a *API) procedureRoutes() []Route {
	id := Param{Name: "id", In: "path", Type: "string", Value: "identifier", Required: true, Example: "24-12345",
		Doc: "id of any notice of the procedure, an eForms notice identifier (BT-701), or the ContractFolderID (BT-04)"}
	return []Route{{
		Pattern: "GET " + Prefix + "/procedures/{id}", ID: "getProcedure", Tag: "procedures",
		Doc: "the timeline of a procedure: its notices, the links between them, what each correction changed",
		Description: "Notices are joined by evidence in places made for it, never by numbers in running text. Each link says what it rests on and " +
			"how sure it is; what contradicts itself is shown as rejected, with the reason.",
		Params: []Param{id}, Answers: []Answer{{jsonMedia, "the timeline", ProcedureAnswer{}}}, Errors: oneErrors, Cache: CacheRevision, handler: a.procedure,
	}}
}

// procedure answers with the timeline of a procedure. Content-Location is its canonical address.
func (a *API) procedure(w http.ResponseWriter, r *http.Request) error {
	p, info, err := a.timeline(w, r)
	if err != nil {
		return err
	}
	canonical := procedureURL(p.ID)
	w.Header().Set("Content-Location", canonical)
	w.Header().Add("Link", "<"+canonical+`>; rel="canonical"`)
	if a.unchanged(w, r, info) {
		return nil
	}
	links := self(r)
	links["canonical"] = canonical
	return writeJSON(w, ProcedureAnswer{meta(info, int64(len(p.Notices))), p, links})
}

// timeline finds the procedure that a request names.
func (a *API) timeline(w http.ResponseWriter, r *http.Request) (p *procedure.Timeline, info store.Info, err error) {
	if _, err = readQuery(r); err != nil {
		return nil, info, err
	}
	err = a.Door.Ask(r.Context(), func(ctx context.Context, snap store.Snapshot) (err error) {
		info = snap.Info()
		p, err = procedure.Find(ctx, snap, a.Door.Fields, r.PathValue("id"))
		return err
	})
	if err == nil {
		stamp(w, info)
	}
	return p, info, err
}

func procedureURL(id string) string { return Prefix + "/procedures/" + url.PathEscape(id) }
