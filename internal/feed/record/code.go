package record

import (
	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
)

// stageOf is the stage that a nature says.
func stageOf(nature string) notice.Stage {
	switch nature {
	case "APPEL_OFFRE", "QUALIFICATION", "SOUS-TRAITANCE":
		return notice.StageCall
	case "ATTRIBUTION":
		return notice.StageAward
	case "PRE-INFORMATION", "PERIODIQUE", "PROFIL_ACHETEUR":
		return notice.StagePlanning
	case "INTENTION_CONCLURE":
		return notice.StageIntention
	case "MODIFICATION":
		return notice.StageModification
	case "RECTIFICATIF", "ANNULATION":
		return notice.StageCorrection
	}
	return notice.StageOther
}

// stateOf is the state that status and nature say: what says more than "initial" counts.
func stateOf(etat, nature string) notice.State {
	for _, code := range []string{etat, nature} {
		switch code {
		case "RECTIFICATIF":
			return notice.StateCorrected
		case "ANNULATION", "RECTIFANNUL":
			return notice.StateCancelled
		case "MODIFICATION":
			return notice.StateModified
		}
	}
	return notice.StateInitial
}

// celex is the number of the directive that a perimetre names.
func celex(perimetre string) string {
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

// procedureOf is the normalised type of a code of type_procedure.
func procedureOf(code string) string {
	switch code {
	case "OUVERT":
		return notice.ProcedureOpen
	case "RESTREINT":
		return notice.ProcedureRestricted
	case "NEGOCIE", "MARCHE_NEGOCIE":
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
	case "ATTRIBUE_SANS_PUB_JOUE":
		return notice.ProcedureNegotiatedNoCall
	case "":
		return ""
	}
	return notice.ProcedureOther
}

// kindOf is the kind of contract of a code of type_marche, "" for an unknown one.
func kindOf(code string) notice.Kind {
	switch code {
	case "TRAVAUX":
		return notice.Works
	case "FOURNITURES":
		return notice.Supplies
	case "SERVICES":
		return notice.Services
	}
	return ""
}

// departement is the BOAMP code of a department, which the data set writes with its zero in one field ("06").
func departement(code string) string {
	if d, ok := codelist.DepartementOf(code); ok {
		return d.Code
	}
	return codelist.StripZero(code)
}
