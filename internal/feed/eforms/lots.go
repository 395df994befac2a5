package eforms

import (
	"reflect"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// lotScheme is the scheme of a cac:ProcurementProjectLot: Lot, Part or LotsGroup; where the attribute is missing, the form
// of the id tells it.
func lotScheme(lot tree.Node) string {
	id := lot.Child("cbc:ID")
	if s := id.Attr("schemeName"); s != "" {
		return s
	}
	switch {
	case strings.HasPrefix(id.Text(), "PAR-"):
		return "Part"
	case strings.HasPrefix(id.Text(), "GLO-"):
		return "LotsGroup"
	}
	return "Lot"
}

// lots fills the lots and, from lots and parts alike, where documents are and tenders go.
func (r *reader) lots() {
	n := r.n
	for e := range r.root.Each("cac:ProcurementProjectLot") {
		id := e.Child("cbc:ID")
		switch scheme := lotScheme(e); scheme {
		case "Lot":
			n.Lots = append(n.Lots, r.lot(e))
			r.accelerated(e.Child("cac:TenderingProcess"))
			r.access(e.Child("cac:TenderingTerms"))
		case "Part":
			r.part(e)
			r.access(e.Child("cac:TenderingTerms"))
		case "LotsGroup":
			n.Warn(e.Path(), id.Text(), "groups of lots are not read")
		default:
			n.Warn(id.Path()+"/@schemeName", scheme, "unknown scheme of a lot")
		}
	}
	r.nameLots()
}

func (r *reader) lot(e tree.Node) notice.Lot {
	project := e.Child("cac:ProcurementProject")
	o := r.object("lots.", project)
	return notice.Lot{
		Number: r.text("lots.number", project.Child("cbc:ID")), ID: r.text("lots.id", e.Child("cbc:ID")),
		Title: o.title, Description: o.description, Kinds: o.kinds, CPV: o.cpv, Places: o.places,
		Estimated: o.estimated, Maximum: o.maximum, Duration: o.duration,
		Deadline: r.deadline(e.Child("cac:TenderingProcess")),
		Criteria: r.criteria(e.Child("cac:TenderingTerms")),
		Clauses:  o.clauses,
	}
}

// part takes from a planned contract what the notice as a whole does not say.
func (r *reader) part(e tree.Node) {
	n := r.n
	o := r.object("", e.Child("cac:ProcurementProject"))
	if n.Title == "" {
		n.Title = o.title
	}
	if n.Description == "" {
		n.Description = o.description
	}
	n.Kinds = union(n.Kinds, o.kinds)
	codes := o.cpv.Additional
	if n.CPV.Main == "" {
		n.CPV.Main = o.cpv.Main
	} else if o.cpv.Main != "" {
		codes = append([]string{o.cpv.Main}, codes...)
	}
	for _, c := range codes {
		if c != n.CPV.Main {
			n.CPV.Additional = union(n.CPV.Additional, []string{c})
			r.derive("cpv.additional", e, "codes of the parts")
		}
	}
	n.Places = union(n.Places, o.places)
	addClauses(&n.Clauses, o.clauses)
	n.Warn(e.Path(), "", "parts of a prior information are read for their codes and places only")
}

// nameLots settles how results name each lot: by its number where numbers tell the lots apart, else by its id.
func (r *reader) nameLots() {
	count := make(map[string]int, len(r.n.Lots))
	for _, l := range r.n.Lots {
		count[l.Number]++
	}
	r.lotNames = make(map[string]string, len(r.n.Lots))
	for _, l := range r.n.Lots {
		name := l.Number
		if name == "" || count[name] > 1 {
			name = l.ID
		}
		r.lotNames[l.ID] = name
	}
}

// access fills where the documents are (BT-15, BT-615) and where tenders go (BT-18).
func (r *reader) access(terms tree.Node) {
	n := r.n
	for ref := range terms.Each("cac:CallForTendersDocumentReference") {
		restricted := ref.Child("cbc:DocumentType").Text() == "restricted-document"
		for a := range ref.Each("cac:Attachment") {
			e := a.Child("cac:ExternalReference", "cbc:URI")
			u := notice.URL{URL: r.text("documents", e), Restricted: restricted}
			if u.URL != "" {
				n.Documents = union(n.Documents, []notice.URL{u})
			}
		}
	}
	if n.Submission == "" {
		n.Submission = r.text("submission", terms.Child("cac:TenderRecipientParty", "cbc:EndpointID"))
	}
}

// lotsToNotice works out for the notice what only its lots say.
func (r *reader) lotsToNotice() {
	n := r.n
	path := r.root.Path() + "/cac:ProcurementProjectLot"
	r.noticeDeadline()
	var estimates []*notice.Amount
	for i := range n.Lots {
		l := &n.Lots[i]
		r.clausesOfLot(l.Clauses, path)
		n.Kinds = union(n.Kinds, l.Kinds)
		if l.Estimated.Usable() {
			estimates = append(estimates, l.Estimated)
		}
	}
	if len(n.Kinds) > 0 {
		n.Derive("kinds", path, "kinds of the lots")
	}
	if n.Estimated == nil && len(estimates) > 0 && len(estimates) == len(n.Lots) {
		if n.Estimated = notice.SumAmounts(estimates); n.Estimated != nil {
			n.Derive("estimated", path, "sum of the estimates of all lots")
		}
	}
	r.shared(path)
	r.performance(path)
}

// clausesOfLot notes for the notice what one of its lots says.
func (r *reader) clausesOfLot(c notice.Clauses, path string) {
	addClauses(&r.n.Clauses, c)
	for kind, set := range map[string]bool{"social": c.Social, "environmental": c.Environmental, "innovation": c.Innovation, "codes": len(c.Codes) > 0} {
		if set {
			r.n.Derive("clauses."+kind, path, "clauses of the lots")
		}
	}
}

// shared gives the notice what is the same in all its lots.
func (r *reader) shared(path string) {
	n := r.n
	if len(n.Lots) == 0 {
		return
	}
	one, same := n.Lots[0], func(same func(l notice.Lot) bool) bool {
		for _, l := range n.Lots[1:] {
			if !same(l) {
				return false
			}
		}
		return true
	}
	if n.Duration == nil && one.Duration != nil &&
		same(func(l notice.Lot) bool { return l.Duration != nil && *l.Duration == *one.Duration }) {
		d := *one.Duration
		n.Duration = &d
		n.Derive("duration", path, "the same in all lots")
	}
	if n.Criteria == nil && one.Criteria != nil &&
		same(func(l notice.Lot) bool { return reflect.DeepEqual(l.Criteria, one.Criteria) }) {
		n.Criteria = slices.Clone(one.Criteria)
		n.Derive("criteria", path, "the same in all lots")
	}
	if n.CPV.Main == "" && one.CPV.Main != "" && same(func(l notice.Lot) bool { return l.CPV.Main == one.CPV.Main }) {
		n.CPV = notice.CPV{Main: one.CPV.Main, Additional: slices.Clone(one.CPV.Additional)}
		n.Derive("cpv.main", path, "the same in all lots")
		if len(n.CPV.Additional) > 0 {
			n.Derive("cpv.additional", path, "those of the first lot")
		}
	}
	if n.Title == "" && len(n.Lots) == 1 {
		n.Title = one.Title
		n.Derive("title", path, "title of the only lot")
	}
}

// performance fills the places of the notice from its lots, and the departments from the places.
func (r *reader) performance(path string) {
	n := r.n
	if len(n.Places) == 0 {
		for _, l := range n.Lots {
			n.Places = union(n.Places, l.Places)
		}
		if len(n.Places) > 0 {
			n.Derive("places", path, "places of the lots")
		}
	}
	if len(n.DepartementsPrestation) > 0 {
		return
	}
	add := func(places []notice.Place) {
		for _, p := range places {
			if p.Departement != "" {
				n.DepartementsPrestation = union(n.DepartementsPrestation, []string{p.Departement})
			}
		}
	}
	add(n.Places)
	for _, l := range n.Lots {
		add(l.Places)
	}
	if len(n.DepartementsPrestation) > 0 {
		n.Derive("departements_prestation", path, "departments of the NUTS codes and postcodes of performance")
	}
}
