package eforms

import (
	"slices"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// graph is efac:NoticeResult by the local ids through which its parts refer to one another. Everything is indexed once:
// one contract may cover a thousand lots.
type graph struct {
	result     tree.Node
	byID       map[string]tree.Node
	results    map[string]int         // lot -> how many results it has
	lotsOf     map[tree.Node][]string // tender -> the lots that it names
	tenders    tenderSet              // all efac:LotTender
	contracts  []*contract            // efac:SettledContract, in order
	contract   map[tree.Node]*contract
	contracted map[string][]*contract // lot -> contracts with a tender for it
	won        map[tree.Node]bool     // tenders that a contract names
}

func (r *reader) newGraph(result tree.Node) *graph {
	g := &graph{
		result: result, byID: make(map[string]tree.Node, 16), results: make(map[string]int, 8), lotsOf: make(map[tree.Node][]string, 8),
		contract: make(map[tree.Node]*contract, 8), contracted: make(map[string][]*contract, 8), won: make(map[tree.Node]bool, 8),
	}
	for e := range result.All() {
		switch e.Name() {
		case "efac:LotResult":
			g.results[e.Child("efac:TenderLot", "cbc:ID").Text()]++
		case "efac:SettledContract":
			g.contract[e] = &contract{}
			g.index(e)
		case "efac:LotTender", "efac:TenderingParty":
			g.index(e)
		}
	}
	for t := range result.Each("efac:LotTender") {
		g.lotsOf[t] = r.lotsNamed(g, t)
		g.tenders.add(t, g.lotsOf[t])
	}
	for e := range result.Each("efac:SettledContract") {
		r.readContract(g, e, g.contract[e])
	}
	return g
}

// index notes an element under its kind and local id; of two with one id the first stands.
func (g *graph) index(e tree.Node) {
	if id := e.Name() + localID(e); !g.byID[id].Exists() {
		g.byID[id] = e
	}
}

func localID(e tree.Node) string { return e.Child("cbc:ID").Text() }

// lotsNamed lists the lots that a tender names. It is empty for a tender for a group of lots, or for nothing known: only
// those who refer to such a tender can tell what it is for.
func (r *reader) lotsNamed(g *graph, tender tree.Node) []string {
	var lots []string
	for l := range tender.Each("efac:TenderLot") {
		id := localID(l)
		if _, ok := r.lotNames[id]; ok || g.results[id] > 0 {
			lots = append(lots, id)
		}
	}
	return lots
}

// contract is what a settled contract says (BT-150, 721, 145, 1451) and the tenders that it names (BT-3202).
type contract struct {
	number, title      string
	decided, concluded notice.Date
	tenders            tenderSet
}

func (r *reader) readContract(g *graph, e tree.Node, c *contract) {
	c.title = r.said("results.title", e, "cbc:Title")
	c.number = r.text("results.contract", e.Child("efac:ContractReference", "cbc:ID"))
	r.date(&c.decided, "results.decided", e.Child("cbc:AwardDate"))
	r.date(&c.concluded, "results.concluded", e.Child("cbc:IssueDate"))
	for _, t := range r.refs(g, e, "efac:LotTender") {
		g.won[t] = true
		c.tenders.add(t, g.lotsOf[t])
	}
	for _, lot := range c.tenders.lots {
		g.contracted[lot] = append(g.contracted[lot], c)
	}
	g.contracts = append(g.contracts, c)
}

// refs resolves the references of one kind below e; one without target is a warning.
func (r *reader) refs(g *graph, e tree.Node, kind string) []tree.Node {
	var list []tree.Node
	seen := map[tree.Node]bool{}
	for ref := range e.Each(kind) {
		id := localID(ref)
		target := g.byID[kind+id]
		switch {
		case id == "":
		case !target.Exists():
			r.n.Warn(ref.Path(), id, "reference without target")
		case !seen[target]:
			seen[target] = true
			list = append(list, target)
		}
	}
	return list
}

// tenderSet is a list of tenders by lot.
type tenderSet struct {
	all   []tree.Node
	lots  []string // in order of appearance
	byLot map[string][]tree.Node
	loose []tree.Node // tenders that name no lot
}

func (s *tenderSet) add(t tree.Node, lots []string) {
	s.all = append(s.all, t)
	if len(lots) == 0 {
		s.loose = append(s.loose, t)
		return
	}
	if s.byLot == nil {
		s.byLot = make(map[string][]tree.Node, 8)
	}
	for _, lot := range lots {
		if _, ok := s.byLot[lot]; !ok {
			s.lots = append(s.lots, lot)
		}
		s.byLot[lot] = append(s.byLot[lot], t)
	}
}

// of lists the tenders that may be for a lot: those that name it, then those that name none. Without a lot, all are.
func (s *tenderSet) of(lot string) []tree.Node {
	switch {
	case lot == "":
		return s.all
	case len(s.loose) == 0:
		return s.byLot[lot]
	}
	return slices.Concat(s.byLot[lot], s.loose)
}
