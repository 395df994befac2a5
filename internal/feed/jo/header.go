package jo

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readHeader reads what GESTION alone knows, and the deadline, for which it comes before the body: there it is missing
// or approximate more often.
func readHeader(n *notice.Notice, gestion tree.Node) {
	reference, index := gestion.Child("REFERENCE"), gestion.Child("INDEXATION")
	if idweb := reference.Child("IDWEB"); idweb.Text() != "" {
		if n.ID == "" {
			n.ID = idweb.Text()
		}
		n.Declare("id", idweb.Path())
	}
	readTypeAvis(n, reference.Child("TYPE_AVIS"))
	for a := range reference.Each("ANNONCE_ANTERIEUR") {
		addLink(n, a.Child("IDWEB"), notice.EvidenceAnteriorNotice, notice.Link{})
	}
	for a := range gestion.Child("MARCHE").Each("ANNONCE_ANTERIEUR") { // the place that V230 has for them
		r := a.Child("REFERENCE")
		addLink(n, r.Child("IDWEB"), notice.EvidenceAnteriorNotice, notice.Link{Nature: r.Child("TYPE_AVIS", "NATURE").First().Name()})
	}
	feed.SetDate(n, &n.Published, "published", index.Child("DATE_PUBLICATION"))
	feed.SetDate(n, &n.DisplayEnd, "display_end", index.Child("DATE_FIN_DIFFUSION"))
	feed.SetDeadline(n, &n.Deadline, "deadline", notice.DeadlineTenders, index.Child("DATE_LIMITE_REPONSE"))
	readDescripteurs(n, index.Child("DESCRIPTEURS"))
	for dep := range index.Each("DEP_PUBLICATION") {
		addDepartement(n, &n.DepartementsPublication, "departements_publication", dep)
	}
	for dep := range index.Each("DEP_PRESTATION") {
		addDepartement(n, &n.DepartementsPrestation, "departements_prestation", dep)
	}
	readClauses(n, index.Child("CRITERES_SOCIAUX_ENV"))
}

// readTypeAvis reads the four classifications, each the name of an empty child, and flags names that no list has.
func readTypeAvis(n *notice.Notice, typeAvis tree.Node) {
	famille, perimetre := typeAvis.Child("FAMILLE"), typeAvis.Child("PERIMETRE")
	nature, statut := typeAvis.Child("NATURE"), typeAvis.Child("STATUT")
	feed.SetChoice(n, &n.Famille, "famille", famille)
	flagUnlisted(n, "famille", n.Famille, famille, codelist.Familles())
	feed.SetChoice(n, &n.Perimetre, "perimetre", perimetre)
	if n.Perimetre != "" && !slices.Contains(perimetres, n.Perimetre) {
		n.Flag("perimetre", notice.FlagUnknownCode, n.Perimetre, perimetre.Path())
	}
	feed.SetChoice(n, &n.Nature, "nature", nature)
	flagUnlisted(n, "nature", n.Nature, nature, codelist.Natures())
	feed.SetChoice(n, &n.SousNature, "sous_nature", nature.First())
	feed.SetChoice(n, &n.Etat, "etat", statut)
	if _, ok := stateOfEtat[n.Etat]; n.Etat != "" && !ok {
		n.Flag("etat", notice.FlagUnknownCode, n.Etat, statut.Path())
	}
}

func flagUnlisted(n *notice.Notice, field, code string, e tree.Node, list []codelist.Code) {
	if _, ok := codelist.LabelOf(list, code); code != "" && !ok {
		n.Flag(field, notice.FlagUnknownCode, code, e.Path())
	}
}

// perimetres are the legal bases seen or listed by V230's schema.
var perimetres = []string{
	"MAPA", "FNSimple", "DSP", "CMP-2006", "CMP-2006-DEFENSE", "DIRECTIVE-17", "DIRECTIVE-18", "DIRECTIVE-23",
	"DIRECTIVE-24", "DIRECTIVE-25", "DIRECTIVE-81", "AUTRE",
}

// celex gives the number of the directive that a legal basis is.
var celex = map[string]string{
	"DIRECTIVE-17": "32004L0017",
	"DIRECTIVE-18": "32004L0018",
	"DIRECTIVE-23": "32014L0023",
	"DIRECTIVE-24": "32014L0024",
	"DIRECTIVE-25": "32014L0025",
	"DIRECTIVE-81": "32009L0081",
}

func readDescripteurs(n *notice.Notice, e tree.Node) {
	for d := range e.Each("DESCRIPTEUR") {
		l := notice.Label{Code: d.Child("CODE").Text(), Label: feed.Text(n, "descripteurs.label", d.Child("LIBELLE"))}
		if l != (notice.Label{}) {
			n.Descripteurs = append(n.Descripteurs, l)
			n.Declare("descripteurs", d.Path())
		}
	}
}

// addDepartement adds the department that e gives, in the form of the BOAMP ("6", "20A"). Order is kept, repetitions go.
func addDepartement(n *notice.Notice, to *[]string, field string, e tree.Node) {
	code := e.Text()
	if code == "" || crowded(n, e, len(*to)) {
		return
	}
	if d, ok := codelist.DepartementOf(code); ok {
		code = d.Code
	} else {
		n.Flag(field, notice.FlagUnknownCode, code, e.Path())
		code = codelist.StripZero(code)
	}
	if !slices.Contains(*to, code) {
		*to = append(*to, code)
	}
	n.Declare(field, e.Path())
}

func readClauses(n *notice.Notice, e tree.Node) {
	if c := e.Child("SOCIAUX"); c.Exists() {
		n.Clauses.Social = true
		n.Declare("clauses.social", c.Path())
	}
	if c := e.Child("ENVIRONNEMENTAUX"); c.Exists() {
		n.Clauses.Environmental = true
		n.Declare("clauses.environmental", c.Path())
	}
}

// completeFromHeader fills what the body says better and did not say: the header repeats it, shortened or simplified.
func completeFromHeader(n *notice.Notice, gestion tree.Node) {
	index, marche := gestion.Child("INDEXATION"), gestion.Child("MARCHE")
	feed.SetText(n, &n.Title, "title", index.Child("RESUME_OBJET"))
	feed.SetText(n, &n.Reference, "reference", marche.Child("ID_MARCHE"))
	feed.SetText(n, &n.Reference, "reference", marche.Child("ID_CONSULTATION"))
	if len(n.Documents) == 0 {
		addDocument(n, marche.Child("URL_CONSULTATION"), false)
	}
	if code := celex[n.Perimetre]; code != "" && n.LegalBasis == "" {
		n.LegalBasis = code
		n.Derive("legal_basis", gestion.Child("REFERENCE", "TYPE_AVIS", "PERIMETRE").Path(), "directive of the perimetre")
	}
	if len(n.Buyers) == 0 && index.Child("NOMORGANISME").Text() != "" {
		n.Buyers = append(n.Buyers, notice.Party{})
	}
	if len(n.Buyers) > 0 {
		feed.SetText(n, &n.Buyers[0].Name, "buyers.name", index.Child("NOMORGANISME"))
	}
	if len(n.Kinds) == 0 {
		readKinds(n, &n.Kinds, "kinds", index.Child("NATURE_MARCHE"))
	}
	completeProcedure(n, index.Child("TYPE_PROCEDURE").First())
	completeWinners(n, index.Child("TITULAIRES"))
}

// completeProcedure takes the procedure of the header where the body says none. In FNSimple it is always OUVERT, for adapted
// procedures too, so there it is kept as written and believed no further.
func completeProcedure(n *notice.Notice, e tree.Node) {
	if !e.Exists() || n.Procedure.Type != "" || n.Procedure.Written != "" {
		return
	}
	if n.Perimetre == "FNSimple" && e.Name() == "OUVERT" {
		n.Procedure.Written = e.Name()
		n.Declare("procedure.written", e.Path())
		return
	}
	setProcedure(n, e, procedureOfCode(e.Name()))
}

// procedureOfCode normalises a TYPE_PROCEDURE; "" for a code that no list has.
func procedureOfCode(code string) string {
	switch code {
	case "OUVERT":
		return notice.ProcedureOpen
	case "RESTREINT":
		return notice.ProcedureRestricted
	case "NEGOCIE":
		return notice.ProcedureNegotiated
	case "PROCEDURE_ADAPTE", "PROCEDURE_ADAPTEE":
		return notice.ProcedureAdapted
	case "DIALOGUE_COMPETITIF":
		return notice.ProcedureCompetitiveDialog
	case "PARTENARIAT_INNOVATION":
		return notice.ProcedureInnovation
	case "CONCOURS_OUVERT":
		return notice.ProcedureDesignContestOpen
	case "CONCOURS_RESTREINT":
		return notice.ProcedureDesignContestRestr
	case "DSP":
		return notice.ProcedureConcession
	case "AUTRE", "ATTRIBUE_SANS_PUB_JOUE", "ATTRIBUE_AVEC_PUB_JOUE":
		return notice.ProcedureOther
	}
	return ""
}

// setProcedure sets the type of the procedure from the element whose name is the choice.
func setProcedure(n *notice.Notice, e tree.Node, normalised string) {
	n.Procedure.Written = e.Name()
	n.Declare("procedure.written", e.Path())
	if normalised == "" {
		n.Flag("procedure.type", notice.FlagUnknownCode, e.Name(), e.Path())
		return
	}
	n.Procedure.Type = normalised
	n.Declare("procedure.type", e.Path())
}

// completeWinners takes the winners that the header lists where the body names none. Names alone say that something was
// awarded, but not which lot: with several results they stay unassigned.
func completeWinners(n *notice.Notice, titulaires tree.Node) {
	named := func(r notice.Result) bool { return len(r.Winners) > 0 }
	if titulaires.IsLeaf() || slices.ContainsFunc(n.Results, named) || len(n.Results) > 1 {
		return
	}
	var winners []notice.Winner
	for d := range titulaires.Each("DENOMINATION") {
		w := notice.Winner{}
		feed.SetText(n, &w.Name, "results.winners.name", d)
		if w.Name != "" && !slices.ContainsFunc(winners, func(o notice.Winner) bool { return o.Name == w.Name }) {
			winners = append(winners, w)
		}
	}
	if len(winners) == 0 {
		return
	}
	if len(n.Results) == 0 {
		n.Results = append(n.Results, notice.Result{Outcome: notice.OutcomeUnknown})
	}
	r := &n.Results[0]
	r.Winners = winners
	if r.Outcome == notice.OutcomeUnknown || r.Outcome == "" {
		r.Outcome = notice.OutcomeAwarded
		n.Derive("results.outcome", titulaires.Path(), "the header names winners")
	}
}

// addLink adds a link to the notice whose idweb stands in e; like is what else is known of the target. The same target is
// linked once for each kind of evidence. A text that is no identifier becomes a warning: nothing is searched in it.
func addLink(n *notice.Notice, e tree.Node, evidence notice.Evidence, like notice.Link) {
	id := e.Text()
	switch {
	case id == "":
		return
	case strings.ContainsAny(id, " \t\n,;") || len(id) > 20:
		n.Warn(e.Path(), id, "no identifier of a notice")
		return
	case id == n.ID:
		n.Warn(e.Path(), id, "a notice that links to itself")
		return
	case crowded(n, e, len(n.Links)):
		return
	}
	l := like
	l.ID, l.Evidence, l.Path = id, evidence, e.Path()
	if slices.ContainsFunc(n.Links, func(o notice.Link) bool { return o.ID == id && o.Evidence == evidence }) {
		return
	}
	n.Links = append(n.Links, l)
	n.Declare("links", e.Path())
}

// readInitialNotice reads avisInitial of the national bodies: the idweb of the notice that this one follows, and its day.
func readInitialNotice(n *notice.Notice, e tree.Node) {
	var l notice.Link
	feed.SetDate(n, &l.Date, "links.date", e.Child("datePublication"))
	addLink(n, e.Child("idWeb"), notice.EvidenceInitialNotice, l)
}
