package eforms

import (
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// award is a contract, if one is named, with the tenders that won it for one lot.
type award struct {
	contract *contract
	winners  []notice.Winner
	values   []*notice.Amount // of the tenders, nil for one without
}

// awards finds the contracts of a lot with their winners; without contracts, the winning tenders as one award.
func (r *reader) awards(g *graph, e tree.Node, lot string) []award {
	var contracts []*contract
	for _, c := range r.refs(g, e, "efac:SettledContract") {
		contracts = append(contracts, g.contract[c])
	}
	if len(contracts) == 0 {
		contracts = g.contracted[lot]
	}
	var listed tenderSet
	for _, t := range r.refs(g, e, "efac:LotTender") {
		listed.add(t, g.lotsOf[t])
	}
	own := listed.of(lot)
	if len(own) == 0 {
		own = g.tenders.of(lot)
	}
	if len(contracts) == 0 {
		if won := r.winningTenders(g, own, e); len(won) > 0 {
			return []award{r.award(g, &contract{}, won)}
		}
		return nil
	}
	var list []award
	for _, c := range contracts {
		named := &c.tenders
		won := named.of(lot)
		if g.results[lot] > 1 {
			won = narrow(won, listed.all)
		}
		if len(named.all) == 0 || len(won) == 0 && len(contracts) == 1 {
			won = r.winningTenders(g, own, e)
		}
		if len(won) > 0 || len(named.all) == 0 || len(contracts) == 1 {
			list = append(list, r.award(g, c, won))
		}
	}
	return list
}

// narrow keeps the tenders that a lot result lists, if it lists any of them: where one contract stands behind several
// results of one lot, each has its own tenders.
func narrow(tenders, listed []tree.Node) []tree.Node {
	here := make(map[tree.Node]bool, len(listed))
	for _, t := range listed {
		here[t] = true
	}
	var part []tree.Node
	for _, t := range tenders {
		if here[t] {
			part = append(part, t)
		}
	}
	if len(part) == 0 {
		return tenders
	}
	return part
}

// winningTenders tells the winners among the tenders of a lot where its contract does not: those that some contract names,
// else those of rank 1 (BT-171), else all, unless the list is known to hold losers too: in design contests, beside
// contracts, or where ranks are withheld.
func (r *reader) winningTenders(g *graph, tenders []tree.Node, lotResult tree.Node) []tree.Node {
	var named, firsts []tree.Node
	ranked, hidden := false, false
	for _, t := range tenders {
		if g.won[t] {
			named = append(named, t)
		}
		rank := t.Child("cbc:RankCode").Text()
		switch {
		case rank == "" || rank == "-1":
		case r.withheld("results.winners", hideRank, t):
			hidden = true
		default:
			ranked = true
			if rank == "1" {
				firsts = append(firsts, t)
			}
		}
	}
	switch {
	case len(named) > 0:
		return named
	case ranked && !hidden:
		return firsts
	case len(tenders) > 1 && (hidden || r.contest() || len(g.contracts) > 0):
		r.n.Warn(lotResult.Path(), localID(lotResult), "which tender won is not said")
		return nil
	}
	return tenders
}

// award reads the winners and values of tenders. A winner of several of them is named once.
func (r *reader) award(g *graph, c *contract, tenders []tree.Node) award {
	a := award{contract: c}
	type identity struct {
		name, id string
		address  notice.Place
	}
	seen := map[identity]bool{}
	for _, t := range tenders {
		value := r.amount("results.amount", t.Child("cac:LegalMonetaryTotal", "cbc:PayableAmount"), hideTenderValue, t)
		a.values = append(a.values, value)
		for _, w := range r.winners(g, t) {
			who := identity{name: w.Name, address: w.Address}
			if w.ID != nil {
				who.id = w.ID.Written
			}
			if seen[who] {
				continue
			}
			seen[who] = true
			if len(tenders) > 1 {
				w.Tender = value
			}
			a.winners = append(a.winners, w)
		}
	}
	return a
}

// winners are the tenderers of a tender: one firm, or the members of a group with its leader (OPT-170). Subcontractors are
// none.
func (r *reader) winners(g *graph, tender tree.Node) []notice.Winner {
	if r.withheld("results.winners", hideTenderers) {
		return nil
	}
	var list []notice.Winner
	var lead tree.Node
	for _, party := range r.refs(g, tender, "efac:TenderingParty") {
		for t := range party.Each("efac:Tenderer") {
			id := t.Child("cbc:ID")
			o, ok := r.orgs[id.Text()]
			if !ok {
				if id.Text() != "" {
					r.n.Warn(id.Path(), id.Text(), "reference without target")
				}
				continue
			}
			w := notice.Winner{Party: r.party("results.winners", o)}
			w.Size = r.text("results.winners.size", o.company.Child("efbc:CompanySizeCode"))
			if e := t.Child("efbc:GroupLeadIndicator"); isTrue(e) {
				w.Role, lead = groupLead, e
			}
			list = append(list, w)
		}
	}
	switch {
	case len(list) == 1:
		list[0].Role = "" // a firm alone leads nobody
	case lead.Exists():
		r.declare("results.winners.role", lead)
	}
	return list
}

// fill completes a result with an award: winners, the value of the tenders, and what the contract says.
func (r *reader) fill(to *notice.Result, a award) {
	to.Winners = a.winners
	to.Amount = r.worth(a.values)
	to.Title, to.Contract = a.contract.title, a.contract.number
	to.Decided, to.Concluded = a.contract.decided, a.contract.concluded
}

// worth is the value of a contract: that of its tender, or the sum where several tenders make it up. Tenders of a framework
// agreement with several holders do not add up, nor do values of which one is missing.
func (r *reader) worth(values []*notice.Amount) *notice.Amount {
	switch {
	case len(values) == 0:
		return nil
	case len(values) == 1:
		return values[0]
	case r.n.Framework:
		return nil
	}
	for _, v := range values {
		if !v.Usable() {
			return nil
		}
	}
	return notice.SumAmounts(values)
}

// totals fills BT-118 and BT-161, or the sum of the winning tenders if all of them have a value in one currency.
func (r *reader) totals(g *graph) {
	n, e := r.n, g.result
	fillAmount(&n.Maximum, r.amount("maximum",
		first(e.Child("efbc:OverallMaximumFrameworkContractsAmount"), e.Child("cbc:OverallMaximumFrameworkContractsAmount")), hideCeiling, e))
	n.Awarded = r.amount("awarded", e.Child("cbc:TotalAmount"), hideTotal, e)
	if n.Awarded != nil && n.Awarded.Flag != notice.FlagZeroAmount || n.Flagged("awarded", notice.FlagWithheld) {
		return
	}
	var values []*notice.Amount
	for _, res := range n.Results {
		if res.Outcome != notice.OutcomeAwarded {
			continue
		}
		if !res.Amount.Usable() {
			return
		}
		values = append(values, res.Amount)
	}
	if sum := notice.SumAmounts(values); sum != nil {
		n.Awarded = sum
		delete(n.Origins, "awarded")
		n.Derive("awarded", e.Path()+"/efac:LotTender/cac:LegalMonetaryTotal/cbc:PayableAmount", "sum of the winning tenders")
	}
}
