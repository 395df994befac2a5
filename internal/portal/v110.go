package portal

import (
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// V110Parution is the parution a V110 notice stands in: the attributes of PARUTION_BOAMP as written.
type V110Parution struct {
	Nompublication string // "MAPA", "BOMP A", "BOMP C"
	Dateparution   string // French text: "4 juillet 2006", "08 FÉVRIER   2008"
	Numparution    string // "20060126", "0823016"
}

// SynthesizeV110 makes the record of a V110 document. The documents of that time have no REFERENCE and no INDEXATION in their
// header; the portal made both when it loaded them. They are built here by the rules that its records of 2006 show (see
// docs/fidelity.md), appended to the header, and the record is derived from that: its Gestion holds them as the portal's does.
// A header that has a REFERENCE already, that of a record, is left as it is.
//
// What no document tells stays out: the idweb of an earlier notice, which the portal looked up in its own data.
func SynthesizeV110(gestion, donnees tree.Node, parution V110Parution) notice.Record {
	if gestion.Has("REFERENCE") {
		return Derive(Input{Gestion: gestion, Donnees: donnees, Schema: SchemaV110})
	}
	s := v110{gestion: gestion, donnees: donnees, parution: parution}
	doc, err := tree.ParseJSON(s.header(), "GESTION", tree.Limits{})
	if err != nil { // no header that was itself within the limits of a tree comes here
		return Derive(Input{Gestion: gestion, Donnees: donnees, Schema: SchemaV110})
	}
	return Derive(Input{Gestion: doc.Root(), Donnees: donnees, Schema: SchemaV110})
}

// Values of source_schema.
const (
	SchemaV110 = "Boamp_v110.xsd"
	SchemaV230 = "Boamp_v230.xsd"
	Schema325  = "3.2.5"
)

type v110 struct {
	gestion, donnees tree.Node
	parution         V110Parution
}

// header is the original header with the two blocks that the portal made.
func (s v110) header() []byte {
	dst := s.gestion.AppendJSONTrimmed(nil)
	if s.gestion.IsLeaf() {
		dst = []byte("{")
	} else {
		dst = append(dst[:len(dst)-1], ", "...)
	}
	dst = append(dst, `"REFERENCE": {`...)
	dst = member(dst, "IDWEB", s.idweb())
	dst = append(dst, `, "TYPE_AVIS": {"FAMILLE": {`...)
	dst = member(dst, s.famille(), "")
	dst = append(dst, `}, "PERIMETRE": {"AUTRE": ""}, "NATURE": {`...)
	dst = AppendText(dst, s.nature())
	dst = append(dst, `: {"STANDARD": ""}}, "STATUT": {`...)
	dst = member(dst, s.statut(), "")
	dst = append(dst, `}}}, "INDEXATION": {`...)
	return append(s.index(dst), "}}"...)
}

// index appends the members of INDEXATION in the portal's order.
func (s v110) index(dst []byte) []byte {
	publication := s.publication()
	published := parseFrench(s.parution.Dateparution)
	number := s.text("NUM_ANN")
	dst = member(dst, "NOMPUBLICATION", publication)
	dst = next(dst, "NUMEROANNONCE", number)
	dst = next(dst, "DATE_PUBLICATION", published.asWritten())
	dst = next(dst, "ANNONCEREF", publication+"/"+s.parution.Numparution+"/"+number)
	dst = next(dst, "DATE_FIN_DIFFUSION", s.displayEnd(published))
	dst = next(dst, "DATE_LIMITE_REPONSE", s.limit().asWritten())
	dst = s.descriptors(dst)
	dst = next(dst, "CRITERES_SOCIAUX_ENV", "")
	dst = s.departments(dst)
	dst = next(dst, "RESUME_OBJET", s.summary())
	dst = next(dst, "NOMACHETEUR_V1", s.donnees.Child("IDENT", "NOM").Text())
	dst = s.linked(dst)
	if t := s.procedureType(); t != "" {
		dst = next(dst, "TYPE_PROCEDURE_V1", t)
	}
	dst = next(dst, "GENRE_V1", "1") // as in all records known; its meaning is not
	dst = next(dst, "RAPPEL_V1", "0")
	return next(dst, "NUMPARUTION", s.parution.Numparution)
}

func (s v110) text(name string) string { return s.gestion.Child(name).Text() }

// idweb is the NOJO; where that is missing, the number in the parution, which in MAPA notices is the same.
func (s v110) idweb() string {
	if id := s.text("NOJO"); id != "" {
		return id
	}
	if number := s.text("NUM_ANN"); strings.Contains(number, "-") {
		return number
	}
	return ""
}

// publication is the edition: "A" for "BOMP A".
func (s v110) publication() string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s.parution.Nompublication), "BOMP"))
}

// famille is MAPA for the edition of that name; all others are FNS in the portal, even those also sent to the JOUE.
func (s v110) famille() string {
	if strings.HasPrefix(s.publication(), "MAPA") {
		return "MAPA"
	}
	return "FNS"
}

// nature goes by the form (R4) and, where that number is not known, by its title. Calls, their corrections and cancellations
// are APPEL_OFFRE in the portal; the rule for results and others is ours, as no such record is known.
func (s v110) nature() string {
	switch s.text("R4") {
	case "10", "20", "50", "55", "96":
		return "APPEL_OFFRE"
	case "6", "9", "93", "94":
		return "ATTRIBUTION"
	}
	title := strings.ToLower(s.text("TETIER_R4"))
	for _, k := range [...]struct{ word, nature string }{
		{"appel public", "APPEL_OFFRE"},
		{"intention de conclure", "INTENTION_CONCLURE"},
		{"attribution", "ATTRIBUTION"},
		{"résultat", "ATTRIBUTION"},
		{"infructueux", "ATTRIBUTION"},
		{"informatif", "PRE-INFORMATION"},
		{"pré-information", "PRE-INFORMATION"},
		{"qualification", "QUALIFICATION"},
	} {
		if strings.Contains(title, k.word) {
			return k.nature
		}
	}
	return "APPEL_OFFRE"
}

// statut goes by the form alone: two records with the title "Annulation" above a call are INITIAL in the portal. Form 96,
// "Annulation - Rectificatif", is told by its body.
func (s v110) statut() string {
	switch s.text("R4") {
	case "10":
		return "ANNULATION"
	case "20":
		return "RECTIFICATIF"
	case "96":
		if s.donnees.Has("MOTIF_ANNULATION") {
			return "ANNULATION"
		}
		return "RECTIFICATIF"
	}
	return "INITIAL"
}

// displayEnd is the last day of display: K9 as ddmmyyyy or ddmmyy, else the day of publication.
func (s v110) displayEnd(published french) string {
	k9 := s.text("K9")
	if len(k9) == 6 {
		k9 = k9[:4] + "20" + k9[4:]
	}
	if len(k9) == 8 {
		if d, ok := notice.ParseDate(k9[4:] + "-" + k9[2:4] + "-" + k9[:2]); ok {
			return d.String()
		}
	}
	return published.date().String()
}

// limit is the deadline in the body, a day as French text.
func (s v110) limit() french {
	for delai := range s.donnees.Each("DELAI") {
		for _, name := range []string{"RECEPT_OFFRES", "RECEPT_CANDIDAT"} {
			if f := parseFrench(delai.Child(name).Text()); f.ok() {
				return f
			}
		}
	}
	return french{}
}

// departments appends R3 and the departments of RAPPEL as one value or an array.
func (s v110) departments(dst []byte) []byte {
	var deps []string
	if r3 := s.text("R3"); r3 != "" {
		deps = append(deps, r3)
	}
	for rappel := range s.gestion.Each("RAPPEL") {
		deps = append(deps, texts(rappel, "DEP")...)
	}
	switch len(deps) {
	case 0:
		return dst
	case 1:
		return next(dst, "DEP_PUBLICATION", deps[0])
	}
	dst = append(dst, `, "DEP_PUBLICATION": [`...)
	for i, d := range deps {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = AppendText(dst, d)
	}
	return append(dst, ']')
}

// summary is the last text of the free AUTRES elements, without the department that stands before it.
func (s v110) summary() string {
	last := ""
	for _, t := range texts(s.donnees, "AUTRES") {
		last = t
	}
	if r3 := s.text("R3"); r3 != "" {
		if rest, ok := strings.CutPrefix(last, r3+" "); ok {
			return strings.TrimSpace(rest)
		}
	}
	return last
}

// procedureType is the type of the first procedure that has one, in capitals.
func (s v110) procedureType() string {
	for p := range s.donnees.Each("PROCEDURE") {
		if t := strings.TrimSpace(p.Attr("type")); t != "" {
			return strings.ToUpper(t)
		}
	}
	return ""
}

// descriptors appends the key words with the codes that their labels have.
func (s v110) descriptors(dst []byte) []byte {
	var items [][]byte
	for block := range s.donnees.Each("DESCRIPTEURS") {
		for _, l := range texts(block, "DESCRIPTEUR") {
			code, _ := codelist.DescripteurOf(l)
			items = append(items, append(next(member([]byte("{"), "CODE", code), "LIBELLE", l), '}'))
		}
	}
	if len(items) == 0 {
		return dst
	}
	return append(oneOrMany(append(dst, `, "DESCRIPTEURS": {"DESCRIPTEUR": `...), items), '}')
}

// linked appends the notices that a correction names. The portal writes the edition of the first for all of them.
func (s v110) linked(dst []byte) []byte {
	var items [][]byte
	edition := ""
	for r := range s.donnees.Each("RECTIF") {
		number, issue, day := r.Child("NO_ANN").Text(), r.Child("PARUT").Text(), r.Child("DATE").Text()
		if number == "" {
			continue
		}
		if edition == "" {
			edition = r.Child("TYPE").Text()
		}
		year := parseFrench(day).year
		item := member([]byte("{"), "NUMEROANNONCE", number)
		item = next(item, "NUMEROPARUTION", issue)
		item = next(item, "TYPEPARUTION", edition)
		item = next(item, "DATEPARUTION", day)
		item = next(item, "ANNEE", year)
		item = next(item, "ANNONCEREF", edition+"/"+year+pad(issue, 4)+"/"+number)
		items = append(items, append(item, '}'))
	}
	if len(items) == 0 {
		return dst
	}
	return append(oneOrMany(append(dst, `, "AVISLIEE": {"AVIS_PRECEDENT": `...), items), '}')
}

// member appends a first member, next a further one.
func member(dst []byte, name, value string) []byte {
	dst = append(AppendText(dst, name), ": "...)
	return AppendText(dst, value)
}

func next(dst []byte, name, value string) []byte { return member(append(dst, ", "...), name, value) }

// oneOrMany appends one value as it is and several as an array.
func oneOrMany(dst []byte, items [][]byte) []byte {
	if len(items) == 1 {
		return append(dst, items[0]...)
	}
	dst = append(dst, '[')
	for i, it := range items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, it...)
	}
	return append(dst, ']')
}

func pad(s string, width int) string {
	for len(s) < width {
		s = "0" + s
	}
	return s
}
