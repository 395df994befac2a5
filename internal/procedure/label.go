package procedure

import "strings"

type label struct{ fr, en string }

// labels name the members of the notice to people.
var labels = map[string]label{
	"title": {"Objet", "Title"}, "description": {"Description", "Description"}, "reference": {"Référence de l'acheteur", "Buyer's reference"},
	"buyers": {"Acheteur", "Buyer"}, "kinds": {"Nature des prestations", "Kind of contract"}, "cpv": {"CPV", "CPV"}, "main": {"code principal", "main code"},
	"additional": {"codes complémentaires", "additional codes"}, "places": {"Lieu d'exécution", "Place of performance"},
	"departements_prestation": {"Départements d'exécution", "Departments of performance"}, "descripteurs": {"Descripteurs", "Key words"},
	"procedure": {"Procédure", "Procedure"}, "type": {"type", "type"}, "written": {"tel qu'écrit", "as written"}, "accelerated": {"accélérée", "accelerated"},
	"technique": {"technique d'achat", "technique"}, "deadline": {"Date limite", "Deadline"}, "for": {"objet", "purpose"},
	"documents": {"Documents de la consultation", "Tender documents"}, "submission": {"Adresse de remise", "Submission address"},
	"profile": {"Profil d'acheteur", "Buyer profile"}, "estimated": {"Montant estimé", "Estimated value"}, "minimum": {"Montant minimal", "Minimum value"},
	"maximum": {"Montant maximal", "Maximum value"}, "awarded": {"Montant attribué", "Awarded value"}, "framework": {"Accord-cadre", "Framework agreement"},
	"duration": {"Durée", "Duration"}, "value": {"valeur", "value"}, "unit": {"unité", "unit"}, "start": {"début", "start"}, "end": {"fin", "end"},
	"text": {"texte", "text"}, "renewal": {"reconduction", "renewal"}, "criteria": {"Critères d'attribution", "Award criteria"}, "weight": {"pondération", "weight"},
	"clauses": {"Clauses", "Considerations"}, "social": {"sociales", "social"}, "environmental": {"environnementales", "environmental"},
	"innovation": {"innovation", "innovation"}, "codes": {"codes", "codes"}, "lots": {"Lot", "Lot"}, "results": {"Résultat", "Result"},
	"winners": {"attributaire", "winner"}, "outcome": {"issue", "outcome"}, "reason": {"motif", "reason"}, "contract": {"contrat", "contract"},
	"amount": {"montant", "amount"}, "tender": {"offre", "tender"}, "lowest": {"offre la plus basse", "lowest tender"},
	"highest": {"offre la plus haute", "highest tender"}, "tenders": {"offres reçues", "tenders received"}, "decided": {"décision", "decision"},
	"concluded": {"conclusion", "conclusion"}, "currency": {"devise", "currency"}, "name": {"nom", "name"}, "id": {"identifiant", "identifier"},
	"address": {"adresse", "address"}, "contact": {"contact", "contact"}, "website": {"site", "website"}, "activity": {"activité", "activity"},
	"role": {"rôle", "role"}, "size": {"taille", "size"}, "street": {"rue", "street"}, "postcode": {"code postal", "postcode"}, "city": {"ville", "city"},
	"nuts": {"NUTS", "NUTS"}, "country": {"pays", "country"}, "departement": {"département", "department"}, "email": {"courriel", "e-mail"},
	"phone": {"téléphone", "telephone"}, "fax": {"télécopie", "fax"}, "number": {"numéro", "number"}, "url": {"adresse", "address"},
	"restricted": {"accès restreint", "restricted access"}, "code": {"code", "code"}, "label": {"libellé", "label"}, "lot": {"lot", "lot"},
}

// labelOf makes a label of a path: "Lot 2, Date limite".
func labelOf(path string) label {
	var out label
	for _, part := range segments(path) {
		name, key, _ := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		l, ok := labels[name]
		if !ok {
			l = label{name, name}
		}
		if _, said, found := strings.Cut(key, "="); found {
			key = said
		}
		if key != "" && key != "publisher" {
			l.fr, l.en = l.fr+" "+key, l.en+" "+key
		}
		if out.fr != "" {
			l.fr, l.en = out.fr+", "+l.fr, out.en+", "+l.en
		}
		out = l
	}
	return out
}

// segments cuts a path at the dots outside of brackets.
func segments(path string) (parts []string) {
	from, depth := 0, 0
	for i := range path {
		switch path[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '.':
			if depth == 0 {
				parts = append(parts, path[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, path[from:])
}
