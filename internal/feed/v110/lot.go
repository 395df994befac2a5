package v110

import (
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// A call describes its lots in DONNEES/LOTS: NUM_LOT, then the values of that lot in any order, then the next NUM_LOT.
var callLots = grouping{
	opener: "NUM_LOT",
	again:  map[string]bool{"INTITULE": true, "DESC_LOT": true},
}

// readLots reads the lots of a call.
func (r *body) readLots() {
	cut := callLots
	cut.record = r.record
	for block := range each(r.donnees, "LOTS") {
		groups := cut.cut(r.n, block)
		for _, g := range groups {
			if len(groups) > 1 && g.get("NUM_LOT", "INTITULE", "DESC_LOT").Text() == "" {
				continue // a text about the lots before the first one
			}
			r.addLot(r.callLot(g))
		}
	}
}

func (r *body) callLot(g group) (l notice.Lot) {
	n := r.n
	l.Number, _ = r.lotNumber("lots.number", g)
	title := g.get("INTITULE")
	if title.Text() == "" {
		title = g.get("DESC_LOT", "AUTRES")
	}
	if number, rest, ok := splitLotTitle(title.Text()); ok && (l.Number == "" || l.Number == number) {
		l.Number, l.Title = number, rest
		declare(n, "lots.title", title)
	}
	setText(n, &l.Title, "lots.title", title)
	for _, name := range []string{"DESC_LOT", "VOLUME_LOT", "OBJETS_COMPL", "INFOS_COMPLEMENTAIRES", "AUTRES"} {
		if e := g.get(name); e != title {
			setText(n, &l.Description, "lots.description", e)
		}
	}
	for _, k := range []kindBox{{"TRAVAUX_LOT", notice.Works}, {"FOURNITURE_LOT", notice.Supplies}, {"SERVICES_LOT", notice.Services}} {
		if g.has(k.name) {
			l.Kinds = append(l.Kinds, k.kind)
			declare(n, "lots.kinds", g.get(k.name))
		}
	}
	r.addCPV(&l.CPV, "lots.cpv", g.get("CPV_OBJET_LOT"), true)
	r.addCPV(&l.CPV, "lots.cpv", g.get("CPV_COMPL_LOT"), false)
	// NOMENC_LOT is the place of a code of the nomenclature of 2001; most hold a CPV code.
	if e := g.get("NOMENC_LOT"); cpvLike.MatchString(tidyCode(e.Text())) {
		r.addCPV(&l.CPV, "lots.cpv", e, true)
	}
	for _, name := range []string{"EXEC_LOT", "LIVR_LOT"} {
		if p := r.place("lots.places", g.get(name)); p.Text != "" {
			l.Places = append(l.Places, p)
		}
	}
	l.Estimated = r.amount("lots.estimated", g.get("COUT_ESTIME"))
	l.Minimum = r.amount("lots.minimum", g.get("COUT_ESTIME_MINI"))
	l.Maximum = r.amount("lots.maximum", g.get("COUT_ESTIME_MAXI"))
	l.Duration = r.lotDuration(g)
	return l
}

var cpvLike = regexp.MustCompile(`^\d{8}(-\d)?\b`)

func (r *body) lotDuration(g group) *notice.Duration {
	var d notice.Duration
	r.measure(&d, "lots.duration", g.get("DUREE_MOIS"), "month")
	r.measure(&d, "lots.duration", g.get("DUREE_JOURS"), "day")
	r.period(&d.Start, "lots.duration.start", g.get("DATE_DEBUT"))
	r.period(&d.End, "lots.duration.end", g.get("DATE_FIN"))
	if d == (notice.Duration{}) {
		return nil
	}
	return &d
}

// addLot adds a lot unless it says nothing, or one of its number is there.
func (r *body) addLot(l notice.Lot) {
	if l.Number == "" && l.Title == "" && l.Description == "" {
		return
	}
	if l.Number != "" && !r.once("lot "+l.Number) {
		return
	}
	r.n.Lots = append(r.n.Lots, l)
}

// Forms of NUM_LOT: the number of a lot ("3", "lot n° 3", "no3"), with that of its contract behind it ("1 - Marché
// no2008-024"), or the number of a contract alone ("2008/1036"), where the lot stands in the description ("lot n° 1 : gros œuvre").
var (
	lotNumber      = regexp.MustCompile(`^(?:lots?\b)?\s*(?:n(?:[o°º]|umero)?\.?\s*)?(\d{1,3}[a-z]?|[a-z])$`)
	lotAndContract = regexp.MustCompile(`^(?:lots?\b)?\s*(?:n[o°º]\s*)?(\d{1,3}[a-z]?)\s*[-:,/(]\s*march[eé]\s*(?:n[o°º]\.?)?\s*(\S.*?)\)?$`)
	lotTitle       = regexp.MustCompile(`(?i)^lot\s*(?:n[o°º]\.?\s*)?(\d{1,3}[a-z]?)\s*[:–.-]\s*(\S.*)$`)
)

// lotNumber reads NUM_LOT as the number of a lot and that of a contract; either may be missing. A text of another form is
// the number of a contract in results and stays the number of the lot in calls.
func (r *body) lotNumber(field string, g group) (number, contract string) {
	e := g.get("NUM_LOT")
	written := text(r.n, field, e)
	if written == "" {
		return "", ""
	}
	folded := strings.TrimSpace(fold(written))
	if m := lotNumber.FindStringSubmatch(folded); m != nil {
		declare(r.n, field, e)
		return strings.ToUpper(m[1]), ""
	}
	if m := lotAndContract.FindStringSubmatch(strings.ToLower(written)); m != nil {
		declare(r.n, field, e)
		return strings.ToUpper(m[1]), strings.TrimSpace(written[len(written)-len(m[2]):])
	}
	if folded == "lot unique" || folded == "unique" {
		return "", ""
	}
	return "", written
}

// splitLotTitle cuts "lot n° 1 : gros œuvre" into number and title.
func splitLotTitle(s string) (number, title string, ok bool) {
	m := lotTitle.FindStringSubmatch(tidy(s))
	if m == nil {
		return "", "", false
	}
	return strings.ToUpper(m[1]), tidy(m[2]), true
}
