package v230

import (
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// links reads every reference to an earlier notice. The header and the block RECTIF or ANNULATION repeat one another; a target
// is listed once, with the place that names it first.
func (b *body) links() {
	for a := range b.gestion.Child("MARCHE").Each("ANNONCE_ANTERIEUR") {
		b.anterior(a)
	}
	for a := range b.gestion.Child("REFERENCE").Each("ANNONCE_ANTERIEUR") {
		b.anterior(a)
	}
	for _, block := range [...]string{"RECTIF", "ANNULATION"} {
		for a := range b.donnees.Child(block).Each("ANNONCE_ANTERIEUR") {
			b.anterior(a)
		}
	}
	for r := range b.donnees.Child("PUBLICATION_ANTERIEURE").Each("REFERENCE_PUBLICATION") {
		b.publications(r, "")
	}
	for d := range b.donnees.Child("ATTRIBUTION").Each("DECISION") {
		b.publications(d, "")
	}
}

// anterior reads an ANNONCE_ANTERIEUR: the idweb, and each journal that published that notice as a link of its own.
func (b *body) anterior(a tree.Node) {
	reference := a.Child("REFERENCE")
	idweb := reference.Child("IDWEB")
	if !idweb.Exists() {
		idweb = a.Child("IDWEB")
	}
	nature := natureOf(reference.Child("TYPE_AVIS"))
	l := notice.Link{ID: feed.LinkedID(b.n, idweb), Evidence: notice.EvidenceAnteriorNotice, Nature: nature}
	for r := range a.Each("REFERENCE_PUBLICATION") {
		for _, name := range [...]string{"PUBLICATION_ELECTRONIQUE", "PUBLICATION_PAPIER"} {
			if d, ok := notice.ParseDate(r.Child(name, "DATE_PUBLICATION").Text()); ok && l.Date.IsZero() && d.Plausible() {
				l.Date = d
			}
		}
	}
	if l.ID != "" {
		b.link(l, idweb)
	}
	for r := range a.Each("REFERENCE_PUBLICATION") {
		b.publications(r, nature)
	}
}

// natureOf is what a reference says its target is: the nature, or the status where that says more.
func natureOf(avis tree.Node) string {
	if statut := avis.Child("STATUT").First().Name(); statut != "" && statut != "INITIAL" {
		return statut
	}
	return avis.Child("NATURE").First().Name()
}

// publications reads PUBLICATION_PAPIER and PUBLICATION_JOUE below e. An electronic publication has no number.
func (b *body) publications(e tree.Node, nature string) {
	for p := range e.Each("PUBLICATION_PAPIER") {
		day := b.published(p)
		b.publication(p, nature, notice.NewBOAMP(p.Child("TYPE_EDITION").Text(), p.Child("NUM_PARUTION").Text(), p.Child("NUM_ANNONCE").Text(), day))
	}
	for p := range e.Each("PUBLICATION_JOUE") {
		pub := notice.NewJOUE(p.Child("NUM_ANNONCE").Text(), p.Child("ANNEE").Text(), p.Child("NUM_PARUTION").Text(), b.published(p))
		if said := p.Child("NATURE").First().Name(); said != "" {
			nature = said
		}
		b.publication(p, nature, pub)
	}
}

// published is the day on which a publication appeared.
func (b *body) published(e tree.Node) (day notice.Date) {
	b.date(&day, "links.publication.date", e.Child("DATE_PUBLICATION"))
	return day
}

func (b *body) publication(e tree.Node, nature string, p notice.Publication) {
	if p.Number == "" {
		return
	}
	b.link(notice.Link{Publication: &p, Evidence: notice.EvidencePublication, Nature: nature, Date: p.Date}, e)
}

// link adds a link found at e unless its target is there already; the first may get what only a later one says.
func (b *body) link(l notice.Link, e tree.Node) {
	for i := range b.n.Links {
		o := &b.n.Links[i]
		if !sameTarget(o, &l) {
			continue
		}
		if o.Date.IsZero() {
			o.Date = l.Date
		}
		if o.Nature == "" {
			o.Nature = l.Nature
		}
		return
	}
	l.Path = e.Path()
	b.n.Links = append(b.n.Links, l)
	b.declare("links", e)
}

func sameTarget(a, b *notice.Link) bool {
	if a.Publication == nil || b.Publication == nil {
		return a.Publication == b.Publication && a.ID == b.ID
	}
	return a.Publication.SameNotice(*b.Publication)
}
