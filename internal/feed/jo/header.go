package jo

import (
	"slices"

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
	feed.ReadTypeAvis(n, reference.Child("TYPE_AVIS"))
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
	feed.ReadDescripteurs(n, index.Child("DESCRIPTEURS"))
	for dep := range index.Each("DEP_PUBLICATION") {
		feed.AddDepartement(n, &n.DepartementsPublication, "departements_publication", dep.Text(), dep)
	}
	for dep := range index.Each("DEP_PRESTATION") {
		feed.AddDepartement(n, &n.DepartementsPrestation, "departements_prestation", dep.Text(), dep)
	}
	feed.ReadClauses(n, index.Child("CRITERES_SOCIAUX_ENV"))
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
	feed.DeriveLegalBasis(n, gestion.Child("REFERENCE", "TYPE_AVIS", "PERIMETRE").Path())
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
	feed.SetProcedure(n, e.Name(), e.Path())
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
// linked once for each kind of evidence.
func addLink(n *notice.Notice, e tree.Node, evidence notice.Evidence, like notice.Link) {
	id := feed.LinkedID(n, e)
	if id == "" || crowded(n, e, len(n.Links)) {
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
