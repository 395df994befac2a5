package jo

import (
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readCorrections reads infosRectif, which repeats: a free text (FNSimple), or rubrique, auLieuDe, lire, ajouter (MAPA). A
// changed date may come as rubDelais (what is due), auLieuDeDate, lireDate; that of the reception of tenders is the
// notice's deadline.
func readCorrections(n *notice.Notice, s tree.Node) {
	for e := range s.Each("infosRectif") {
		if e.IsLeaf() {
			readTextCorrection(n, e)
			continue
		}
		for _, part := range parts(e) {
			addCorrection(n, part)
		}
	}
}

// part is the elements of one change, in document order.
type part []tree.Node

func (p part) get(name string) tree.Node {
	for _, e := range p {
		if e.Name() == name {
			return e
		}
	}
	return tree.Node{}
}

// parts cuts an infosRectif into changes: a name that comes again begins the next one. From JSON all elements of a name
// come together, and then the k-th of each name belong together. Elements that group others are opened.
func parts(e tree.Node) []part {
	var leaves []tree.Node
	for c := range e.Descend() {
		if c.IsLeaf() && c.Text() != "" && c != e {
			leaves = append(leaves, c)
		}
	}
	if grouped(leaves) {
		return byPosition(leaves)
	}
	var all []part
	var names map[string]bool // of the last part
	for _, c := range leaves {
		if len(all) == 0 || names[c.Name()] {
			all, names = append(all, part{}), map[string]bool{}
		}
		names[c.Name()] = true
		all[len(all)-1] = append(all[len(all)-1], c)
	}
	return all
}

// grouped reports whether every name stands in one run, one of them longer than one.
func grouped(leaves []tree.Node) bool {
	seen := map[string]bool{}
	repeated, before := false, ""
	for _, c := range leaves {
		name := c.Name()
		if name == before {
			repeated = true
		} else if seen[name] {
			return false
		}
		seen[name], before = true, name
	}
	return repeated
}

func byPosition(leaves []tree.Node) []part {
	var all []part
	k, before := 0, ""
	for _, c := range leaves {
		if k++; c.Name() != before {
			k, before = 0, c.Name()
		}
		if k == len(all) {
			all = append(all, part{})
		}
		all[k] = append(all[k], c)
	}
	return all
}

func addCorrection(n *notice.Notice, p part) {
	var c notice.Correction
	var rest []string
	for _, e := range p {
		switch e.Name() {
		case "rubrique", "rubDelais":
			feed.SetText(n, &c.Section, "corrections.section", e)
		case "numLot":
			feed.SetText(n, &c.Lot, "corrections.lot", e)
		case "auLieuDe", "supprimer":
			feed.SetText(n, &c.Before, "corrections.before", e)
		case "lire", "ajouter":
			feed.SetText(n, &c.After, "corrections.after", e)
		case "auLieuDeDate":
			feed.SetText(n, &c.DateBefore, "corrections.date_before", e)
		case "lireDate":
			feed.SetText(n, &c.DateAfter, "corrections.date_after", e)
		default:
			rest = append(rest, feed.Text(n, "corrections.text", e))
			n.Declare("corrections.text", e.Path())
		}
	}
	c.Text = strings.Join(rest, "\n")
	n.Corrections = append(n.Corrections, c)
	switch p.get("rubDelais").Text() {
	case "ReceptionOffres":
		feed.SetDeadline(n, &n.Deadline, "deadline", notice.DeadlineTenders, p.get("lireDate"))
	case "ReceptionCandidatures":
		feed.SetDeadline(n, &n.Deadline, "deadline", notice.DeadlineParticipation, p.get("lireDate"))
	}
}

// regular is the form in which one platform writes changes into the free text of FNSimple.
var regular = regexp.MustCompile(`(?s)^Rubrique : (.+?), Au lieu de (.+), lire (.+)$`)

// readTextCorrection keeps the text of a change. Where it has the regular form "Rubrique : X, Au lieu de A, lire B", and
// only one way to cut it, it is also cut; the text stays beside the parts.
func readTextCorrection(n *notice.Notice, e tree.Node) {
	var c notice.Correction
	feed.SetText(n, &c.Text, "corrections.text", e)
	if c.Text == "" {
		return
	}
	if m := regular.FindStringSubmatch(c.Text); m != nil && strings.Count(c.Text, ", Au lieu de ") == 1 && strings.Count(c.Text, ", lire ") == 1 {
		c.Section, c.Before, c.After = m[1], m[2], m[3]
		for _, field := range []string{"corrections.section", "corrections.before", "corrections.after"} {
			n.Derive(field, e.Path(), "text of the form 'Rubrique : X, Au lieu de A, lire B'")
		}
	}
	n.Corrections = append(n.Corrections, c)
}

// structure are the children of a section that describe the notice; whatever else a cancellation or a modification says is
// its reason.
var structure = map[string]bool{
	"avisInitial": true, "natureMarche": true, "description": true, "descriptionReduite": true, "descriptionMarche": true,
	"procedure": true, "communication": true, "caracteristiques": true, "lots": true, "duree": true, "delais": true,
	"criteres": true, "conditions": true, "justifications": true, "renseignements": true, "adressesComplt": true,
	"attribution": true, "attributionMarche": true,
}

// readCancellation reads why a notice was cancelled. No document with an element annulation is known: every text of it
// that is not part of the description counts as reason.
func readCancellation(n *notice.Notice, s tree.Node) {
	if reason := otherTexts(n, "corrections.reason", s); reason != "" {
		n.Corrections = append(n.Corrections, notice.Correction{Reason: reason})
		n.Declare("corrections.reason", s.Path())
	}
}

// readModification reads what a modification of a contract says beside its description, as readCancellation does.
func readModification(n *notice.Notice, s tree.Node) {
	if text := otherTexts(n, "corrections.text", s); text != "" {
		n.Corrections = append(n.Corrections, notice.Correction{Text: text})
		n.Declare("corrections.text", s.Path())
	}
}

func otherTexts(n *notice.Notice, field string, s tree.Node) string {
	var texts []string
	for c := range s.All() {
		if structure[c.Name()] {
			continue
		}
		for x := range c.Descend() {
			if t := feed.Text(n, field, x); t != "" {
				texts = append(texts, t)
			}
		}
	}
	return strings.Join(texts, "\n")
}
