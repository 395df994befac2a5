package v110

import (
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readLinks collects the references to earlier notices: those that the portal found (index of a record), the publications
// that a result names, the notice that a correction or a result refers to (RECTIF). Numbers in free text are left alone.
func (r *body) readLinks() {
	for e := range each(r.gestion, "INDEXATION", "AVISLIEE", "AVIS_PRECEDENT") {
		r.addLink(notice.Link{ID: e.Child("IDWEB").Text(), Evidence: notice.EvidenceAnteriorNotice, Date: textDate(e.Child("DATEPARUTION"))}, e)
	}
	for e := range each(r.donnees, "INFO", "PUBLICATIONS", "PUBLICATION") {
		r.readReferences(e, "")
	}
	for e := range each(r.donnees, "INFO", "RECTIFICATIF") {
		r.readReferences(e, "RECTIFICATIF")
	}
	for e := range each(r.donnees, "RECTIF") {
		r.readReferences(e, "")
	}
}

var references = grouping{
	again: map[string]bool{"PARUTION": true, "PARUT": true, "EDITION": true, "ANNONCE": true, "NO_ANN": true, "REF_JOUE": true, "DATE": true},
	only: map[string]bool{"PARUTION": true, "PARUT": true, "EDITION": true, "TYPE": true, "ANNONCE": true, "NO_ANN": true, "REF_JOUE": true,
		"DATE": true},
}

// readReferences reads the references of one block: several may stand in a row, each with its parution, number and day.
func (r *body) readReferences(block tree.Node, nature string) {
	cut := references
	cut.record = r.record
	for _, g := range cut.cut(r.n, block) {
		l := notice.Link{Evidence: notice.EvidencePublication, Nature: nature, Date: textDate(g.get("DATE"))}
		number := tidyCode(g.get("ANNONCE", "NO_ANN").Text())
		switch {
		case notice.IsIdweb(number):
			l.ID, l.Evidence = number, notice.EvidenceAnteriorNotice
			if l.Date.IsZero() { // "Mis en ligne sur Internet du 07/03/2008 au 01/04/2008"
				if found := dates(g.get("PARUTION").Text()); len(found) > 0 {
					l.Date = found[0].date
				}
			}
		default:
			p := r.printed(g, number, l.Date)
			if p.Number != "" || p.Edition != "" {
				l.Publication = &p
			}
		}
		r.addLink(l, block)
		if ref := g.get("REF_JOUE"); tidy(ref.Text()) != "" {
			p := official(tidy(feed.Text(r.n, "links.publication", ref)))
			p.Date = l.Date
			r.addLink(notice.Link{Publication: &p, Evidence: notice.EvidencePublication, Nature: nature, Date: l.Date}, ref)
		}
	}
}

// official is a reference to the Official Journal; one of another form stands as written.
func official(ref string) notice.Publication {
	if p, ok := notice.ParseJOUE(tidyCode(ref)); ok {
		return p
	}
	return notice.Publication{Journal: notice.JournalJOUE, Number: ref}
}

// printed is the place of a reference in the printed bulletin: parution "57 A", or PARUT 57 and TYPE A.
func (r *body) printed(g group, number string, day notice.Date) notice.Publication {
	edition := g.get("EDITION")
	issue, letter := tidyCode(g.get("PARUT").Text()), tidyCode(g.get("TYPE").Text())
	if issue == "" {
		issue = tidyCode(g.get("PARUTION").Text())
	}
	if edition.Exists() && !edition.IsLeaf() {
		issue, letter = tidyCode(edition.Child("NUM").Text()), tidyCode(edition.Child("TYPE").Text())
	}
	if strings.HasPrefix(fold(issue), "mis en ligne") { // says when it was shown, not where it stands
		issue, letter = "", ""
	}
	return notice.NewBOAMP(letter, issue, number, day)
}

// textDate is the one date in an element's text, zero when there is none.
func textDate(e tree.Node) notice.Date {
	d, _ := date(e.Text())
	return d
}

// addLink adds a link that says something, once, and never one to the notice itself.
func (r *body) addLink(l notice.Link, e tree.Node) {
	if l.ID == "" && l.Publication == nil || l.ID == r.n.ID {
		return
	}
	l.Path = e.Path()
	key := struct {
		id, nature string
		at         notice.Publication
	}{id: l.ID, nature: l.Nature}
	if l.Publication != nil {
		key.at = *l.Publication
	}
	if r.once(key) {
		r.n.Links = append(r.n.Links, l)
		declare(r.n, "links", e)
	}
}
