package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
)

// Places and bodies that do not exist, put together from pieces that sound right.

var (
	placeHeads = strings.Fields("Saint-Aubrin Saint-Cyprice Sainte-Valdine Saint-Orbain Saint-Maurel Sainte-Eudine Beau Haute Basse Grand Petit Mont Val Roche Clair Pont Ville Neuf Vieux Champ " +
		"Fontaine Bois Pierre Chant Mar Lou Cas Bar Ver Vau Cour Plan Cran Sor Tor Bre Fres Gran Ques Mon Lan Pel Mir Nor Cham Aub Bel Cor Dur Esc Fer Gar Hau Jon Lar Mal Nan Orm Per Ram Sau Tal Vil")
	placeMiddles = strings.Fields("e i o a ni li ri ro me be ve ve gne lle ssi nti rdi bri vre tte sse mo ra ce lo ")
	placeTails   = strings.Fields("ville court gnac sac mont bourg vigne ré lles nay rac guen zan dorf heim chères rolles vaux moulins fosses lieu piac ny ly thun quet zel bach ges vres thal sart ron cey çon çais bières nans tigny ")
	placeEnds    = []string{"", "", "", "", "", "", "-sur-Aubrelle", "-en-Vallorgue", "-les-Bains", "-le-Vieux", "-sous-Bois", "-sur-Mer", "-la-Forêt", "-en-Brèze", "-l'Abbaye", "-le-Château", "-d'Armagne", "-sur-Lys-Noire"}
	streetNames  = strings.Split("de la Mairie|du Général Lambrel|des Tilleuls|de la République|Jean Mirandeau|de la Gare|du Moulin|de l'Hôpital|des Écoles|Victor Sarral|du Maréchal Orbec|de la Libération|du Port|des Acacias|Pierre Vaudrel|de l'Europe|du 11 Novembre|de la Paix|Marie Ferrand|du Lavoir", "|")
	streetKinds  = []string{"rue", "rue", "rue", "avenue", "place", "boulevard", "chemin", "allée", "quai", "impasse"}
	surnames     = strings.Fields("Lambrel Mirandeau Sarral Orbec Vaudrel Ferrandier Toussenot Bricard Delorvy Marchandel Pelissard Rougevin Chantrel Aubertal Castignan Dorveau Escoubart Fabregal Gastinel Hervelin Jouvenet Kerbrazan Lestrade Malavergne Noirmont Ollivault Prunelet Quesnard Rabouin Savignol Tremblois Urvoas Valleron Wattrelin Ygouf Zellmeyer")
	givenNames   = strings.Fields("Anne Bernard Claire Denis Élodie Fabien Gaëlle Hervé Isabelle Jérôme Karine Laurent Mélanie Nicolas Odile Patrick Renée Sylvain Thérèse Yannick Aïcha Mehdi Loïc Maëlys François Agnès")
	quarters     = strings.Split("centre-bourg|quartier des Vergers|quartier de la Gare|zone d'activités du Grand Pré|site des Marronniers|secteur des Hauts|îlot Mirandeau|hameau de la Croix|lotissement des Peupliers|plateau sportif|rue du Moulin|avenue de l'Europe|route départementale n° 117|place du Marché|cité scolaire|berges de l'Aubrelle", "|")
	edifices     = strings.Split("du groupe scolaire|de la médiathèque|de l'hôtel de ville|du gymnase|de la salle polyvalente|du centre technique municipal|de la station d'épuration|du collège|du lycée|de la maison de santé|de la crèche|du centre aquatique|de l'église|de la caserne|de l'EHPAD|de la cuisine centrale|du bâtiment administratif|des logements de la résidence|du stade|du campus|du palais de justice|de la gendarmerie|du musée|du théâtre|des services techniques|de l'école élémentaire|de l'école maternelle|du restaurant scolaire|du cimetière|de la déchèterie", "|")
	patrons      = strings.Fields("Lambrel Mirandeau Jean-Vaudrel Marie-Ferrand Pasteurel Curienne Malrauxel Prévertin Ferryal Jaurine Camusat Zolande Hugoline Molièrat Ravelin Debussac Rimbaudel Sandrine Colettane Picassot")
)

// placeName makes a name of a town; the same number gives the same one.
func placeName(r *rand.Rand) string {
	head := placeHeads[r.IntN(len(placeHeads))]
	var b strings.Builder
	b.WriteString(head)
	if !strings.HasPrefix(head, "Saint") || r.IntN(3) == 0 {
		if r.IntN(2) == 0 {
			b.WriteString(placeMiddles[r.IntN(len(placeMiddles))])
		}
		b.WriteString(placeTails[r.IntN(len(placeTails))])
	}
	b.WriteString(placeEnds[r.IntN(len(placeEnds))])
	return b.String()
}

func streetName(r *rand.Rand) string {
	return fmt.Sprintf("%d %s %s", 1+r.IntN(180), streetKinds[r.IntN(len(streetKinds))], streetNames[r.IntN(len(streetNames))])
}

func personName(r *rand.Rand) string {
	return givenNames[r.IntN(len(givenNames))] + " " + surnames[r.IntN(len(surnames))]
}

// population holds the public bodies and firms, with the weights with which they buy and win.
type population struct {
	buyers []buyer
	sums   []float64 // running weights of buyers
	firms  []company
	fsums  []float64
}

// Of the buyers many have a steady place, with weights that leave a median of two notices in a quarter and one in a hundred
// above fifty; the others appear once or twice in years.
const (
	steadyBuyers = 10_000
	rareBuyers   = 28_000
	rareShare    = 0.02
	firmCount    = 45_000
)

func newPopulation(seed uint64) *population {
	p := &population{}
	r := rand.New(rand.NewPCG(seed, 1<<41))
	deps := parseWeights(departementWeights)
	sum := 0.0
	for i := range steadyBuyers {
		sum += math.Exp(1.5 * quantileNormal(1-(float64(i)+0.5)/steadyBuyers))
		p.sums = append(p.sums, sum)
		p.buyers = append(p.buyers, newBuyer(r, deps, i))
	}
	rare := sum * rareShare / rareBuyers
	for i := range rareBuyers {
		sum += rare
		p.sums = append(p.sums, sum)
		p.buyers = append(p.buyers, newBuyer(r, deps, steadyBuyers+i))
	}
	fsum := 0.0
	for i := range firmCount {
		fsum += math.Pow(float64(i)+40, -0.85)
		p.fsums = append(p.fsums, fsum)
		p.firms = append(p.firms, newFirm(r, deps, i))
	}
	return p
}

// quantileNormal is the quantile of the normal law, close enough for weights.
func quantileNormal(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// choose gives one of a list.
func choose[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// drawIndex gives an index by running weights.
func drawIndex(r *rand.Rand, sums []float64) int {
	x := r.Float64() * sums[len(sums)-1]
	lo, hi := 0, len(sums)-1
	for lo < hi {
		if m := (lo + hi) / 2; sums[m] < x {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

// draw gives one of the codes by weight.
func (w *weighted) draw(r *rand.Rand) string {
	x := r.IntN(w.sums[len(w.sums)-1])
	lo, hi := 0, len(w.sums)-1
	for lo < hi {
		if m := (lo + hi) / 2; w.sums[m] <= x {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return w.codes[lo]
}

// postcodeOf makes a postcode of a department, as far as one can be made.
func postcodeOf(r *rand.Rand, dep string) string {
	n := fmt.Sprintf("%03d", r.IntN(96)*10)
	switch {
	case dep == "20A" || dep == "20B":
		return "20" + n
	case len(dep) == 3:
		return dep + n[:2]
	case len(dep) == 1:
		return "0" + dep + n
	}
	return dep + n
}

func nutsOf(dep string) string {
	d, _ := codelist.DepartementOf(dep)
	return d.NUTS3
}
