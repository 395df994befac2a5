package v230

import (
	"cmp"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// classify reads GESTION/REFERENCE/TYPE_AVIS and what follows from it and from the shape of the body.
func (b *body) classify() {
	n, avis := b.n, b.gestion.Child("REFERENCE", "TYPE_AVIS")
	feed.ReadTypeAvis(n, avis)
	feed.DeriveLegalBasis(n, avis.Child("PERIMETRE").Path())
	b.stage()
	b.state()
}

// stage works out what the notice is in the life of a procedure. A body with RECTIF or ANNULATION holds the correction and
// nothing of the notice that it corrects, so it is a correction whatever its nature says.
func (b *body) stage() {
	n := b.n
	switch body := b.donnees; {
	case body.Has("RECTIF"), body.Has("ANNULATION"), n.Nature == "RECTIFICATIF", n.Nature == "ANNULATION":
		n.Stage = notice.StageCorrection
	case n.Nature != "":
		n.Stage = cmp.Or(notice.StageOfNature(n.Nature, n.SousNature), notice.StageOther)
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

// state works out what the notice does to an earlier one: the strongest of what status, nature and body say.
func (b *body) state() {
	n := b.n
	said := []notice.State{notice.StateInitial, notice.StateOfEtat(n.Etat), notice.StateOfNature(n.Nature)}
	for block, state := range map[string]notice.State{
		"ANNULATION": notice.StateCancelled, "RECTIF": notice.StateCorrected, "MODIF": notice.StateModified,
	} {
		if b.donnees.Has(block) {
			said = append(said, state)
		}
	}
	n.State = notice.StrongestState(said...)
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
	feed.ReadDescripteurs(n, b.index.Child("DESCRIPTEURS"))
	feed.ReadClauses(n, b.index.Child("CRITERES_SOCIAUX_ENV"))
	for e := range b.index.Each("DEP_PUBLICATION") {
		feed.AddDepartement(n, &n.DepartementsPublication, "departements_publication", e.Text(), e)
	}
	for e := range b.index.Each("DEP_PRESTATION") {
		feed.AddDepartement(n, &n.DepartementsPrestation, "departements_prestation", e.Text(), e)
	}
}
