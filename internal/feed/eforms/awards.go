package eforms

import (
	"slices"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// award is a contract, if one is named, with the tenders that won it for one lot.
type award struct {
	contract tree.Node
	winners  []notice.Winner
	values   []*notice.Amount // of the tenders, nil for one without
}

// awards finds the contracts of a lot with their winners; without contracts, the winning tenders as one award.
func (r *reader) awards(g *graph, e tree.Node, lot string) []award {
	contracts := r.refs(g, e, "efac:SettledContract")
	if len(contracts) == 0 {
		contracts = r.contractsOfLot(g, lot)
	}
	listed := r.refs(g, e, "efac:LotTender")
	own := r.tendersOfLot(listed, lot)
	if len(own) == 0 {
		own = r.tendersOfLot(g.tenders, lot)
	}
	if len(contracts) == 0 {
		if won := r.winningTenders(g, own, e); len(won) > 0 {
			return []award{r.award(g, tree.Node{}, won)}
		}
		return nil
	}
	var list []award
	for _, c := range contracts {
		named := r.refs(g, c, "efac:LotTender")
		won := r.tendersOfLot(named, lot)
		if part := common(won, listed); g.lots[lot] > 1 && len(part) > 0 {
			won = part // one contract, several results of one lot: each has its own tenders
		}
		if len(named) == 0 || len(won) == 0 && len(contracts) == 1 {
			won = r.winningTenders(g, own, e)
		}
		if len(won) > 0 || len(named) == 0 || len(contracts) == 1 {
			list = append(list, r.award(g, c, won))
		}
	}
	return list
}

// common is what a has in common with b.
func common(a, b []tree.Node) []tree.Node {
	var list []tree.Node
	for _, x := range a {
		if slices.Contains(b, x) {
			list = append(list, x)
		}
	}
	return list
}

// contractsOfLot finds the contracts that name a tender of the lot, for lot results that name no contract.
func (r *reader) contractsOfLot(g *graph, lot string) []tree.Node {
	var list []tree.Node
	for _, c := range g.contracts {
		if len(r.tendersOfLot(r.refs(g, c, "efac:LotTender"), lot)) > 0 {
			list = append(list, c)
		}
	}
	return list
}

// winningTenders tells the winners among the tenders of a lot where its contract does not: those that some contract names,
// else those of rank 1 (BT-171), else all, unless the list is known to hold losers too: in design contests, beside
// contracts, or where ranks are withheld.
func (r *reader) winningTenders(g *graph, tenders []tree.Node, lotResult tree.Node) []tree.Node {
	var named, firsts []tree.Node
	ranked, hidden := false, false
	for _, t := range tenders {
		if g.won[localID(t)] {
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

// award reads the winners and values of tenders.
func (r *reader) award(g *graph, contract tree.Node, tenders []tree.Node) award {
	a := award{contract: contract}
	for _, t := range tenders {
		value := r.amount("results.amount", t.Child("cac:LegalMonetaryTotal", "cbc:PayableAmount"), hideTenderValue, t)
		a.values = append(a.values, value)
		winners := r.winners(g, t)
		for _, w := range winners {
			if len(tenders) > 1 {
				w.Tender = value
			}
			if !slices.ContainsFunc(a.winners, func(o notice.Winner) bool { return sameWinner(o, w) }) {
				a.winners = append(a.winners, w)
			}
		}
	}
	return a
}

// sameWinner compares what the winners are, not what they offered.
func sameWinner(a, b notice.Winner) bool {
	return a.Name == b.Name && a.Address == b.Address && (a.ID == b.ID || a.ID != nil && b.ID != nil && *a.ID == *b.ID)
}

// winners are the tenderers of a tender: one firm, or the members of a group with its leader (OPT-170). Subcontractors are
// none.
func (r *reader) winners(g *graph, tender tree.Node) []notice.Winner {
	if r.withheld("results.winners", hideTenderers) {
		return nil
	}
	var list []notice.Winner
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
			if isTrue(t.Child("efbc:GroupLeadIndicator")) {
				w.Role = groupLead
			}
			list = append(list, w)
		}
	}
	if len(list) == 1 {
		list[0].Role = "" // a firm alone leads nobody
	}
	return list
}

// fill completes a result with an award: winners, the value of the tenders, and what the contract says (BT-150, 721, 145,
// 1451).
func (r *reader) fill(to *notice.Result, a award) {
	to.Winners = a.winners
	to.Amount = r.worth(a.values)
	c := a.contract
	to.Title = r.said("results.title", c, "cbc:Title")
	to.Contract = r.text("results.contract", c.Child("efac:ContractReference", "cbc:ID"))
	r.date(&to.Decided, "results.decided", c.Child("cbc:AwardDate"))
	r.date(&to.Concluded, "results.concluded", c.Child("cbc:IssueDate"))
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
	if n.Awarded != nil && n.Awarded.Flag != notice.FlagZeroAmount {
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
