package v110

import (
	"regexp"
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
			p := notice.Publication{Journal: "boamp", Number: number, Edition: r.issue(g, l.Date), Date: l.Date}
			if p.Number != "" || p.Edition != "" {
				l.Publication = &p
			}
		}
		r.addLink(l, block)
		if ref := g.get("REF_JOUE"); tidy(ref.Text()) != "" {
			r.addLink(notice.Link{Publication: &notice.Publication{Journal: "joue", Number: tidy(feed.Text(r.n, "links.publication", ref)), Date: l.Date},
				Evidence: notice.EvidencePublication, Nature: nature, Date: l.Date}, ref)
		}
	}
}

var issueForm = regexp.MustCompile(`^(\d{1,4})\s*([A-Z])$`)

// issue is the parution of a reference, in the form of Publication.Edition where its year is known: "57 A" of 2008 and
// PARUT 57, TYPE A are "A/20080057".
func (r *body) issue(g group, day notice.Date) string {
	edition := g.get("EDITION")
	number, letter := tidyCode(g.get("PARUT").Text()), tidyCode(g.get("TYPE").Text())
	if number == "" {
		number = tidyCode(g.get("PARUTION").Text())
		if m := issueForm.FindStringSubmatch(number); m != nil {
			number, letter = m[1], m[2]
		}
	}
	if edition.Exists() && !edition.IsLeaf() {
		number, letter = tidyCode(edition.Child("NUM").Text()), tidyCode(edition.Child("TYPE").Text())
	}
	if strings.HasPrefix(fold(number), "mis en ligne") { // says when it was shown, not where it stands
		return ""
	}
	if day.IsZero() || len(number) > 4 || strings.Trim(number, "0123456789") != "" || number == "" {
		return strings.TrimSpace(number + " " + letter)
	}
	return strings.Trim(letter+"/"+day.String()[:4]+("0000" + number)[len(number):], "/")
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
