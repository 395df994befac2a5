package jo

import (
	"slices"
	"strconv"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readResults reads the element attribution of a section attribution: lotMarche, one for each lot, or resultat for the
// whole.
func readResults(n *notice.Notice, e tree.Node) {
	readResultLots(n, e)
	for lot := range e.Each("lotMarche") {
		before := len(n.Results)
		for r := range lot.Each("resultat") {
			readResult(n, r, lot)
		}
		if len(n.Results) == before {
			readResult(n, lot, lot)
		}
	}
	for r := range e.Each("resultat") {
		readResult(n, r, tree.Node{})
	}
	if e.Has("attribue") || e.Has("infructueux") || e.Has("sansSuite") {
		readResult(n, e, tree.Node{})
	}
}

// readResult reads attribue{titulaire, montant | montantIndefini}, infructueux or sansSuite.
func readResult(n *notice.Notice, e, lot tree.Node) {
	r := notice.Result{Outcome: notice.OutcomeUnknown}
	feed.SetText(n, &r.Lot, "results.lot", either(lot, "numLot", "num"))
	feed.SetText(n, &r.Title, "results.title", either(lot, "intituleLot", "intitule", "description"))
	outcome := func(c tree.Node, o notice.Outcome) {
		if c.Exists() && r.Outcome == notice.OutcomeUnknown {
			r.Outcome = o
			n.Declare("results.outcome", c.Path())
		}
	}
	awarded := e.Child("attribue")
	outcome(awarded, notice.OutcomeAwarded)
	outcome(e.Child("infructueux"), notice.OutcomeUnsuccessful)
	outcome(e.Child("sansSuite"), notice.OutcomeAbandoned)
	for _, around := range []tree.Node{e, awarded} {
		readAward(n, &r, around)
	}
	if r.Outcome == notice.OutcomeUnknown && len(r.Winners) > 0 {
		r.Outcome = notice.OutcomeAwarded
		n.Derive("results.outcome", e.Path(), "the result names winners")
	}
	if !awarded.Exists() {
		feed.SetText(n, &r.Reason, "results.reason", either(e, "motif", "infructueux", "sansSuite"))
		for _, c := range []tree.Node{e.Child("infructueux"), e.Child("sansSuite")} {
			feed.SetText(n, &r.Reason, "results.reason", c.Child("motif"))
		}
	}
	n.Results = append(n.Results, r)
}

// readAward reads winners, amount, date and number of tenders.
func readAward(n *notice.Notice, r *notice.Result, e tree.Node) {
	for t := range e.Each("titulaire") {
		var w notice.Winner
		readParty(n, "results.winners", &w.Party, t)
		if t.IsLeaf() {
			feed.SetText(n, &w.Name, "results.winners.name", t)
		}
		if w.Party != (notice.Party{}) {
			r.Winners = append(r.Winners, w)
		}
	}
	to := money{&r.Amount, &r.Minimum, &r.Maximum, "results.amount", "results.minimum", "results.maximum"}
	readValue(n, to, either(e, "montant"))
	feed.SetText(n, &r.Contract, "results.contract", either(e, "numMarche", "numeroMarche"))
	feed.SetDate(n, &r.Decided, "results.decided", e.Child("dateAttribution"))
	setTenders(n, r, e.Child("nbOffresRecues"))
}

func setTenders(n *notice.Notice, r *notice.Result, e tree.Node) {
	if e.Text() == "" || r.Tenders != nil {
		return
	}
	v, err := strconv.Atoi(e.Text())
	if err != nil || v < 0 {
		n.Flag("results.tenders", notice.FlagBadAmount, e.Text(), e.Path())
		return
	}
	r.Tenders = &v
	n.Declare("results.tenders", e.Path())
}

// readOtherInformation reads autresInformations, which speaks of all results: the day of the award holds for each, the
// number of tenders and the text only where there is one result to say it of.
func readOtherInformation(n *notice.Notice, e tree.Node) {
	for i := range n.Results {
		feed.SetDate(n, &n.Results[i].Decided, "results.decided", e.Child("dateAttribution"))
	}
	if len(n.Results) == 1 {
		setTenders(n, &n.Results[0], e.Child("nbOffresRecues"))
		feed.SetText(n, &n.Results[0].Text, "results.text", e.Child("informations"))
	}
}

// finishResults makes what follows from all results together. A notice of intention names the winner to be: its contract
// is not awarded yet. The total is summed only when every award has its amount; half a sum would look like a whole one.
func finishResults(n *notice.Notice, stage notice.Stage) {
	if stage == notice.StageIntention {
		for i := range n.Results {
			if n.Results[i].Outcome == notice.OutcomeAwarded {
				n.Results[i].Outcome = notice.OutcomePending
			}
		}
		return
	}
	var amounts []*notice.Amount
	for _, r := range n.Results {
		if r.Outcome == notice.OutcomeAwarded {
			amounts = append(amounts, r.Amount)
		}
	}
	missing := func(a *notice.Amount) bool { return !a.Usable() }
	if len(amounts) == 0 || slices.ContainsFunc(amounts, missing) || n.Awarded != nil {
		return
	}
	if n.Awarded = notice.SumAmounts(amounts); n.Awarded != nil {
		n.Derive("awarded", n.Origins["results.amount"].Path, "sum of the amounts of all results")
	}
}
