package v230

import (
	"math"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// inDocuments is the text of a criterion that only says where the criteria stand (CRITERES_CCTP).
const inDocuments = "in the tender documents"

// criteria reads the award criteria of the procedure. JOUE notices since 2016 give them by lot and write an empty CRITERES_PRIX
// here all the same, which then says nothing.
func (b *body) criteria() {
	e := b.donnees.Child("PROCEDURE", "CRITERES_ATTRIBUTION")
	byLot := false
	for i := range b.n.Lots {
		byLot = byLot || len(b.n.Lots[i].Criteria) > 0
	}
	b.n.Criteria = b.criteriaOf("criteria", e, !byLot)
}

// criteriaOf reads the criteria of a procedure (CRITERES_PONDERES, CRITERES_PRIORITES, CRITERES_LIBRE) or of a lot
// (CRITERES_QUALITE, CRITERES_COUT, CRITERES_PRIX/POIDS). price says whether an empty CRITERES_PRIX counts.
func (b *body) criteriaOf(field string, e tree.Node, price bool) []notice.Criterion {
	var list []notice.Criterion
	for c := range e.All() {
		switch c.Name() {
		case "CRITERES_CCTP":
			list = append(list, notice.Criterion{Text: inDocuments})
		case "CRITERES_LIBRE":
			if t := b.clean(field, c); t != "" {
				list = append(list, notice.Criterion{Text: t})
			}
		case "CRITERES_PONDERES":
			list = append(list, b.weighted(field, c, "", "POIDS")...)
		case "CRITERES_PRIORITES":
			list = append(list, b.weighted(field, c, "", "ORDRE")...)
		case "CRITERES_QUALITE":
			list = append(list, b.weighted(field, c, "quality", "POIDS")...)
		case "CRITERES_COUT":
			list = append(list, b.weighted(field, c, "cost", "POIDS")...)
		case "CRITERES_PRIX":
			list = append(list, prices(c, price)...)
		}
	}
	if len(list) > 0 {
		b.units(list)
		b.declare(field, e)
	}
	return list
}

// weighted reads the CRITERE elements below e, whose weight or rank stands in an attribute.
func (b *body) weighted(field string, e tree.Node, kind, attr string) []notice.Criterion {
	var list []notice.Criterion
	for c := range e.Each("CRITERE") {
		k := notice.Criterion{Name: b.clean(field, c), Type: kind}
		weigh(&k, c.Attr(attr))
		if attr == "ORDRE" && k.Unit != "" {
			k.Unit = "rank"
		}
		list = append(list, k)
	}
	return list
}

// prices reads CRITERES_PRIX: a criterion for each weight, or one without weight when the element is empty.
func prices(e tree.Node, empty bool) []notice.Criterion {
	var list []notice.Criterion
	for p := range e.Each("POIDS") {
		k := notice.Criterion{Name: "Prix", Type: "price"}
		weigh(&k, p.Text())
		list = append(list, k)
	}
	if len(list) == 0 && empty {
		list = append(list, notice.Criterion{Name: "Prix", Type: "price"})
	}
	return list
}

// bare marks a weight whose unit is not settled yet.
const bare = "bare"

// weigh sets the weight of a criterion from what is written: a number, with or without "%" or "points". The unit of a bare
// number is settled later. What is no number is kept as the criterion's text.
func weigh(k *notice.Criterion, written string) {
	s := strings.TrimSpace(written)
	if s == "" {
		return
	}
	unit := bare
	for _, u := range [...]struct{ suffix, unit string }{{"%", "percent"}, {"points", "points"}, {"pts", "points"}} {
		if rest, ok := strings.CutSuffix(strings.ToLower(s), u.suffix); ok {
			s, unit = strings.TrimSpace(rest), u.unit
		}
	}
	if v, ok := number(s); ok {
		k.Weight, k.Unit = v, unit
	} else {
		k.Text = written
	}
}

// units settles what bare weights are. National forms ask for percentages; JOUE forms ask for a weighting of any kind, which
// is one of percentages when it adds up to a hundred (or, over the lists of several lots, to a multiple of it). Parts of a
// criterion, "Valeur technique : délai" beside "Valeur technique", count with it.
func (b *body) units(list []notice.Criterion) {
	sum, percent := 0.0, b.n.Famille == "FNS" || b.n.Famille == "MAPA"
	for i, k := range list {
		percent = percent || k.Unit == "percent"
		if k.Unit == bare && !isPart(list, i) {
			sum += k.Weight
		}
	}
	unit := "points"
	if rest := math.Mod(sum, 100); percent || sum > 0 && (rest < 0.5 || rest > 99.5) {
		unit = "percent"
	}
	for i := range list {
		if list[i].Unit == bare {
			list[i].Unit = unit
		}
	}
}

// isPart reports whether criterion i is named as a part of another one of the list.
func isPart(list []notice.Criterion, i int) bool {
	cut := strings.LastIndex(list[i].Name, " : ")
	if cut < 0 {
		return false
	}
	for j := range list {
		if j != i && list[j].Name == list[i].Name[:cut] {
			return true
		}
	}
	return false
}
