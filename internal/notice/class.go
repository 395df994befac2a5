package notice

import "strings"

// etats are the statuses that say a state (GESTION/REFERENCE/TYPE_AVIS/STATUT, field etat).
var etats = [...]struct {
	code  string
	state State
}{
	{"INITIAL", StateInitial},
	{"RECTIFICATIF", StateCorrected},
	{"ANNULATION", StateCancelled},
	{"MODIFICATION", StateModified},
	{"RECTIFANNUL", StateCancelled}, // "rectificatif et annulation", known from the site's own code
}

// StateOfEtat gives the state that a status says, "" for none and for an unknown one.
func StateOfEtat(etat string) State {
	for _, e := range etats {
		if e.code == etat {
			return e.state
		}
	}
	return ""
}

// Etat gives the status by which the BOAMP writes a state, "" for no state.
func (s State) Etat() string {
	for _, e := range etats {
		if e.state == s {
			return e.code
		}
	}
	return ""
}

// StateOfNature gives the state that a nature says: corrections, cancellations and modifications have one of their own.
// "" for all others, which say nothing about it.
func StateOfNature(nature string) State {
	if s := StateOfEtat(nature); s != StateInitial {
		return s
	}
	return ""
}

// StrongestState is what a notice does to an earlier one when several places say something: to cancel outweighs to correct,
// and both outweigh the modification of a contract, because the notice of one may be corrected too. "" where none says
// anything.
func StrongestState(said ...State) State {
	strongest, most := State(""), 0
	for _, s := range said {
		rank := 0
		switch s {
		case StateInitial:
			rank = 1
		case StateModified:
			rank = 2
		case StateCorrected:
			rank = 3
		case StateCancelled:
			rank = 4
		}
		if rank > most {
			strongest, most = s, rank
		}
	}
	return strongest
}

// stages are the natures that say a stage, without separators.
var stages = map[string]Stage{
	"APPELOFFRE":        StageCall,
	"QUALIFICATION":     StageCall,
	"SOUSTRAITANCE":     StageCall,
	"PREINFORMATION":    StagePlanning,
	"PERIODIQUE":        StagePlanning,
	"PROFILACHETEUR":    StagePlanning,
	"INTENTIONCONCLURE": StageIntention,
	"ATTRIBUTION":       StageAward,
	"MODIFICATION":      StageModification,
	"RECTIFICATIF":      StageCorrection,
	"ANNULATION":        StageCorrection,
	"AUTRE":             StageOther,
}

// StageOfNature gives the stage that nature and sub-nature say, "" for no nature and an unknown one. Separators do not count:
// tables that others made write "APPELOFFRE". Prior information that is itself the call (MISE_EN_CONCURRENCE) is a call.
func StageOfNature(nature, sousNature string) Stage {
	stage := stages[joined(nature)]
	if stage == StagePlanning && joined(sousNature) == "MISEENCONCURRENCE" {
		return StageCall
	}
	return stage
}

func joined(code string) string { return strings.NewReplacer("_", "", "-", "").Replace(code) }

// Code gives the code of a kind in the documents and the field type_marche: TRAVAUX, FOURNITURES, SERVICES; "" for none.
func (k Kind) Code() string {
	switch k {
	case Works:
		return "TRAVAUX"
	case Supplies:
		return "FOURNITURES"
	case Services:
		return "SERVICES"
	}
	return ""
}

// KindOf reads the code of a kind, which V230 writes SERVICE in its body; "" for what is none.
func KindOf(code string) Kind {
	switch code {
	case "TRAVAUX":
		return Works
	case "FOURNITURES":
		return Supplies
	case "SERVICES", "SERVICE":
		return Services
	}
	return ""
}
