package eforms

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// organisation is one organisation, or one of its touch points, that roles refer to.
type organisation struct {
	around  tree.Node // efac:Organization
	company tree.Node // efac:Company
	touch   tree.Node // efac:TouchPoint; absent for the organisation itself
}

// organisations indexes the organisations of the notice by local id.
func (r *reader) organisations() {
	r.orgs = make(map[string]organisation, 8)
	for o := range r.ext.Child("efac:Organizations").Each("efac:Organization") {
		company := o.Child("efac:Company")
		r.index(company, organisation{o, company, tree.Node{}})
		for t := range o.Each("efac:TouchPoint") {
			r.index(t, organisation{o, company, t})
		}
	}
}

func (r *reader) index(e tree.Node, o organisation) {
	id := e.Child("cac:PartyIdentification", "cbc:ID")
	switch _, taken := r.orgs[id.Text()]; {
	case id.Text() == "":
	case taken:
		r.n.Warn(id.Path(), id.Text(), "two organisations of one id; the first stands")
	default:
		r.orgs[id.Text()] = o
	}
}

// party is an organisation in a role; field names the role ("buyers").
func (r *reader) party(field string, o organisation) notice.Party {
	p := notice.Party{Website: r.text(field+".website", first(o.touch.Child("cbc:WebsiteURI"), o.company.Child("cbc:WebsiteURI")))}
	if p.Name = r.name(field, o.touch); p.Name == "" {
		p.Name = r.name(field, o.company)
	}
	address := first(o.touch.Child("cac:PostalAddress"), o.company.Child("cac:PostalAddress"))
	p.Address = r.place(field+".address", address)
	p.ID = r.companyID(field+".id", o.company, p.Address)
	p.Contact = r.contact(field+".contact", first(o.touch.Child("cac:Contact"), o.company.Child("cac:Contact")))
	return p
}

// first is the first element that says something.
func first(elements ...tree.Node) tree.Node {
	for _, e := range elements {
		if e.Text() != "" || !e.IsLeaf() {
			return e
		}
	}
	return tree.Node{}
}

// name is BT-500; each language has a cac:PartyName of its own, or all share one.
func (r *reader) name(field string, company tree.Node) string {
	return r.text(field+".name", r.best(func(yield func(tree.Node) bool) {
		for p := range company.Each("cac:PartyName") {
			for e := range p.Each("cbc:Name") {
				if !yield(e) {
					return
				}
			}
		}
	}))
}

func (r *reader) contact(field string, e tree.Node) notice.Contact {
	return notice.Contact{
		Name:  r.text(field+".name", e.Child("cbc:Name")),
		Email: r.text(field+".email", e.Child("cbc:ElectronicMail")),
		Phone: r.text(field+".phone", e.Child("cbc:Telephone")),
		Fax:   r.text(field+".fax", e.Child("cbc:Telefax")),
	}
}

// frenchTerritories are the codes of countries whose organisations have a number of the SIRENE register.
var frenchTerritories = []string{"FRA", "FR", "GLP", "GP", "MTQ", "MQ", "GUF", "GF", "REU", "RE", "MYT", "YT", "SPM", "PM", "BLM", "BL", "MAF", "MF"}

// otherTerritories are French, or as good as, with registers of their own: some of their organisations have a SIRET.
var otherTerritories = []string{"NCL", "NC", "PYF", "PF", "WLF", "WF", "ATF", "TF", "MCO", "MC"}

// isFrench reports whether an address lies in a French territory, or does not say where.
func isFrench(p notice.Place) bool {
	return p.Country == "" && (p.NUTS == "" || strings.HasPrefix(p.NUTS, "FR")) ||
		slices.Contains(frenchTerritories, p.Country) || slices.Contains(otherTerritories, p.Country)
}

// companyID is BT-501, the best of the numbers of an organisation: a SIRET, else a SIREN, else a French VAT number, else
// one without scheme before one that carries the scheme of some platform. Numbers of organisations abroad are kept as
// written: one in ten foreign numbers of nine digits would pass for a SIREN.
func (r *reader) companyID(field string, company tree.Node, at notice.Place) *notice.CompanyID {
	var best *notice.CompanyID
	var from tree.Node
	rank := 0
	consider := func(e tree.Node) {
		written := e.Text()
		if written == "" || r.masked(field, written, e) {
			return
		}
		id := &notice.CompanyID{Written: written}
		if isFrench(at) {
			id, _ = notice.ParseCompanyID(written)
		}
		if now := idRank(id, e); now > rank {
			best, from, rank = id, e, now
		}
	}
	for _, kind := range []string{"cac:PartyLegalEntity", "cac:PartyTaxScheme"} {
		for p := range company.Each(kind) {
			for e := range p.Each("cbc:CompanyID") {
				consider(e)
			}
		}
	}
	if best == nil {
		return nil
	}
	if best.Scheme == "" && isFrench(at) && !slices.Contains(otherTerritories, at.Country) {
		r.n.Flag(field, notice.FlagBadCompanyID, best.Written, from.Path())
	}
	r.declare(field, from)
	return best
}

func idRank(id *notice.CompanyID, e tree.Node) int {
	switch {
	case id.Scheme == "siret":
		return 5
	case id.Scheme == "siren":
		return 4
	case id.Scheme == "vat":
		return 3
	case e.Attr("schemeName") == "":
		return 2
	}
	return 1
}

// buyers fills the contracting parties. The platform that sends the notice stands below them as a service provider and is
// none of them; nor are review bodies.
func (r *reader) buyers() {
	var buyers []notice.Party
	seen := map[string]bool{}
	for cp := range r.root.Each("cac:ContractingParty") {
		party := cp.Child("cac:Party")
		found := false
		for pi := range party.Each("cac:PartyIdentification") {
			id := pi.Child("cbc:ID")
			o, ok := r.orgs[id.Text()]
			if !ok || seen[id.Text()] {
				if !ok && id.Text() != "" {
					r.n.Warn(id.Path(), id.Text(), "reference without target")
				}
				continue
			}
			seen[id.Text()], found = true, true
			buyers = append(buyers, r.buyer(cp, o))
		}
		if !found && party.Has("cac:PartyName") { // national documents that spell the party out
			buyers = append(buyers, r.buyer(cp, organisation{company: party}))
		}
		if r.n.Profile == "" {
			r.n.Profile = r.text("profile", cp.Child("cbc:BuyerProfileURI"))
		}
	}
	if len(buyers) == 0 {
		return
	}
	if len(buyers) == 1 {
		buyers[0].Role = ""
	}
	for _, b := range buyers {
		if b.Role != "" {
			r.n.Declare("buyers.role", r.ext.Path()+"/efac:Organizations/efac:Organization/efbc:GroupLeadIndicator")
		}
	}
	r.n.Buyers = buyers
	r.otherClock = hasOtherClock(buyers[0].Address)
}

func (r *reader) buyer(cp tree.Node, o organisation) notice.Party {
	p := r.party("buyers", o)
	p.Profile = r.text("buyers.profile", cp.Child("cbc:BuyerProfileURI"))
	for e := range cp.Each("cac:ContractingPartyType") {
		if c := e.Child("cbc:PartyTypeCode"); p.Type == "" && c.Attr("listName") != "buyer-contracting-type" {
			p.Type = r.text("buyers.type", c)
		}
	}
	for e := range cp.Each("cac:ContractingActivity") {
		if p.Activity == "" {
			p.Activity = r.text("buyers.activity", e.Child("cbc:ActivityTypeCode"))
		}
	}
	if isTrue(o.around.Child("efbc:GroupLeadIndicator")) {
		p.Role = groupLead
	}
	return p
}

// groupLead is the role of the leader among several buyers or winners.
const groupLead = "group-lead"
