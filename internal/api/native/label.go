package native

import (
	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/render"
)

// label gives the French label of a code of a field, "" for a field without codes and for an unknown code.
func label(name, code string) string {
	var text string
	switch name {
	case "famille":
		text, _ = codelist.LabelOf(codelist.Familles(), code)
	case "nature":
		text, _ = codelist.LabelOf(codelist.Natures(), code)
	case "etat":
		text, _ = codelist.LabelOf(codelist.Etats(), code)
	case "perimetre":
		text, _ = codelist.LabelOf(codelist.Perimetres(), code)
	case "criteres":
		text, _ = codelist.LabelOf(codelist.Criteres(), code)
	case "type_marche":
		text, _ = codelist.LabelOf(codelist.TypesMarche(), code)
	case "type_procedure":
		text, _ = codelist.LabelOf(codelist.TypesProcedure(), code)
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
