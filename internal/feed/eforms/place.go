package eforms

import (
	"regexp"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// place reads an address: of an organisation, or of a place of performance.
func (r *reader) place(field string, a tree.Node) notice.Place {
	if !a.Exists() {
		return notice.Place{}
	}
	p := notice.Place{
		Street:   r.street(field+".street", a),
		Postcode: r.text(field+".postcode", a.Child("cbc:PostalZone")),
		City:     r.text(field+".city", a.Child("cbc:CityName")),
		Country:  strings.ToUpper(r.text(field+".country", a.Child("cac:Country", "cbc:IdentificationCode"))),
	}
	nuts := a.Child("cbc:CountrySubentityCode")
	if p.NUTS = r.text(field+".nuts", nuts); p.NUTS != "" {
		if !knownNUTS(p.NUTS) {
			r.n.Flag(field+".nuts", notice.FlagUnknownCode, p.NUTS, nuts.Path())
		}
	}
	if p.Departement = r.departement(field, p, a); p.Departement != "" {
		r.derive(field+".departement", a, "department of the postcode, else of the NUTS code")
	}
	return p
}

// nutsForm is a NUTS code of any level.
var nutsForm = regexp.MustCompile(`^[A-Z]{2}[0-9A-Z]{0,3}$`)

// knownNUTS tells what can be a NUTS code: a French one of any edition, or one of good form. Earlier editions of other
// countries are not embedded.
func knownNUTS(code string) bool {
	if strings.HasPrefix(code, "FR") {
		_, ok := codelist.NUTS(codelist.CurrentNUTS(code))
		return ok
	}
	return nutsForm.MatchString(code)
}

// departement derives the department of a French address: from the postcode, which buyers know, before the NUTS 3 code,
// which they look up and often take from elsewhere. Where the two disagree the address is flagged.
func (r *reader) departement(field string, p notice.Place, a tree.Node) string {
	nuts := codelist.DepartementOfNUTS(p.NUTS)
	inFrance := slices.Contains(frenchTerritories, p.Country) || slices.Contains(otherTerritories, p.Country) ||
		p.Country == "" && strings.HasPrefix(p.NUTS, "FR")
	if !inFrance {
		return nuts
	}
	postcode := codelist.DepartementOfPostcode(p.Postcode)
	switch {
	case postcode == "":
		return nuts
	case nuts != "" && nuts != postcode:
		r.n.Flag(field+".departement", notice.FlagContradiction, p.Postcode+" "+p.NUTS, a.Path())
	}
	return postcode
}

// street joins the lines of BT-510.
func (r *reader) street(field string, a tree.Node) string {
	var lines []string
	add := func(e tree.Node) {
		if t := r.text(field, e); t != "" && !slices.Contains(lines, t) {
			lines = append(lines, t)
		}
	}
	add(a.Child("cbc:StreetName"))
	add(a.Child("cbc:AdditionalStreetName"))
	for l := range a.Each("cac:AddressLine") {
		add(l.Child("cbc:Line"))
	}
	add(a.Child("cbc:Postbox"))
	return strings.Join(lines, ", ")
}

// places reads the places of performance of a project (BT-5071, 5101, 5121, 5131, 5141, 727, 728). Their free text is kept
// where nothing else says where the place is: buyers write unrelated things there.
func (r *reader) places(field string, project tree.Node) []notice.Place {
	var list []notice.Place
	for l := range project.Each("cac:RealizedLocation") {
		a := l.Child("cac:Address")
		p := r.place(field, a)
		if p.City == "" && p.NUTS == "" && p.Postcode == "" && p.Street == "" {
			if p.Text = r.said(field+".text", l, "cbc:Description"); p.Text == "" {
				p.Text = r.text(field+".text", a.Child("cbc:Region")) // anyw, anyw-eea, anyw-cou
			}
		}
		if p != (notice.Place{}) && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}
