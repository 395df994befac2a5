package v230

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// lots reads OBJET/LOTS/LOT. JOUE notices since 2016 have one LOT without number where the contract is not divided. Where a
// notice has several objects (prior information), an object without lots is a lot itself.
func (b *body) lots() {
	several := 0
	for range b.donnees.Each("OBJET") {
		several++
	}
	for o := range b.donnees.Each("OBJET") {
		divided := false
		for l := range o.Child("LOTS").Each("LOT") {
			divided = true
			b.n.Lots = append(b.n.Lots, b.lot(l))
		}
		switch {
		case several > 1 && !divided:
			b.n.Lots = append(b.n.Lots, b.objectAsLot(o))
		case o != b.objet:
			b.unplacedValues(o)
		}
	}
	b.sumEstimates()
}

func (b *body) lot(e tree.Node) notice.Lot {
	var l notice.Lot
	b.text(&l.Number, "lots.number", e.Child("NUM"))
	b.text(&l.Title, "lots.title", e.Child("INTITULE"))
	b.text(&l.Description, "lots.description", e.Child("DESCRIPTION"))
	b.cpv(&l.CPV, "lots.cpv", e)
	l.Places = b.place("lots.places", e)
	l.Estimated = b.amount("lots.estimated", e.Child("VALEUR"))
	l.Minimum = b.amount("lots.minimum", e.Child("VALEUR_MIN"))
	l.Maximum = b.amount("lots.maximum", e.Child("VALEUR_MAX"))
	if l.Duration = b.duration("lots.duration", e); l.Duration == nil {
		l.Duration = b.duration("lots.duration", e.Child("DUREE_SYSTEME_QUALIFICATION"))
	}
	if t := b.lotRenewal(e); t != "" {
		if l.Duration == nil {
			l.Duration = &notice.Duration{}
			b.declare("lots.duration", e)
		}
		l.Duration.Renewal = t
	}
	l.Criteria = b.criteriaOf("lots.criteria", e.Child("CRITERES_ATTRIBUTION"), true)
	return l
}

func (b *body) lotRenewal(e tree.Node) string {
	if t := b.deep("lots.duration", e.Child("RENOUVELLEMENT_DESCRIPTION")); t != "" {
		return t
	}
	if e.Has("RENOUVELLEMENT_OUI") {
		return "oui"
	}
	return ""
}

// objectAsLot reads one of several OBJET as a lot.
func (b *body) objectAsLot(o tree.Node) notice.Lot {
	var l notice.Lot
	b.text(&l.Title, "lots.title", o.Child("TITRE_MARCHE"))
	b.text(&l.Description, "lots.description", o.Child("OBJET_COMPLET"))
	b.kinds(&l.Kinds, "lots.kinds", o.Child("TYPE_MARCHE"))
	b.cpv(&l.CPV, "lots.cpv", o)
	for p := range o.Each("LIEU_EXEC_LIVR") {
		l.Places = append(l.Places, b.place("lots.places", p)...)
	}
	c, frame := o.Child("CARACTERISTIQUES"), o.Child("ACCORD_CADRE")
	b.setAmount(&l.Estimated, "lots.estimated", c.Child("VALEUR_TOTALE"), c.Child("VALEUR"), frame.Child("VALEUR"))
	b.setAmount(&l.Minimum, "lots.minimum", c.Child("VALEUR_MIN"), frame.Child("VALEUR_MIN"))
	b.setAmount(&l.Maximum, "lots.maximum", c.Child("VALEUR_MAX"), frame.Child("VALEUR_MAX"))
	l.Duration = b.objectDuration("lots.duration", o)
	return l
}

// unplacedValues warns about the amounts of a later object that has lots: they are those of none of its lots, nor of the notice.
func (b *body) unplacedValues(o tree.Node) {
	for _, block := range [...]tree.Node{o.Child("CARACTERISTIQUES"), o.Child("ACCORD_CADRE")} {
		for e := range block.All() {
			if strings.HasPrefix(e.Name(), "VALEUR") && e.Text() != "" {
				b.n.Warn(e.Path(), e.Text(), "value of one of several objects that are divided into lots")
			}
		}
	}
}

// sumEstimates derives the estimate of the whole from those of the lots, when each lot has one and the notice has none.
func (b *body) sumEstimates() {
	n := b.n
	if n.Estimated.Usable() || n.Stage != notice.StageCall && n.Stage != notice.StagePlanning || len(n.Lots) == 0 {
		return
	}
	amounts := make([]*notice.Amount, len(n.Lots))
	for i := range n.Lots {
		if amounts[i] = n.Lots[i].Estimated; !amounts[i].Usable() {
			return
		}
	}
	if sum := notice.SumAmounts(amounts); sum != nil {
		n.Estimated = sum
		b.derive("estimated", b.objet.Child("LOTS"), "sum of the estimates of all lots")
	}
}

// liftOnlyLot gives the notice what an undivided contract says in its only lot.
func (b *body) liftOnlyLot() {
	n := b.n
	if len(n.Lots) != 1 {
		return
	}
	const how = "that of the only lot"
	l, e := &n.Lots[0], b.objet.Child("LOTS", "LOT")
	if n.Duration == nil && l.Duration != nil {
		d := *l.Duration
		n.Duration = &d
		b.derive("duration", e, how)
	}
	if len(n.Criteria) == 0 && len(l.Criteria) > 0 {
		n.Criteria = append(n.Criteria, l.Criteria...)
		b.derive("criteria", e, how)
	}
	if n.Minimum == nil && l.Minimum != nil {
		n.Minimum = l.Minimum
		b.derive("minimum", e, how)
	}
	if n.Maximum == nil && l.Maximum != nil {
		n.Maximum = l.Maximum
		b.derive("maximum", e, how)
	}
}
