package render

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// most is how many lots, winners and places a summary names.
const most = 10

// summary picks the essentials of a notice.
func (b *builder) summary() []item {
	n := b.n
	b.lang = languages[strings.ToUpper(n.Language)]
	g := group{}
	g.add("Objet", b.prose("title", n.Title))
	var buyers []string
	for _, p := range n.Buyers {
		buyers = append(buyers, p.Name)
	}
	g.add("Acheteur", few(b.prose("buyers.name", buyers...), "acheteurs"))
	g.add("Avis", plain(b.kind()))
	g.add("Procédure", b.coded("procedure.type", procedures, n.Procedure.Type))
	g.add("Publication", b.date("published", n.Published))
	purpose := "Date limite"
	if n.Deadline != nil && n.Deadline.For != "" {
		purpose = labelled(purposes, n.Deadline.For)
	}
	g.add(purpose, b.deadline("deadline", n.Deadline))
	places := b.places("places", n.Places)
	if len(places) == 0 {
		places = b.departements("departements_prestation", n.DepartementsPrestation)
	}
	g.add("Lieu d'exécution", few(places, "lieux"))
	var lots []string
	for _, l := range n.Lots {
		lots = append(lots, strings.Trim(lotName(l)+" : "+l.Title, " :"))
	}
	g.add("Lots", few(b.prose("lots.title", lots...), "lots"))
	g.add("Titulaires", few(b.prose("results.winners.name", winners(n)...), "titulaires"))
	g.add("Montant attribué hors TVA", b.amount("awarded", n.Awarded))
	return g.Items
}

// winners are the names of all winners, each once.
func winners(n *notice.Notice) (names []string) {
	seen := map[string]bool{}
	for _, r := range n.Results {
		for _, w := range r.Winners {
			if !seen[w.Name] {
				seen[w.Name] = true
				names = append(names, w.Name)
			}
		}
	}
	return names
}

// few cuts a long list and says what is not shown.
func few(list []value, what string) []value {
	if len(list) <= most {
		return list
	}
	rest := number(float64(len(list)-most), 0) + " autres " + what
	return append(list[:most:most], plain("et "+rest)...)
}
