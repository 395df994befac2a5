package synth

// buyer is an invented public body.
type buyer struct { // siren: the first eight digits
	name, siren, street, postcode, city, nuts, departement, kind string

	profile string // host of the buyer's profile, of a corpus only; "-" for none
}

// profileURL is where the profile is; plain stands for a buyer of the demonstration.
func (b buyer) profileURL(plain string) string {
	switch b.profile {
	case "":
		return plain
	case "-":
		return ""
	}
	return "https://" + b.profile + "/acheteurs/" + b.siren
}

// siret is the first establishment of the buyer.
func (b buyer) siret() string { return siret(b.siren) }

// siret makes a SIRET that passes its checks out of the first eight digits of a SIREN.
func siret(base string) string {
	if base == "" {
		return ""
	}
	siren := base + checkDigit(base)
	return siren + "0001" + checkDigit(siren+"0001")
}

// checkDigit completes digits to a number that passes the Luhn check.
func checkDigit(base string) string {
	sum := 0
	for i := range len(base) {
		d := int(base[len(base)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return string(rune('0' + (10-sum%10)%10))
}

var buyers = []buyer{
	{"Commune de Saint-Exemple", "00010001", "1 place de la Mairie", "44999", "Saint-Exemple", "FRG01", "44", "COMMUNE", ""},
	{"Communauté de communes du Val Imaginaire", "00010002", "12 rue des Tilleuls", "01999", "Valimage", "FRK21", "01", "EPT", ""},
	{"Département de l'Exemple", "00010003", "3 avenue du Conseil", "63999", "Clairmont-l'Inventé", "FRK14", "63", "DEPARTEMENT", ""},
	{"Région Fictive", "00010004", "8 quai des Archives", "67999", "Strasbourg-le-Modèle", "FRF11", "67", "REGION", ""},
	{"Centre hospitalier de Bonmalade", "00010005", "20 allée des Soins", "33999", "Bonmalade", "FRI12", "33", "EPN", ""},
	{"Office public de l'habitat Toit Commun", "00010006", "5 rue du Logis", "59999", "Lillebourg", "FRE11", "59", "EPT", ""},
	{"Université du Savoir Partagé", "00010007", "2 rue des Amphithéâtres", "75999", "Paris", "FR101", "75", "EPN", ""},
	{"Syndicat des eaux de Claire-Fontaine", "00010008", "Route du Réservoir", "2A999", "Sartène-le-Neuf", "FRM01", "2A", "EPT", ""},
	{"Ministère des Essais, direction des achats", "00010009", "99 boulevard des Preuves", "75998", "Paris", "FR101", "75", "ETAT", ""},
	{"Ville de Port-Modèle", "00010010", "1 esplanade du Port", "97499", "Port-Modèle", "FRY40", "974", "COMMUNE", ""},
	{"SDIS de l'Exemple", "00010011", "18 rue de la Caserne", "13999", "Aix-en-Fiction", "FRL04", "13", "EPT", ""},
	{"Métropole d'Essai", "00010012", "40 cours de l'Innovation", "69999", "Lyonville", "FRK26", "69", "EPT", ""},
}

// company is an invented supplier.
type company struct{ name, siren, postcode, city string }

func (c company) siret() string { return siret(c.siren) }

var companies = []company{
	{"Bâti Demain SARL", "00020001", "44998", "Nantes-le-Modèle"},
	{"Voirie & Réseaux Dupré SAS", "00020002", "59998", "Lillebourg"},
	{"Atelier d'architecture Trois Plans", "00020003", "75997", "Paris"},
	{"Nettoyage Clair Matin", "00020004", "33998", "Bordeaux-l'Exemple"},
	{"Logiciels Pont-Neuf SA", "00020005", "69998", "Lyonville"},
	{"Transports Bellevue", "00020006", "01998", "Valimage"},
	{"Espaces Verts du Midi", "00020007", "13998", "Aix-en-Fiction"},
	{"Restauration Table Ronde", "00020008", "67998", "Strasbourg-le-Modèle"},
	{"Énergie du Lac SCOP", "00020009", "63998", "Clairmont-l'Inventé"},
	{"Assistance Conseil Public", "00020010", "75996", "Paris"},
}

// subject is something that public bodies buy.
type subject struct {
	title, short, cpv, kind string // kind: TRAVAUX, FOURNITURES, SERVICES
	descripteurs            [][2]string
	lots                    []subjectLot
	text                    string
}

type subjectLot struct{ title, cpv string }

var subjects = []subject{
	{"Réhabilitation énergétique du groupe scolaire", "REHA", "45214200", "TRAVAUX", [][2]string{{"33", "Bâtiment"}, {"222", "Menuiserie"}, {"105", "Electricité (travaux)"}},
		[]subjectLot{{"Gros oeuvre", "45223220"}, {"Menuiseries extérieures", "45421000"}, {"Électricité", "45310000"}, {"Chauffage et ventilation", "45331000"}, {"Peinture", "45442100"}},
		"Travaux de rénovation thermique : isolation par l'extérieur, remplacement des menuiseries, ventilation double flux."},
	{"Réfection de la voirie communale", "VOIR", "45233140", "TRAVAUX", [][2]string{{"366", "Voirie et réseaux divers"}},
		[]subjectLot{{"Secteur nord", "45233140"}, {"Secteur sud", "45233140"}}, "Reprofilage des chaussées, enrobés, bordures et assainissement pluvial."},
	{"Fourniture de denrées alimentaires pour la restauration collective", "DENR", "15000000", "FOURNITURES", [][2]string{{"88", "Denrées alimentaires"}},
		[]subjectLot{{"Fruits et légumes", "15300000"}, {"Viandes", "15110000"}, {"Produits laitiers", "15500000"}, {"Pain", "15811000"}}, "Livraisons quotidiennes ; part de produits issus de l'agriculture biologique."},
	{"Nettoyage des locaux et des vitreries", "NETT", "90910000", "SERVICES", [][2]string{{"239", "Nettoyage de locaux"}},
		[]subjectLot{{"Bâtiments administratifs", "90919200"}, {"Vitreries", "90911300"}}, "Prestations régulières et à la demande."},
	{"Mission de maîtrise d'oeuvre pour la construction d'une médiathèque", "MOE", "71221000", "SERVICES", [][2]string{{"197", "Maîtrise d'oeuvre"}}, nil,
		"Mission de base avec études d'exécution partielles."},
	{"Acquisition de véhicules électriques", "VEHI", "34144900", "FOURNITURES", [][2]string{{"475", "Véhicules (acquisition)"}}, nil,
		"Véhicules légers électriques, bornes de recharge en option."},
	{"Entretien des espaces verts", "VERT", "77310000", "SERVICES", [][2]string{{"116", "Espaces verts"}},
		[]subjectLot{{"Parcs et jardins", "77311000"}, {"Élagage", "77341000"}}, "Tonte, taille, élagage et désherbage sans produit phytosanitaire."},
	{"Logiciel de gestion financière et maintenance", "LOGI", "48812000", "SERVICES", [][2]string{{"186", "Logiciel"}}, nil,
		"Licences, reprise des données, formation et maintenance évolutive."},
	{"Transport scolaire", "TRSC", "60130000", "SERVICES", [][2]string{{"347", "Transport"}},
		[]subjectLot{{"Circuit A", "60130000"}, {"Circuit B", "60130000"}, {"Circuit C", "60130000"}}, "Circuits spéciaux de l'année scolaire."},
	{"Assurances de la collectivité", "ASSU", "66510000", "SERVICES", [][2]string{{"20", "Assurance"}},
		[]subjectLot{{"Dommages aux biens", "66515000"}, {"Responsabilité civile", "66516000"}, {"Flotte automobile", "66514110"}}, "Contrats d'une durée de quatre ans."},
	{"Mobilier de bureau", "MOBI", "39130000", "FOURNITURES", [][2]string{{"230", "Mobilier"}}, nil, "Bureaux, sièges ergonomiques et rangements, livraison et montage compris."},
	{"Collecte et traitement des déchets", "DECH", "90510000", "SERVICES", [][2]string{{"249", "Ordures ménagères (prestations)"}},
		[]subjectLot{{"Collecte", "90511000"}, {"Tri et traitement", "90513000"}}, "Collecte sélective en porte à porte, tri et valorisation."},
}
