package eforms

import (
	"slices"
	"strconv"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// results fills what became of each lot, and the totals.
func (r *reader) results() {
	result := r.ext.Child("efac:NoticeResult")
	if !result.Exists() {
		return
	}
	g := r.newGraph(result)
	for e := range result.Each("efac:LotResult") {
		r.lotResult(g, e)
	}
	if len(g.results) == 0 {
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
			r.derive("results.outcome", e, "a winner is named")
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
	add := func(c *contract, tenders []tree.Node) {
		for _, part := range byLot(tenders) {
			one := notice.Result{Outcome: notice.OutcomeUnknown}
			if id := part[0].Child("efac:TenderLot", "cbc:ID"); id.Exists() {
				one.Lot = r.lotName(id)
			}
			a := r.award(g, c, part)
			if len(a.winners) > 0 {
				one.Outcome = notice.OutcomeAwarded
				r.derive("results.outcome", part[0], "a winner is named")
			}
			r.fill(&one, a)
			r.n.Results = append(r.n.Results, one)
		}
	}
	for _, c := range g.contracts {
		add(c, c.tenders.all)
	}
	if len(g.contracts) == 0 {
		add(&contract{}, g.tenders.all)
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
