package dataset

import "github.com/boamp/boamp/internal/codelist"

// common is what all data sets say alike. The words of titles and descriptions are ours; publisher and licence are those that the
// DILA gives (Licence Ouverte, article on the mention of the source).
func common(title, description string, keywords ...string) Metas {
	return Metas{
		Title: title, Description: description, Keyword: append(keywords, "BOAMP", "marchés publics"), Theme: []string{"Commande publique"},
		Publisher: "Direction de l'information légale et administrative (DILA)",
		License:   "Licence Ouverte / Open Licence version 2.0", LicenseURL: "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
		Language: "fr", References: "https://www.boamp.fr",
	}
}

func boampMetas() Metas {
	m := common("BOAMP", "<p>Annonces du Bulletin officiel des annonces des marchés publics : avis de marché, résultats, rectificatifs, annulations. "+
		"Un enregistrement par annonce, avec ses données de gestion et son corps complet en JSON. Servi par une copie indépendante du portail de la DILA.</p>",
		"annonces", "appels d'offres", "attributions", "concessions")
	m.Frequency = "DAILY_2" // twice a day, in the list of frequencies of the Publications Office
	return m
}

func htmlMetas() Metas {
	m := common("BOAMP - avis en HTML", "<p>Les annonces du BOAMP mises en page : l'avis complet et sa synthèse, composés par ce serveur à partir des documents sources. "+
		"La mise en page n'est pas celle de www.boamp.fr.</p>", "annonces", "HTML")
	m.Frequency = "DAILY_2" // twice a day, in the list of frequencies of the Publications Office
	return m
}

func enrichedMetas() Metas {
	m := common("BOAMP enrichi", "<p>Les champs du jeu de données boamp, complétés par des champs lus dans le corps des annonces : codes CPV, SIRET, montants, "+
		"lots, attributaires, date limite exacte. Ces champs sont propres à ce serveur.</p>", "annonces", "CPV", "SIRET", "montants")
	m.Frequency = "DAILY_2" // twice a day, in the list of frequencies of the Publications Office
	return m
}

func listMetas(title, description string, keywords ...string) Metas {
	m := common(title, "<p>"+description+"</p>", append(keywords, "nomenclature")...)
	m.Modified = codelist.Compiled()
	return m
}
