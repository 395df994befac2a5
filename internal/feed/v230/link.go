package v230

import (
	"strings"

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
		b.publication(p, nature, notice.Publication{
			Journal: "boamp", Number: p.Child("NUM_ANNONCE").Text(),
			Edition: join("/", p.Child("TYPE_EDITION").Text(), p.Child("NUM_PARUTION").Text()),
		})
	}
	for p := range e.Each("PUBLICATION_JOUE") {
		year, issue := p.Child("ANNEE").Text(), strings.TrimLeft(p.Child("NUM_PARUTION").Text(), "0")
		pub := notice.Publication{Journal: "joue", Number: strings.TrimLeft(p.Child("NUM_ANNONCE").Text(), "0")}
		if pub.Number != "" {
			pub.Number = join("-", pub.Number, year)
		}
		if issue != "" {
			pub.Edition = join("/", strings.Repeat("0", max(0, 3-len(issue)))+issue, year)
		}
		if said := p.Child("NATURE").First().Name(); said != "" {
			nature = said
		}
		b.publication(p, nature, pub)
	}
}

func (b *body) publication(e tree.Node, nature string, p notice.Publication) {
	if p.Number == "" {
		return
	}
	if written := e.Child("DATE_PUBLICATION"); written.Exists() {
		b.n.SetDate(&p.Date, "links.publication.date", written.Text(), written.Path())
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

// sameTarget compares two links. The number of the Official Journal is one of its year, that of the BOAMP one of its issue.
func sameTarget(a, b *notice.Link) bool {
	p, q := a.Publication, b.Publication
	if p == nil || q == nil {
		return p == q && a.ID == b.ID
	}
	if p.Journal != q.Journal || p.Number != q.Number {
		return false
	}
	return p.Journal == "joue" || p.Edition == q.Edition && p.Date == q.Date
}
