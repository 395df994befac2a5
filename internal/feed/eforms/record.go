package eforms

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// maxObjet is where the portal cuts the summary of a notice, in characters.
const maxObjet = 200

// record makes the flat record of a plain notice. The portal has no record of it: this one is ours, filled from the typed
// values so that such notices can be listed, searched and exported beside the others. Codes and labels are those that the
// portal gives to eForms notices; Gestion, Filename, descriptors, departments, display end and URLAvis are null because
// only the BOAMP gives them. Dateparution is the day of publication in the Official Journal, else that of dispatch;
// Datelimitereponse is the true instant.
func record(n *notice.Notice, root tree.Node) notice.Record {
	published := n.Published
	if published.IsZero() {
		published = n.Dispatched
	}
	rec := labels(n, published)
	rec.Idweb, rec.ID = n.ID, n.ID
	rec.Contractfolderid = given(n.ProcedureID)
	rec.Objet = given(cutObjet(n.Title))
	rec.Datelimitereponse = time.Time{}
	if n.Deadline != nil {
		rec.Datelimitereponse = n.Deadline.Instant
	}
	if len(n.Buyers) > 0 {
		rec.Nomacheteur = given(n.Buyers[0].Name)
	}
	for _, res := range n.Results {
		for _, w := range res.Winners {
			if w.Name != "" {
				rec.Titulaire = append(rec.Titulaire, w.Name)
			}
		}
	}
	if n.Clauses.Social {
		rec.Criteres = append(rec.Criteres, "sociaux")
	}
	if n.Clauses.Environmental {
		rec.Criteres = append(rec.Criteres, "environnementaux")
	}
	rec.SourceSchema = given(n.Source.Schema)
	body := append([]byte(`{"EFORMS": {"`), localName(root)...)
	body = append(root.AppendJSON(append(body, `": `...)), "}}"...)
	rec.Donnees = given(string(body))
	return rec
}

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// cutObjet cuts a title as the portal does: at 200 characters, the last three of them stops.
func cutObjet(title string) string {
	if utf8.RuneCountInString(title) <= maxObjet {
		return title
	}
	runes := []rune(title)
	return strings.TrimSpace(string(runes[:maxObjet-3])) + "..."
}

// procedureCodes tells the code of type_procedure for each procedure type.
var procedureCodes = map[string]string{
	notice.ProcedureOpen:               "OUVERT",
	notice.ProcedureRestricted:         "RESTREINT",
	notice.ProcedureNegotiated:         "NEGOCIE",
	notice.ProcedureNegotiatedNoCall:   "NEGOCIE",
	notice.ProcedureCompetitiveDialog:  "DIALOGUE_COMPETITIF",
	notice.ProcedureInnovation:         "PARTENARIAT_INNOVATION",
	notice.ProcedureDesignContestOpen:  "CONCOURS_OUVERT",
	notice.ProcedureDesignContestRestr: "CONCOURS_RESTREINT",
	notice.ProcedureConcession:         "AUTRE",
	notice.ProcedureOther:              "AUTRE",
}

// labels derives codes, labels and categories by the portal's own rules, from the header that the BOAMP would have written.
// All values in it are codes from the tables of this package.
func labels(n *notice.Notice, published notice.Date) notice.Record {
	var b strings.Builder
	member := func(name, code, sub string) {
		if code == "" {
			return
		}
		if sub != "" {
			sub = `{"` + sub + `": ""}`
		} else {
			sub = `""`
		}
		if !strings.HasSuffix(b.String(), "{") {
			b.WriteByte(',')
		}
		b.WriteString(`"` + name + `": {"` + code + `": ` + sub + `}`)
	}
	b.WriteString(`{"REFERENCE": {"TYPE_AVIS": {`)
	member("FAMILLE", n.Famille, "")
	member("PERIMETRE", n.Perimetre, "")
	member("NATURE", n.Nature, n.SousNature)
	member("STATUT", n.Etat, "")
	b.WriteString(`}}, "INDEXATION": {`)
	if !published.IsZero() {
		b.WriteString(`"DATE_PUBLICATION": "` + published.String() + `"`)
	}
	member("TYPE_PROCEDURE", procedureCodes[n.Procedure.Type], "")
	if len(n.Kinds) > 0 {
		member("NATURE_MARCHE", n.Kinds[0].Code(), "")
	}
	b.WriteString(`}}`)
	header, err := tree.ParseJSON([]byte(b.String()), "gestion", tree.Limits{})
	if err != nil {
		return notice.Record{}
	}
	rec := portal.Derive(portal.Input{Gestion: header.Root()})
	rec.Gestion, rec.Donnees, rec.URLAvis, rec.Filename = nil, nil, nil, nil
	return rec
}
