package v110

import (
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Body reads the typed values of V110 notices, from the halves of a document or from those of a record.
//
// A record's halves went through JSON, which gathers elements of one name: a reader that depends on order (lots, winners,
// corrections) then goes by position among the elements of the same name. Its header has blocks that no document has
// (REFERENCE, INDEXATION), made by the portal: they are used where they are.
func Body() feed.BodyReader { return feed.BodyReaderFunc(readBody) }

// body is one notice being read.
type body struct {
	n                *notice.Notice
	gestion, donnees tree.Node
	parution         tree.Node // PARUTION_BOAMP, absent for a record
	publication      string    // edition: "MAPA", "A", "C"
	record           bool      // the halves come from a record
	summary          summary
	winners          []tree.Node // IDENT elements of winners
	seen             map[any]bool
}

func readBody(b feed.Body, n *notice.Notice) {
	r := &body{n: n, gestion: b.Gestion, donnees: b.Donnees, record: !b.Donnees.Parent().Exists(), seen: map[any]bool{}}
	if p := b.Gestion.Parent().Parent(); p.Name() == "PARUTION_BOAMP" {
		r.parution = p
	}
	r.publication = edition(r.parution.Attr("nompublication"))
	if r.publication == "" {
		r.publication = r.gestion.Child("INDEXATION", "NOMPUBLICATION").Text()
	}
	r.readIndex()
	r.readSummary()
	r.readForm()
	r.readDates()
	r.readDepartments()
	r.readPublication()
	r.readKeywords()
	r.readBuyers()
	r.readObject()
	r.readLegalBasis()
	r.readProcedure()
	r.readDuration()
	r.readLots()
	r.readAwards()
	r.readCriteria()
	r.readDeadline()
	r.readAddresses()
	r.readLinks()
	r.readCorrections()
	feed.WarnUnknown(n, r.gestion, known())
	feed.WarnUnknown(n, r.donnees, known())
	n.SortMarks()
}

// once reports whether a value is met for the first time. Values of lists without end are compared by it.
func (r *body) once(v any) bool {
	if r.seen[v] {
		return false
	}
	r.seen[v] = true
	return true
}

// edition is the name of an edition without the bulletin's: "BOMP C" is "C".
func edition(nompublication string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(nompublication), "BOMP"))
}

// summary is the line of the index, which documents give as the last of their free texts.
type summary struct {
	text   string // without department and suffix
	suffix string // "annulation" or "rectificatif", which the publisher puts after it
}

// readSummary fills the title: that of the contract where it has one, else the summary.
func (r *body) readSummary() {
	e := r.gestion.Child("INDEXATION", "RESUME_OBJET")
	if e.Text() == "" {
		for a := range each(r.donnees, "AUTRES") {
			if a.Text() != "" {
				e = a
			}
		}
	}
	r.summary = r.splitSummary(text(r.n, "title", e))
	setText(r.n, &r.n.Title, "title", first(r.donnees, "OBJET", "TITRE_MARCHE"))
	if r.n.Title == "" && r.summary.text != "" {
		r.n.Title = r.summary.text
		declare(r.n, "title", e)
	}
}

// splitSummary takes the department off the front, which editions other than MAPA print there, and the suffix off the end.
// A number is the department only when it is one that the notice names: "33 logements" stays whole in the Nord.
func (r *body) splitSummary(s string) (sum summary) {
	for _, suffix := range []string{"annulation", "rectificatif"} {
		if rest, ok := strings.CutSuffix(s, "("+suffix+")"); ok {
			s, sum.suffix = strings.TrimSpace(rest), suffix
		}
	}
	if number, rest, ok := strings.Cut(s, " "); ok && r.isOwnDepartment(number) {
		s = strings.TrimSpace(rest)
	}
	sum.text = tidy(s)
	return sum
}

func (r *body) isOwnDepartment(number string) bool {
	d, ok := codelist.DepartementOf(number)
	if !ok || strings.HasPrefix(r.publication, "MAPA") {
		return false
	}
	for _, e := range r.departments() {
		if own, ok := codelist.DepartementOf(e.Text()); ok && own == d {
			return true
		}
	}
	return codelist.DepartementOfPostcode(tidyCode(first(r.donnees, "IDENT", "CP").Text())) == d.Code
}

// departments lists the elements that name departments of publication: R3, then the others in which the notice is
// repeated, and the one that repeats it.
func (r *body) departments() (list []tree.Node) {
	if dep := r.gestion.Child("INDEXATION", "DEP_PUBLICATION"); dep.Exists() {
		for e := range each(r.gestion, "INDEXATION", "DEP_PUBLICATION") {
			list = append(list, e)
		}
	} else if e := r.gestion.Child("R3"); e.Text() != "" {
		list = append(list, e)
	}
	for _, name := range []string{"DEP", "DEP_ORIGIN"} {
		for e := range each(r.gestion, "RAPPEL", name) {
			list = append(list, e)
		}
	}
	return list
}

func (r *body) readDepartments() {
	const field = "departements_publication"
	list := r.departments()
	if len(list) == 0 { // "92 - Hauts-de-Seine"
		list = append(list, r.gestion.Child("TETIER_R3"))
	}
	for _, e := range list {
		code, _, _ := strings.Cut(tidyCode(e.Text()), " ")
		feed.AddDepartement(r.n, &r.n.DepartementsPublication, field, code, e)
	}
}

// readDates fills the days of publication and dispatch and the end of display. K9 is the last day of display: in a call the
// day of its deadline.
func (r *body) readDates() {
	n, index := r.n, r.gestion.Child("INDEXATION")
	feed.SetDate(n, &n.Published, "published", index.Child("DATE_PUBLICATION"))
	if written := r.parution.Attr("dateparution"); n.Published.IsZero() && strings.TrimSpace(written) != "" {
		path := r.parution.Path() + "/@dateparution"
		if d, ok := date(written); ok {
			n.SetDate(&n.Published, "published", d.String(), path)
		} else {
			n.Flag("published", notice.FlagImpossibleDate, written, path)
		}
	}
	feed.SetDate(n, &n.DisplayEnd, "display_end", index.Child("DATE_FIN_DIFFUSION"))
	if k9 := r.gestion.Child("K9"); n.DisplayEnd.IsZero() && k9.Text() != "" {
		if d, ok := compactDate(tidyCode(k9.Text())); ok {
			n.SetDate(&n.DisplayEnd, "display_end", d.String(), k9.Path())
		} else {
			n.Flag("display_end", notice.FlagImpossibleDate, k9.Text(), k9.Path())
		}
	}
	setDate(n, &n.Dispatched, "dispatched", first(r.donnees, "ENVOI_BOMP"))
	for p := range r.procedures() {
		setDate(n, &n.Dispatched, "dispatched", p.Child("DATE_ENVOI"))
	}
}

// readPublication names the place in the bulletin, in the form that corrections and results refer to: edition, parution, and
// number of the notice in it ("A/20060126", "47").
func (r *body) readPublication() {
	own := r.gestion.Child("NUM_ANN").Text()
	if own == "" {
		return
	}
	issue := r.parution.Attr("numparution")
	if issue == "" {
		issue = r.gestion.Child("INDEXATION", "NUMPARUTION").Text()
	}
	r.n.Publications = append(r.n.Publications, notice.NewBOAMP(r.publication, issue, own, r.n.Published))
	declare(r.n, "publications", r.gestion.Child("NUM_ANN"))
}

// readKeywords fills the key words. Documents print labels only: the code comes from the list, where it has the label.
func (r *body) readKeywords() {
	const field = "descripteurs"
	for e := range each(r.gestion, "INDEXATION", "DESCRIPTEURS", "DESCRIPTEUR") {
		l := notice.Label{Code: e.Child("CODE").Text(), Label: e.Child("LIBELLE").Text()}
		if l != (notice.Label{}) {
			r.n.Descripteurs = append(r.n.Descripteurs, l)
			declare(r.n, field, e)
		}
	}
	if len(r.n.Descripteurs) > 0 {
		return
	}
	for e := range each(r.donnees, "DESCRIPTEURS", "DESCRIPTEUR") {
		l := notice.Label{Label: e.Text()}
		if l.Label == "" {
			continue
		}
		if code, ok := codelist.DescripteurOf(l.Label); ok {
			l.Code = code
			derive(r.n, "descripteurs.code", e, "code of the label")
		}
		r.n.Descripteurs = append(r.n.Descripteurs, l)
		declare(r.n, field, e)
	}
}
