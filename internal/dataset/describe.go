package dataset

import "github.com/boamp/boamp/internal/field"

// descriptions picks the French descriptions of fields.
func descriptions(fields []*field.Field) map[string]string {
	m := make(map[string]string, len(fields))
	for _, f := range fields {
		if d := french[f.Name]; d != "" {
			m[f.Name] = d
		}
	}
	return m
}

// french says in French what the fields hold. The words are ours: the portal's are not published.
var french = map[string]string{
	"idweb":                         "Numéro de l'annonce : l'année sur deux chiffres, un tiret, un numéro d'ordre.",
	"id":                            "Numéro de l'annonce écrit avec un tiret bas.",
	"contractfolderid":              "Identifiant (UUID) de la procédure européenne. Présent dans les avis eForms seulement.",
	"objet":                         "Objet du marché, limité à 200 caractères.",
	"filename":                      "Nom du fichier ou du lot de fichiers dans lequel l'annonce a été diffusée.",
	"famille":                       "Code du seuil : MAPA, FNS, JOUE, DSP ou DIVERS.",
	"code_departement":              "Départements de publication, sans zéro en tête ; 20A et 20B pour la Corse, 99 pour l'étranger.",
	"code_departement_prestation":   "Département d'exécution tel qu'il est écrit dans l'avis. Avis de 2015 à 2021.",
	"famille_libelle":               "Libellé du seuil.",
	"dateparution":                  "Jour de parution de l'annonce.",
	"datefindiffusion":              "Dernier jour de diffusion de l'annonce.",
	"datelimitereponse":             "Date limite de remise des offres ou des candidatures, telle que le portail l'enregistre : l'heure est souvent celle de Paris bien qu'elle soit marquée +00:00.",
	"nomacheteur":                   "Nom de l'organisme acheteur.",
	"titulaire":                     "Noms des titulaires. Non renseigné pour les résultats de la famille FNS.",
	"perimetre":                     "Périmètre juridique de l'annonce : MAPA, FNSimple, DSP, directive européenne.",
	"type_procedure":                "Code du type de procédure.",
	"soustype_procedure":            "Code du sous-type de procédure. Aucune valeur connue.",
	"procedure_libelle":             "Libellé du type de procédure ; « Procédure NC » quand il n'est pas connu.",
	"procedure_categorise":          "Type et sous-type de procédure, séparés par une barre oblique.",
	"nature":                        "Code de la nature de l'annonce : APPEL_OFFRE, ATTRIBUTION, RECTIFICATIF, etc.",
	"sousnature":                    "Code de la sous-nature de l'annonce.",
	"nature_libelle":                "Libellé de la nature de l'annonce.",
	"sousnature_libelle":            "Libellé de la sous-nature de l'annonce.",
	"nature_categorise":             "Nature et sous-nature en minuscules, séparées par une barre oblique.",
	"nature_categorise_libelle":     "Libellés de la nature et de la sous-nature, séparés par une barre oblique.",
	"criteres":                      "Critères de sélection à caractère social ou environnemental.",
	"marche_public_simplifie":       "Marché public simplifié (2014 à 2019). Aucune valeur connue.",
	"marche_public_simplifie_label": "Libellé du marché public simplifié. Aucune valeur connue.",
	"etat":                          "Statut de l'annonce : INITIAL, RECTIFICATIF, ANNULATION ou MODIFICATION.",
	"descripteur_code":              "Codes des descripteurs (mots clés) de l'annonce.",
	"dc":                            "Codes des descripteurs, champ utilisé par les filtres du site.",
	"descripteur_libelle":           "Libellés des descripteurs, dans l'ordre de leurs codes.",
	"type_marche":                   "Codes du type de marché : TRAVAUX, FOURNITURES, SERVICES.",
	"type_marche_facette":           "Libellés du type de marché.",
	"type_avis":                     "Codes du type d'avis du site ; 5 et 10 sont des groupes.",
	"annonce_lie":                   "Numéros des annonces antérieures auxquelles celle-ci se rapporte.",
	"annonces_anterieures":          "Annonces antérieures, texte JSON. Avis de 2015 à 2021.",
	"source_schema":                 "Schéma du document source.",
	"gestion":                       "Données de gestion de l'annonce, texte JSON.",
	"donnees":                       "Corps de l'annonce, texte JSON dont la forme dépend du schéma.",
	"url_avis":                      "Adresse de l'annonce sur www.boamp.fr.",

	"html":         "L'avis en HTML, composé par ce serveur à partir du document source.",
	"htmlsynthese": "Synthèse de l'avis en HTML, composée par ce serveur à partir du document source.",

	"version":                "Génération du document source : v010, v110, v230, v240, v325 ou eforms.",
	"stage":                  "Étape de la procédure à laquelle se place l'avis.",
	"state":                  "Effet réel de l'avis sur un avis antérieur : rectification, annulation, modification.",
	"title":                  "Intitulé du marché.",
	"description":            "Description du marché.",
	"reference":              "Référence donnée par l'acheteur.",
	"buyer_name":             "Noms de tous les acheteurs.",
	"buyer_siret":            "SIRET vérifiés des acheteurs.",
	"buyer_siren":            "SIREN vérifiés des acheteurs.",
	"buyer_postcode":         "Codes postaux des acheteurs.",
	"kind":                   "Nature du marché : works (travaux), supplies (fournitures), services.",
	"cpv":                    "Codes CPV du marché et de ses lots, à huit chiffres.",
	"cpv_main":               "Code CPV principal du marché.",
	"departement":            "Départements de publication et d'exécution.",
	"departement_prestation": "Départements d'exécution, déclarés ou déduits du code NUTS ou du code postal.",
	"nuts":                   "Codes NUTS des lieux d'exécution.",
	"procedure":              "Type de procédure, le même code pour toutes les générations de documents.",
	"published":              "Jour de parution.",
	"display_end":            "Dernier jour de diffusion ; vide quand la date écrite est impossible.",
	"deadline":               "Instant exact de la date limite ; vide quand la valeur écrite ne peut être vraie.",
	"amount":                 "Montant en euros : attribué, sinon estimé.",
	"estimated":              "Montant estimé, en euros.",
	"maximum":                "Montant maximal, en euros.",
	"awarded":                "Montant attribué, en euros.",
	"framework":              "Le marché est un accord-cadre.",
	"lots":                   "Nombre de lots décrits dans l'avis.",
	"winner_name":            "Noms des attributaires.",
	"winner_siret":           "SIRET vérifiés des attributaires.",
	"winner_siren":           "SIREN vérifiés des attributaires.",
	"social":                 "Considérations sociales.",
	"environmental":          "Considérations environnementales.",
	"procedure_id":           "Identifiant (UUID) de la procédure européenne.",
	"notice_id":              "Identifiant (UUID) de l'avis eForms.",
	"linked":                 "Numéros des avis que celui-ci désigne.",
	"linked_reference":       "Identifiants eForms et numéros de journaux des avis que celui-ci désigne.",
	"publication":            "Numéros sous lesquels des journaux ont publié l'avis.",
	"flags":                  "Codes des défauts relevés à la lecture.",
	"partial":                "La source ne contient qu'une partie de l'avis.",
	"source_form":            "Forme de la source : xml, record ou legacy.",
	"sha256":                 "Empreinte SHA-256 du document source.",
}
