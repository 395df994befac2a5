package v110

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Results stand in three places: PROCEDURE/LOTS (each lot from its NUM_LOT on, in any order), PROCEDURE/MARCHES (one contract)
// and, in the short form 6, the IDENT elements after the procedure.
var (
	awardLots = grouping{
		opener: "NUM_LOT",
		again:  map[string]bool{"DESC": true, "NOM": true},
		handed: map[string]bool{"NUM_LOT": true, "DESC": true, "AUTRES": true},
		repeat: "NOM",
	}
	awardContracts = grouping{again: map[string]bool{"NOM": true}}
)

// hasContracts reports whether the body describes contracts.
func (r *body) hasContracts() bool {
	for p := range r.procedures() {
		if p.Has("LOTS") || p.Has("MARCHES") {
			return true
		}
	}
	return false
}

// readAwards reads the results of a notice of results.
func (r *body) readAwards() {
	n := r.n
	if n.Stage != notice.StageAward && !r.hasContracts() {
		return
	}
	for p := range r.procedures() {
		r.readContracts(awardLots, p, "LOTS")
		r.readContracts(awardContracts, p, "MARCHES")
	}
	r.readWinners()
	if len(n.Results) == 0 && n.Stage == notice.StageAward {
		r.readNoAward()
	}
	r.shareValues()
	r.sumAwards()
}

// readContracts reads the results of the blocks of that name in a procedure.
func (r *body) readContracts(cut grouping, procedure tree.Node, name string) {
	cut.record = r.record
	for block := range procedure.Each(name) {
		for _, g := range cut.cut(r.n, block) {
			res, lot := r.contract(g)
			if res.Outcome == notice.OutcomeUnknown && res.Reason == "" && res.Title == "" && res.Contract == "" && res.Amount == nil && lot.Number == "" {
				continue
			}
			r.n.Results = append(r.n.Results, res)
			declare(r.n, "results", block)
			if lot.Number != "" {
				r.addLot(lot)
				r.sameOrigin("lots.number", "results.lot")
				r.sameOrigin("lots.title", "results.title")
			}
		}
	}
}

// sameOrigin gives field the origin of another one, whose values it shares.
func (r *body) sameOrigin(field, other string) {
	if o, ok := r.n.Origins[other]; ok {
		if _, known := r.n.Origins[field]; !known {
			r.n.Origins[field] = o
		}
	}
}

// contract reads one result, and its lot as the result describes it.
func (r *body) contract(g group) (res notice.Result, lot notice.Lot) {
	n := r.n
	res.Lot, res.Contract = r.lotNumber("results.lot", g)
	if res.Contract != "" {
		declare(n, "results.contract", g.get("NUM_LOT"))
	}
	title := g.get("DESC")
	if title.Text() == "" && g.has("NUM_LOT") { // MAPA
		title = g.get("AUTRES")
	}
	setText(n, &res.Title, "results.title", title)
	if number, rest, ok := splitLotTitle(res.Title); ok && (res.Lot == "" || res.Lot == number) {
		derive(n, "results.lot", title, "number before the title of the lot")
		res.Lot, res.Title = number, rest
	}
	res.Amount = r.amount("results.amount", g.get("MONTANT", "MONTANT_HT"))
	if res.Amount.Usable() || !r.noWinner(&res, g.get("NOM")) {
		if p := r.partyOf("results.winners", func(name string) tree.Node { return g.get(name) }); p.Name != "" {
			res.Winners = []notice.Winner{{Party: p}}
		}
	}
	res.Minimum = r.amount("results.minimum", g.get("MONTANT_MINI_ANNUEL"))
	res.Maximum = r.amount("results.maximum", g.get("MONTANT_MAXI_ANNUEL"))
	res.Lowest = r.amount("results.lowest", g.get("OFFRE_MOINS"))
	res.Highest = r.amount("results.highest", g.get("OFFRE_PLUS"))
	res.Tenders = r.count("results.tenders", g.get("NB_OFFRES_LOT", "NB_OFFRES"))
	for _, name := range []string{"DATE_ATT_MARCHE", "DATE_ATT_LOT", "DATE_ATT_MAR"} {
		setDate(n, &res.Decided, "results.decided", g.get(name))
	}
	lot = notice.Lot{Number: res.Lot, Kinds: r.lotKinds(g)}
	code := g.get("AUTRES")
	if onlyCPV.MatchString(tidyCode(code.Text())) { // the CPV code of the lot, without an element of its own
		r.addCPV(&lot.CPV, "lots.cpv", code, true)
	} else {
		code = tree.Node{}
	}
	res.Text = r.joined("results.text", []tree.Node{title, code}, g, "AUTRES", "AUTRES_INFO", "AUTRES_RENS", "TRANCHE_FERME", "TRANCHE_CONDITIONNELLE",
		"DESCRIPTION_VALEUR_S_TRAITEES")
	r.outcome(&res, g)
	lot.Title = res.Title
	return res, lot
}

var onlyCPV = regexp.MustCompile(`^\d{8}(-\d)?$`)

func (r *body) lotKinds(g group) (kinds []notice.Kind) {
	for _, k := range infoKinds {
		if g.has(k.name) {
			kinds = append(kinds, k.kind)
			declare(r.n, "lots.kinds", g.get(k.name))
		}
	}
	return kinds
}

// joined is the text of the elements of those names, one a line, without those that serve elsewhere.
func (r *body) joined(field string, used []tree.Node, g group, names ...string) string {
	var lines []string
	for _, name := range names {
		for _, e := range g {
			if e.Name() != name || slices.Contains(used, e) {
				continue
			}
			if t := text(r.n, field, e); t != "" {
				lines = append(lines, t)
				declare(r.n, field, e)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// count reads a number of tenders.
func (r *body) count(field string, e tree.Node) *int {
	v, err := strconv.Atoi(tidyCode(e.Text()))
	if err != nil || v < 0 {
		return nil
	}
	declare(r.n, field, e)
	return &v
}

// outcome tells how a lot ended: by the boxes, by a winner, else by the words that some buyers put into the title of a lot
// without winner.
func (r *body) outcome(res *notice.Result, g group) {
	const field = "results.outcome"
	switch {
	case g.has("INFRUCTUEUX"):
		res.Outcome = notice.OutcomeUnsuccessful
		declare(r.n, field, g.get("INFRUCTUEUX"))
		setText(r.n, &res.Reason, "results.reason", g.get("INFRUCTUEUX"))
	case g.has("SANS_SUITE"):
		res.Outcome = notice.OutcomeAbandoned
		declare(r.n, field, g.get("SANS_SUITE"))
		setText(r.n, &res.Reason, "results.reason", g.get("SANS_SUITE"))
	case res.Outcome != "": // by what stands in the place of the winner
	case len(res.Winners) > 0:
		res.Outcome = notice.OutcomeAwarded
		derive(r.n, field, g.get("NOM"), "a winner is named")
	default:
		if res.Outcome = outcomeOf(res.Title + "\n" + res.Text); res.Outcome != notice.OutcomeUnknown {
			derive(r.n, field, g.get("DESC", "AUTRES"), "word in the text of a lot without winner")
			res.Title, res.Reason = splitReason(res.Title)
			if res.Reason != "" {
				derive(r.n, "results.reason", g.get("DESC", "AUTRES"), "remark behind the title")
			}
		}
	}
}

// noWinner reads the remark that there was no award where it stands in the place of the winner's name.
func (r *body) noWinner(res *notice.Result, name tree.Node) bool {
	outcome, ok := feed.NoAward(name.Text())
	if ok {
		res.Outcome = outcome
		setText(r.n, &res.Reason, "results.reason", name)
		derive(r.n, "results.outcome", name, "remark in the place of a winner")
	}
	return ok
}

// reasonInTitle is the remark that a lot had no winner, behind the title of the lot.
var reasonInTitle = regexp.MustCompile(`(?i)[\s.,;:(–-]+((?:lot )?(?:(?:déclaré|classé) )?(?:infructueu(?:x|se)|sans suite)\b.*)$`)

func splitReason(s string) (title, reason string) {
	m := reasonInTitle.FindStringSubmatchIndex(s)
	if m == nil {
		return s, ""
	}
	return tidy(s[:m[0]]), strings.Trim(tidy(s[m[2]:m[3]]), "()")
}

var (
	unsuccessful = regexp.MustCompile(`\binfructueu(x|se)\b`)
	abandoned    = regexp.MustCompile(`\bsans suite\b`)
)

// outcomeOf looks for the words of a procedure without award. A text that has both is unclear.
func outcomeOf(s string) notice.Outcome {
	s = fold(s)
	u, a := unsuccessful.MatchString(s), abandoned.MatchString(s)
	switch {
	case u && !a:
		return notice.OutcomeUnsuccessful
	case a && !u:
		return notice.OutcomeAbandoned
	}
	return notice.OutcomeUnknown
}

// readWinners reads the winners of the short form: one contract each, as the form gives nothing that would join them.
func (r *body) readWinners() {
	for _, e := range r.winners {
		var none notice.Result
		if r.noWinner(&none, e.Child("NOM")) {
			r.n.Results = append(r.n.Results, none)
			declare(r.n, "results", e)
			continue
		}
		p := r.party("results.winners", e)
		if p.Name == "" {
			continue
		}
		r.n.Results = append(r.n.Results, notice.Result{Outcome: notice.OutcomeAwarded, Winners: []notice.Winner{{Party: p}}})
		declare(r.n, "results", e)
		derive(r.n, "results.outcome", e, "a winner is named")
	}
}

// noAward is the first text of the procedure that says there was none.
func (r *body) noAward() string {
	for p := range r.procedures() {
		for _, name := range []string{"AUTRES_INF", "AUTRES"} {
			if e := p.Child(name); outcomeOf(e.Text()) != notice.OutcomeUnknown {
				return tidy(e.Text())
			}
		}
	}
	return ""
}

// readNoAward makes the one result of a notice that names no contract: form 93 says "infructueux - sans suite", and which of
// the two stands in a text.
func (r *body) readNoAward() {
	if tidyCode(r.gestion.Child("R4").Text()) != "93" && r.noAward() == "" {
		return
	}
	res := notice.Result{Outcome: outcomeOf(r.noAward()), Reason: r.noAward()}
	r.n.Results = append(r.n.Results, res)
	derive(r.n, "results.outcome", r.gestion.Child("R4"), "form and text of the procedure")
	declare(r.n, "results", r.gestion.Child("R4"))
}

// shareValues gives the results the values that the procedure has for all of them: the day of the decision, and the number of
// tenders where there is one result only.
func (r *body) shareValues() {
	var decided notice.Date
	for p := range r.procedures() {
		setDate(r.n, &decided, "results.decided", p.Child("DATE_ATT"))
		if res := r.n.Results; len(res) == 1 && res[0].Tenders == nil {
			res[0].Tenders = r.count("results.tenders", p.Child("NB_OFFRES"))
		}
	}
	for i := range r.n.Results {
		if r.n.Results[i].Decided.IsZero() {
			r.n.Results[i].Decided = decided
		}
	}
}

// sumAwards adds the amounts of the contracts, where all of them have one and none says that it includes VAT.
func (r *body) sumAwards() {
	var amounts []*notice.Amount
	for _, res := range r.n.Results {
		if res.Outcome != notice.OutcomeAwarded {
			continue
		}
		if !res.Amount.Usable() || taxed(res.Amount) {
			return
		}
		amounts = append(amounts, res.Amount)
	}
	if r.n.Awarded = notice.SumAmounts(amounts); r.n.Awarded != nil {
		r.n.Derive("awarded", r.n.Origins["results.amount"].Path, "sum of the contracts")
	}
}
