package v230

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
	"github.com/boamp/boamp/internal/tree"
)

// results reads ATTRIBUTION: each DECISION is the outcome of a lot, with one or several contracts; without any, what the block
// says of the whole procedure is the one result.
func (b *body) results() {
	n, a := b.n, b.donnees.Child("ATTRIBUTION")
	whole, wholeAt := wholeOutcome(a)
	for d := range a.Each("DECISION") {
		b.decision(d, whole)
	}
	switch {
	case len(n.Results) > 0:
	case whole != "":
		n.Results = append(n.Results, notice.Result{Outcome: whole})
		b.declare("results.outcome", wholeAt)
	case n.SousNature == noAward:
		n.Results = append(n.Results, notice.Result{Outcome: notice.OutcomeUnknown, Reason: noAward})
		b.derive("results.outcome", b.typeAvis(), "the nature of the notice")
		b.derive("results.reason", b.typeAvis(), "the nature of the notice")
	}
	for i := range n.Results {
		if r := &n.Results[i]; r.Decided.IsZero() {
			b.date(&r.Decided, "results.decided", a.Child("DATE_DECISION"))
		}
	}
	b.tenderRange(a)
	b.sumAwards(a)
}

// noAward is the sub-nature of a result that awards nothing; it leaves open which of the two outcomes it was.
const noAward = "STANDARD_INFRUCTUEUX_SANS_SUITE"

// wholeOutcome is what ATTRIBUTION says of all lots together, "" when it says nothing.
func wholeOutcome(a tree.Node) (notice.Outcome, tree.Node) {
	if e := a.Child("TOTALEMENT_INFRUCTUEUX"); e.Exists() {
		return notice.OutcomeUnsuccessful, e
	}
	if e := a.Child("SANS_SUITE"); e.Exists() {
		return notice.OutcomeAbandoned, e
	}
	return "", tree.Node{}
}

// decision appends the results of one DECISION: one for each contract, at least one.
func (b *body) decision(d tree.Node, whole notice.Outcome) {
	var head notice.Result
	b.text(&head.Lot, "results.lot", d.Child("NUM_LOT"))
	b.text(&head.Contract, "results.contract", d.Child("NUM_MARCHE"))
	b.text(&head.Title, "results.title", d.Child("INTITULE"))
	head.Text = join("\n", b.clean("results.text", d.Child("DESCRIPTION")), b.clean("results.text", d.Child("AUTRES_INFORMATIONS")))
	if head.Text == head.Title || head.Text == b.n.Description {
		head.Text = ""
	}
	if head.Text != "" {
		b.declare("results.text", d)
	}
	b.outcome(&head, d, whole)
	contracts := b.contracts(d)
	if len(contracts) == 0 {
		b.n.Results = append(b.n.Results, head)
		return
	}
	for _, c := range contracts {
		r := head
		b.contract(&r, c.info)
		for _, t := range c.winners {
			if r.Amount.Usable() || !b.noWinner(&r, t) {
				r.Winners = append(r.Winners, b.winner(t))
			}
		}
		b.n.Results = append(b.n.Results, r)
	}
}

// noWinner reads the remark that a lot had no award, in the place of its winner's name.
func (b *body) noWinner(r *notice.Result, titulaire tree.Node) bool {
	name := titulaire.Child("DENOMINATION")
	outcome, ok := feed.NoAward(name.Text())
	if !ok {
		return false
	}
	if r.Outcome == notice.OutcomeAwarded {
		r.Outcome = outcome
		b.derive("results.outcome", name, "remark in the place of a winner")
	}
	b.text(&r.Reason, "results.reason", name)
	return true
}

// outcome sets how a lot ended: what DECISION says, else what ATTRIBUTION says of all, else that it has a winner.
func (b *body) outcome(r *notice.Result, d tree.Node, whole notice.Outcome) {
	const field = "results.outcome"
	switch {
	case d.Has("INFRUCTUEUX"):
		r.Outcome = notice.OutcomeUnsuccessful
		b.declare(field, d.Child("INFRUCTUEUX"))
	case d.Has("SANS_SUITE"):
		r.Outcome = notice.OutcomeAbandoned
		b.declare(field, d.Child("SANS_SUITE"))
	case d.Has("ATTRIBUE"):
		r.Outcome = notice.OutcomeAwarded
		b.declare(field, d.Child("ATTRIBUE"))
	case d.Has("TITULAIRE"):
		r.Outcome = notice.OutcomeAwarded
		b.derive(field, d, "a winner is named")
	case whole != "":
		r.Outcome = whole
		b.derive(field, d.Parent(), "the outcome of the whole procedure")
	default:
		r.Outcome = notice.OutcomeUnknown
	}
	if r.Outcome != notice.OutcomeAwarded && d.Has("TITULAIRE") {
		b.n.Flag(field, notice.FlagContradiction, string(r.Outcome), d.Path())
	}
}

// contract is one contract of a decision: its winners and what RENSEIGNEMENT says of it.
type contract struct {
	winners []tree.Node
	info    tree.Node
}

// contracts reads the alternation of TITULAIRE and RENSEIGNEMENT in a DECISION. A RENSEIGNEMENT closes the group of winners
// before it: T T R is a consortium. National forms write one RENSEIGNEMENT for each member of a consortium (T R T R) in which
// nothing is new but the name; such a pair joins the contract before it.
func (b *body) contracts(d tree.Node) []contract {
	var list []contract
	for _, c := range b.pairs(d) {
		if last := len(list) - 1; last >= 0 && addsNothing(c.info, list[last].info) {
			list[last].winners = append(list[last].winners, c.winners...)
			continue
		}
		list = append(list, c)
	}
	return list
}

// pairs groups winners and contracts by their order. The JSON of records gathers the elements of a name, so that T R T R reads
// T T R R: then, which is recognised by all winners standing before several RENSEIGNEMENT, the first winner goes with the
// first RENSEIGNEMENT and so on. Where the numbers differ this is a guess, and a warning says so.
func (b *body) pairs(d tree.Node) []contract {
	var winners, infos []tree.Node
	alternating := false
	var list []contract
	for e := range d.All() {
		last := len(list) - 1
		switch e.Name() {
		case "TITULAIRE":
			alternating = alternating || len(infos) > 0
			winners = append(winners, e)
			if last < 0 || list[last].info.Exists() {
				list = append(list, contract{})
				last++
			}
			list[last].winners = append(list[last].winners, e)
		case "RENSEIGNEMENT":
			infos = append(infos, e)
			if last < 0 || list[last].info.Exists() {
				list = append(list, contract{})
				last++
			}
			list[last].info = e
		}
	}
	if alternating || len(infos) < 2 || len(winners) < 2 {
		return list
	}
	if len(winners) != len(infos) {
		b.n.Warn(d.Path(), strconv.Itoa(len(winners))+" winners, "+strconv.Itoa(len(infos))+" contracts", "the document does not say which winner has which contract")
	}
	list = list[:0]
	for i, info := range infos {
		c := contract{info: info}
		if i < len(winners) {
			c.winners = append(c.winners, winners[i])
		}
		list = append(list, c)
	}
	if len(winners) > len(infos) {
		last := &list[len(list)-1]
		last.winners = append(last.winners, winners[len(infos):]...)
	}
	return list
}

// addsNothing reports whether info says nothing of a contract that before does not say already. An amount always adds: two
// contracts may cost the same.
func addsNothing(info, before tree.Node) bool {
	for e := range info.All() {
		if strings.HasPrefix(e.Name(), "MONTANT") && e.Name() != "MONTANT_INDEFINI" {
			return false
		}
		o := before.Child(e.Name())
		if !o.Exists() || o.Text() != e.Text() {
			return false
		}
	}
	return true
}

func (b *body) winner(e tree.Node) notice.Winner {
	w := notice.Winner{Party: b.party(e, &winnerFields)}
	switch {
	case e.Has("PME_OUI"):
		w.Size = "sme"
		b.declare("results.winners.size", e.Child("PME_OUI"))
	case e.Has("PME_NON"):
		w.Size = "large"
		b.declare("results.winners.size", e.Child("PME_NON"))
	}
	if strings.Contains(text.Fold(w.Name), "(mandataire)") {
		w.Role = "group-lead"
		b.derive("results.winners.role", e.Child("DENOMINATION"), "the name says so")
	}
	return w
}

// contract reads a RENSEIGNEMENT.
func (b *body) contract(r *notice.Result, e tree.Node) {
	// JOUE forms under the directives of 2014 ask here for the day the contract was concluded, all others for the day of the
	// award.
	switch b.n.Perimetre {
	case "DIRECTIVE-23", "DIRECTIVE-24", "DIRECTIVE-25":
		b.date(&r.Concluded, "results.concluded", e.Child("DATE_ATTRIBUTION"))
	default:
		b.date(&r.Decided, "results.decided", e.Child("DATE_ATTRIBUTION"))
	}
	r.Tenders = b.count("results.tenders", e.Child("NB_OFFRE_RECU"))
	if r.Tenders == nil {
		r.Tenders = b.count("results.tenders", e.Child("CONCOURS_NB_PARTICIPANT"))
	}
	b.setAmount(&r.Amount, "results.amount", e.Child("MONTANT"), e.Child("PRIX_ACHAT_OPPORTUNITE"), e.Child("COUT_OPPORTUNITE"))
	b.setAmount(&r.Minimum, "results.minimum", e.Child("MONTANT_MINI"))
	b.setAmount(&r.Maximum, "results.maximum", e.Child("MONTANT_MAXI"))
	b.setAmount(&r.Estimated, "results.estimated", e.Child("ESTIMATION_INITIALE"))
	b.setAmount(&r.Lowest, "results.lowest", e.Child("OFFRE_BASSE"))
	b.setAmount(&r.Highest, "results.highest", e.Child("OFFRE_ELEVEE"))
	if t := b.clean("results.text", e.Child("INFO_VALEUR")); t != "" {
		r.Text = join("\n", r.Text, t)
		b.declare("results.text", e.Child("INFO_VALEUR"))
	}
}

// count reads a number of tenders or participants; what is none is flagged.
func (b *body) count(field string, e tree.Node) *int {
	written := e.Text()
	if written == "" {
		return nil
	}
	v, ok := number(written)
	if n := int(v); ok && float64(n) == v {
		b.declare(field, e)
		return &n
	}
	b.n.Flag(field, notice.FlagBadAmount, written, e.Path())
	return nil
}

// tenderRange reads the lowest and highest tender that ATTRIBUTION gives for the whole: they belong to the one result. What
// they are of several results no value of the notice says.
func (b *body) tenderRange(a tree.Node) {
	n := b.n
	lowest, highest := a.Child("OFFRE_BASSE"), a.Child("OFFRE_ELEVEE")
	if len(n.Results) == 1 {
		r := &n.Results[0]
		b.setAmount(&r.Lowest, "results.lowest", lowest)
		b.setAmount(&r.Highest, "results.highest", highest)
		return
	}
	for _, e := range [...]tree.Node{lowest, highest} {
		if e.Text() != "" {
			n.Warn(e.Path(), e.Text(), "a tender of all lots together, which no single result has")
		}
	}
}

// sumAwards derives the total of the contracts where the document declares none and every contract has its amount: a part
// of the sum would look like the whole.
func (b *body) sumAwards(a tree.Node) {
	n := b.n
	if n.Awarded.Usable() || n.Stage == notice.StageModification {
		return
	}
	var amounts []*notice.Amount
	for i := range n.Results {
		if n.Results[i].Outcome != notice.OutcomeAwarded {
			continue
		}
		if !n.Results[i].Amount.Usable() {
			return
		}
		amounts = append(amounts, n.Results[i].Amount)
	}
	if sum := notice.SumAmounts(amounts); sum != nil {
		n.Awarded = sum
		delete(n.Origins, "awarded") // of a declared total that cannot be used
		b.derive("awarded", a.Child("DECISION"), "sum of the amounts of the contracts")
	}
}
