package jo

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readProcedure finds the choice of procedure among the children of e: procedureAdapteeO (FNSimple), procedureAdaptee
// (MAPA) and what the other procedures should be called by the same pattern. The first one stands.
func readProcedure(n *notice.Notice, e tree.Node) {
	for c := range e.All() {
		if t := procedureOfName(c.Name()); t != "" && n.Procedure.Type == "" {
			n.Procedure.Type, n.Procedure.Written = t, c.Name()
			n.Declare("procedure.type", c.Path())
			n.Declare("procedure.written", c.Path())
		}
	}
	readTechnique(n, e.Child("techAchat"))
}

// procedureOfName normalises the name of a choice; "" for elements that are none. Only procedureAdapteeO and
// procedureAdaptee were seen; the others are recognised by the words of the French code of public procurement.
func procedureOfName(name string) string {
	lower := strings.ToLower(name)
	has := func(words ...string) bool {
		for _, w := range words {
			if !strings.Contains(lower, w) {
				return false
			}
		}
		return true
	}
	switch {
	case !has("procedure") && !has("appeloffre") && !has("appeldoffre") && !has("dialogue") && !has("concours") &&
		!has("negocie") && !has("partenariat"):
		return ""
	case has("adapte"):
		return notice.ProcedureAdapted
	case has("concours", "restr"):
		return notice.ProcedureDesignContestRestr
	case has("concours"):
		return notice.ProcedureDesignContestOpen
	case has("dialogue"):
		return notice.ProcedureCompetitiveDialog
	case has("partenariat"):
		return notice.ProcedureInnovation
	case has("nego", "sans"), has("sans", "publi"):
		return notice.ProcedureNegotiatedNoCall
	case has("nego"):
		return notice.ProcedureNegotiated
	case has("restr"):
		return notice.ProcedureRestricted
	case has("ouvert"):
		return notice.ProcedureOpen
	case has("autre"):
		return notice.ProcedureOther
	}
	return ""
}

// readTechnique reads techAchat, the technique of purchase. The name "autres" is what the form shows as "sans objet".
func readTechnique(n *notice.Notice, e tree.Node) {
	for c := range e.All() {
		if c.Name() == "autres" || n.Procedure.Technique != "" {
			continue
		}
		lower := strings.ToLower(c.Name())
		technique := c.Name()
		switch {
		case strings.HasPrefix(lower, "accordcadre"):
			technique = "accord-cadre"
			setFramework(n, c)
		case strings.HasPrefix(lower, "catalogue"):
			technique = "catalogue"
		case strings.HasPrefix(lower, "sysquali"):
			technique = "qualification"
		case strings.HasPrefix(lower, "sysacq"), lower == "sad":
			technique = "sad"
		case strings.HasPrefix(lower, "enchere"):
			technique = "enchere"
		case strings.HasPrefix(lower, "concours"):
			technique = "concours"
		}
		n.Procedure.Technique = technique
		n.Declare("procedure.technique", c.Path())
	}
}

// setFramework notes that e, by its presence, makes the contract a framework agreement.
func setFramework(n *notice.Notice, e tree.Node) {
	if e.Exists() && !e.Has("non") {
		n.Framework = true
		n.Declare("framework", e.Path())
	}
}
