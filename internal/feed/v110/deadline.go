package v110

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// due is an element of DELAI that sets a day until which something may be sent.
type due struct{ name, purpose string }

// dues are the deadlines in the order in which the notice's own is taken from them. Procedures in two stages ask for requests
// to participate first.
func dues(procedure string) []due {
	tenders, candidates := due{"RECEPT_OFFRES", notice.DeadlineTenders}, due{"RECEPT_CANDIDAT", notice.DeadlineParticipation}
	late := []due{{"REMISE_CANDIDAT", notice.DeadlineParticipation}, {"SOUMISSION_OFFRES_INDICATIVES", notice.DeadlineTenders}}
	switch procedure {
	case notice.ProcedureRestricted, notice.ProcedureNegotiated, notice.ProcedureCompetitiveDialog, notice.ProcedureDesignContestRestr:
		return append([]due{candidates, tenders}, late...)
	}
	return append([]due{tenders, candidates}, late...)
}

// readDeadline fills the deadline from the body, else from the index of a record. A correction may name the old day and the
// new one in its text, never here.
func (r *body) readDeadline() {
	for _, due := range dues(r.n.Procedure.Type) {
		for e := range each(r.donnees, "DELAI", due.name) {
			r.setDeadline(e, due.purpose)
		}
	}
	index := r.gestion.Child("INDEXATION", "DATE_LIMITE_REPONSE")
	if r.n.Deadline == nil {
		r.n.SetDeadline(&r.n.Deadline, "deadline", index.Text(), notice.DeadlineTenders, index.Path())
		return
	}
	if d, ok := notice.ParseDate(index.Text()); ok && !strings.HasPrefix(r.n.Deadline.Wall, d.String()) {
		r.n.Flag("deadline", notice.FlagContradiction, index.Text(), index.Path())
	}
}

// setDeadline reads a day with its time, which stands in the same text or in the free text behind it.
func (r *body) setDeadline(e tree.Node, purpose string) {
	const field = "deadline"
	written := strings.TrimSpace(e.Text())
	if r.n.Deadline != nil || tidy(written) == "" {
		return
	}
	found := dates(written)
	if len(found) != 1 {
		r.n.Flag(field, notice.FlagImpossibleDate, written, e.Path())
		return
	}
	hhmm, ok := clock(written[found[0].end:])
	if !ok {
		if t := r.clockText(e); t != "" {
			written += " " + t
			hhmm, _ = clock(t)
		}
	}
	d, flag, _ := notice.ParseDeadlineParts(found[0].date.String(), hhmm)
	if flag != "" {
		r.n.Flag(field, flag, written, e.Path())
	}
	d.Written, d.For = written, purpose
	r.n.Deadline = &d
	declare(r.n, field, e)
}

// clockText finds the text that gives the time of a deadline: the AUTRES element right behind it (", à 16 heures"). A record
// has lost which AUTRES stood where: there the only one that is about a time counts, unless two deadlines might own it.
func (r *body) clockText(e tree.Node) string {
	var candidates []string
	owners, behind := 0, false
	for c := range e.Parent().All() {
		switch name := c.Name(); {
		case name == "RECEPT_OFFRES" || name == "RECEPT_CANDIDAT":
			owners++
		case name == "AUTRES" && startsWithClock(c.Text()) && (behind || r.record):
			candidates = append(candidates, strings.TrimSpace(c.Text()))
		}
		behind = c == e
	}
	if len(candidates) != 1 || r.record && owners > 1 {
		return ""
	}
	return candidates[0]
}
