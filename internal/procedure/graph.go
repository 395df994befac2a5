package procedure

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// graph is what a walk has found: notices, and the claims among them.
type graph struct {
	nodes map[string]*node // by id of the notice
	list  []*node          // the same, earliest first; nil when there are new ones
	gone  map[string]bool  // names of notices that were looked for and are not there
}

type node struct {
	n     *notice.Notice
	buyer identity
}

func newGraph() *graph { return &graph{nodes: map[string]*node{}, gone: map[string]bool{}} }

func (g *graph) add(n *notice.Notice) {
	if g.nodes[n.ID] == nil {
		g.nodes[n.ID] = &node{n, identityOf(n)}
		g.list = nil
	}
}

// ordered lists the notices, earliest first.
func (g *graph) ordered() []*node {
	if g.list == nil {
		for _, d := range g.nodes {
			g.list = append(g.list, d)
		}
		slices.SortFunc(g.list, func(a, b *node) int { return compareTime(a.n, b.n) })
	}
	return g.list
}

// named lists the notices that a link means: by idweb, by eForms identifier with or without version, by journal number.
func (g *graph) named(l *notice.Link) []*node {
	if l.ID != "" {
		if d := g.nodes[l.ID]; d != nil {
			return []*node{d}
		}
		return nil
	}
	var found []*node
	for _, d := range g.ordered() {
		if l.NoticeID != "" && answersTo(d.n, l.NoticeID) || l.Publication != nil && published(d.n, l.Publication) {
			found = append(found, d)
		}
	}
	return found
}

// answersTo reports whether an eForms identifier, with the version behind it or without, is that of the notice.
func answersTo(n *notice.Notice, id string) bool {
	if n.NoticeID == "" {
		return strings.EqualFold(n.ID, id)
	}
	return strings.EqualFold(n.NoticeID, id) || strings.EqualFold(n.NoticeID+"-"+n.NoticeVersion, id)
}

func published(n *notice.Notice, p *notice.Publication) bool {
	return p.Key() != "" && slices.ContainsFunc(n.Publications, func(own notice.Publication) bool { return own.SameNotice(*p) })
}

// wording is what a link says of its target.
func wording(l *notice.Link) string {
	switch p := l.Publication; {
	case l.ID != "":
		return l.ID
	case l.NoticeID != "":
		return l.NoticeID
	case p == nil:
		return ""
	case p.Key() != "":
		return p.Key()
	default:
		return strings.Trim(p.Journal+"/"+strings.Trim(p.Edition+"/"+p.Number, "/"), "/")
	}
}

// linksOf lists the links of a notice: those that its reader found, and those that only the flat record names.
func linksOf(n *notice.Notice) []notice.Link {
	links := n.Links
	for _, id := range n.Record.AnnonceLie {
		id = strings.TrimSpace(id)
		if notice.ValidID(id) && id != n.ID && !slices.ContainsFunc(links, func(l notice.Link) bool { return l.ID == id }) {
			links = append(slices.Clip(links), notice.Link{ID: id, Evidence: notice.EvidenceAnteriorNotice, Path: "annonce_lie"})
		}
	}
	return links
}

// links lists every claim among the notices that were found, judged.
func (g *graph) links() []Edge {
	var all []Edge
	for _, d := range g.ordered() {
		for _, l := range linksOf(d.n) {
			all = g.claim(all, d, &l)
		}
	}
	all = g.sameVersions(all)
	all = g.folders(all)
	g.breakCycles(all)
	return all
}

// claim adds what a link of d claims: to each notice that it means, or to one that is missing.
func (g *graph) claim(all []Edge, d *node, l *notice.Link) []Edge {
	targets := g.named(l)
	e := Ground{Kind: l.Evidence, Path: l.Path, Value: wording(l), Date: l.Date}
	if len(targets) == 0 {
		c := Edge{From: d.n.ID, To: e.Value, Relation: relation(d.n, l), Status: Missing, Evidence: []Ground{e}}
		if l.Publication != nil && l.Publication.Key() == "" {
			c.Reason = "the reference has no year, parution or number and cannot be looked up"
		}
		return merge(all, c)
	}
	for _, t := range targets {
		c := Edge{From: d.n.ID, To: t.n.ID, Relation: relation(d.n, l), Evidence: []Ground{e}}
		judge(&c, d, t, l)
		all = merge(all, c)
	}
	return all
}

// merge adds a link. One more ground of a link that is there makes it no less sure; a ground that did not count says so.
func merge(all []Edge, c Edge) []Edge {
	i := slices.IndexFunc(all, func(o Edge) bool { return o.From == c.From && o.To == c.To })
	if i < 0 {
		return append(all, c)
	}
	best, other := all[i], c
	if surer(&c, &all[i]) {
		best, other = c, all[i]
	}
	if best.Status != Rejected && other.Status == Rejected {
		for k := range other.Evidence {
			other.Evidence[k].Note = "does not count: " + other.Reason
		}
	}
	if !best.directed() || best.Relation == UsesEarlier && best.Status == Joined {
		best.Relation = other.Relation
	}
	if best.Status == Joined && best.Relation == UsesEarlier {
		best.Relation = Follows // prior information with the ContractFolderID of the call
	}
	best.Evidence = append(slices.Clip(all[i].Evidence), c.Evidence...)
	all[i] = best
	return all
}

var (
	statusRank = map[Status]int{Rejected: 0, Missing: 1, Related: 2, Joined: 3}
	gradeRank  = map[Grade]int{"": 0, Weak: 1, Strong: 2, Certain: 3}
)

func surer(a, b *Edge) bool {
	if statusRank[a.Status] != statusRank[b.Status] {
		return statusRank[a.Status] > statusRank[b.Status]
	}
	return gradeRank[a.Grade] > gradeRank[b.Grade]
}

// relation is what a notice does to the one that its link names.
func relation(n *notice.Notice, l *notice.Link) Relation {
	if elsewhere(l) {
		return UsesEarlier
	}
	switch roleOf(n) {
	case RoleCorrection:
		return Corrects
	case RoleCancellation:
		return Cancels
	case Role(notice.StageModification):
		return Modifies
	case Role(notice.StageAward):
		return Awards
	}
	return Follows
}

// elsewhere reports whether a link leads to another procedure: the prior information behind a lot (BT-125), the framework
// agreement behind a contract (OPT-100). The notice before this one in its own procedure (OPP-090) stands at the root.
func elsewhere(l *notice.Link) bool {
	return l.Evidence == notice.EvidencePreviousNotice &&
		(strings.Contains(l.Path, "ProcurementProjectLot") || strings.Contains(l.Path, "SettledContract"))
}
