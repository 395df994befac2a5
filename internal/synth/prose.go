package synth

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Long texts. Their words come from sentences that recur, from a list of technical words with a Zipf law, and from a long tail
// that never ends: names of places and persons, references, sums, codes, as in real notices.

// prose writes sentences until a text has about n bytes.
func (c *Corpus) prose(r *rand.Rand, b []byte, n int, p *procedure) []byte {
	for end := len(b) + n; len(b) < end; {
		if len(b) > 0 && b[len(b)-1] != ' ' {
			b = append(b, ' ')
		}
		k := r.IntN(len(sentences))
		if r.IntN(2) == 0 {
			k = zipf(r, len(sentences))
		}
		b = c.sentence(r, b, sentences[k], p)
	}
	return b
}

// text is prose as a text of its own.
func (c *Corpus) text(r *rand.Rand, n int, p *procedure) string {
	if n <= 0 {
		return ""
	}
	return string(c.prose(r, make([]byte, 0, n+200), n, p))
}

// zipf draws below n by a law of Zipf: k with a weight of about 1/(k+3).
func zipf(r *rand.Rand, n int) int {
	const flat = 2.7
	return min(n-1, int(flat*math.Pow((float64(n)+flat)/flat, r.Float64())-flat))
}

// sentence fills the places of a template: $w a technical word, $g two of them, $p a place, $n a person, $d a day, $e a sum,
// $r a reference, $i a small number, $c a CPV code, $o what is bought, $b the buyer, $s a SIRET, $h an hour, $t a number of days.
func (c *Corpus) sentence(r *rand.Rand, b []byte, t string, p *procedure) []byte {
	for {
		i := strings.IndexByte(t, '$')
		if i < 0 {
			return append(b, t...)
		}
		b = append(b, t[:i]...)
		switch t[i+1] {
		case 'w':
			b = appendWord(r, b)
		case 'g':
			b = appendWord(r, b)
			b = append(b, " et "...)
			b = appendWord(r, b)
		case 'p':
			b = append(b, c.people.buyers[r.IntN(len(c.people.buyers))].city...)
		case 'n':
			b = append(b, personName(r)...)
		case 'd':
			b = appendDay(b, r, p)
		case 'e':
			b = strconv.AppendInt(b, int64(1+r.IntN(900))*[]int64{10, 100, 500, 1000}[r.IntN(4)], 10)
		case 'r':
			b = appendReference(r, b, p)
		case 'i':
			b = strconv.AppendInt(b, int64(1+r.IntN(24)), 10)
		case 'c':
			b = append(b, choose(r, p.cpvs)...)
		case 'o':
			b = append(b, p.subject.short...)
		case 'b':
			b = append(b, p.buyer.name...)
		case 's':
			b = append(b, siret(c.people.firms[r.IntN(len(c.people.firms))].siren)...)
		case 'h':
			b = strconv.AppendInt(b, int64(8+r.IntN(10)), 10)
		case 't':
			b = strconv.AppendInt(b, []int64{30, 60, 90, 120, 180}[r.IntN(5)], 10)
		}
		t = t[i+2:]
	}
}

func appendDay(b []byte, r *rand.Rand, p *procedure) []byte {
	d := p.published.AddDays(r.IntN(60))
	if r.IntN(3) == 0 {
		b = strconv.AppendInt(b, int64(d.Day), 10)
		b = append(append(append(b, ' '), lowMonths[d.Month-1]...), ' ')
		return strconv.AppendInt(b, int64(d.Year), 10)
	}
	b = append(b, byte('0'+d.Day/10), byte('0'+d.Day%10), '/', byte('0'+int(d.Month)/10), byte('0'+int(d.Month)%10), '/')
	return strconv.AppendInt(b, int64(d.Year), 10)
}

var lowMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

func appendReference(r *rand.Rand, b []byte, p *procedure) []byte {
	switch r.IntN(4) {
	case 0:
		return append(b, p.reference...)
	case 1:
		b = append(b, byte('A'+r.IntN(26)), byte('A'+r.IntN(26)), '-')
		return strconv.AppendInt(b, int64(r.IntN(100_000)), 10)
	case 2:
		b = append(b, "NF EN "...)
		return strconv.AppendInt(b, int64(100+zipf(r, 15_000)), 10)
	}
	b = append(b, "article "...)
	return append(strconv.AppendInt(append(b, "R. "...), int64(2100+zipf(r, 200)), 10), '-', byte('1'+r.IntN(9)))
}

// appendWord writes a technical word: few are frequent, and of the stems with their endings there are some ten thousand.
func appendWord(r *rand.Rand, b []byte) []byte {
	w := stems[zipf(r, len(stems))]
	if r.IntN(5) > 0 {
		return append(b, w...)
	}
	b = append(b, prefixes[zipf(r, len(prefixes))]...)
	b = append(b, w...)
	return append(b, endings[zipf(r, len(endings))]...)
}

var prefixes = strings.Fields("sous- pré inter multi auto micro hydro thermo électro géo bio photo radio télé méga mono poly semi- anti co ré dé contre- sur trans iso péri néo aéro vidéo")
var endings = strings.Fields("s ique able ment isé isation eur age euse al elle iste erie iques ables eurs aux")
var stems = strings.Fields(`isolation chauffage ventilation étanchéité réseau canalisation vanne pompe chaudière radiateur béton acier ossature enduit peinture carrelage cloison plafond plancher escalier
garde-corps serrure portail clôture fenêtre vitrage volet toiture ardoise tuile zinc gouttière charpente poutre solive fondation dallage terrassement remblai déblai enrobé bordure caniveau avaloir regard
collecteur branchement compteur réservoir forage filtre membrane bassin clarificateur boue effluent rejet prélèvement analyse laboratoire réactif échantillon seringue cathéter pansement stérilisation scanner
échographe moniteur lit fauteuil chariot table chaise armoire rayonnage bureau écran clavier serveur commutateur routeur licence logiciel progiciel module interface base sauvegarde hébergement sécurité
pare-feu antivirus téléphonie fibre câble armoire luminaire candélabre ampoule projecteur détecteur alarme extincteur désenfumage sprinkler ascenseur cabine treuil moteur batterie véhicule benne tracteur
tondeuse balayeuse saleuse remorque pneumatique carburant lubrifiant granulé plaquette gaz électricité énergie photovoltaïque onduleur abonnement acheminement repas denrée légume fruit viande poisson
laitage pain surgelé boisson vaisselle four friteuse plonge nettoyage vitrerie détergent désinfection savon papier gant blouse chaussure casque harnais formation stage évaluation certification audit diagnostic
étude esquisse avant-projet métré planning chantier base-vie échafaudage nacelle grue coffrage ferraillage scellement ancrage soudure calorifuge amiante plomb termite sondage piézomètre nappe berge digue
passerelle pont tablier appui joint garde-fou signalisation marquage panneau feu carrefour giratoire trottoir piste parking stationnement horodateur mobilier banc corbeille jardinière plantation arbre
arbuste gazon paillage arrosage élagage abattage broyage compost collecte tri déchèterie conteneur colonne bac sac transport convoyage location crédit-bail assurance franchise sinistre prime garantie
courtage expertise contentieux avocat notaire comptabilité trésorerie emprunt paie recrutement concours communication affiche brochure site graphisme impression façonnage routage affranchissement archive
numérisation microfilm reliure restauration tableau vitrine éclairage acoustique scénique gradin rideau tapis agrès ballon filet vestiaire douche bassin chloration plongeon toboggan patinoire sono captation`)
