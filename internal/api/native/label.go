package native

import (
	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/render"
)

// listed are the fields whose codes stand in a short list.
var listed = map[string]func() []codelist.Code{
	"famille": codelist.Familles, "nature": codelist.Natures, "etat": codelist.Etats, "perimetre": codelist.Perimetres, "criteres": codelist.Criteres,
	"type_marche": codelist.TypesMarche, "type_procedure": codelist.TypesProcedure,
}

// label gives the French label of a code of a field, "" for a field without codes and for an unknown code.
func label(name, code string) string {
	if list, ok := listed[name]; ok {
		text, _ := codelist.LabelOf(list(), code)
		return text
	}
	var text string
	switch name {
	case "type_avis":
		for _, t := range codelist.TypesAvis() {
			if t.Code == code {
				return t.Label
			}
		}
	case "departement", "departement_prestation", "code_departement", "code_departement_prestation":
		d, _ := codelist.DepartementOf(code)
		text = d.Label
	case "descripteur_code", "dc":
		text, _ = codelist.Descripteur(code)
	case "cpv", "cpv_main":
		text, _ = codelist.CPV(code)
	case "nuts":
		text, _ = codelist.NUTS(codelist.CurrentNUTS(code))
	default:
		text, _ = render.Label(name, code)
	}
	return text
}
