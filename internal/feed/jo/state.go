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

// settle decides stage and state from header and body. A status that says otherwise than the state is flagged.
func settle(n *notice.Notice, gestion tree.Node, said evidence) {
	typeAvis := gestion.Child("REFERENCE", "TYPE_AVIS")
	statut, nature := typeAvis.Child("STATUT").Path(), typeAvis.Child("NATURE").Path()
	state, path := decideState(n, said, statut, nature)
	n.State = state
	derive(n, "state", path, said.path, "status, nature and body")
	if etat := stateOfEtat[n.Etat]; etat != "" && etat != state {
		n.Flag("state", notice.FlagContradiction, n.Etat, statut)
	}
	n.Stage, path = decideStage(n, said, nature)
	derive(n, "stage", path, said.path, "nature and body")
}

// decideState: a cancellation counts wherever it is said; then the body, when it says more than "initial" (corrections of
// eForms are INITIAL in the header); then the status; then the nature. path is where that is said.
func decideState(n *notice.Notice, said evidence, statut, nature string) (state notice.State, path string) {
	candidates := []evidence{said, {state: stateOfEtat[n.Etat], path: statut}, {state: stateOfNature[n.Nature], path: nature}}
	for _, c := range candidates {
		if c.state == notice.StateCancelled {
			return c.state, c.path
		}
	}
	for _, c := range candidates {
		if c.state != "" && c.state != notice.StateInitial {
			return c.state, c.path
		}
	}
	if n.Etat == "" {
		return notice.StateInitial, said.path
	}
	return notice.StateInitial, statut
}

// decideStage: the body; where it is silent (a national call) the nature. A correction that repeats the call is a call.
func decideStage(n *notice.Notice, said evidence, nature string) (stage notice.Stage, path string) {
	if said.stage != "" {
		return said.stage, said.path
	}
	stage = stageOfNature[n.Nature]
	switch {
	case said.state == "" && stage != "":
		return stage, nature
	case said.state != "" && (stage == notice.StageCorrection || n.Nature == ""):
		return notice.StageCall, said.path
	case stage == "":
		return notice.StageOther, nature
	}
	return stage, nature
}

// derive notes how a field was settled. A place inside the body that its reader noted is closer than the body's root.
func derive(n *notice.Notice, field, path, bodyPath, how string) {
	if o, ok := n.Origins[field]; ok && path == bodyPath && o.Path != "" {
		return
	}
	delete(n.Origins, field)
	n.Derive(field, path, how)
}
