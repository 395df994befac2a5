package record

import (
	"cmp"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
)

// fill takes from the flat fields what the body did not give. The path of such values is the name of the field.
//
// What the flat fields say is not always what they mean:
//   - datelimitereponse of V230 was converted by the offset +01:00 that all documents of that time carry, in summer too:
//     the wall clock is one hour later than the value. Of later notices it is the French clock in some and true UTC in
//     others, which the value alone cannot tell: it is taken for the clock and flagged as doubtful.
//   - type_procedure of FNS calls is OUVERT whatever the body says: it is kept as written and not interpreted.
//   - titulaire lists names without lots or amounts: they become winners of one result.
func fill(n *notice.Notice) {
	rec := &n.Record
	setText(n, &n.ProcedureID, "procedure_id", "contractfolderid", rec.Contractfolderid)
	setText(n, &n.Famille, "famille", "famille", rec.Famille)
	setText(n, &n.Perimetre, "perimetre", "perimetre", rec.Perimetre)
	setText(n, &n.Nature, "nature", "nature", rec.Nature)
	setText(n, &n.SousNature, "sous_nature", "sousnature", rec.Sousnature)
	setText(n, &n.Etat, "etat", "etat", rec.Etat)
	setText(n, &n.Title, "title", "objet", rec.Objet)
	setText(n, &n.Procedure.Written, "procedure.written", "type_procedure", rec.TypeProcedure)
	n.SetDate(&n.Published, "published", rec.Dateparution.String(), "dateparution")
	n.SetDate(&n.DisplayEnd, "display_end", rec.Datefindiffusion.String(), "datefindiffusion")
	fillClass(n)
	fillDeadline(n)
	fillLists(n)
	if len(n.Buyers) == 0 && rec.Nomacheteur != nil {
		n.Buyers = []notice.Party{{Name: clean(n, "buyers.name", "nomacheteur", *rec.Nomacheteur)}}
		n.Declare("buyers.name", "nomacheteur")
	}
	fillWinners(n)
	fillLinks(n)
}

// setText fills *to from a flat field.
func setText(n *notice.Notice, to *string, field, path string, from *string) {
	if *to != "" || from == nil {
		return
	}
	if *to = clean(n, field, path, *from); *to != "" {
		n.Declare(field, path)
	}
}

func clean(n *notice.Notice, field, path, s string) string {
	t, unclear := feed.CleanText(s)
	if unclear {
		n.Flag(field, notice.FlagUnclearText, s, path)
	}
	return strings.TrimSpace(t)
}

// fillClass works out stage, state, legal basis and procedure type.
func fillClass(n *notice.Notice) {
	if n.Stage == "" {
		n.Stage = cmp.Or(notice.StageOfNature(n.Nature, n.SousNature), notice.StageOther)
		n.Derive("stage", "nature", "nature")
	}
	if n.State == "" {
		n.State = notice.StrongestState(notice.StateInitial, notice.StateOfEtat(n.Etat), notice.StateOfNature(n.Nature))
		n.Derive("state", "etat", "status and nature")
	}
	feed.DeriveLegalBasis(n, "perimetre")
	p := &n.Procedure
	headerOnly := n.Famille == "FNS" && p.Written == "OUVERT" && n.Version != notice.V110 && n.Version != notice.V230
	if p.Written == "" || p.Type != "" || headerOnly {
		return
	}
	const path = "type_procedure"
	if p.Type = notice.ProcedureTypeOf(p.Written); p.Type != "" {
		n.Derive("procedure.type", path, "code of the list")
	} else {
		n.Flag("procedure.type", notice.FlagUnknownCode, p.Written, path)
	}
}

// fillDeadline reads the portal's value back, see fill.
func fillDeadline(n *notice.Notice) {
	t := n.Record.Datelimitereponse
	if t.IsZero() || n.Deadline != nil {
		return
	}
	const path = "datelimitereponse"
	purpose := notice.DeadlineTenders
	switch n.Version {
	case notice.V110, notice.V010:
		n.SetDeadline(&n.Deadline, "deadline", t.Format(time.DateOnly), purpose, path)
	case notice.V230:
		n.Derive("deadline", path, "wall clock at +01:00, the offset of all documents of V230")
		n.SetDeadline(&n.Deadline, "deadline", t.In(time.FixedZone("", 3600)).Format(time.RFC3339), purpose, path)
	default:
		n.SetDeadline(&n.Deadline, "deadline", t.Format("2006-01-02T15:04:05-07:00"), purpose, path)
	}
}

// fillLists fills descriptors, kinds, departments and clauses.
func fillLists(n *notice.Notice) {
	rec := &n.Record
	if len(n.Descripteurs) == 0 {
		codes := rec.DescripteurCode
		if codes == nil {
			codes = rec.DC
		}
		for i := range max(len(codes), len(rec.DescripteurLibelle)) {
			n.Descripteurs = append(n.Descripteurs, notice.Label{Code: at(codes, i), Label: at(rec.DescripteurLibelle, i)})
			n.Declare("descripteurs", "descripteur_code")
		}
	}
	if len(n.Kinds) == 0 {
		for _, code := range rec.TypeMarche {
			if k := notice.KindOf(code); k != "" {
				n.Kinds = append(n.Kinds, k)
				n.Declare("kinds", "type_marche")
			} else {
				n.Flag("kinds", notice.FlagUnknownCode, code, "type_marche")
			}
		}
	}
	if len(n.DepartementsPublication) == 0 && len(rec.CodeDepartement) > 0 {
		n.DepartementsPublication = append([]string(nil), rec.CodeDepartement...)
		n.Declare("departements_publication", "code_departement")
	}
	if p := rec.CodeDepartementPrestation; len(n.DepartementsPrestation) == 0 && p != nil {
		n.DepartementsPrestation = []string{departement(*p)}
		n.Declare("departements_prestation", "code_departement_prestation")
	}
	for _, c := range rec.Criteres {
		switch c {
		case "sociaux":
			n.Clauses.Social = true
			n.Declare("clauses.social", "criteres")
		case "environnementaux":
			n.Clauses.Environmental = true
			n.Declare("clauses.environmental", "criteres")
		}
	}
}

// departement is the BOAMP code of a department, which the data set writes with its zero in one field ("06").
func departement(code string) string {
	if d, ok := codelist.DepartementOf(code); ok {
		return d.Code
	}
	return codelist.StripZero(code)
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func fillWinners(n *notice.Notice) {
	if len(n.Results) > 0 || len(n.Record.Titulaire) == 0 {
		return
	}
	res := notice.Result{Outcome: notice.OutcomeAwarded}
	for _, name := range n.Record.Titulaire {
		res.Winners = append(res.Winners, notice.Winner{Party: notice.Party{Name: clean(n, "results.winners.name", "titulaire", name)}})
	}
	n.Results = []notice.Result{res}
	n.Declare("results.winners.name", "titulaire")
	n.Derive("results.outcome", "titulaire", "a winner is named")
}

func fillLinks(n *notice.Notice) {
	if len(n.Links) > 0 {
		return
	}
	seen := map[string]bool{}
	for _, id := range n.Record.AnnonceLie {
		if id = strings.TrimSpace(id); id == "" || seen[id] {
			continue
		}
		if seen[id] = true; !notice.ValidID(id) {
			n.Warn("annonce_lie", id, "no identifier of a notice")
			continue
		}
		n.Links = append(n.Links, notice.Link{ID: id, Evidence: notice.EvidenceAnteriorNotice, Path: "annonce_lie"})
		n.Declare("links", "annonce_lie")
	}
}
