package codelist

import (
	"slices"
	"time"
)

// Compiled is the day of the search page of www.boamp.fr from which the lists of the BOAMP come: key words, departments, kinds of
// notice. Labels and codes seen in documents until then are added.
func Compiled() time.Time { return time.Date(2026, time.January, 4, 0, 0, 0, 0, time.UTC) }

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

// TypeAvis is one kind of notice of the site's search form, the field type_avis.
type TypeAvis struct {
	Code  string
	Label string
	Group string // code of the group that holds it; "" for the two groups
}

// TypesAvis lists the kinds of notice in the order of the search form of www.boamp.fr (see Compiled): a group, then what it holds.
func TypesAvis() []TypeAvis {
	return []TypeAvis{
		{"5", "Tous les appels d'offres", ""},
		{"1", "Avis de marché", "5"},
		{"2", "Concessions", "5"},
		{"3", "Avis informatif", "5"},
		{"4", "Autre avis", "5"},
		{"10", "Tous les résultats de marché", ""},
		{"6", "Résultats de marché", "10"},
		{"7", "Avis en cas de transparence ex-ante volontaire", "10"},
		{"8", "Avis d'attribution - Délégation de service public", "10"},
		{"9", "Avis d'intention de conclure - Concessions", "10"},
	}
}

// LabelOf finds the label of a code in a list.
func LabelOf(list []Code, code string) (string, bool) {
	i := slices.IndexFunc(list, func(c Code) bool { return c.Code == code })
	if i < 0 {
		return "", false
	}
	return list[i].Label, true
}
