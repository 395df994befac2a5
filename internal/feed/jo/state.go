package jo

import (
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// stateOfEtat is what a status (GESTION/REFERENCE/TYPE_AVIS/STATUT) says.
var stateOfEtat = map[string]notice.State{
	"INITIAL":      notice.StateInitial,
	"RECTIFICATIF": notice.StateCorrected,
	"ANNULATION":   notice.StateCancelled,
	"RECTIFANNUL":  notice.StateCancelled, // "rectificatif et annulation", known from the site's own code
	"MODIFICATION": notice.StateModified,
}

// stateOfNature is what a nature says: national corrections have one of their own.
var stateOfNature = map[string]notice.State{
	"RECTIFICATIF": notice.StateCorrected,
	"ANNULATION":   notice.StateCancelled,
	"MODIFICATION": notice.StateModified,
}

// stageOfNature is the place in a procedure that a nature says.
var stageOfNature = map[string]notice.Stage{
	"APPEL_OFFRE":        notice.StageCall,
	"ATTRIBUTION":        notice.StageAward,
	"RECTIFICATIF":       notice.StageCorrection,
	"ANNULATION":         notice.StageCorrection,
	"PRE-INFORMATION":    notice.StagePlanning,
	"PERIODIQUE":         notice.StagePlanning,
	"PROFIL_ACHETEUR":    notice.StagePlanning,
	"INTENTION_CONCLURE": notice.StageIntention,
	"MODIFICATION":       notice.StageModification,
	"QUALIFICATION":      notice.StageCall,
	"SOUS-TRAITANCE":     notice.StageCall,
	"AUTRE":              notice.StageOther,
}

// settle decides stage and state from header and body.
//
// State: a cancellation counts wherever it is said; then the body, when it says more than "initial" (corrections of eForms
// are INITIAL in the header); then the status; then the nature. A status that says otherwise is flagged.
// Stage: the body; where it is silent (a national call) the nature; a correction that repeats the call is a call.
func settle(n *notice.Notice, gestion tree.Node, said evidence) {
	typeAvis := gestion.Child("REFERENCE", "TYPE_AVIS")
	etat, nature := stateOfEtat[n.Etat], stateOfNature[n.Nature]
	state, path := notice.StateInitial, typeAvis.Child("STATUT").Path()
	switch {
	case said.state == notice.StateCancelled:
		state, path = said.state, said.path
	case etat == notice.StateCancelled:
		state = etat
	case nature == notice.StateCancelled:
		state, path = nature, typeAvis.Child("NATURE").Path()
	case said.state != "" && said.state != notice.StateInitial:
		state, path = said.state, said.path
	case etat != "" && etat != notice.StateInitial:
		state = etat
	case nature != "":
		state, path = nature, typeAvis.Child("NATURE").Path()
	case etat == "":
		path = said.path
	}
	n.State = state
	derive(n, "state", path, "status, nature and body")
	if etat != "" && etat != state {
		n.Flag("state", notice.FlagContradiction, n.Etat, typeAvis.Child("STATUT").Path())
	}
	n.Stage, path = said.stage, said.path
	if n.Stage == "" {
		n.Stage, path = stageOfNature[n.Nature], typeAvis.Child("NATURE").Path()
		if n.Stage == notice.StageCorrection && said.state != "" {
			n.Stage = notice.StageCall
		}
	}
	switch {
	case n.Stage == "" && n.Nature == "" && said.state != "":
		n.Stage, path = notice.StageCall, said.path
	case n.Stage == "":
		n.Stage = notice.StageOther
	}
	derive(n, "stage", path, "nature and body")
}

// derive replaces the origin of a field that the reader of the body may have noted before it was settled.
func derive(n *notice.Notice, field, path, how string) {
	delete(n.Origins, field)
	n.Derive(field, path, how)
}
