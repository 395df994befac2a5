package synth

import (
	_ "embed"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"github.com/boamp/boamp/internal/codelist"
)

// tradesText has what bodies buy under the more frequent key words, in words of our own.
//
//go:embed data/trades.txt
var tradesText string

// trade is what is bought under one key word.
type trade struct {
	code, label string
	kind        string // TRAVAUX, FOURNITURES, SERVICES
	cpv         []string
	objects     []string
	lots        []string
	building    bool // a trade of building works, which come together
}

// trades are all key words, to draw from.
type trades struct {
	all      map[string]*trade
	first    weighted // key words that stand first
	building []*trade // those that follow in building works
	byKind   map[string][]*trade
	below    map[string][]string // codes of the CPV by their first four digits
}

// buildingCodes are the trades that stand together in notices of building works.
var buildingCodes = strings.Fields("222 264 105 144 270 61 74 57 53 269 117 321 63 308 87 360 195 169 341 366 319 30 223 24 479 299 309 62")

func newTrades() *trades {
	t := &trades{all: map[string]*trade{}, byKind: map[string][]*trade{}, below: map[string][]string{}}
	for _, code := range codelist.CPVs() {
		t.below[code[:4]] = append(t.below[code[:4]], code)
	}
	for line := range strings.Lines(tradesText) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "|")
		kind := map[string]string{"T": "TRAVAUX", "F": "FOURNITURES", "S": "SERVICES"}[f[1]]
		t.all[f[0]] = &trade{code: f[0], kind: kind, cpv: strings.Split(f[2], ","), objects: strings.Split(f[3], ";"), lots: strings.Split(f[4], ";")}
	}
	weights := parseWeights(descripteurWeights)
	below := 0
	for i, code := range weights.codes {
		label, ok := codelist.Descripteur(code)
		weight := weights.sums[i] - below
		below = weights.sums[i]
		if !ok || label == "" {
			continue
		}
		x := t.all[code]
		if x == nil {
			x = plainTrade(code, label)
			t.all[code] = x
		}
		x.label = label
		x.building = slices.Contains(buildingCodes, code)
		if x.building {
			t.building = append(t.building, x)
			weight /= 5 // most stand behind another
		} else if x.kind == "FOURNITURES" {
			weight = weight * 5 / 9 // as do many supplies
		}
		t.byKind[x.kind] = append(t.byKind[x.kind], x)
		sum := max(1, weight)
		if n := len(t.first.sums); n > 0 {
			sum += t.first.sums[n-1]
		}
		t.first.codes, t.first.sums = append(t.first.codes, code), append(t.first.sums, sum)
	}
	return t
}

// plainTrade makes a trade of a key word alone.
func plainTrade(code, label string) *trade {
	low := lowerFirst(label)
	has := func(words string) bool {
		for _, w := range strings.Fields(words) {
			if strings.Contains(low, w) {
				return true
			}
		}
		return false
	}
	x := &trade{code: code, label: label}
	switch {
	case has("travaux construction ouvrage forage curage ravalement dragage viabilité route terrain clôture station"):
		x.kind, x.cpv = "TRAVAUX", []string{"45000000", "45200000", "45240000"}
		x.objects = []string{"Travaux : " + low, label + " : travaux neufs et réparations", "Programme de travaux, " + low, label}
		x.lots = []string{"Travaux préparatoires", label, "Finitions"}
	case has("maintenance entretien prestation location service analyse transport gestion étude formation assistance diagnostic exploitation juridique nettoyage surveillance événement mission topographie collecte"):
		x.kind, x.cpv = "SERVICES", []string{"71000000", "79000000", "90000000", "98000000"}
		x.objects = []string{"Prestations : " + low, label, "Marché de services : " + low, label + ", accord-cadre à bons de commande"}
		x.lots = []string{"Prestations courantes", "Prestations exceptionnelles", label}
	default:
		x.kind, x.cpv = "FOURNITURES", []string{"30000000", "33000000", "39000000", "44000000"}
		x.objects = []string{"Fourniture et livraison : " + low, "Acquisition : " + low, label, "Fournitures diverses, " + low}
		x.lots = []string{"Fournitures courantes", label, "Pièces et accessoires"}
	}
	return x
}

// lowerFirst makes the first letter small, unless the word is written in capitals.
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 1 && unicode.IsUpper(r[1]) {
		return s
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// draw gives the key words of a purchase, the one that says what it is first. How many: 70.5 % have one, 17.7 two, 5.3 three,
// 2.2 four, 2 five, the others up to 25.
func (t *trades) draw(r *rand.Rand) []*trade {
	first := t.all[t.first.draw(r)]
	list := []*trade{first}
	n := 1
	switch x := r.IntN(1000); {
	case first.building || first.code == "33" || first.code == "345":
		n = []int{1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12, 15}[r.IntN(19)]
	case x < 760:
	case x < 940:
		n = 2
	case x < 985:
		n = 3
	default:
		n = 4 + r.IntN(2)
	}
	pool := t.byKind[first.kind]
	if first.building || first.code == "33" || first.code == "345" {
		pool = t.building
	}
	for range 4 * n {
		if len(list) >= n {
			break
		}
		next := pool[r.IntN(len(pool))]
		if len(pool) != len(t.building) {
			if next = t.all[t.first.draw(r)]; next.building {
				continue
			}
		}
		if !slices.Contains(list, next) {
			list = append(list, next)
		}
	}
	return list
}
