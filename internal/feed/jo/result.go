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
	to := money{&r.Amount, &r.Minimum, &r.Maximum, "results.amount", "results.minimum", "results.maximum"}
	readValue(n, to, either(e, "montant"))
	for t := range e.Each("titulaire") {
		if !r.Amount.Usable() && noWinner(n, r, t) {
			continue
		}
		var w notice.Winner
		readParty(n, "results.winners", &w.Party, t)
		if t.IsLeaf() {
			feed.SetText(n, &w.Name, "results.winners.name", t)
		}
		if w.Party != (notice.Party{}) {
			r.Winners = append(r.Winners, w)
		}
		for p := range t.Each("PersonneMorale") { // of a group that stands in one titulaire, the others by name
			if name := feed.Text(n, "results.winners.name", p); name != "" && name != w.Name {
				r.Winners = append(r.Winners, notice.Winner{Party: notice.Party{Name: name}})
			}
		}
	}
	feed.SetText(n, &r.Contract, "results.contract", either(e, "numMarche", "numeroMarche"))
	feed.SetDate(n, &r.Decided, "results.decided", e.Child("dateAttribution"))
	setTenders(n, r, e.Child("nbOffresRecues"))
}

// noWinner reads the remark that a lot had no award, in the place of its winner's name.
func noWinner(n *notice.Notice, r *notice.Result, titulaire tree.Node) bool {
	name := titulaire
	if !titulaire.IsLeaf() {
		name = either(titulaire, "PersonneMorale", "denomination")
	}
	outcome, ok := feed.NoAward(name.Text())
	if ok {
		if r.Outcome == notice.OutcomeAwarded || r.Outcome == notice.OutcomeUnknown {
			r.Outcome = outcome
			n.Derive("results.outcome", name.Path(), "remark in the place of a winner")
		}
		feed.SetText(n, &r.Reason, "results.reason", name)
	}
	return ok
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

// maxShared is the number of results up to which each gets the text that is said of all of them: more would make a long
// text of many lots very long.
const maxShared = 30

// readOtherInformation reads autresInformations, which speaks of all results: the day of the award and the text hold for each,
// the number of tenders only where there is one result to say it of.
func readOtherInformation(n *notice.Notice, e tree.Node) {
	text, count := e.Child("informations"), e.Child("nbOffresRecues")
	for i := range n.Results {
		r := &n.Results[i]
		feed.SetDate(n, &r.Decided, "results.decided", e.Child("dateAttribution"))
		if len(n.Results) <= maxShared {
			feed.SetText(n, &r.Text, "results.text", text)
		}
	}
	switch {
	case len(n.Results) == 1:
		setTenders(n, &n.Results[0], count)
		return
	case len(n.Results) <= maxShared:
		text = tree.Node{}
	}
	for _, c := range []tree.Node{count, text} {
		if c.Text() != "" {
			n.Warn(c.Path(), c.Text(), "said of all results together: no single one holds it")
		}
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
