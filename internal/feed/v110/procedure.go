package v110

import (
	"iter"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// isProcedure accepts the name PROCEDURES too, which public readers of the bulk files look for in results.
func isProcedure(e tree.Node) bool { return e.Name() == "PROCEDURE" || e.Name() == "PROCEDURES" }

// procedures iterates over the blocks of the procedure; one document has up to three, of which the first has the type.
func (r *body) procedures() iter.Seq[tree.Node] {
	return func(yield func(tree.Node) bool) {
		for e := range r.donnees.All() {
			if isProcedure(e) && !yield(e) {
				return
			}
		}
	}
}

// readProcedure fills how the contract is awarded.
func (r *body) readProcedure() {
	n, p := r.n, &r.n.Procedure
	path := ""
	for e := range r.procedures() {
		if t := tidyCode(e.Attr("type")); t != "" && p.Written == "" {
			p.Written, path = t, e.Path()+"/@type"
		}
		if u := e.Child("JUSTIF_URGENCE"); u.Text() != "" || e.Has("URGENT") {
			p.Accelerated = true
			declare(n, "procedure.accelerated", e)
		}
		switch {
		case e.Child("ENCHERE_ELECTRONIQUE").Text() == "true", e.Child("MARCHES").Has("ENCHERE_ELECTRONIQUE_OUI"):
			r.technique("enchere", e)
		case e.Has("MARCHES_SAD"), e.Child("MARCHES").Has("MARCHES_SAD"):
			r.technique("sad", e)
		}
	}
	if e := r.gestion.Child("INDEXATION", "TYPE_PROCEDURE_V1"); p.Written == "" && e.Text() != "" {
		p.Written, path = e.Text(), e.Path()
	}
	for o := range each(r.donnees, "OBJET") {
		if o.Has("AVIS_IMPLIQUE_SAD") {
			r.technique("sad", o.Child("AVIS_IMPLIQUE_SAD"))
		}
		if e := o.Child("DOMAINE_DELEGATION"); e.Exists() && p.Written == "" {
			p.Type = notice.ProcedureConcession
			derive(n, "procedure.type", e, "a delegation of a public service")
		}
	}
	if n.Framework {
		r.technique("accord-cadre", r.donnees)
	}
	if p.Written == "" {
		return
	}
	n.Declare("procedure.written", path)
	if p.Type = notice.ProcedureTypeOf(fold(p.Written)); p.Type != "" {
		n.Derive("procedure.type", path, "normalised")
	} else {
		n.Flag("procedure.type", notice.FlagUnknownCode, p.Written, path)
	}
}

func (r *body) technique(name string, e tree.Node) {
	if r.n.Procedure.Technique == "" {
		r.n.Procedure.Technique = name
		declare(r.n, "procedure.technique", e)
	}
}
