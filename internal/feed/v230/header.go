package v230

import (
	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// classify reads GESTION/REFERENCE/TYPE_AVIS and what follows from it and from the shape of the body.
func (b *body) classify() {
	n, avis := b.n, b.gestion.Child("REFERENCE", "TYPE_AVIS")
	feed.SetChoice(n, &n.Famille, "famille", avis.Child("FAMILLE"))
	feed.SetChoice(n, &n.Perimetre, "perimetre", avis.Child("PERIMETRE"))
	feed.SetChoice(n, &n.Nature, "nature", avis.Child("NATURE"))
	feed.SetChoice(n, &n.SousNature, "sous_nature", avis.Child("NATURE").First())
	feed.SetChoice(n, &n.Etat, "etat", avis.Child("STATUT"))
	b.knownCode(codelist.Familles(), "famille", n.Famille, avis.Child("FAMILLE"))
	b.knownCode(codelist.Natures(), "nature", n.Nature, avis.Child("NATURE"))
	b.knownCode(codelist.Etats(), "etat", n.Etat, avis.Child("STATUT"))
	if celex := legalBasis(n.Perimetre); celex != "" {
		n.LegalBasis = celex
		b.derive("legal_basis", avis.Child("PERIMETRE"), "CELEX number of the directive")
	}
	b.stage()
	b.state()
}

func (b *body) knownCode(list []codelist.Code, field, code string, e tree.Node) {
	if _, ok := codelist.LabelOf(list, code); !ok && code != "" {
		b.n.Flag(field, notice.FlagUnknownCode, code, e.Path())
	}
}

// legalBasis is the CELEX number of the directive that PERIMETRE names, "" for national law.
func legalBasis(perimetre string) string {
	switch perimetre {
	case "DIRECTIVE-17":
		return "32004L0017"
	case "DIRECTIVE-18":
		return "32004L0018"
	case "DIRECTIVE-81":
		return "32009L0081"
	case "DIRECTIVE-23":
		return "32014L0023"
	case "DIRECTIVE-24":
		return "32014L0024"
	case "DIRECTIVE-25":
		return "32014L0025"
	}
	return ""
}

// stage works out what the notice is in the life of a procedure. A body with RECTIF or ANNULATION holds the correction and
// nothing of the notice that it corrects, so it is a correction whatever its nature says.
func (b *body) stage() {
	n := b.n
	switch body := b.donnees; {
	case body.Has("RECTIF"), body.Has("ANNULATION"), n.Nature == "RECTIFICATIF", n.Nature == "ANNULATION":
		n.Stage = notice.StageCorrection
	case n.Nature != "":
		n.Stage = stageOfNature(n.Nature, n.SousNature)
	case body.Has("MODIF"):
		n.Stage = notice.StageModification
	case body.Has("ATTRIBUTION"):
		n.Stage = notice.StageAward
	case body.Has("CONDITION_DELAI"):
		n.Stage = notice.StageCall
	default:
		n.Stage = notice.StageOther
	}
	b.derive("stage", b.typeAvis(), "from nature and body")
}

func stageOfNature(nature, sousNature string) notice.Stage {
	if sousNature == "MISE_EN_CONCURRENCE" {
		return notice.StageCall // prior information that calls for competition itself
	}
	switch nature {
	case "PRE-INFORMATION", "PERIODIQUE", "PROFIL_ACHETEUR":
		return notice.StagePlanning
	case "APPEL_OFFRE", "QUALIFICATION", "SOUS-TRAITANCE":
		return notice.StageCall
	case "INTENTION_CONCLURE":
		return notice.StageIntention
	case "ATTRIBUTION":
		return notice.StageAward
	case "MODIFICATION":
		return notice.StageModification
	}
	return notice.StageOther
}

// state works out what the notice does to an earlier one. Cancelling outweighs correcting, and both outweigh the
// modification of a contract, whichever of status, nature and body says so.
func (b *body) state() {
	n, body := b.n, b.donnees
	switch {
	case n.Etat == "ANNULATION", n.Nature == "ANNULATION", body.Has("ANNULATION"):
		n.State = notice.StateCancelled
	case n.Etat == "RECTIFICATIF", n.Nature == "RECTIFICATIF", body.Has("RECTIF"):
		n.State = notice.StateCorrected
	case n.Etat == "MODIFICATION", n.Nature == "MODIFICATION", body.Has("MODIF"):
		n.State = notice.StateModified
	default:
		n.State = notice.StateInitial
	}
	b.derive("state", b.typeAvis(), "from status, nature and body")
	if n.Etat == "INITIAL" && (n.State == notice.StateCancelled || n.State == notice.StateCorrected) {
		n.Flag("state", notice.FlagContradiction, n.Etat, b.typeAvis().Child("STATUT").Path())
	}
}

// typeAvis is the place that says what a notice is; the body, where the header comes from elsewhere.
func (b *body) typeAvis() tree.Node {
	if e := b.gestion.Child("REFERENCE", "TYPE_AVIS"); e.Exists() {
		return e
	}
	return b.donnees
}

// dates reads the days of the header. The day of dispatch has no element: JOUE notices end their further information with
// a sentence that gives it.
func (b *body) dates() {
	n := b.n
	b.date(&n.Published, "published", b.index.Child("DATE_PUBLICATION"))
	b.date(&n.DisplayEnd, "display_end", b.index.Child("DATE_FIN_DIFFUSION"))
	b.date(&n.Dispatched, "dispatched", b.gestion.Child("REFERENCE", "DATE_ENVOI"))
	further := b.donnees.Child("RENSEIGNEMENTS_COMPLEMENTAIRES", "RENS_COMPLEMENT")
	if d, ok := dispatchDate(further.Text()); ok && n.Dispatched.IsZero() {
		n.Dispatched = d
		b.derive("dispatched", further, "the closing sentence that every JOUE notice gets")
	}
}

// keywords reads the key words, the criteria and the departments of the index.
func (b *body) keywords() {
	n := b.n
	for d := range b.index.Child("DESCRIPTEURS").Each("DESCRIPTEUR") {
		l := notice.Label{Code: d.Child("CODE").Text(), Label: b.clean("descripteurs", d.Child("LIBELLE"))}
		if l != (notice.Label{}) {
			n.Descripteurs = append(n.Descripteurs, l)
			b.declare("descripteurs", d)
		}
	}
	if e := b.index.Child("CRITERES_SOCIAUX_ENV", "SOCIAUX"); e.Exists() {
		n.Clauses.Social = true
		b.declare("clauses.social", e)
	}
	if e := b.index.Child("CRITERES_SOCIAUX_ENV", "ENVIRONNEMENTAUX"); e.Exists() {
		n.Clauses.Environmental = true
		b.declare("clauses.environmental", e)
	}
	n.DepartementsPublication = b.departements("departements_publication", "DEP_PUBLICATION")
	n.DepartementsPrestation = b.departements("departements_prestation", "DEP_PRESTATION")
}

// departements reads departments in the BOAMP's codes. What is no department ("0") is kept and flagged.
func (b *body) departements(field, name string) []string {
	var list []string
	for e := range b.index.Each(name) {
		written := e.Text()
		if written == "" {
			continue
		}
		code := codelist.StripZero(written)
		if d, ok := codelist.DepartementOf(written); ok {
			code = d.Code
		} else {
			b.n.Flag(field, notice.FlagUnknownCode, written, e.Path())
		}
		if !contains(list, code) {
			list = append(list, code)
			b.declare(field, e)
		}
	}
	return list
}
