package v110

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readValues fills the estimated values of the procedure.
func (r *body) readValues() {
	n := r.n
	n.Estimated = r.firstAmount("estimated", []string{"OBJET", "MONTANT_PREVISIONNEL"}, []string{"CARACTERISTIQUES", "ESTIMATION_VALEUR"},
		[]string{"OBJET", "ACCORD_CADRE_VALEUR"}, []string{"PROCEDURE", "VALEUR_ESTIMEE"}, []string{"PROCEDURES", "VALEUR_ESTIMEE"})
	n.Minimum = r.firstAmount("minimum", []string{"CARACTERISTIQUES", "ESTIMATION_VALEUR_MINI"}, []string{"OBJET", "ACCORD_CADRE_VALEUR_MINI"})
	n.Maximum = r.firstAmount("maximum", []string{"CARACTERISTIQUES", "ESTIMATION_VALEUR_MAXI"}, []string{"OBJET", "ACCORD_CADRE_VALEUR_MAXI"})
}

func (r *body) firstAmount(field string, paths ...[]string) *notice.Amount {
	for _, path := range paths {
		if a := r.amount(field, first(r.donnees, path...)); a != nil {
			return a
		}
	}
	return nil
}

// amount reads an element as an amount in French text. The currency of V110 is always the euro. A type "TTC" (VAT included)
// is added to the written value.
func (r *body) amount(field string, e tree.Node) *notice.Amount {
	written := strings.TrimSpace(feed.Text(r.n, field, e))
	if tidy(written) == "" {
		return nil
	}
	a := r.n.NewAmount(field, written, "EUR", e.Path())
	if a != nil && strings.EqualFold(tidyCode(e.Attr("type")), "TTC") && !taxed(a) {
		a.Written = written + " TTC"
	}
	return a
}

// taxed reports whether an amount says that it includes VAT ("4724,20euro (T.T.C.)").
func taxed(a *notice.Amount) bool {
	return strings.Contains(strings.ReplaceAll(fold(a.Written), ".", ""), "ttc")
}

// readFramework tells framework agreements by the boxes that only they have.
func (r *body) readFramework() {
	for o := range each(r.donnees, "OBJET") {
		for e := range o.All() {
			if name := e.Name(); name == "AVIS_IMPLIQUE_ACCORD_CADRE" || strings.HasPrefix(name, "ACCORD_CADRE_") {
				r.n.Framework = true
				declare(r.n, "framework", e)
			}
		}
	}
	for p := range r.procedures() {
		for _, e := range []tree.Node{p.Child("CONCLUSION_ACCORD_CADRE"), p.Child("MARCHES", "CONCLUSION_ACCORD_CADRE")} {
			if e.Exists() && !isNo(e) {
				r.n.Framework = true
				declare(r.n, "framework", e)
			}
		}
	}
}

// isNo reports whether an element says no in words; a box is ticked by being there.
func isNo(e tree.Node) bool {
	t := fold(tidy(e.Text()))
	return t == "non" || t == "false" || t == "0"
}

// measure is a duration as a number and a unit.
var measure = regexp.MustCompile(`^(?:a partir de |environ |duree\s*:?\s*)?(\d{1,4}(?:[.,]\d+)?)\s*(mois|jours?|ans?|annees?|semaines?)\b`)

var units = map[byte]string{'m': "month", 'j': "day", 'a': "year", 's': "week"}

// readDuration fills the duration of the contract: a measure or days (DUREE), else that of the framework or delegation.
func (r *body) readDuration() {
	n := r.n
	var d notice.Duration
	for e := range each(r.donnees, "DUREE") {
		r.measure(&d, "duration", first(e, "EN_DUREE"), "")
		r.period(&d.Start, "duration.start", first(e, "DATE_DEB"))
		r.period(&d.Start, "duration.start", first(e, "DEB_PRESTATION"))
		r.period(&d.End, "duration.end", first(e, "DATE_FIN"))
		if d == (notice.Duration{}) {
			setText(n, &d.Text, "duration.text", first(e, "AUTRES"))
		}
	}
	for _, f := range []struct{ name, unit string }{
		{"DUREE_ACCORD_CADRE_MOIS", "month"}, {"DUREE_ACCORD_CADRE_AN", "year"}, {"DUREE_MOIS", "month"}, {"DUREE_AN", "year"},
	} {
		r.measure(&d, "duration", first(r.donnees, "OBJET", f.name), f.unit)
	}
	for _, name := range []string{"NB_RECONDUCTIONS", "NB_RECONDUCTIONS_MAX"} {
		setText(n, &d.Renewal, "duration.renewal", first(r.donnees, "CARACTERISTIQUES", name))
	}
	if d != (notice.Duration{}) {
		n.Duration = &d
	}
}

// measure reads "13 mois", or a number of unit; what is neither is kept as text.
func (r *body) measure(d *notice.Duration, field string, e tree.Node, unit string) {
	written := text(r.n, field, e)
	if written == "" || d.Value != 0 || d.Text != "" {
		return
	}
	declare(r.n, field, e)
	digits := written
	if m := measure.FindStringSubmatch(fold(written)); m != nil {
		digits, unit = m[1], units[m[2][0]]
		if len(m[0]) != len(fold(written)) {
			d.Text = written // "4 mois à compter de l'ordre de service"
		}
	}
	v, err := strconv.ParseFloat(strings.Replace(digits, ",", ".", 1), 64)
	if err != nil || v <= 0 || unit == "" {
		d.Text = written
		return
	}
	d.Value, d.Unit = v, unit
}

// period reads a day of the duration. Texts such as "à compter de la notification" are normal here and no defect.
func (r *body) period(to *notice.Date, field string, e tree.Node) {
	if d, ok := date(e.Text()); ok && to.IsZero() {
		r.n.SetDate(to, field, d.String(), e.Path())
	}
}
