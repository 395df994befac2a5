package eforms

import (
	"slices"
	"strconv"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// graph is efac:NoticeResult by the local ids through which its parts refer to one another.
type graph struct {
	result    tree.Node
	tenders   []tree.Node // efac:LotTender
	contracts []tree.Node // efac:SettledContract
	byID      map[string]tree.Node
	won       map[string]bool // ids of the tenders that a contract names
	lots      map[string]int  // how many lot results each lot has
}

func newGraph(result tree.Node) *graph {
	g := &graph{result: result, byID: make(map[string]tree.Node, 16), won: make(map[string]bool, 8), lots: make(map[string]int, 8)}
	for e := range result.All() {
		switch e.Name() {
		case "efac:LotResult":
			g.lots[e.Child("efac:TenderLot", "cbc:ID").Text()]++
			continue
		case "efac:LotTender":
			g.tenders = append(g.tenders, e)
		case "efac:SettledContract":
			g.contracts = append(g.contracts, e)
			for t := range e.Each("efac:LotTender") {
				g.won[localID(t)] = true
			}
		case "efac:TenderingParty":
		default:
			continue
		}
		if id := e.Name() + localID(e); !g.byID[id].Exists() {
			g.byID[id] = e
		}
	}
	return g
}

func localID(e tree.Node) string { return e.Child("cbc:ID").Text() }

// refs resolves the references of one kind below e; one without target is a warning.
func (r *reader) refs(g *graph, e tree.Node, kind string) []tree.Node {
	var list []tree.Node
	for ref := range e.Each(kind) {
		id := localID(ref)
		target := g.byID[kind+id]
		switch {
		case id == "":
		case !target.Exists():
			r.n.Warn(ref.Path(), id, "reference without target")
		case !slices.Contains(list, target):
			list = append(list, target)
		}
	}
	return list
}

// ofLot reports whether a tender is for the lot: it names it, or it names no lot of the notice (but a group of lots, or
// nothing), so that only those who refer to it can tell.
func (r *reader) ofLot(tender tree.Node, lot string) bool {
	other := false
	for l := range tender.Each("efac:TenderLot") {
		id := localID(l)
		if id == lot {
			return true
		}
		_, known := r.lotNames[id]
		other = other || known
	}
	return !other || lot == ""
}

func (r *reader) tendersOfLot(tenders []tree.Node, lot string) []tree.Node {
	var list []tree.Node
	for _, t := range tenders {
		if r.ofLot(t, lot) {
			list = append(list, t)
		}
	}
	return list
}

// results fills what became of each lot, and the totals.
func (r *reader) results() {
	result := r.ext.Child("efac:NoticeResult")
	if !result.Exists() {
		return
	}
	g := newGraph(result)
	for e := range result.Each("efac:LotResult") {
		r.lotResult(g, e)
	}
	if len(g.lots) == 0 {
		r.contractsAlone(g)
	}
	r.totals(g)
}

// lotResult adds the results of one lot: one for each contract, or one.
func (r *reader) lotResult(g *graph, e tree.Node) {
	id := e.Child("efac:TenderLot", "cbc:ID")
	whole := notice.Result{Lot: r.lotName(id)}
	r.figures(&whole, e)
	r.outcome(&whole, e)
	if whole.Outcome != notice.OutcomeAwarded && whole.Outcome != notice.OutcomeUnknown {
		r.n.Results = append(r.n.Results, whole)
		return
	}
	awards := r.awards(g, e, id.Text())
	if len(awards) == 0 {
		r.n.Results = append(r.n.Results, whole)
		return
	}
	for i, a := range awards {
		one := notice.Result{Lot: whole.Lot}
		if i == 0 {
			one = whole
		}
		one.Outcome = whole.Outcome
		if e.Child("cbc:TenderResultCode").Text() == "" && len(a.winners) > 0 {
			one.Outcome = notice.OutcomeAwarded // VEAT and modifications leave the status out
		}
		r.fill(&one, a)
		r.n.Results = append(r.n.Results, one)
	}
}

// lotName is how results name a lot.
func (r *reader) lotName(id tree.Node) string {
	t := id.Text()
	if name, ok := r.lotNames[t]; ok {
		r.declare("results.lot", id)
		return name
	}
	if t != "" {
		r.n.Warn(id.Path(), t, "reference without target")
	}
	return t
}

// outcomes of a lot by BT-142.
var outcomes = map[string]notice.Outcome{
	"selec-w": notice.OutcomeAwarded, "open-nw": notice.OutcomePending, "clos-nw": notice.OutcomeUnsuccessful,
}

// abandoned lists the reasons (BT-144) for which a buyer or a court ended a procedure that had brought an acceptable tender, or
// that was not judged by its tenders: "sans suite". Where no tender came or none could be taken, it is "infructueux", which also
// stands for other reasons and none.
var abandoned = []string{"chan-need", "ins-fund", "one-admis", "rev-body", "rev-buyer", "tch-pr-error"}

// outcome reads BT-142 and BT-144.
func (r *reader) outcome(to *notice.Result, e tree.Node) {
	to.Outcome = notice.OutcomeUnknown
	code := e.Child("cbc:TenderResultCode")
	if r.withheld("results.outcome", hideStatus, e) {
		return
	}
	written := r.text("results.outcome", code)
	if o, ok := outcomes[written]; ok {
		to.Outcome = o
	} else if written != "" {
		r.n.Flag("results.outcome", notice.FlagUnknownCode, written, code.Path())
	}
	reason := e.Child("efac:DecisionReason")
	if reason.Exists() && !r.withheld("results.reason", hideReason, reason) {
		to.Reason = r.text("results.reason", reason.Child("efbc:DecisionReasonCode"))
	}
	if to.Outcome == notice.OutcomeUnsuccessful && slices.Contains(abandoned, to.Reason) {
		to.Outcome = notice.OutcomeAbandoned
	}
}

// figures reads what a lot result says of the lot as a whole: BT-710, 711, 709, 660 and 759.
func (r *reader) figures(to *notice.Result, e tree.Node) {
	to.Lowest = r.amount("results.lowest", e.Child("cbc:LowerTenderAmount"), hideLowest, e)
	to.Highest = r.amount("results.highest", e.Child("cbc:HigherTenderAmount"), hideHighest, e)
	values := e.Child("efac:FrameworkAgreementValues")
	to.Maximum = r.amount("results.maximum", values.Child("cbc:MaximumValueAmount"), hideLotCeiling, values)
	to.Estimated = r.amount("results.estimated",
		first(values.Child("efbc:ReestimatedValueAmount"), values.Child("cbc:ReestimatedValueAmount")), hideReestimate, values)
	to.Tenders = r.received(e)
}

// received is the number of tenders: BT-759 of type "tenders" (BT-760), else the one that names no type.
func (r *reader) received(e tree.Node) *int {
	const field = "results.tenders"
	var untyped, found tree.Node
	for s := range e.Each("efac:ReceivedSubmissionsStatistics") {
		code := s.Child("efbc:StatisticsCode").Text()
		switch {
		case code == "tenders" && !found.Exists():
			found = s
		case code == "" && !untyped.Exists():
			untyped = s
		}
	}
	if !found.Exists() {
		found = untyped
	}
	number := found.Child("efbc:StatisticsNumeric")
	if number.Text() == "" || r.withheld(field, hideCount, found) || r.withheld(field, hideCountType, found) || r.masked(field, number.Text(), number) {
		return nil
	}
	v, err := strconv.ParseFloat(number.Text(), 64)
	if number.Text() == "-1" {
		r.n.Flag(field, notice.FlagWithheld, "-1", number.Path())
		return nil
	}
	if err != nil || v < 0 || v > 100_000 || v != float64(int(v)) {
		r.n.Flag(field, notice.FlagBadAmount, number.Text(), number.Path())
		return nil
	}
	r.declare(field, number)
	count := int(v)
	return &count
}

// contractsAlone reads the contracts of notices without lot results (some VEAT and modifications), lot by lot; without
// contracts either, the tenders.
func (r *reader) contractsAlone(g *graph) {
	add := func(contract tree.Node, tenders []tree.Node) {
		for _, part := range byLot(tenders) {
			one := notice.Result{Outcome: notice.OutcomeUnknown}
			if id := part[0].Child("efac:TenderLot", "cbc:ID"); id.Exists() {
				one.Lot = r.lotName(id)
			}
			a := r.award(g, contract, part)
			if len(a.winners) > 0 {
				one.Outcome = notice.OutcomeAwarded
			}
			r.fill(&one, a)
			r.n.Results = append(r.n.Results, one)
		}
	}
	for _, c := range g.contracts {
		add(c, r.refs(g, c, "efac:LotTender"))
	}
	if len(g.contracts) == 0 {
		add(tree.Node{}, g.tenders)
	}
}

// byLot parts tenders by the lot that they name first, in order of appearance.
func byLot(tenders []tree.Node) [][]tree.Node {
	var parts [][]tree.Node
	at := map[string]int{}
	for _, t := range tenders {
		lot := t.Child("efac:TenderLot", "cbc:ID").Text()
		i, ok := at[lot]
		if !ok {
			i = len(parts)
			at[lot] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], t)
	}
	return parts
}
