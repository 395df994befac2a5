package v110

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// changes are cut where any of their parts comes again.
var changes = grouping{
	again: map[string]bool{"RUB_INIT": true, "TXT_INIT": true, "LIRE": true, "AJOUTER": true, "SUPPRIMER": true, "APRES_MENTION": true},
	only: map[string]bool{"RUB_INIT": true, "TXT_INIT": true, "LIRE": true, "AJOUTER": true, "SUPPRIMER": true, "APRES_MENTION": true,
		"AUTRES": true},
}

// readCorrections reads what a notice changes. Results use RECTIF too, for the mere reference to their call: a RECTIF without a
// text corrects nothing. One that repeats another, for the same notice in a second edition, counts once.
func (r *body) readCorrections() {
	cut := changes
	cut.record = r.record
	for _, path := range [][]string{{"RECTIF"}, {"INFO", "RECTIFICATIF"}} {
		for block := range each(r.donnees, path...) {
			for _, g := range cut.cut(r.n, block) {
				r.addCorrection(r.correction(g), block)
			}
		}
	}
	for _, name := range []string{"MOTIF_ANNULATION", "MOTIF_RECTIFICATIF"} {
		for e := range each(r.donnees, name) {
			r.addCorrection(notice.Correction{Reason: text(r.n, "corrections.reason", e)}, e)
		}
	}
}

func (r *body) correction(g group) (c notice.Correction) {
	n := r.n
	c.Section = quoted(text(n, "corrections.section", g.get("RUB_INIT")))
	c.Before = quoted(text(n, "corrections.before", g.get("TXT_INIT")))
	c.After = quoted(text(n, "corrections.after", g.get("LIRE")))
	var lines []string
	for _, line := range []struct{ label, name string }{
		{"Après la mention : ", "APRES_MENTION"}, {"Ajouter : ", "AJOUTER"}, {"Supprimer : ", "SUPPRIMER"}, {"", "AUTRES"},
	} {
		for _, e := range g {
			if e.Name() != line.name {
				continue
			}
			if t := text(n, "corrections.text", e); t != "" {
				lines = append(lines, line.label+t)
			}
		}
	}
	c.Text = strings.Join(lines, "\n")
	_, before := date(c.Before)
	_, after := date(c.After)
	if before && after && strings.Contains(fold(c.Section), "date") {
		c.DateBefore, c.DateAfter = c.Before, c.After
	}
	return c
}

// quoted takes off the colon and the pair of quotation marks that the bulletin printed around what it quotes.
func quoted(s string) string {
	s = strings.Trim(s, " \u00a0:.")
	for _, marks := range [][2]string{{`"`, `"`}, {"«", "»"}} {
		if rest, ok := strings.CutPrefix(s, marks[0]); ok && strings.HasSuffix(rest, marks[1]) {
			s = strings.Trim(strings.TrimSuffix(rest, marks[1]), " \u00a0:.")
		}
	}
	return s
}

func (r *body) addCorrection(c notice.Correction, e tree.Node) {
	if c != (notice.Correction{}) && r.once(c) {
		r.n.Corrections = append(r.n.Corrections, c)
		declare(r.n, "corrections", e)
	}
}
