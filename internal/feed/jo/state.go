package jo

import (
	"slices"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// settle decides stage and state from header and body. A status that says otherwise than the state is flagged.
func settle(n *notice.Notice, gestion tree.Node, said evidence) {
	typeAvis := gestion.Child("REFERENCE", "TYPE_AVIS")
	statut, nature := typeAvis.Child("STATUT").Path(), typeAvis.Child("NATURE").Path()
	state, path := decideState(n, said, statut, nature)
	n.State = state
	derive(n, "state", path, said.path, "status, nature and body")
	if etat := notice.StateOfEtat(n.Etat); etat != "" && etat != state {
		n.Flag("state", notice.FlagContradiction, n.Etat, statut)
	}
	n.Stage, path = decideStage(n, said, nature)
	derive(n, "stage", path, said.path, "nature and body")
}

// decideState takes the strongest of what body, status and nature say: corrections of eForms are INITIAL in the header, and
// cancellations may be written as corrections. path is the first place that says it.
func decideState(n *notice.Notice, said evidence, statut, nature string) (state notice.State, path string) {
	candidates := []evidence{said, {state: notice.StateOfEtat(n.Etat), path: statut}, {state: notice.StateOfNature(n.Nature), path: nature}}
	state = notice.StrongestState(candidates[0].state, candidates[1].state, candidates[2].state)
	if state == "" || state == notice.StateInitial {
		if n.Etat == "" {
			return notice.StateInitial, said.path
		}
		return notice.StateInitial, statut
	}
	i := slices.IndexFunc(candidates, func(c evidence) bool { return c.state == state })
	return state, candidates[i].path
}

// decideStage: the body; where it is silent (a national call) the nature. A correction that repeats the call is a call.
func decideStage(n *notice.Notice, said evidence, nature string) (stage notice.Stage, path string) {
	if said.stage != "" {
		return said.stage, said.path
	}
	stage = notice.StageOfNature(n.Nature, n.SousNature)
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
