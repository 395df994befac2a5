package jo

import (
	"regexp"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readKinds reads the nature of what is bought from the names of children: travaux, fournitures, services, in capitals
// in the header, marcheTravaux and so on in MAPA. The order is the document's.
func readKinds(n *notice.Notice, to *[]notice.Kind, field string, e tree.Node) {
	for c := range e.All() {
		name := strings.TrimPrefix(strings.ToLower(c.Name()), "marche")
		var kind notice.Kind
		switch {
		case strings.HasPrefix(name, "travaux"):
			kind = notice.Works
		case strings.HasPrefix(name, "fourniture"):
			kind = notice.Supplies
		case strings.HasPrefix(name, "service"):
			kind = notice.Services
		default:
			continue
		}
		if !slices.Contains(*to, kind) {
			*to = append(*to, kind)
		}
		n.Declare(field, c.Path())
	}
}

// readCPV reads codeCPV (FNSimple) or CPV (MAPA, DSP), which may repeat: objetPrincipal and objetComplementaire, each with
// classPrincipale. A second main object counts as additional.
func readCPV(n *notice.Notice, to *notice.CPV, field string, e tree.Node) {
	for c := range e.All() {
		if c.Name() != "objetPrincipal" && c.Name() != "objetComplementaire" {
			continue
		}
		for class := range c.Each("classPrincipale") {
			addCPV(n, to, field, class, c.Name() == "objetPrincipal")
		}
	}
}

func addCPV(n *notice.Notice, to *notice.CPV, field string, e tree.Node, main bool) {
	if e.Text() == "" || crowded(n, e, len(to.Additional)) {
		return
	}
	code, ok := codelist.NormalizeCPV(e.Text())
	if ok {
		_, ok = codelist.CPV(code)
	}
	place := field + ".additional"
	switch {
	case main && to.Main == "":
		place, to.Main = field+".main", code
	case code == to.Main || slices.Contains(to.Additional, code):
	default:
		to.Additional = append(to.Additional, code)
	}
	if !ok {
		n.Flag(place, notice.FlagUnknownCode, e.Text(), e.Path())
	}
	n.Declare(place, e.Path())
}

// readPlaces reads the places of performance below e: addresses (MAPA), one line of text (FNSimple), NUTS codes (DSP). A
// text and a code that stand alone are the same place.
func readPlaces(n *notice.Notice, to *[]notice.Place, field string, e tree.Node) {
	var places []notice.Place
	for c := range e.All() {
		switch c.Name() {
		case "lieuExecution", "lieuLivraison", "lieuExecutionLivraison":
			if c.IsLeaf() {
				places = append(places, readTextPlace(n, field, c))
			} else {
				places = append(places, readPlace(n, field, c, tree.Node{}))
			}
		}
	}
	var coded []notice.Place
	for _, around := range []tree.Node{e, e.Child("lieuCodeNUTS")} {
		for c := range around.Each("codeNUTS") {
			var p notice.Place
			setNUTS(n, field, &p, c)
			coded = append(coded, p)
		}
	}
	if len(places) == 1 && len(coded) == 1 && places[0].NUTS == "" {
		places[0].NUTS = coded[0].NUTS
		if coded[0].Departement != "" {
			places[0].Departement = coded[0].Departement
		}
		coded = nil
	}
	for _, p := range append(places, coded...) {
		addPlace(n, to, field, p, e)
	}
}

func addPlace(n *notice.Notice, to *[]notice.Place, field string, p notice.Place, e tree.Node) {
	if p == (notice.Place{}) || crowded(n, e, len(*to)) || slices.Contains(*to, p) {
		return
	}
	*to = append(*to, p)
	if p.Departement != "" && !slices.Contains(n.DepartementsPrestation, p.Departement) {
		n.DepartementsPrestation = append(n.DepartementsPrestation, p.Departement)
		n.Derive("departements_prestation", e.Path(), "departments of the places of performance")
	}
}

// readTextPlace reads a place that is one line of text. Its department follows from a postcode ("32500 - Fleurance") or
// from a code in parentheses ("(33) Gironde"), when the text has only one of them; or the text is its name ("Rhône").
func readTextPlace(n *notice.Notice, field string, e tree.Node) notice.Place {
	var p notice.Place
	feed.SetText(n, &p.Text, field+".text", e)
	if d, only := postcodeIn(p.Text); d != "" {
		if only {
			p.Departement = d
			n.Derive(field+".departement", e.Path(), "department of the postcode in the text")
		}
		return p
	}
	if m := inParentheses.FindAllStringSubmatch(p.Text, 2); len(m) == 1 {
		if d, ok := codelist.DepartementOf(m[0][1]); ok {
			p.Departement = d.Code
			n.Derive(field+".departement", e.Path(), "code of the department in the text")
		}
	} else if d, ok := codelist.DepartementNamed(p.Text); ok && d.NUTS3 != "" {
		p.Departement = d.Code
		n.Derive(field+".departement", e.Path(), "name of the department")
	}
	return p
}

var inParentheses = regexp.MustCompile(`\((\d\d[\dAB]?)\)`)

// postcodeIn gives the department of the postcodes in a text, and whether they have only one.
func postcodeIn(s string) (departement string, only bool) {
	only = true
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < '0' || r > '9' }) {
		d := codelist.DepartementOfPostcode(word)
		if d != "" && departement != "" && d != departement {
			only = false
		}
		if d != "" {
			departement = d
		}
	}
	return departement, only
}

// money is where a valuation goes, with the fields that it fills.
type money struct {
	value, low, high              **notice.Amount
	valueField, lowField, hiField string
}

// readValue reads an amount {@devise, valeur | fourchette{valeurBasse, valeurHaute}}, also bare text. The currency may
// stand on any of the elements.
func readValue(n *notice.Notice, to money, e tree.Node) {
	currency := e.Attr("devise")
	amount := func(to **notice.Amount, field string, c tree.Node) {
		if *to == nil && c.Text() != "" {
			cur := c.Attr("devise")
			if cur == "" {
				cur = currency
			}
			*to = n.NewAmount(field, c.Text(), cur, c.Path())
		}
	}
	if e.IsLeaf() {
		amount(to.value, to.valueField, e)
		return
	}
	amount(to.value, to.valueField, e.Child("valeur"))
	for _, around := range []tree.Node{e, e.Child("fourchette")} {
		amount(to.low, to.lowField, either(around, "valeurBasse", "valeurMin", "montantMini"))
		amount(to.high, to.hiField, either(around, "valeurHaute", "valeurMax", "montantMaxi"))
	}
}

// readDuration reads the duration of a contract: months, days or years, dates, free text.
func readDuration(n *notice.Notice, to **notice.Duration, field string, e tree.Node) {
	if !e.Exists() || *to != nil {
		return
	}
	var d notice.Duration
	if e.IsLeaf() {
		feed.SetText(n, &d.Text, field+".text", e)
	}
	measure := func(unit string, m tree.Node) {
		t := m.Text()
		if t == "" || d.Unit != "" {
			return
		}
		if v, ok := number(t); ok && v > 0 {
			d.Value, d.Unit = v, unit
			n.Declare(field+".value", m.Path())
			n.Declare(field+".unit", m.Path())
		} else {
			feed.SetText(n, &d.Text, field+".text", m)
		}
	}
	measure("month", either(e, "nbMois", "dureeMois"))
	measure("day", either(e, "nbJours", "dureeJours"))
	measure("year", either(e, "nbAnnees", "nbAns", "dureeAn"))
	for c := range e.All() {
		switch {
		case strings.HasPrefix(c.Name(), "dateDebut"): // dateDebutPrestation was reported; others are likely
			feed.SetDate(n, &d.Start, field+".start", c)
		case strings.HasPrefix(c.Name(), "dateFin"):
			feed.SetDate(n, &d.End, field+".end", c)
		}
	}
	feed.SetText(n, &d.Text, field+".text", e.Child("txtLibre"))
	feed.SetText(n, &d.Renewal, field+".renewal", either(e, "reconduction", "reconductions"))
	if d != (notice.Duration{}) {
		*to = &d
	}
}

// readDeadlines takes the deadline that the header lacks, or says what the header's is for. Where header and body name
// different moments, the header stands and the deadline is flagged.
func readDeadlines(n *notice.Notice, candidates ...dated) {
	var first dated
	for _, c := range candidates {
		d, _, ok := notice.ParseDeadline(c.e.Text())
		if c.e.Text() == "" {
			continue
		}
		if n.Deadline != nil && ok && d.Instant.Equal(n.Deadline.Instant) {
			n.Deadline.For = c.purpose
			return
		}
		if !first.e.Exists() {
			first = c
		}
	}
	if n.Deadline == nil {
		feed.SetDeadline(n, &n.Deadline, "deadline", first.purpose, first.e)
	} else if first.e.Exists() {
		n.Flag("deadline", notice.FlagContradiction, first.e.Text(), first.e.Path())
	}
}

// dated is an element that holds a moment, and what is due then.
type dated struct {
	e       tree.Node
	purpose string
}

// addDocument adds an address of the tender documents.
func addDocument(n *notice.Notice, e tree.Node, restricted bool) {
	u := notice.URL{Restricted: restricted}
	feed.SetText(n, &u.URL, "documents", e)
	if u.URL != "" && !crowded(n, e, len(n.Documents)) && !slices.ContainsFunc(n.Documents, func(o notice.URL) bool { return o.URL == u.URL }) {
		n.Documents = append(n.Documents, u)
	}
}
