package v110

import (
	"regexp"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readObject fills what is bought: description, kind, CPV, places, values, reference.
func (r *body) readObject() {
	n := r.n
	setText(n, &n.Description, "description", first(r.donnees, "OBJET", "OBJET_COMPLET"))
	for o := range each(r.donnees, "OBJET") {
		// Corrections put the object where other notices put a heading ("Objet du marché :").
		if t := o.Child("TITRE"); n.Description == "" && !strings.HasSuffix(t.Text(), ":") {
			setText(n, &n.Description, "description", t)
		}
	}
	setText(n, &n.Reference, "reference", first(r.donnees, "RENSEIGNEMENTS", "REF_PP"))
	setText(n, &n.Reference, "reference", first(r.donnees, "RENSEIGNEMENTS", "REF"))
	setText(n, &n.Reference, "reference", first(r.donnees, "INFO", "REFERENCE"))
	r.readKinds()
	r.readCPV()
	r.readPlaces()
	r.readValues()
	r.readFramework()
	r.readClauses()
}

// kindBox is a box that says what is bought.
type kindBox struct {
	name string
	kind notice.Kind
}

// Boxes of INFO and, where INFO has none, of OBJET.
var (
	infoKinds  = []kindBox{{"TRAVAUX", notice.Works}, {"FOURNITURES", notice.Supplies}, {"SERVICES", notice.Services}}
	objetKinds = []kindBox{
		{"EXECUTION", notice.Works}, {"CONCEPT_REALIS", notice.Works}, {"EXECUTION_OUVRAGE", notice.Works},
		{"ACHAT", notice.Supplies}, {"LOC", notice.Supplies}, {"CREDIT_BAIL", notice.Supplies}, {"LOC_VENTE", notice.Supplies},
		{"CATEGORIE_SERVICES", notice.Services},
	}
)

func (r *body) readKinds() {
	n := r.n
	for b := range each(r.donnees, "INFO") {
		n.Kinds = r.kinds(n.Kinds, "kinds", b, infoKinds)
	}
	if len(n.Kinds) == 0 {
		for b := range each(r.donnees, "OBJET") {
			n.Kinds = r.kinds(n.Kinds, "kinds", b, objetKinds)
		}
	}
	// In results TYPE holds the number of the category of services ("24.").
	if e := first(r.donnees, "OBJET", "TYPE"); len(n.Kinds) == 0 && serviceCategory.MatchString(tidyCode(e.Text())) {
		n.Kinds = []notice.Kind{notice.Services}
		derive(n, "kinds", e, "a category of services is given")
	}
}

// kinds adds what the boxes of a block say.
func (r *body) kinds(list []notice.Kind, field string, block tree.Node, boxes []kindBox) []notice.Kind {
	for _, box := range boxes {
		e := block.Child(box.name)
		if e.Exists() && !slices.Contains(list, box.kind) {
			list = append(list, box.kind)
			declare(r.n, field, e)
		}
	}
	return list
}

var serviceCategory = regexp.MustCompile(`^\d{1,2}[A-Ba-b]?$`)

// readCPV reads the codes. ART27CMP is the place of a code of the nomenclature of 2001; some buyers of 2006 put CPV codes there.
func (r *body) readCPV() {
	for e := range each(r.donnees, "OBJET", "CPV_OBJ") {
		r.addCPV(&r.n.CPV, "cpv", e, true)
	}
	for e := range each(r.donnees, "OBJET", "CPV_COMPLEMENT") {
		r.addCPV(&r.n.CPV, "cpv", e, false)
	}
	for e := range each(r.donnees, "OBJET", "ART27CMP") {
		if _, ok := codelist.NormalizeCPV(tidyCode(strings.Split(e.Text(), ",")[0])); ok {
			r.addCPV(&r.n.CPV, "cpv", e, false)
		}
	}
}

// addCPV adds the codes of an element ("45233128, 45316110."): the first one as the main code where main says so.
func (r *body) addCPV(to *notice.CPV, field string, e tree.Node, main bool) {
	for _, written := range strings.FieldsFunc(e.Text(), func(c rune) bool { return c == ',' || c == ';' || c == '/' }) {
		written = tidyCode(written)
		if written == "" {
			continue
		}
		name := field + ".additional"
		if main && to.Main == "" {
			name = field + ".main"
		}
		code, ok := codelist.NormalizeCPV(written)
		if _, listed := codelist.CPV(code); !ok || !listed {
			r.n.Flag(name, notice.FlagUnknownCode, written, e.Path())
		}
		if !ok {
			code = written
		}
		if main && to.Main == "" {
			to.Main = code
		} else {
			to.Additional = append(to.Additional, code)
		}
		declare(r.n, name, e)
	}
}

// placeNames are the elements that name the place of performance or delivery.
var placeNames = []string{"LIEU_EXEC", "LIEU_EXEC_LIVR", "LIEU_LIVR"}

func (r *body) readPlaces() {
	n := r.n
	nuts := first(r.donnees, "OBJET", "CODE_NUTS")
	for _, name := range placeNames {
		for e := range each(r.donnees, "OBJET", name) {
			if p := r.place("places", e); p.Text != "" {
				n.Places = append(n.Places, p)
			}
		}
	}
	if code := strings.ToUpper(tidyCode(nuts.Text())); code != "" {
		if len(n.Places) == 0 {
			n.Places = append(n.Places, notice.Place{})
		}
		n.Places[0].NUTS = code
		declare(n, "places.nuts", nuts)
		if _, ok := codelist.NUTS(codelist.CurrentNUTS(code)); !ok {
			n.Flag("places.nuts", notice.FlagUnknownCode, code, nuts.Path())
		}
		if d := codelist.DepartementOfNUTS(code); d != "" && n.Places[0].Departement == "" {
			n.Places[0].Departement = d
			derive(n, "places.departement", nuts, "department of the NUTS code")
		}
	}
	for _, p := range n.Places {
		if p.Departement != "" && !slices.Contains(n.DepartementsPrestation, p.Departement) {
			n.DepartementsPrestation = append(n.DepartementsPrestation, p.Departement)
			n.Derive("departements_prestation", n.Origins["places.departement"].Path, "department of the place")
		}
	}
}

// postcode is a group of five digits in a text.
var postcode = regexp.MustCompile(`\b\d{5}\b`)

// place reads a place in free text. Its postcode and department are given when the text holds one postcode only.
func (r *body) place(field string, e tree.Node) (p notice.Place) {
	setText(r.n, &p.Text, field+".text", e)
	found := slices.Compact(postcode.FindAllString(p.Text, -1))
	if len(found) != 1 {
		return p
	}
	if d := codelist.DepartementOfPostcode(found[0]); d != "" {
		p.Postcode, p.Departement = found[0], d
		derive(r.n, field+".postcode", e, "the one postcode in the text")
		derive(r.n, field+".departement", e, "department of the postcode")
	}
	return p
}

// readClauses reads the ticks of the index, which say whether social or environmental considerations are in the contract, and
// the reservation of a contract for sheltered work.
func (r *body) readClauses() {
	n := r.n
	for _, box := range []tree.Node{r.donnees.Child("CRITERES_SOCIAUX_ENV"), r.gestion.Child("INDEXATION", "CRITERES_SOCIAUX_ENV")} {
		if e := box.Child("SOCIAUX"); e.Exists() {
			n.Clauses.Social = true
			declare(n, "clauses.social", e)
		}
		if e := box.Child("ENVIRONNEMENTAUX"); e.Exists() {
			n.Clauses.Environmental = true
			declare(n, "clauses.environmental", e)
		}
	}
	for p := range each(r.donnees, "CONDITIONS", "PARTICIPATION") {
		for _, name := range []string{"MARCHE_RESERVE", "ATELIERS_PROTEGES", "EMPLOIS_PROTEGES"} {
			if e := p.Child(name); e.Exists() {
				n.Clauses.Social = true
				derive(n, "clauses.social", e, "reserved for sheltered work")
			}
		}
	}
}

// readAddresses fills the addresses of the web: documents, submission.
func (r *body) readAddresses() {
	n := r.n
	for _, path := range [][]string{{"DOCUMENTS", "URL"}, {"RENSEIGNEMENTS", "HTTP_DOCUMENTS_MARCHE"}, {"IDENT", "URL_INFORMATION"}} {
		for e := range each(r.donnees, path...) {
			u := notice.URL{URL: tidyCode(feed.Text(n, "documents.url", e))}
			if u.URL == "" || !r.once(u) {
				continue
			}
			n.Documents = append(n.Documents, u)
			declare(n, "documents.url", e)
		}
	}
	for _, name := range []string{"URL_SOUMISSION_OFFRES", "URL_SOUMISSION_DEMANDES", "URL_SOUMISSION_PROJETS", "URL_PARTICIPATION"} {
		setCode(n, &n.Submission, "submission", first(r.donnees, "IDENT", name))
	}
}
