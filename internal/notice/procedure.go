package notice

import "strings"

// procedureTypes are the codes of procedures from 2006 on: names of elements since V230, values of an attribute, in small
// letters, in V110.
var procedureTypes = map[string]string{
	"OUVERT":                 ProcedureOpen,
	"RESTREINT":              ProcedureRestricted,
	"NEGOCIE":                ProcedureNegotiated,
	"NEGOCIEE":               ProcedureNegotiated,
	"MARCHE_NEGOCIE":         ProcedureNegotiated,
	"AUTRE_NEGOCIE":          ProcedureNegotiated,
	"NEGOCIE_APRES_INFRU":    ProcedureNegotiated,
	"ATTRIBUE_SANS_PUB_JOUE": ProcedureNegotiatedNoCall,
	"ATTRIBUE_AVEC_PUB_JOUE": ProcedureConcession, // only the award notice of concessions has this choice
	"PROCEDURE_ADAPTE":       ProcedureAdapted,
	"PROCEDURE_ADAPTEE":      ProcedureAdapted,
	"DIALOGUE_COMPE":         ProcedureCompetitiveDialog,
	"DIALOGUE_COMPETITIF":    ProcedureCompetitiveDialog,
	"PARTENARIAT_INNOVATION": ProcedureInnovation,
	"CONCOURS_OUVERT":        ProcedureDesignContestOpen,
	"CONCOURS_RESTREINT":     ProcedureDesignContestRestr,
	"DSP":                    ProcedureConcession,
	"MO_AVEC_CONCOURS":       ProcedureOther, // project management, after a design contest
	"MO_SANS_CONCOURS":       ProcedureOther, // or without
	"AUTRE_PROC":             ProcedureOther,
	"AUTRE_PROCEDURE":        ProcedureOther,
	"AUTRE":                  ProcedureOther,
}

// ProcedureTypeOf normalises the code of a procedure as the documents and the field type_procedure have it, in capitals or
// not; "" for a code that no list has, which is not the same as another procedure.
func ProcedureTypeOf(code string) string { return procedureTypes[strings.ToUpper(code)] }
