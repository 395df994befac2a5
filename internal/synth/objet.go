package synth

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// titleQuantiles are lengths of the field objet in characters, by share of notices.
var titleQuantiles = [][2]float64{{0, 12}, {0.05, 36}, {0.25, 69}, {0.5, 99}, {0.75, 136}, {0.9, 175}, {0.95, 187}, {0.99, 197}, {1, 203}}

// quantile draws from a law given by some of its quantiles.
func quantile(r *rand.Rand, q [][2]float64) float64 {
	x := r.Float64()
	for i := 1; i < len(q); i++ {
		if x <= q[i][0] {
			a, b := q[i-1], q[i]
			return a[1] + (b[1]-a[1])*(x-a[0])/(b[0]-a[0])
		}
	}
	return q[len(q)-1][1]
}

// maxTitle is where a title is cut off.
const maxTitle = 200

var (
	// Where: P is the town, B the buyer, D the department, X another town.
	titlePlaces = []string{
		" - P", " - P", " à P", ", commune de P", " pour la commune de P", " sur le territoire de P", " pour le département D", " pour les services de B", " - B", " (D)",
		", site de P", " au profit de B", " entre P et X", " pour les communes de P et X", ", secteur de X", " - P - X",
	}
	titleMore = []string{
		"accord-cadre à bons de commande", "marché à procédure adaptée", "relance", "années %y à %z", "programme %y", "tranche ferme et tranches optionnelles", "lots %a à %b",
		"marché de travaux en %a lots", "phase %a", "groupement de commandes", "marché n° %r", "renouvellement", "consultation n° %y-%c", "y compris maintenance pendant %a ans",
		"en site occupé", "première phase", "marché subséquent n° %a", "reconductible %a fois", "dans le cadre du projet de renouvellement urbain", "suite à une déclaration sans suite",
		"pour les besoins des services et des établissements rattachés", "conformément au cahier des clauses techniques particulières", "y compris fourniture, livraison et mise en service",
		"avec reprise des équipements existants", "pour une durée de %b mois", "dans divers bâtiments communaux", "et de ses abords immédiats", "secteur %a", "opération n° %c",
	}
	titleStarts = []string{"Marché relatif à la consultation suivante : ", "La présente consultation a pour objet : ", "Accord-cadre - ", "%y-%c - ", "Lot %a - ", "%r - "}
)

// title makes the field objet of a purchase.
func title(r *rand.Rand, b *buyer, list []*trade, year int) string {
	want := int(quantile(r, titleQuantiles))
	t := list[0]
	var s strings.Builder
	if r.IntN(9) == 0 && want > 60 {
		s.WriteString(fillIn(r, choose(r, titleStarts), year))
	}
	object := choose(r, t.objects)
	s.WriteString(object)
	n := utf8.RuneCountInString(s.String())
	add := func(part string) {
		s.WriteString(part)
		n += utf8.RuneCountInString(part)
	}
	if t.kind == "TRAVAUX" || t.code == "197" || t.code == "433" || r.IntN(6) == 0 {
		if part := " " + choose(r, edifices); n+len(part) < want+14 {
			add(part)
			if r.IntN(3) == 0 && n+24 < want {
				add(" " + choose(r, patrons))
			}
		}
	}
	for try := 0; n < want-6 && try < 14; try++ {
		part := titlePart(r, b, list, year, try)
		if n+utf8.RuneCountInString(part) <= want+9 && !strings.Contains(s.String(), strings.Trim(part, " -,.()")) || try > 12 {
			add(part)
		}
	}
	return dress(r, s.String())
}

func titlePart(r *rand.Rand, b *buyer, list []*trade, year, try int) string {
	switch x := r.IntN(10); {
	case x < 3:
		return elided(placed(r, choose(r, titlePlaces), b))
	case x < 5:
		return choose(r, []string{" - ", ", ", " "}) + choose(r, quarters)
	case x < 6 && len(list) > 1:
		return ", " + lowerFirst(list[r.IntN(len(list))].label)
	case x < 7:
		return choose(r, []string{" et ", " ainsi que "}) + lowerFirst(choose(r, list[0].objects))
	case x < 8 && try > 1:
		return " - " + placeName(r)
	}
	more := fillIn(r, choose(r, titleMore), year)
	if r.IntN(5) == 0 {
		return " (" + more + ")"
	}
	return choose(r, []string{" - ", ", ", ", "}) + more
}

// placed puts names into a phrase that says where.
func placed(r *rand.Rand, s string, b *buyer) string {
	out := make([]byte, 0, 80)
	for i := range len(s) {
		switch s[i] {
		case 'P':
			out = append(out, b.city...)
		case 'B':
			out = append(out, b.name...)
		case 'D':
			out = append(out, departementName(b.departement)...)
		case 'X':
			out = append(out, placeName(r)...)
		default:
			out = append(out, s[i])
		}
	}
	return string(out)
}

// fillIn puts numbers into a phrase.
func fillIn(r *rand.Rand, s string, year int) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return strings.NewReplacer("%y", fmt.Sprint(year), "%z", fmt.Sprint(year+3), "%a", fmt.Sprint(1+r.IntN(5)), "%b", fmt.Sprint(6+r.IntN(43)),
		"%c", fmt.Sprintf("%03d", r.IntN(1000)), "%r", fmt.Sprintf("%d%c%04d", year%100, 'A'+rune(r.IntN(26)), r.IntN(10_000))).Replace(s)
}

// dress gives a title the looks of the real ones: capitals in one of ten, no accents in some of these, apostrophes of word
// processors, line breaks, references that were escaped twice, an end that was cut off.
func dress(r *rand.Rand, s string) string {
	if utf8.RuneCountInString(s) > maxTitle {
		s = clip(s, maxTitle-2)
		if r.IntN(3) > 0 {
			s = clip(s, maxTitle-2) + "-."
		}
	}
	switch x := r.IntN(1000); {
	case x < 60:
		s = strings.ToUpper(s)
	case x < 109:
		s = unaccented.Replace(strings.ToUpper(s))
	case x < 200:
		s = lowerFirst(s)
	}
	switch x := r.IntN(1000); {
	case x < 60:
		s = strings.ReplaceAll(s, "'", "’")
	case x < 66:
		s = strings.ReplaceAll(s, "'", "&#039;") // written out as such: escaped twice in the document
	case x < 71:
		s = strings.ReplaceAll(s, " et ", " &amp; ")
	case x < 73:
		s = strings.Replace(s, " - ", "\n", 1)
	case x < 81:
		s = strings.Replace(s, " : ", "\u00a0: ", 1)
	case x < 95:
		s += "."
	}
	return s
}

var unaccented = strings.NewReplacer("É", "E", "È", "E", "Ê", "E", "À", "A", "Â", "A", "Ç", "C", "Ô", "O", "Û", "U", "Î", "I", "Ï", "I", "Ù", "U", "Œ", "OE")
