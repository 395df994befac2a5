package v230

import (
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
	"github.com/boamp/boamp/internal/tree"
)

// procedure reads how the contract is awarded. Notices of concessions seldom say; their kind says it.
func (b *body) procedure() {
	p := &b.n.Procedure
	choice := b.donnees.Child("PROCEDURE", "TYPE_PROCEDURE").First()
	if choice.Exists() {
		feed.SetProcedure(b.n, choice.Name(), choice.Path())
		if choice.Has("SANS_PUB_PREALABLE") || choice.Has("SANS_MISE_EN_CONCURRENCE") {
			p.Type = notice.ProcedureNegotiatedNoCall
		}
		if t := b.clean("procedure.written", choice); t != "" && p.Type == notice.ProcedureOther {
			p.Written = t
		}
	} else if b.concession() {
		p.Type = notice.ProcedureConcession
		b.derive("procedure.type", b.typeAvis(), "a notice of a concession")
	}
	if e := choice.Child("ACCELERE"); e.Exists() {
		p.Accelerated = true
		b.declare("procedure.accelerated", e)
	}
	b.framework()
	b.technique()
}

func (b *body) concession() bool {
	n := b.n
	return n.Famille == "DSP" || n.Perimetre == "DSP" || n.Perimetre == "DIRECTIVE-23" || n.SousNature == "CONCESSION" ||
		n.SousNature == "CONCESSIONNAIRE"
}

// framework looks in the five places that tell a framework agreement. The block ACCORD_CADRE tells it by being there,
// unless it says NON.
func (b *body) framework() {
	procedure := b.donnees.Child("PROCEDURE")
	for _, e := range [...]tree.Node{
		b.objet.Child("AVIS_IMPLIQUE", "ACCORD_CADRE"), procedure.Child("AVIS_IMPLIQUE", "ACCORD_CADRE_OUI"),
		b.objet.Child("ACCORD_CADRE"), procedure.Child("ACCORD_CADRE"), procedure.Child("TECH_ACHAT", "ACCORD_CADRE"),
	} {
		if e.Exists() && !e.Has("NON") {
			b.n.Framework = true
			b.declare("framework", e)
			return
		}
	}
}

// technique names the first technique that the notice uses.
func (b *body) technique() {
	n, procedure := b.n, b.donnees.Child("PROCEDURE")
	set := func(name string, e tree.Node) {
		if n.Procedure.Technique == "" && e.Exists() {
			n.Procedure.Technique = name
			b.declare("procedure.technique", e)
		}
	}
	if n.Framework {
		n.Procedure.Technique = "accord-cadre"
		b.n.Origins["procedure.technique"] = b.n.Origins["framework"]
	}
	nature := b.gestion.Child("REFERENCE", "TYPE_AVIS", "NATURE")
	set("sad", b.objet.Child("AVIS_IMPLIQUE", "SAD"))
	set("sad", procedure.Child("AVIS_IMPLIQUE", "SAD_OUI"))
	set("sad", procedure.Child("TECH_ACHAT", "SAD"))
	set("sad", nature.First().Child("SAD"))
	set("concours", procedure.Child("TYPE_PROCEDURE", "CONCOURS_OUVERT"))
	set("concours", procedure.Child("TYPE_PROCEDURE", "CONCOURS_RESTREINT"))
	set("concours", nature.First().Child("CONCOURS"))
	set("qualification", nature.Child("QUALIFICATION"))
	set("qualification", nature.First().Child("QUALIFICATION"))
	set("enchere", procedure.Child("ENCHERE_ELECTRONIQUE_OUI"))
	set("catalogue", b.objet.Child("LOTS", "LOT", "CATALOGUE_ELECTRONIQUE_OUI"))
}

// deadline reads the date of the header, else that of the body. In JOUE notices of procedures in two steps the one date that
// the form has is that of the requests to participate.
func (b *body) deadline() {
	n, delai := b.n, b.donnees.Child("CONDITION_DELAI")
	header, offers, requests := b.index.Child("DATE_LIMITE_REPONSE"), delai.Child("RECEPT_OFFRES"), delai.Child("RECEPT_CANDIDAT")
	purpose := b.rubricPurpose("offres")
	switch {
	case header.Text() == "":
	case requests.Text() != "" && (offers.Text() == "" || sameClock(header, requests)):
		purpose = notice.DeadlineParticipation
	case requests.Text() != "" && sameClock(header, offers):
		purpose = notice.DeadlineTenders
	}
	feed.SetDeadline(n, &n.Deadline, "deadline", purpose, header)
	feed.SetDeadline(n, &n.Deadline, "deadline", notice.DeadlineParticipation, requests)
	feed.SetDeadline(n, &n.Deadline, "deadline", purpose, offers)
	b.correctedDeadline()
	if header.Text() == "" {
		return
	}
	for _, e := range [...]tree.Node{requests, offers} {
		if e.Text() != "" && sameClock(header, e) {
			return
		}
	}
	for _, e := range [...]tree.Node{requests, offers} {
		if e.Text() != "" {
			n.Flag("deadline", notice.FlagContradiction, e.Text(), e.Path())
		}
	}
}

// twoSteps reports whether candidates are chosen before they tender, by a JOUE notice.
func (b *body) twoSteps() bool {
	if b.n.Famille != "JOUE" {
		return false
	}
	switch b.n.Procedure.Type {
	case notice.ProcedureRestricted, notice.ProcedureNegotiated, notice.ProcedureCompetitiveDialog, notice.ProcedureInnovation,
		notice.ProcedureDesignContestRestr:
		return true
	}
	return false
}

// sameClock compares two deadlines by what they show.
func sameClock(a, b tree.Node) bool {
	x, _, ok1 := notice.ParseDeadline(a.Text())
	y, _, ok2 := notice.ParseDeadline(b.Text())
	return ok1 && ok2 && x.Wall == y.Wall
}

// correctedDeadline takes the new deadline out of a correction that changes one: the form's own rubric "Date limite de réception
// des offres" (or "des candidatures"), with a date and time that software wrote.
func (b *body) correctedDeadline() {
	n := b.n
	for m := range b.donnees.Child("RECTIF").Each("MODIFICATION") {
		rubric := text.Fold(m.Child("RUB_INIT").Text())
		lire := m.Child("LIRE")
		if !strings.HasPrefix(rubric, "date limite de re") || !isDateTime(lire.Text()) {
			continue
		}
		feed.SetDeadline(n, &n.Deadline, "deadline", b.rubricPurpose(rubric), lire)
	}
}

// rubricPurpose is what a date is for whose folded label is given. JOUE forms have one label for both.
func (b *body) rubricPurpose(label string) string {
	switch {
	case b.twoSteps():
		return notice.DeadlineParticipation
	case strings.Contains(label, "offres"):
		return notice.DeadlineTenders
	case strings.Contains(label, "candidat") || strings.Contains(label, "participation"):
		return notice.DeadlineParticipation
	}
	return notice.DeadlineTenders
}

// isDateTime reports whether a text is a date and time of XML Schema and nothing else.
func isDateTime(s string) bool {
	if len(s) < len("2006-01-02T15:04") || s[4] != '-' || s[10] != 'T' {
		return false
	}
	_, _, ok := notice.ParseDeadline(s)
	return ok
}
