package codelist

import "slices"

// Code is a code with its French label and what it means.
type Code struct {
	Code  string
	Label string
}

// Familles are the thresholds under which notices fall.
func Familles() []Code {
	return []Code{
		{"MAPA", "Marchés <90 k€ (MAPA)"},
		{"FNS", "Marchés entre 90 k€ et seuils européens"},
		{"JOUE", "Marchés européens"},
		{"DSP", "Délégation de service public"},
		{"DIVERS", "Divers"},
	}
}

// Natures are the kinds of notices. The labels of APPEL_OFFRE, ATTRIBUTION, PRE-INFORMATION, RECTIFICATIF,
// INTENTION_CONCLURE and PERIODIQUE are the portal's; the others are ours.
func Natures() []Code {
	return []Code{
		{"APPEL_OFFRE", "Avis de marché"},
		{"ATTRIBUTION", "Résultat de marché"},
		{"RECTIFICATIF", "Rectificatif"},
		{"ANNULATION", "Annulation"},
		{"PRE-INFORMATION", "Avis informatif"},
		{"INTENTION_CONCLURE", "Avis d'intention de conclure"},
		{"PERIODIQUE", "Périodique"},
		{"MODIFICATION", "Modification"},
		{"QUALIFICATION", "Système de qualification"},
		{"PROFIL_ACHETEUR", "Avis sur un profil d'acheteur"},
		{"SOUS-TRAITANCE", "Sous-traitance"},
		{"AUTRE", "Autre avis"},
	}
}

// Etats are the statuses of notices.
func Etats() []Code {
	return []Code{{"INITIAL", "Initial"}, {"RECTIFICATIF", "Rectificatif"}, {"ANNULATION", "Annulation"}, {"MODIFICATION", "Modification"}}
}

// Perimetres are the legal bases under which the BOAMP classes notices: those seen and those that V230's schema lists. The
// labels are ours.
func Perimetres() []Code {
	return []Code{
		{"MAPA", "Procédure adaptée"},
		{"FNSimple", "Formulaire national simplifié"},
		{"DSP", "Délégation de service public"},
		{"CMP-2006", "Code des marchés publics de 2006"},
		{"CMP-2006-DEFENSE", "Code des marchés publics de 2006, défense"},
		{"DIRECTIVE-17", "Directive 2004/17/CE (secteurs spéciaux)"},
		{"DIRECTIVE-18", "Directive 2004/18/CE (secteurs classiques)"},
		{"DIRECTIVE-23", "Directive 2014/23/UE (concessions)"},
		{"DIRECTIVE-24", "Directive 2014/24/UE (secteurs classiques)"},
		{"DIRECTIVE-25", "Directive 2014/25/UE (secteurs spéciaux)"},
		{"DIRECTIVE-81", "Directive 2009/81/CE (défense et sécurité)"},
		{"AUTRE", "Autre"},
	}
}

// TypesProcedure are the codes of the field type_procedure with the portal's labels; every other code is "Procédure NC".
func TypesProcedure() []Code {
	return []Code{
		{"OUVERT", "Procédure Ouverte"},
		{"RESTREINT", "Procédure Restreinte"},
		{"NEGOCIE", "Procédure Négociée"},
		{"PROCEDURE_ADAPTE", "Procédure Adaptée"},
		{"CONCOURS_RESTREINT", "Procédure Concours restreint"},
	}
}

// ProcedureNC is the portal's label of every procedure that TypesProcedure does not list, and of none.
const ProcedureNC = "Procédure NC"

// TypesMarche are the codes of the field type_marche with the labels of type_marche_facette.
func TypesMarche() []Code {
	return []Code{{"TRAVAUX", "Travaux"}, {"FOURNITURES", "Fournitures"}, {"SERVICES", "Services"}}
}

// Criteres are the social and environmental criteria of the index.
func Criteres() []Code {
	return []Code{{"sociaux", "Critères sociaux"}, {"environnementaux", "Critères environnementaux"}}
}

// LabelOf finds the label of a code in a list.
func LabelOf(list []Code, code string) (string, bool) {
	i := slices.IndexFunc(list, func(c Code) bool { return c.Code == code })
	if i < 0 {
		return "", false
	}
	return list[i].Label, true
}
