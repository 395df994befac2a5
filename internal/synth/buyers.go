package synth

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
)

// bodyKind is a kind of public body with the share of buyers that it has.
type bodyKind struct {
	share int    // percent
	kind  string // TYPE_ORGANISME
	names []string
}

// In a name P is the place, D the department, N the name of a person who has given it.
var bodyKinds = []bodyKind{
	{33, "COMMUNE", []string{"Ville de P", "Mairie de P", "Commune de P", "P", "Mairie de P", "Ville de P - D", "Commune de P (C)"}},
	{13, "EPT", []string{"Communauté de communes P", "CC du Pays de P", "Communauté d'agglomération de P", "P Agglomération", "Communauté urbaine de P", "P Métropole", "CA P Terres et Rivières"}},
	{9, "EPT", []string{"Syndicat des eaux de P", "Syndicat mixte P Déchets", "SIVOM de P", "Syndicat intercommunal de P", "SDE D", "Syndicat départemental d'énergie D", "SMICTOM de P"}},
	{8, "EPN", []string{"Centre hospitalier de P", "CHU de P", "Hôpital N de P", "GHT P Est", "CH N", "EPSM de P", "Hospices civils de P"}},
	{7, "EPT", []string{"P Habitat", "OPH de D", "Office public de l'habitat de P", "SA HLM N", "Habitat D", "Logis de P"}},
	{5, "DEPARTEMENT", []string{"Département D", "Conseil départemental D", "CD D", "Département D - direction des routes"}},
	{4, "EPN", []string{"Université de P", "Université P N", "École supérieure de P", "CROUS de P", "INSA P"}},
	{5, "ETAT", []string{"DREAL D", "Préfecture D", "Direction des achats N", "SID de P", "ESID de P", "DIR P", "Rectorat de P", "Ministère des Essais - SG", "PFC Est - P"}},
	{4, "REGION", []string{"Région P", "Conseil régional P", "Région P - lycées"}},
	{3, "EPT", []string{"SDIS D", "SDIS de P", "Service d'incendie et de secours D"}},
	{3, "EPN", []string{"Lycée N", "Collège N", "Lycée polyvalent N de P", "EPLE N"}},
	{3, "AUTRE", []string{"SEM P Aménagement", "SPL P Développement", "Grand port de P", "Aéroport de P", "Régie des transports P", "CCI D", "Chambre de métiers D"}},
	{3, "EPT", []string{"CCAS de P", "EHPAD N", "CIAS de P", "Caisse des écoles de P", "Centre de gestion D"}},
}

// newBuyer invents the i-th public body.
func newBuyer(r *rand.Rand, deps weighted, i int) buyer {
	x := r.IntN(100)
	var k bodyKind
	for _, k = range bodyKinds {
		if x < k.share {
			break
		}
		x -= k.share
	}
	dep := deps.draw(r)
	if i == 0 {
		dep, k = "75", bodyKinds[0]
	}
	place := placeName(r)
	label := departementName(dep)
	name := strings.NewReplacer("P", place, "D", label, "N", patrons[r.IntN(len(patrons))], "C", dep).Replace(templates(k.names[r.IntN(len(k.names))]))
	name = elided(unmark.Replace(name))
	switch r.IntN(14) {
	case 0:
		name = strings.ToUpper(name)
	case 1:
		name += choose(r, []string{" - Service marchés", " (" + dep + ")", " - DCP", " - Direction de la commande publique"})
	}
	b := buyer{name: name, siren: fmt.Sprintf("000%05d", 11_000+i), street: streetName(r), postcode: postcodeOf(r, dep), city: place, departement: dep, kind: k.kind}
	b.profile = profileHosts[min(len(profileHosts)-1, int(r.ExpFloat64()*4))]
	b.nuts = nutsOf(dep)
	return b
}

func departementName(code string) string {
	d, _ := codelist.DepartementOf(code)
	return d.Label
}

// elided writes "d'Aubrelle" for "de Aubrelle".
func elided(s string) string { return elision.Replace(s) }

var elision = strings.NewReplacer(" de A", " d'A", " de E", " d'E", " de É", " d'É", " de O", " d'O", " de I", " d'I", " de U", " d'U", " de Hau", " d'Hau")

// templates marks the places of a name's pieces so that capitals in its words stay.
func templates(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if trimmed := strings.Trim(w, "()"); !(trimmed == "P" || trimmed == "D" || trimmed == "N" || trimmed == "C" || trimmed == "d'P") {
			words[i] = strings.NewReplacer("P", "\x01", "D", "\x02", "N", "\x03", "C", "\x04").Replace(w)
		}
	}
	return strings.Join(words, " ")
}

var unmark = strings.NewReplacer("\x01", "P", "\x02", "D", "\x03", "N", "\x04", "C")

var profileHosts = []string{
	"achats-un.example", "marches-etat.example", "marches-securite.example", "marches-infos.example", "demat-metropole.example", "xdemat.example", "profil.example",
	"achat-nord.example", "mpe.example", "demat-ouest.example", "demat-sud.example", "plateforme-est.example", "clickoune.example",
}

var firmHeads = strings.Fields("Bâti Électro Travaux Voirie Aqua Eco Nova Alpha Inter Euro Techni Sani Therm Isol Menui Char Pavi Clean Net Info Data Logi Géo Topo Arbo Verdi Trans Médi Alim Bureau Sécu Prote Ingé Archi Études Conseil Form Impri Carto Hydro Méca")
var firmTails = strings.Fields("pro tech serv plus bat net group énergie conseil ouest sud nord est atlantique services construction réseaux environnement systèmes travaux paysages toitures façades ingénierie distribution")
var firmForms = []string{"SAS", "SARL", "SA", "SAS", "SARL", "EURL", "SCOP", "SASU", "", "SNC"}

// newFirm invents the i-th supplier.
func newFirm(r *rand.Rand, deps weighted, i int) company {
	dep := deps.draw(r)
	place := placeName(r)
	var name string
	switch r.IntN(6) {
	case 0:
		name = choose(r, surnames) + " " + choose(r, []string{"et fils", "Frères", "Père et fils", "TP", "Bâtiment", "Couverture", "Peinture", "Paysages"})
	case 1:
		name = "Entreprise " + choose(r, surnames) + " " + place
	case 2:
		name = choose(r, []string{"Cabinet ", "Atelier ", "Agence ", "Bureau d'études ", "Société nouvelle ", "Établissements "}) + choose(r, surnames)
	default:
		name = choose(r, firmHeads) + choose(r, firmTails)
		if r.IntN(3) == 0 {
			name += " " + place
		}
	}
	if form := choose(r, firmForms); form != "" {
		if r.IntN(2) == 0 {
			name = form + " " + name
		} else {
			name += " " + form
		}
	}
	if r.IntN(3) == 0 {
		name = strings.ToUpper(name)
	}
	return company{name: name, siren: fmt.Sprintf("000%05d", 50_000+i), postcode: postcodeOf(r, dep), city: place}
}
