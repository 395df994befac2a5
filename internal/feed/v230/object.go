package v230

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// subject reads what is bought: title, description, reference, kinds and classification. The title of national notices is the
// summary of the index; the text of the object is the last resort.
func (b *body) subject() {
	n := b.n
	b.text(&n.Title, "title", b.objet.Child("TITRE_MARCHE"), b.index.Child("RESUME_OBJET"), b.objet.Child("OBJET_COMPLET"))
	n.Title = withoutStatus(n.Title)
	b.text(&n.Description, "description", b.objet.Child("OBJET_COMPLET"), b.donnees.Child("MODIF", "DESCRIPTION"))
	b.text(&n.Reference, "reference", b.objet.Child("REF_MARCHE"), b.donnees.Child("CONDITION_ADMINISTRATIVE", "REFERENCE_MARCHE"),
		b.gestion.Child("MARCHE", "ID_MARCHE"))
	for o := range b.donnees.Each("OBJET") {
		b.kinds(&n.Kinds, "kinds", o.Child("TYPE_MARCHE"))
		b.cpv(&n.CPV, "cpv", o)
	}
	b.cpv(&n.CPV, "cpv", b.donnees.Child("MODIF"))
}

// withoutStatus takes off a summary what the publisher puts behind that of a correction, "(rectificatif)" or "(annulation)":
// it is no part of the title, which would else differ from that of the notice corrected.
func withoutStatus(summary string) string {
	for _, suffix := range [...]string{"(rectificatif)", "(annulation)"} {
		if rest, ok := strings.CutSuffix(summary, suffix); ok && strings.TrimSpace(rest) != "" {
			return strings.TrimSpace(rest)
		}
	}
	return summary
}

// kinds reads TYPE_MARCHE, whose children are in the order of the schema and not of importance.
func (b *body) kinds(to *[]notice.Kind, field string, e tree.Node) {
	for c := range e.All() {
		k := notice.KindOf(c.Name())
		if k != "" && !slices.Contains(*to, k) {
			*to = append(*to, k)
			b.declare(field, c)
		}
	}
}

// values reads the amounts and the duration of the first object. What VALEUR is depends on the notice: in results it is the
// total of the contracts and MIN and MAX are the range of the tenders; elsewhere they are estimates.
func (b *body) values() {
	n, c, frame := b.n, b.objet.Child("CARACTERISTIQUES"), b.objet.Child("ACCORD_CADRE")
	total, value := c.Child("VALEUR_TOTALE"), c.Child("VALEUR")
	switch n.Stage {
	case notice.StageAward, notice.StageIntention, notice.StageModification:
		b.setAmount(&n.Awarded, "awarded", b.donnees.Child("ATTRIBUTION", "VALEUR_TOTALE"), value, total)
	default:
		b.setAmount(&n.Estimated, "estimated", total, value)
	}
	b.setAmount(&n.Estimated, "estimated", frame.Child("VALEUR"))
	b.setAmount(&n.Minimum, "minimum", c.Child("VALEUR_MIN"), frame.Child("VALEUR_MIN"))
	b.setAmount(&n.Maximum, "maximum", c.Child("VALEUR_MAX"), frame.Child("VALEUR_MAX"))
	n.Duration = b.objectDuration("duration", b.objet)
}

// objectDuration reads the duration of a whole object: its own, that of the framework agreement, of the delegation or of the
// qualification system.
func (b *body) objectDuration(field string, o tree.Node) *notice.Duration {
	renewals := o.Child("CARACTERISTIQUES", "RECONDUCTIONS")
	system := b.donnees.Child("CONDITION_DELAI", "DUREE_SYSTEME_QUALIFICATION")
	for _, e := range [...]tree.Node{o.Child("DUREE_DELAI"), o.Child("ACCORD_CADRE"), o.Child("DELEGATION"), system} {
		if d := b.duration(field, e); d != nil {
			d.Renewal = b.renewal(field, renewals)
			return d
		}
	}
	if r := b.renewal(field, renewals); r != "" {
		b.declare(field, renewals)
		return &notice.Duration{Renewal: r}
	}
	return nil
}

// duration reads months, days, years and dates below e. DATE_EXECUTION and DATE_LIVRAISON announce when works, supplies or
// services begin.
func (b *body) duration(field string, e tree.Node) *notice.Duration {
	var d notice.Duration
	years, _ := number(e.Child("DUREE_AN").Text())
	months, _ := number(e.Child("DUREE_MOIS").Text())
	days, _ := number(e.Child("DUREE_JOURS").Text())
	switch {
	case months > 0:
		d.Value, d.Unit = months+12*years, "month"
	case years > 0:
		d.Value, d.Unit = years, "year"
	case days > 0:
		d.Value, d.Unit = days, "day"
	}
	b.date(&d.Start, field+".start", e.Child("DATE_DEBUT"))
	b.date(&d.End, field+".end", e.Child("DATE_FIN"))
	for _, begin := range [...]tree.Node{e.Child("DATE_EXECUTION"), e.Child("DATE_LIVRAISON")} {
		b.date(&d.Start, field+".start", begin)
	}
	if e.Has("DUREE_INDETERMINEE") {
		d.Text = "indéterminée"
	}
	if d == (notice.Duration{}) {
		return nil
	}
	b.declare(field, e)
	return &d
}

// renewal says how often a contract can be renewed: the text, else the number or range of renewals, else "oui".
func (b *body) renewal(field string, e tree.Node) string {
	if t := b.deep(field, e.Child("DESCRIPTION")); t != "" {
		return t
	}
	if t := e.Child("NB_RECONDUCTIONS").Text(); t != "" {
		return t
	}
	if t := join("-", e.Child("NB_RECONDUCTIONS_MIN").Text(), e.Child("NB_RECONDUCTIONS_MAX").Text()); t != "" {
		return t
	}
	if e.Has("OUI") {
		return "oui"
	}
	return ""
}

// places reads the places of performance of the notice and derives its departments of performance, where the index
// declares none, from them and from those of the lots.
func (b *body) places() {
	n := b.n
	for o := range b.donnees.Each("OBJET") {
		for l := range o.Each("LIEU_EXEC_LIVR") {
			n.Places = append(n.Places, b.place("places", l)...)
		}
	}
	if m := b.donnees.Child("MODIF"); m.Exists() && len(n.Places) == 0 {
		n.Places = b.place("places", m)
	}
	if len(n.Lots) == 1 && len(n.Places) == 0 && len(n.Lots[0].Places) > 0 {
		n.Places = slices.Clone(n.Lots[0].Places)
		b.derive("places", b.objet.Child("LOTS", "LOT"), "that of the only lot")
	}
	if len(n.DepartementsPrestation) > 0 {
		return
	}
	b.derivePrestation(n.Places)
	for i := range n.Lots {
		b.derivePrestation(n.Lots[i].Places)
	}
}

func (b *body) derivePrestation(places []notice.Place) {
	for _, p := range places {
		if p.Departement != "" && !slices.Contains(b.n.DepartementsPrestation, p.Departement) {
			b.n.DepartementsPrestation = append(b.n.DepartementsPrestation, p.Departement)
			b.derive("departements_prestation", b.objet, "departments of the places of performance")
		}
	}
}

// place reads a LIEU_EXEC_LIVR, or the place that a LOT or MODIF gives in itself (CODE_NUTS and LIEU_PRINCIPAL). Each NUTS
// code after the first is a place of its own.
func (b *body) place(field string, e tree.Node) []notice.Place {
	var p notice.Place
	switch {
	case e.Name() != "LIEU_EXEC_LIVR":
	case e.Child("CP").Text() == "" && e.Child("VILLE").Text() == "":
		b.text(&p.Text, field+".text", e.Child("ADRESSE")) // "Région Aquitaine"
	default:
		b.text(&p.Street, field+".street", e.Child("ADRESSE"))
		b.text(&p.Postcode, field+".postcode", e.Child("CP"))
		b.text(&p.City, field+".city", e.Child("VILLE"))
	}
	b.text(&p.Text, field+".text", e.Child("LIEU_PRINCIPAL"))
	var list []notice.Place
	for c := range e.Each("CODE_NUTS") {
		code := b.nuts(field+".nuts", c)
		if code == "" || slices.ContainsFunc(list, func(o notice.Place) bool { return o.NUTS == code }) {
			continue
		}
		p.NUTS = code
		list = append(list, p)
		p = notice.Place{}
	}
	if p != (notice.Place{}) {
		list = append(list, p)
	}
	for i := range list {
		b.locate(&list[i], field+".departement", e)
	}
	return list
}
