package v110

import (
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readBuyers reads the buyers: the first IDENT of the document, and others that stand before the procedure.
func (r *body) readBuyers() {
	for _, e := range r.splitIdents() {
		if p := r.party("buyers", e); p.Name != "" || p.Address.City != "" {
			r.n.Buyers = append(r.n.Buyers, p)
		}
	}
	if len(r.n.Buyers) == 0 {
		var p notice.Party
		setText(r.n, &p.Name, "buyers.name", r.gestion.Child("INDEXATION", "NOMACHETEUR_V1"))
		if p.Name == "" {
			return
		}
		r.n.Buyers = append(r.n.Buyers, p)
	}
	r.readBuyerKind(&r.n.Buyers[0])
	r.n.Profile = r.n.Buyers[0].Profile
	if o, ok := r.n.Origins["buyers.profile"]; ok && r.n.Profile != "" {
		r.n.Declare("profile", o.Path)
	}
}

// splitIdents gives the IDENT elements of buyers and keeps those of winners: in a result that describes no contract
// otherwise (form 6), they stand after the procedure. Records do not keep that order; there it goes by the heading, which
// winners lack. The first IDENT is always the buyer.
func (r *body) splitIdents() (buyers []tree.Node) {
	afterProcedure, contracts := false, r.hasContracts()
	for e := range r.donnees.All() {
		switch {
		case isProcedure(e):
			afterProcedure = true
		case e.Name() != "IDENT":
		case len(buyers) == 0 || !afterProcedure && !r.record || r.n.Stage != notice.StageAward:
			buyers = append(buyers, e)
		case contracts:
			r.n.Warn(e.Path(), e.Child("NOM").Text(), "organisation of unknown role")
		case r.record && e.Child("TITRE").Text() != "":
			buyers = append(buyers, e)
		default:
			r.winners = append(r.winners, e)
		}
	}
	return buyers
}

// party reads an organisation whose elements stand below e.
func (r *body) party(field string, e tree.Node) notice.Party {
	return r.partyOf(field, func(name string) tree.Node { return e.Child(name) })
}

// partyOf reads an organisation whose elements get finds by name.
func (r *body) partyOf(field string, get func(name string) tree.Node) (p notice.Party) {
	n := r.n
	setText(n, &p.Name, field+".name", get("NOM"))
	if id := get("CODE_IDENT_NATIONAL"); id.Text() != "" {
		p.ID = n.NewCompanyID(field+".id", tidyCode(id.Text()), id.Path())
	}
	setText(n, &p.Address.Street, field+".address.street", get("ADRESSE"))
	setCode(n, &p.Address.Postcode, field+".address.postcode", get("CP"))
	setText(n, &p.Address.City, field+".address.city", get("VILLE"))
	setCode(n, &p.Address.Country, field+".address.country", get("PAYS"))
	p.Address.Country = strings.TrimRight(p.Address.Country, "-") // "F-" is half of "F-75001"
	if p.Address.Departement = codelist.DepartementOfPostcode(p.Address.Postcode); p.Address.Departement != "" {
		derive(n, field+".address.departement", get("CP"), "department of the postcode")
	}
	setText(n, &p.Contact.Name, field+".contact.name", get("PRM"))
	setText(n, &p.Contact.Name, field+".contact.name", get("CONTACT"))
	setCode(n, &p.Contact.Email, field+".contact.email", get("MEL"))
	setCode(n, &p.Contact.Phone, field+".contact.phone", get("TEL"))
	setCode(n, &p.Contact.Fax, field+".contact.fax", get("FAX"))
	setCode(n, &p.Profile, field+".profile", get("URL_PROFIL_ACHETEUR"))
	setCode(n, &p.Website, field+".website", get("URL"))
	setCode(n, &p.Website, field+".website", get("URL_POUVOIR_ADJUDICATEUR"))
	return p
}

// buyerTypes are the boxes of INFO that say what the buyer is.
var buyerTypes = []string{"ETAT", "REGION", "DEPARTEMENT", "COMMUNE", "EPN", "EPT", "AUTRE_ORIGINE", "INSTITUTION_EUROPEENNE"}

func (r *body) readBuyerKind(p *notice.Party) {
	for info := range each(r.donnees, "INFO") {
		for _, name := range buyerTypes {
			if e := info.Child(name); e.Exists() && p.Type == "" {
				p.Type = name
				declare(r.n, "buyers.type", e)
			}
		}
	}
	for act := range each(r.donnees, "TYPE_ACTIVITE_ORG") {
		for e := range act.All() {
			if name := e.Name(); name != "POUVOIR_ADJUDICATEUR" && name != "ENTITE_ADJUDICATRICE" && p.Activity == "" {
				p.Activity = name
				declare(r.n, "buyers.activity", e)
			}
		}
	}
}
