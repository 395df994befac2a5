package v230

import (
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// partyFields are the JSON paths of one kind of party.
type partyFields struct {
	name, id, street, postcode, city, country, nuts, departement, contact, email, phone, fax, website, profile string
}

func fieldsOf(party string) partyFields {
	return partyFields{
		party + ".name", party + ".id", party + ".address.street", party + ".address.postcode", party + ".address.city",
		party + ".address.country", party + ".address.nuts", party + ".address.departement", party + ".contact.name",
		party + ".contact.email", party + ".contact.phone", party + ".contact.fax", party + ".website", party + ".profile",
	}
}

var (
	buyerFields  = fieldsOf("buyers")
	winnerFields = fieldsOf("results.winners")
)

// party reads an IDENTITE, an ADRESSE of ADRESSES_COMPLEMENTAIRES or a TITULAIRE: they share their names.
func (b *body) party(e tree.Node, f *partyFields) notice.Party {
	var p notice.Party
	b.text(&p.Name, f.name, e.Child("DENOMINATION"))
	p.ID = b.companyID(f.id, e)
	b.text(&p.Address.Street, f.street, e.Child("ADRESSE"))
	b.text(&p.Address.Postcode, f.postcode, e.Child("CP"))
	b.text(&p.Address.City, f.city, e.Child("VILLE"))
	b.text(&p.Address.Country, f.country, e.Child("PAYS"))
	if p.Address.NUTS = b.nuts(f.nuts, e.Child("ADJUDICATEUR_NUTS")); p.Address.NUTS == "" {
		p.Address.NUTS = b.nuts(f.nuts, e.Child("CODE_NUTS"))
	}
	b.locate(&p.Address, f.departement, e)
	b.text(&p.Contact.Name, f.contact, e.Child("CORRESPONDANT"), e.Child("CONTACT"))
	b.text(&p.Contact.Email, f.email, e.Child("MEL"))
	b.text(&p.Contact.Phone, f.phone, e.Child("TEL"))
	b.text(&p.Contact.Fax, f.fax, e.Child("FAX"))
	b.text(&p.Website, f.website, e.Child("URL"))
	b.text(&p.Profile, f.profile, e.Child("URL_PROFIL_ACHETEUR"))
	return p
}

// companyID reads CODE_IDENT_NATIONAL, or what V240 may write in the element that names its scheme
// (TYPE_IDENT_NATIONAL/SIRET).
func (b *body) companyID(field string, e tree.Node) *notice.CompanyID {
	scheme := e.Child("TYPE_IDENT_NATIONAL")
	for _, id := range [...]tree.Node{e.Child("CODE_IDENT_NATIONAL"), scheme.First(), scheme} {
		if written := id.Text(); written != "" {
			return b.n.NewCompanyID(field, written, id.Path())
		}
	}
	return nil
}

// buyers reads IDENTITE and, after it, the organisations on whose behalf it acts.
func (b *body) buyers() {
	n, identite := b.n, b.donnees.Child("IDENTITE")
	if identite.Exists() {
		p := b.party(identite, &buyerFields)
		b.choice(&p.Type, "buyers.type", b.donnees.Child("TYPE_POUVOIR_ADJUDICATEUR"))
		b.choice(&p.Type, "buyers.type", b.donnees.Child("TYPE_ORGANISME"))
		b.text(&p.Type, "buyers.type", b.donnees.Child("PROCEDURE", "CATEGORIE_ACHETEUR"))
		b.choice(&p.Activity, "buyers.activity", b.donnees.Child("ACTIVITE_PRINCIPALE").First())
		n.Buyers = append(n.Buyers, p)
	}
	for a := range b.donnees.Child("RENSEIGNEMENTS_COMPLEMENTAIRES", "ADRESSES_COMPLEMENTAIRES").Each("ADRESSE") {
		if a.Child("TYPE").Has("AGIT_POUR_AUTRE_COMPTE_OUI") {
			if p := b.party(a, &buyerFields); p.Name != "" {
				n.Buyers = append(n.Buyers, p)
			}
		}
	}
}

// choice fills *to with the name of the first child: among several activities the first is the main one.
func (b *body) choice(to *string, field string, e tree.Node) {
	if name := e.First().Name(); *to == "" && name != "" {
		*to = name
		b.declare(field, e)
	}
}

// addresses reads where the documents are and where tenders go: the buyer's own addresses, else those of the form's annex.
func (b *body) addresses() {
	n, identite := b.n, b.donnees.Child("IDENTITE")
	b.text(&n.Profile, "profile", identite.Child("URL_PROFIL_ACHETEUR"))
	b.text(&n.Submission, "submission", identite.Child("URL_PARTICIPATION"))
	b.document(identite.Child("URL_DOCUMENT"))
	for a := range b.donnees.Child("RENSEIGNEMENTS_COMPLEMENTAIRES", "ADRESSES_COMPLEMENTAIRES").Each("ADRESSE") {
		switch a.Child("TYPE").First().Name() {
		case "DOCUMENTS":
			b.document(a.Child("URL"))
		case "ENVOYER_OFFRES":
			b.text(&n.Submission, "submission", a.Child("URL"))
		}
	}
	b.document(b.gestion.Child("MARCHE", "URL_CONSULTATION"))
}

// document adds an address of the tender documents, once.
func (b *body) document(e tree.Node) {
	url := b.clean("documents", e)
	if url == "" {
		return
	}
	for _, d := range b.n.Documents {
		if d.URL == url {
			return
		}
	}
	b.n.Documents = append(b.n.Documents, notice.URL{URL: url})
	b.declare("documents", e)
}
