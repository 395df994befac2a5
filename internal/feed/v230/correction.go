package v230

import (
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// corrections reads RECTIF and ANNULATION: what the notice changes in an earlier one.
func (b *body) corrections() {
	n, rectif := b.n, b.donnees.Child("RECTIF")
	for m := range rectif.Each("MODIFICATION") {
		b.rectification(m)
	}
	further := rectif.Child("INFO_COMPLEMENTAIRE")
	if t := b.change(further); t != "" {
		n.Corrections = append(n.Corrections, notice.Correction{Text: t})
		b.declare("corrections", further)
	}
	motive := b.donnees.Child("ANNULATION", "MOTIF")
	if t := b.change(motive); t != "" {
		n.Corrections = append(n.Corrections, notice.Correction{Reason: t})
		b.declare("corrections", motive)
	}
}

// rectification reads one MODIFICATION of RECTIF. National forms write the change as TXT_INIT and LIRE, JOUE forms since 2016 as
// TEXTE, CPV or DATE with INIT and LIRE each. Text to add (AJOUTER) or to strike (SUPPRIMER) is a change without a before or
// an after.
func (b *body) rectification(m tree.Node) {
	where := notice.Correction{
		Section: join(", ", b.change(m.Child("RUB_INIT")), b.change(m.Child("APRES_MENTION"))),
		Lot:     b.change(m.Child("LOT")),
	}
	count := len(b.n.Corrections)
	add := func(c notice.Correction) {
		c.Section, c.Lot = where.Section, where.Lot
		b.n.Corrections = append(b.n.Corrections, c)
	}
	if before, after := b.change(m.Child("TXT_INIT")), b.change(m.Child("LIRE")); before != "" || after != "" {
		c := notice.Correction{Before: before, After: after}
		if isDateTime(before) && (after == "" || isDateTime(after)) || before == "" && isDateTime(after) {
			c.DateBefore, c.DateAfter = before, after
		}
		add(c)
	}
	for _, e := range [...]tree.Node{m.Child("TEXTE"), m.Child("CPV")} {
		if before, after := b.changes(e.Child("INIT")), b.changes(e.Child("LIRE")); before != "" || after != "" {
			add(notice.Correction{Before: before, After: after})
		}
	}
	if before, after := b.change(m.Child("DATE", "INIT")), b.change(m.Child("DATE", "LIRE")); before != "" || after != "" {
		add(notice.Correction{Before: before, After: after, DateBefore: before, DateAfter: after})
	}
	if t := b.change(m.Child("AJOUTER")); t != "" {
		add(notice.Correction{After: t})
	}
	if t := b.change(m.Child("SUPPRIMER")); t != "" {
		add(notice.Correction{Before: t})
	}
	if len(b.n.Corrections) == count && where != (notice.Correction{}) {
		add(notice.Correction{})
	}
	b.declare("corrections", m)
}

// change is a text of a correction.
func (b *body) change(e tree.Node) string { return b.deep("corrections", e) }

// changes is the text of an element, or the texts of its children with commas between them (codes).
func (b *body) changes(e tree.Node) string {
	if e.IsLeaf() {
		return b.change(e)
	}
	var texts []string
	for c := range e.All() {
		texts = append(texts, b.change(c))
	}
	return join(", ", texts...)
}

// modification reads MODIF, the modification of a contract under way: the contract as a result, the change as a correction
// whose before and after are the values of the contract.
func (b *body) modification() {
	n, m := b.n, b.donnees.Child("MODIF")
	if !m.Exists() {
		return
	}
	if len(n.Results) == 0 {
		r := notice.Result{Outcome: notice.OutcomeAwarded}
		for t := range m.Each("TITULAIRE") {
			r.Winners = append(r.Winners, b.winner(t))
		}
		b.setAmount(&r.Amount, "results.amount", m.Child("VALEUR"))
		b.date(&r.Decided, "results.decided", b.donnees.Child("ATTRIBUTION", "DATE_DECISION"))
		if len(r.Winners) > 0 || r.Amount != nil {
			n.Results = append(n.Results, r)
			b.derive("results.outcome", m, "a modified contract was awarded")
		}
	}
	if n.Duration == nil {
		n.Duration = b.duration("duration", m)
	}
	c := notice.Correction{
		Text:   b.change(m.Child("DESC_MODIF")),
		Before: b.money("corrections.before", m.Child("VALEUR_AVT")),
		After:  b.money("corrections.after", m.Child("VALEUR_APR")),
		Reason: join("\n", b.change(m.Child("BESOIN_TVX")), b.change(m.Child("MODIF_RNEC"))),
	}
	if c != (notice.Correction{}) {
		n.Corrections = append(n.Corrections, c)
		b.declare("corrections", m)
	}
}

// money is an amount as a text, "4293417.65 EUR".
func (b *body) money(field string, e tree.Node) string {
	a := b.amount(field, e)
	if a == nil {
		return ""
	}
	return e.Text() + " " + a.Currency
}
