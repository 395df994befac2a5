package notice

// CELEX numbers of the directives under which notices of the BOAMP stand (BT-01).
const (
	DirectiveUtilities2004 = "32004L0017"
	DirectiveClassic2004   = "32004L0018"
	DirectiveDefence       = "32009L0081"
	DirectiveConcessions   = "32014L0023"
	DirectiveClassic       = "32014L0024"
	DirectiveUtilities     = "32014L0025"
)

// directives are the legal bases that are directives, as the BOAMP writes them in PERIMETRE.
var directives = [...]struct{ perimetre, celex string }{
	{"DIRECTIVE-17", DirectiveUtilities2004},
	{"DIRECTIVE-18", DirectiveClassic2004},
	{"DIRECTIVE-81", DirectiveDefence},
	{"DIRECTIVE-23", DirectiveConcessions},
	{"DIRECTIVE-24", DirectiveClassic},
	{"DIRECTIVE-25", DirectiveUtilities},
}

// LegalBasisOf gives the CELEX number of the directive that a PERIMETRE names, "" for national law and unknown codes.
func LegalBasisOf(perimetre string) string {
	for _, d := range directives {
		if d.perimetre == perimetre {
			return d.celex
		}
	}
	return ""
}

// PerimetreOf gives the name under which the BOAMP knows a directive by its CELEX number, "" when it knows none.
func PerimetreOf(celex string) string {
	for _, d := range directives {
		if d.celex == celex {
			return d.perimetre
		}
	}
	return ""
}
