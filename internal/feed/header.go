package feed

import (
	"slices"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// The header of V230 and that of 3.2.5 have the same classification and the same index; the portal gave both to the records
// of V110 too. What they share is read here.

// ReadTypeAvis reads GESTION/REFERENCE/TYPE_AVIS: four classifications, each the name of an empty child. It flags names that no
// list has.
func ReadTypeAvis(n *notice.Notice, typeAvis tree.Node) {
	famille, perimetre := typeAvis.Child("FAMILLE"), typeAvis.Child("PERIMETRE")
	nature, statut := typeAvis.Child("NATURE"), typeAvis.Child("STATUT")
	SetChoice(n, &n.Famille, "famille", famille)
	flagUnlisted(n, "famille", n.Famille, famille, codelist.Familles())
	SetChoice(n, &n.Perimetre, "perimetre", perimetre)
	flagUnlisted(n, "perimetre", n.Perimetre, perimetre, codelist.Perimetres())
	warnText(n, perimetre.First())
	SetChoice(n, &n.Nature, "nature", nature)
	flagUnlisted(n, "nature", n.Nature, nature, codelist.Natures())
	warnText(n, nature.First())
	SetChoice(n, &n.SousNature, "sous_nature", nature.First())
	SetChoice(n, &n.Etat, "etat", statut)
	if n.Etat != "" && notice.StateOfEtat(n.Etat) == "" {
		n.Flag("etat", notice.FlagUnknownCode, n.Etat, statut.Path())
	}
}

// warnText warns about the text of a choice: AUTRE says in words what no list has, and no value holds it.
func warnText(n *notice.Notice, choice tree.Node) {
	if t := choice.Text(); t != "" {
		n.Warn(choice.Path(), t, "text of a choice, of which the name is kept")
	}
}

func flagUnlisted(n *notice.Notice, field, code string, e tree.Node, list []codelist.Code) {
	if _, ok := codelist.LabelOf(list, code); code != "" && !ok {
		n.Flag(field, notice.FlagUnknownCode, code, e.Path())
	}
}

// DeriveLegalBasis fills the legal basis from the perimetre, which stands at path, where the document does not give its number.
func DeriveLegalBasis(n *notice.Notice, path string) {
	if celex := notice.LegalBasisOf(n.Perimetre); celex != "" && n.LegalBasis == "" {
		n.LegalBasis = celex
		n.Derive("legal_basis", path, "directive of the perimetre")
	}
}

// ReadDescripteurs adds the key words of INDEXATION/DESCRIPTEURS, each with code and label.
func ReadDescripteurs(n *notice.Notice, descripteurs tree.Node) {
	for d := range descripteurs.Each("DESCRIPTEUR") {
		l := notice.Label{Code: d.Child("CODE").Text(), Label: Text(n, "descripteurs.label", d.Child("LIBELLE"))}
		if l != (notice.Label{}) {
			n.Descripteurs = append(n.Descripteurs, l)
			n.Declare("descripteurs", d.Path())
		}
	}
}

// ReadClauses reads CRITERES_SOCIAUX_ENV, whose children are ticks.
func ReadClauses(n *notice.Notice, criteres tree.Node) {
	if c := criteres.Child("SOCIAUX"); c.Exists() {
		n.Clauses.Social = true
		n.Declare("clauses.social", c.Path())
	}
	if c := criteres.Child("ENVIRONNEMENTAUX"); c.Exists() {
		n.Clauses.Environmental = true
		n.Declare("clauses.environmental", c.Path())
	}
}

// maxDepartements bounds the departments of a notice, each of which is compared with all: there are 108.
const maxDepartements = 500

// AddDepartement adds to *to, once, the department whose code is written at e, in the form of the BOAMP ("6", "20A"). What is no
// department ("0") is kept, without its zero, and flagged.
func AddDepartement(n *notice.Notice, to *[]string, field, written string, e tree.Node) {
	if written == "" {
		return
	}
	code := codelist.StripZero(written)
	d, listed := codelist.DepartementOf(written)
	if listed {
		code = d.Code
	}
	if slices.Contains(*to, code) {
		return
	}
	if len(*to) >= maxDepartements {
		n.Warn(e.Path(), written, "more departments than there are; the rest was left out")
		return
	}
	*to = append(*to, code)
	n.Declare(field, e.Path())
	if !listed {
		n.Flag(field, notice.FlagUnknownCode, written, e.Path())
	}
}

// SetProcedure fills the procedure from its code, which is the name of a choice or the value of an attribute and stands at
// path. A code that no list has is kept as written and flagged.
func SetProcedure(n *notice.Notice, code, path string) {
	n.Procedure.Written = code
	n.Declare("procedure.written", path)
	if n.Procedure.Type = notice.ProcedureTypeOf(code); n.Procedure.Type == "" {
		n.Flag("procedure.type", notice.FlagUnknownCode, code, path)
		return
	}
	n.Declare("procedure.type", path)
}

// LinkedID gives the idweb of another notice that stands in e, "" when there is none to link to. A text that is no identity,
// and the notice's own, become warnings: nothing is searched in them.
func LinkedID(n *notice.Notice, e tree.Node) string {
	id := e.Text()
	switch {
	case id == "":
	case !notice.ValidID(id):
		n.Warn(e.Path(), id, "no identifier of a notice")
		return ""
	case id == n.ID:
		n.Warn(e.Path(), id, "a notice that links to itself")
		return ""
	}
	return id
}
