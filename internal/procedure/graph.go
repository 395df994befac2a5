package procedure

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// graph is what a walk has found: notices, and the claims among them.
type graph struct {
	nodes map[string]*node   // by id of the notice
	list  []*node            // the same, earliest first; nil when there are new ones
	names map[string][]*node // the same by their names besides the id, see ownNames; made with list
}

type node struct {
	n     *notice.Notice
	buyer identity
}

func newGraph() *graph { return &graph{nodes: map[string]*node{}} }

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
		g.names = map[string][]*node{}
		for _, d := range g.list {
			for _, name := range ownNames(d.n) {
				name = strings.ToLower(name)
				g.names[name] = append(g.names[name], d)
			}
		}
	}
	return g.list
}

// named lists the notices that a link means: by idweb, by eForms identifier with or without version, by journal number.
func (g *graph) named(l *notice.Link) []*node {
	switch {
	case l.ID != "":
		if d := g.nodes[l.ID]; d != nil {
			return []*node{d}
		}
		return nil
	case l.NoticeID != "":
		return g.names[strings.ToLower(l.NoticeID)]
	case l.Publication != nil:
		return g.names[strings.ToLower(l.Publication.Key())]
	}
	return nil
}

// answersTo reports whether an eForms identifier, with the version behind it or without, is that of the notice.
func answersTo(n *notice.Notice, id string) bool {
	if n.NoticeID == "" {
		return strings.EqualFold(n.ID, id)
	}
	return strings.EqualFold(n.NoticeID, id) || strings.EqualFold(n.NoticeID+"-"+n.NoticeVersion, id)
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
	links := slices.Clip(n.Links)
	known := map[string]bool{n.ID: true}
	for i := range n.Links {
		known[n.Links[i].ID] = true
	}
	for _, id := range n.Record.AnnonceLie {
		if id = strings.TrimSpace(id); notice.ValidID(id) && !known[id] {
			known[id] = true
			links = append(links, notice.Link{ID: id, Evidence: notice.EvidenceAnteriorNotice, Path: "annonce_lie"})
		}
	}
	return links
}

// Among judges every claim among some notices, wherever it leads.
func Among(notices []*notice.Notice) []Edge {
	g := newGraph()
	for _, n := range notices {
		g.add(n)
	}
	return g.links()
}

// links lists every claim among the notices that were found, judged.
func (g *graph) links() []Edge {
	all := &edges{at: map[[2]string]int{}}
	for _, d := range g.ordered() {
		for _, l := range linksOf(d.n) {
			g.claim(all, d, &l)
		}
	}
	g.sameVersions(all)
	g.folders(all)
	g.breakCycles(all.list)
	return all.list
}

// edges gathers claims, one for each pair of notices.
type edges struct {
	list []Edge
	at   map[[2]string]int
}

// claim adds what a link of d claims: to each notice that it means, or to one that is missing.
func (g *graph) claim(all *edges, d *node, l *notice.Link) {
	targets := g.named(l)
	e := Ground{Kind: l.Evidence, Path: l.Path, Value: wording(l), Date: l.Date}
	if len(targets) == 0 {
		c := Edge{From: d.n.ID, To: e.Value, Relation: relation(d.n, l), Status: Missing, Evidence: []Ground{e}}
		if l.Publication != nil && l.Publication.Key() == "" {
			c.Reason = "the reference has no year, parution or number and cannot be looked up"
		}
		all.add(c)
		return
	}
	for _, t := range targets {
		c := Edge{From: d.n.ID, To: t.n.ID, Relation: relation(d.n, l), Evidence: []Ground{e}}
		judge(&c, d, t, l)
		all.add(c)
	}
}

// add takes a link. One more ground of a link that is there makes it no less sure; a ground that did not count says so.
func (e *edges) add(c Edge) {
	pair := [2]string{c.From, c.To}
	if back, ok := e.at[[2]string{c.To, c.From}]; ok && !c.directed() && e.list[back].Status != Rejected {
		pair = [2]string{c.To, c.From} // on one day, a document knows the order better
		c.From, c.To = c.To, c.From
	}
	i, ok := e.at[pair]
	if !ok {
		e.at[pair] = len(e.list)
		e.list = append(e.list, c)
		return
	}
	best, other := e.list[i], c
	if surer(&c, &e.list[i]) {
		best, other = c, e.list[i]
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
	best.Evidence = append(slices.Clip(e.list[i].Evidence), c.Evidence...)
	e.list[i] = best
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
