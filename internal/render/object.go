package render

import (
	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
)

// object is what is bought.
func (b *builder) object() section {
	n := b.n
	g := group{}
	g.add("Intitulé", b.prose("title", n.Title))
	g.add("Description", b.prose("description", n.Description))
	g.add("Référence de l'acheteur", b.coded("reference", nil, n.Reference))
	g.add("Type de marché", b.kinds("kinds", n.Kinds))
	g.add("CPV, objet principal", b.cpv("cpv.main", n.CPV.Main))
	g.add("CPV, objets supplémentaires", b.cpv("cpv.additional", n.CPV.Additional...))
	g.add("Lieu d'exécution", b.places("places", n.Places))
	g.add("Départements de publication", b.departements("departements_publication", n.DepartementsPublication))
	g.add("Départements de prestation", b.departements("departements_prestation", n.DepartementsPrestation))
	g.add("Valeur estimée hors TVA", b.amount("estimated", n.Estimated))
	g.add("Valeur minimale hors TVA", b.amount("minimum", n.Minimum))
	g.add("Valeur maximale hors TVA (plafond)", b.amount("maximum", n.Maximum))
	b.runs(&g, "duration", n.Duration)
	for _, d := range n.Descripteurs {
		g.add("Descripteur", b.pair("descripteurs", d.Code, d.Label))
		if d.Code == "" {
			g.add("Descripteur", plain(d.Label))
		}
	}
	s := section{ID: "marche", Title: "Identification du marché"}
	s.add(group{Items: merge(g.Items)})
	return s
}

// merge joins items of one label that follow each other.
func merge(items []item) []item {
	out := items[:0]
	for _, it := range items {
		if k := len(out) - 1; k >= 0 && out[k].Label == it.Label {
			out[k].Values = append(out[k].Values, it.Values...)
			continue
		}
		out = append(out, it)
	}
	return out
}

// runs shows how long a contract runs.
func (b *builder) runs(g *group, field string, d *notice.Duration) {
	g.add("Durée", b.duration(field, d))
	if d != nil {
		g.add("Reconduction", b.prose(field+".renewal", d.Renewal))
	}
}

func (b *builder) kinds(field string, list []notice.Kind) (values []value) {
	for _, k := range list {
		values = append(values, b.coded(field, kinds, string(k))...)
	}
	return values
}

func (b *builder) cpv(field string, codes ...string) (values []value) {
	for _, code := range codes {
		label, _ := codelist.CPV(code)
		values = append(values, b.pair(field, code, label)...)
	}
	return values
}

func (b *builder) departements(field string, codes []string) (values []value) {
	for _, code := range codes {
		values = append(values, value{Lines: []string{departement(code)}, Notes: b.notes(field, code)})
	}
	return values
}

// lots are a table of all lots and, for those of which more is known, a group each.
func (b *builder) lots() section {
	s := section{ID: "lots", Title: "Lots"}
	if len(b.n.Lots) == 0 {
		return s
	}
	t := &table{Caption: number(float64(len(b.n.Lots)), 0) + " lots", Head: []string{"Lot", "Intitulé", "CPV", "Valeur estimée hors TVA"}}
	if len(b.n.Lots) == 1 {
		t.Caption = "1 lot"
	}
	for _, l := range b.n.Lots {
		t.Rows = append(t.Rows, [][]value{
			plain(lotName(l)), b.prose("lots.title", l.Title), b.cpv("lots.cpv.main", l.CPV.Main), b.amount("lots.estimated", l.Estimated),
		})
	}
	s.add(group{Table: t})
	for _, l := range b.n.Lots {
		s.add(b.lot(l))
	}
	return s
}

// lotName is the number of a lot, with the identifier of eForms where that is another.
func lotName(l notice.Lot) string {
	switch {
	case l.Number == "":
		return l.ID
	case l.ID == "" || l.ID == l.Number:
		return l.Number
	}
	return l.Number + " (" + l.ID + ")"
}

// lot shows what the table of lots does not.
func (b *builder) lot(l notice.Lot) group {
	g := group{Title: "Lot " + lotName(l)}
	g.add("Description", b.prose("lots.description", l.Description))
	g.add("Type de marché", b.kinds("lots.kinds", l.Kinds))
	g.add("CPV, objets supplémentaires", b.cpv("lots.cpv.additional", l.CPV.Additional...))
	g.add("Lieu d'exécution", b.places("lots.places", l.Places))
	g.add("Valeur minimale hors TVA", b.amount("lots.minimum", l.Minimum))
	g.add("Valeur maximale hors TVA (plafond)", b.amount("lots.maximum", l.Maximum))
	b.runs(&g, "lots.duration", l.Duration)
	if d := l.Deadline; d != nil {
		purpose := "Date limite"
		if d.For != "" {
			purpose = labelled(purposes, d.For)
		}
		g.add(purpose, b.deadline("lots.deadline", d))
	}
	g.add("Critères d'attribution", b.criteria("lots.criteria", l.Criteria))
	g.add("Considérations sociales et environnementales", b.clauses("lots.clauses", l.Clauses))
	return g
}
