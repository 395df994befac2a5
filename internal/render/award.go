package render

import (
	"strconv"

	"github.com/boamp/boamp/internal/notice"
)

// award is how the procedure ended: a table of all results, then a group for each of which more is known.
func (b *builder) award() section {
	s := section{ID: "attribution", Title: "Attribution"}
	g := group{}
	g.add("Montant total attribué hors TVA", b.amount("awarded", b.n.Awarded))
	s.add(g)
	if len(b.n.Results) == 0 {
		return s
	}
	t := &table{Head: []string{"Lot", "Issue", "Titulaire", "Montant hors TVA"}}
	for _, r := range b.n.Results {
		var winners []value
		for _, w := range r.Winners {
			winners = append(winners, b.prose("results.winners.name", w.Name)...)
		}
		t.Rows = append(t.Rows, [][]value{
			plain(r.Lot), b.coded("results.outcome", outcomes, string(r.Outcome)), winners, b.amount("results.amount", r.Amount),
		})
	}
	s.add(group{Table: t})
	for i, r := range b.n.Results {
		s.add(b.result(i, r)...)
	}
	return s
}

// result shows what the table of results does not, the winners apart.
func (b *builder) result(i int, r notice.Result) []group {
	title := "Résultat " + strconv.Itoa(i+1)
	if r.Lot != "" {
		title += ", lot " + r.Lot
	}
	g := group{Title: title}
	g.add("Intitulé", b.prose("results.title", r.Title))
	g.add("Contrat", b.coded("results.contract", nil, r.Contract))
	g.add("Motif", b.coded("results.reason", reasons, r.Reason))
	g.add("Offres reçues", b.tenders(r.Tenders))
	g.add("Valeur minimale hors TVA", b.amount("results.minimum", r.Minimum))
	g.add("Valeur maximale hors TVA (plafond)", b.amount("results.maximum", r.Maximum))
	g.add("Valeur estimée hors TVA", b.amount("results.estimated", r.Estimated))
	g.add("Offre la plus basse", b.amount("results.lowest", r.Lowest))
	g.add("Offre la plus haute", b.amount("results.highest", r.Highest))
	g.add("Date de la décision", b.date("results.decided", r.Decided))
	g.add("Date de conclusion", b.date("results.concluded", r.Concluded))
	g.add("Précisions", b.prose("results.text", r.Text))
	groups := []group{g}
	for _, w := range r.Winners {
		groups = append(groups, b.winner(title, w))
	}
	return groups
}

// tenders makes a value of how many tenders came; none is an answer.
func (b *builder) tenders(n *int) []value {
	if n == nil {
		return nil
	}
	return plain(strconv.Itoa(*n))
}

// winner shows a winner of which more than the name is known.
func (b *builder) winner(result string, w notice.Winner) group {
	g := group{Title: result + ", titulaire"}
	b.party(&g, "results.winners", w.Party)
	g.add("Taille", b.coded("results.winners.size", sizes, w.Size))
	g.add("Type d'organisme", b.coded("results.winners.type", buyerTypes, w.Type))
	g.add("Activité principale", b.coded("results.winners.activity", activities, w.Activity))
	b.contact(&g, "results.winners.contact", w.Contact)
	g.add("Montant de l'offre", b.amount("results.winners.tender", w.Tender))
	if len(g.Items) == 1 && w.Name != "" {
		g.Items = nil // the table has the name
	}
	return g
}

// corrections are the changes that a notice announces.
func (b *builder) corrections() section {
	s := section{ID: "rectification", Title: "Rectification"}
	for i, c := range b.n.Corrections {
		g := group{}
		if len(b.n.Corrections) > 1 {
			g.Title = "Modification " + strconv.Itoa(i+1)
		}
		g.add("Rubrique", b.prose("corrections.section", c.Section))
		g.add("Lot", plain(c.Lot))
		g.add("Motif", b.coded("corrections.reason", reasons, c.Reason))
		g.add("Au lieu de", b.prose("corrections.before", c.Before, c.DateBefore))
		g.add("Lire", b.prose("corrections.after", c.After, c.DateAfter))
		g.add("Précisions", b.prose("corrections.text", c.Text))
		s.add(g)
	}
	return s
}
