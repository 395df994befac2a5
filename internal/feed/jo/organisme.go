package jo

import (
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
	"github.com/boamp/boamp/internal/tree"
)

// readBuyer reads an organisme: the flat one of FNSimple (nomOfficiel, ville, cp), or that of MAPA and DSP (acheteurPublic,
// adr, coord, correspondantPRM).
func readBuyer(n *notice.Notice, o tree.Node) {
	const field = "buyers"
	p := notice.Party{}
	readParty(n, field, &p, o)
	feed.SetText(n, &p.Profile, field+".profile", either(o, "urlProfilAcheteur", "urlProfilAch"))
	feed.SetText(n, &n.Profile, "profile", either(o, "urlProfilAcheteur", "urlProfilAch"))
	feed.SetText(n, &p.Type, field+".type", either(o, "classificationOrganisme", "classificationOrganismeJOUE"))
	feed.SetChoice(n, &p.Activity, field+".activity", o.Child("activitesOrganisme", "activites"))
	n.Buyers = append(n.Buyers, p)
	readGroup(n, o.Child("grpCommandes", "oui"))
}

// readGroup reads who leads a group of buyers. The text is a name, or a sentence that may name several organisations: a
// sentence makes no party, it only confirms that the buyer it mentions leads.
func readGroup(n *notice.Notice, e tree.Node) {
	lead := e.Child("grpCoordonnateur")
	name, first := feed.Text(n, "buyers.name", lead), &n.Buyers[len(n.Buyers)-1]
	switch {
	case name == "":
		return
	case first.Name != "" && strings.Contains(text.Fold(name), text.Fold(first.Name)):
		first.Role = roleLead
	case len(name) <= maxName:
		n.Buyers = append(n.Buyers, notice.Party{Name: name, Role: roleLead})
	default:
		return
	}
	n.Declare("buyers.role", lead.Path())
}

const (
	roleLead = "group-lead"
	maxName  = 100 // bytes; the longest official names of buyers seen have 90
)

// readParty reads name, identifier, address and contact of an organisation: a buyer or a winner.
func readParty(n *notice.Notice, field string, p *notice.Party, e tree.Node) {
	feed.SetText(n, &p.Name, field+".name", either(e, "nomOfficiel", "acheteurPublic", "PersonneMorale", "denomination"))
	if id := either(e, "codeIdentificationNational", "siret"); id.Text() != "" {
		p.ID = n.NewCompanyID(field+".id", id.Text(), id.Path())
	}
	adr := e.Child("adr")
	if !adr.Exists() {
		adr = e
	}
	p.Address = readPlace(n, field+".address", adr, e)
	readContact(n, field+".contact", &p.Contact, e)
	feed.SetText(n, &p.Website, field+".website", e.Child("coord", "url"))
	if p.Name == "" && p.Contact.Name != "" && field != "buyers" { // a winner who is a natural person
		p.Name, p.Contact.Name = p.Contact.Name, ""
		n.Derive(field+".name", e.Path(), "name of the person")
	}
}

// readContact reads coord and the person (correspondantPRM, PersonnePhysique) beside it.
func readContact(n *notice.Notice, field string, c *notice.Contact, e tree.Node) {
	person := either(e, "correspondantPRM", "PersonnePhysique")
	if name := joined(n, field+".name", " ", person.Child("pren"), person.Child("nom")); name != "" && c.Name == "" {
		c.Name = name
		n.Declare(field+".name", person.Path())
	}
	coord := e.Child("coord")
	feed.SetText(n, &c.Email, field+".email", coord.Child("mel"))
	feed.SetText(n, &c.Phone, field+".phone", coord.Child("tel"))
	feed.SetText(n, &c.Fax, field+".fax", coord.Child("fax"))
}

// readPlace reads an address {voie{num,typevoie,nomvoie},bp,cp,ville,pays}. The NUTS code stands beside it in some forms:
// it is looked for in e and in around.
func readPlace(n *notice.Notice, field string, e, around tree.Node) notice.Place {
	var p notice.Place
	if street := street(n, field+".street", e); street != "" {
		p.Street = street
		n.Declare(field+".street", e.Child("voie").Path())
	}
	feed.SetText(n, &p.Postcode, field+".postcode", e.Child("cp"))
	feed.SetText(n, &p.City, field+".city", e.Child("ville"))
	feed.SetText(n, &p.Country, field+".country", e.Child("pays"))
	if nuts := either(e, "codeNUTS"); nuts.Exists() {
		setNUTS(n, field, &p, nuts)
	} else {
		setNUTS(n, field, &p, around.Child("codeNUTS"))
	}
	if d := codelist.DepartementOfPostcode(p.Postcode); d != "" && p.Departement == "" {
		p.Departement = d
		n.Derive(field+".departement", e.Child("cp").Path(), "department of the postcode")
	}
	return p
}

// street joins the parts of a street. Platforms repeat the kind of street in its name ("rue", "rue du Plat") and leave
// commas behind the number.
func street(n *notice.Notice, field string, e tree.Node) string {
	voie := e.Child("voie")
	if voie.IsLeaf() {
		return joined(n, field, ", ", voie, e.Child("bp"))
	}
	kind, name := voie.Child("typevoie"), voie.Child("nomvoie")
	if k := strings.ToLower(kind.Text()); strings.HasPrefix(strings.ToLower(name.Text()), k+" ") {
		kind = tree.Node{}
	}
	line := joined(n, field, " ", voie.Child("num"), kind, name)
	if bp := feed.Text(n, field, e.Child("bp")); bp != "" {
		line = strings.TrimLeft(line+", BP "+strings.TrimSpace(strings.TrimPrefix(bp, "BP")), ", ")
	}
	return line
}

// setNUTS sets the code of a place and the department that it stands for.
func setNUTS(n *notice.Notice, field string, p *notice.Place, e tree.Node) {
	code := e.Text()
	if code == "" || p.NUTS != "" {
		return
	}
	p.NUTS = code
	n.Declare(field+".nuts", e.Path())
	if _, ok := codelist.NUTS(codelist.CurrentNUTS(code)); !ok {
		n.Flag(field+".nuts", notice.FlagUnknownCode, code, e.Path())
	}
	if d := codelist.DepartementOfNUTS(code); d != "" {
		p.Departement = d
		n.Derive(field+".departement", e.Path(), "department of the NUTS code")
	}
}

// either is the first child of one of the names that says something, text or children.
func either(e tree.Node, names ...string) tree.Node {
	for _, name := range names {
		for c := range e.Each(name) {
			if c.Text() != "" || !c.IsLeaf() {
				return c
			}
		}
	}
	return tree.Node{}
}

// joined is the texts of some elements, empty ones left out.
func joined(n *notice.Notice, field, sep string, parts ...tree.Node) string {
	var texts []string
	for _, e := range parts {
		if t := feed.Text(n, field, e); t != "" {
			texts = append(texts, t)
		}
	}
	return strings.Join(texts, sep)
}
