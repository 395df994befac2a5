package render

import (
	"net/url"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
)

// page lays out a whole notice.
func (b *builder) page() page {
	n := b.n
	b.lang = languages[strings.ToUpper(n.Language)]
	p := page{ID: n.ID, Link: boampLink(n.ID), Kind: b.kind(), Title: n.Title, TitleLang: b.lang}
	if v := b.date("published", n.Published); len(v) > 0 {
		p.Published = &v[0]
	}
	for _, s := range []section{b.buyers(), b.communication(), b.procedure(), b.object(), b.lots(), b.award(), b.corrections(), b.more()} {
		if len(s.Groups) > 0 {
			p.Sections = append(p.Sections, s)
		}
	}
	return p
}

// kind is the sort of notice in words: by the nature of the BOAMP, else by the type or subtype of eForms, else by the stage.
func (b *builder) kind() string {
	if label := nature(b.n.Nature); label != "" {
		return label
	}
	if s, ok := codelist.SubtypeOf(b.n.Subtype); ok {
		return s.Label
	}
	return labelled(stages, string(b.n.Stage))
}

// nature is the label of a nature, whose separators vary over the years.
func nature(code string) string {
	if label, ok := codelist.LabelOf(codelist.Natures(), code); ok || code == "" {
		return label
	}
	plain := strings.NewReplacer("_", "", "-", "").Replace
	for _, c := range codelist.Natures() {
		if plain(c.Code) == plain(code) {
			return c.Label
		}
	}
	return code
}

// boampLink is the address of a notice on the site of the BOAMP, "" for what is not one of its numbers.
func boampLink(id string) string {
	if !notice.IsIdweb(id) {
		return ""
	}
	return "https://www.boamp.fr/pages/avis/?q=idweb:" + url.QueryEscape(id)
}

// buyers are who buys.
func (b *builder) buyers() section {
	s := section{ID: "acheteur", Title: "Acheteur"}
	for i, p := range b.n.Buyers {
		g := group{}
		if len(b.n.Buyers) > 1 {
			g.Title = "Acheteur " + number(float64(i+1), 0)
		}
		b.party(&g, "buyers", p)
		g.add("Type d'organisme", b.coded("buyers.type", buyerTypes, p.Type))
		g.add("Activité principale", b.coded("buyers.activity", activities, p.Activity))
		g.add("Taille", b.coded("buyers.size", sizes, p.Size))
		s.add(g)
	}
	return s
}

// party shows what buyers and winners have in common; contacts stand elsewhere.
func (b *builder) party(g *group, field string, p notice.Party) {
	g.add("Nom", b.prose(field+".name", p.Name))
	g.add("Rôle", b.coded(field+".role", roles, p.Role))
	g.add("Identifiant", b.company(field+".id", p.ID))
	g.add("Adresse", b.places(field+".address", []notice.Place{p.Address}))
	g.add("Site internet", b.links(field+".website", p.Website))
	g.add("Profil d'acheteur", b.links(field+".profile", p.Profile))
}

// company shows a national identifier: what it is where that is known, else as written.
func (b *builder) company(field string, id *notice.CompanyID) []value {
	if id == nil {
		return nil
	}
	v := value{Lines: []string{id.Written}, Notes: b.notes(field, id.Written)}
	switch id.Scheme {
	case "siret":
		v.Lines = []string{"SIRET " + id.SIRET + " (SIREN " + id.SIREN + ")"}
	case "siren":
		v.Lines = []string{"SIREN " + id.SIREN}
	case "vat":
		v.Lines = []string{"TVA " + id.Written + " (SIREN " + id.SIREN + ")"}
	case "": // of another country, or flagged
	default:
		v.Lines = []string{id.Scheme + " " + id.Written}
	}
	return []value{v}
}

// coded makes a value of a code or an identifier, which have no language.
func (b *builder) coded(field string, labels map[string]string, code string) []value {
	if code == "" {
		return nil
	}
	return []value{{Lines: []string{labelled(labels, code)}, Notes: b.notes(field, code)}}
}

// places makes a value of each place that says something.
func (b *builder) places(field string, places []notice.Place) (list []value) {
	for _, p := range places {
		v := value{}
		for _, part := range []string{p.Text, p.Street, strings.TrimSpace(p.Postcode + " " + p.City), country(p.Country)} {
			if part != "" {
				v.Lines = append(v.Lines, strings.Join(lines(part), ", "))
			}
		}
		if area := area(p); area != "" {
			v.Lines = append(v.Lines, area)
		}
		if len(v.Lines) == 0 {
			continue
		}
		v.Lines = []string{strings.Join(v.Lines, ", ")}
		v.Notes = append(b.notes(field+".nuts", p.NUTS), b.notes(field+".departement", p.Departement)...)
		list = append(list, v)
	}
	return list
}

// area names the department, or the region, of a place with its codes.
func area(p notice.Place) string {
	var parts []string
	if p.Departement != "" {
		parts = append(parts, "département : "+departement(p.Departement))
	}
	if p.NUTS != "" {
		code := "NUTS " + p.NUTS
		if label, ok := codelist.NUTS(codelist.CurrentNUTS(p.NUTS)); ok && p.Departement == "" {
			code = label + " (" + code + ")"
		}
		parts = append(parts, code)
	}
	return strings.Join(parts, ", ")
}

// country names France; other countries stand as the document codes them.
func country(code string) string {
	switch strings.ToUpper(code) {
	case "FR", "FRA", "F":
		return "France"
	}
	return code
}

// departement is a department with its code.
func departement(code string) string {
	if d, ok := codelist.DepartementOf(code); ok {
		return d.Label + " (" + code + ")"
	}
	return code
}

// communication is whom to ask and where to go.
func (b *builder) communication() section {
	s := section{ID: "communication", Title: "Communication"}
	for _, p := range b.n.Buyers {
		g := group{}
		b.contact(&g, "buyers.contact", p.Contact)
		if len(b.n.Buyers) > 1 {
			g.Title = p.Name
		}
		s.add(g)
	}
	g := group{}
	for _, d := range b.n.Documents {
		v := b.links("documents.url", d.URL)
		if d.Restricted {
			v = append(v, plain("accès restreint")...)
		}
		g.add("Documents de la consultation", v)
	}
	g.add("Dépôt des offres", b.links("submission", b.n.Submission))
	g.add("Profil d'acheteur de la procédure", b.links("profile", b.n.Profile))
	s.add(g)
	return s
}

func (b *builder) contact(g *group, field string, c notice.Contact) {
	g.add("Contact", b.prose(field+".name", c.Name))
	g.add("Courriel", mail(c.Email))
	g.add("Téléphone", plain(c.Phone))
	g.add("Télécopie", plain(c.Fax))
}

// procedure is how the contract is awarded, by when, and by what criteria.
func (b *builder) procedure() section {
	n, p := b.n, b.n.Procedure
	g := group{}
	g.add("Type de procédure", b.coded("procedure.type", procedures, p.Type))
	g.add("Procédure, telle qu'écrite", b.coded("procedure.written", nil, p.Written))
	g.flag("Procédure accélérée", p.Accelerated)
	g.add("Technique d'achat", b.coded("procedure.technique", techniques, p.Technique))
	g.flag("Accord-cadre", n.Framework)
	purpose := "Date limite"
	if n.Deadline != nil && n.Deadline.For != "" {
		purpose = labelled(purposes, n.Deadline.For)
	}
	g.add(purpose, b.deadline("deadline", n.Deadline))
	g.add("Critères d'attribution", b.criteria("criteria", n.Criteria))
	g.add("Considérations sociales et environnementales", b.clauses("clauses", n.Clauses))
	famille, _ := codelist.LabelOf(codelist.Familles(), n.Famille)
	g.add("Famille", b.pair("famille", n.Famille, famille))
	perimetre, _ := codelist.LabelOf(codelist.Perimetres(), n.Perimetre)
	g.add("Périmètre", b.pair("perimetre", n.Perimetre, perimetre))
	basis, _ := codelist.LabelOf(codelist.Perimetres(), notice.PerimetreOf(n.LegalBasis))
	g.add("Base légale", b.pair("legal_basis", n.LegalBasis, basis))
	s := section{ID: "procedure", Title: "Procédure"}
	s.add(g)
	return s
}

// pair makes a value of a code with its label.
func (b *builder) pair(field, code, label string) []value {
	if code == "" {
		return nil
	}
	text := code
	if label != "" && label != code {
		text = label
		if !strings.Contains(label, "("+code+")") {
			text += " (" + code + ")"
		}
	}
	return []value{{Lines: []string{text}, Notes: b.notes(field, code)}}
}

// clauses makes values of considerations: the sorts that there are, then what the document codes.
func (b *builder) clauses(field string, c notice.Clauses) []value {
	var sorts []string
	for _, s := range []struct {
		name string
		yes  bool
	}{{"sociales", c.Social}, {"environnementales", c.Environmental}, {"d'innovation", c.Innovation}} {
		if s.yes {
			sorts = append(sorts, s.name)
		}
	}
	list := plain(strings.Join(sorts, ", "))
	for _, code := range c.Codes {
		list = append(list, b.coded(field+".codes", considerations, code)...)
	}
	return list
}
