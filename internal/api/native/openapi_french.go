package native

// frenchLabels are those of parameters that no single field has. The map is only read.
var frenchLabels = map[string]string{
	"q": "Mots recherchés", "kind": "Type de marché", "region": "Région", "nuts": "Lieu (code NUTS)", "departement": "Département", "siret": "SIRET ou SIREN de l'acheteur",
	"winner_siret": "SIRET ou SIREN du titulaire", "published_from": "Publié à partir du", "published_to": "Publié jusqu'au", "deadline_from": "Échéance à partir du",
	"deadline_to": "Échéance jusqu'au", "open": "Réponse encore possible", "amount_min": "Montant minimal", "amount_max": "Montant maximal",
	"include_unknown": "Garder les montants inconnus", "criteres": "Clauses sociales ou environnementales", "has": "Champs renseignés", "lacks": "Champs non renseignés",
	"where": "Condition en ODSQL", "sort": "Tri", "limit": "Nombre de lignes", "cursor": "Suite de la page", "fields": "Colonnes", "facet": "Compter selon", "by": "Grouper par",
	"measures": "Mesures", "top": "Premières valeurs", "rest": "Regrouper les autres", "fill": "Compléter les périodes vides", "minus_own": "Sans le critère du champ compté",
	"list": "Liste", "parent": "Code parent", "counts": "Avec le nombre d'avis", "key": "SIRET, SIREN ou nom", "delimiter": "Séparateur de colonnes", "list_separator": "Séparateur de valeurs",
	"quote_all": "Guillemets partout", "with_bom": "Marque d'ordre des octets", "use_labels": "Libellés français", "spreadsheet": "Protéger des formules", "flavour": "Variante",
	"from": "Du", "to": "Au", "source": "Source", "only": "Seulement", "state": "État du document", "edition": "Édition",
	"parquet_compression": "Compression Parquet", "timezone": "Fuseau horaire", "after": "Suite du flux", "wait": "Attendre (secondes)", "format": "Format", "include": "Compléments",
	"file": "Fichier", "year": "Année", "archive": "Archive", "sha256": "SHA-256",
}
