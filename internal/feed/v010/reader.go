// Package v010 reads the index cards of small contracts (MAPA) of 2006 and 2007, schema Boamp_v010: a root ANNONCE with flat
// children (id, r2, numeroBulletin...). The text of the notice was an HTML page beside the card and is not part of it.
//
// No document of this form is public. The reader follows the reconstructed schema alone and is tested on invented documents;
// what it assumes beyond the schema:
//
//   - Identity is numeroAnnonceOriginal where it has the form of an idweb ("07-171948"), because the results of 2008 refer to
//     the calls of 2007 by such numbers. Otherwise it is the numeric id, under which the former API served these notices.
//     The other number is kept as the notice's number in the bulletin.
//   - dateParution and dateLimiteValidite, integers by the schema, are days written as yyyymmdd (20070415). Others are flagged.
//   - The libelle of the type decides what a notice is, unless a winner or avisInfructueux shows a result.
//   - departementEmetteur is the department of publication, departementExecution that of performance.
package v010

import (
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Schema is the name of the schema, in the form of the field source_schema.
const Schema = "Boamp_v010.xsd"

// Reader reads documents of V010. It is safe for concurrent use.
type Reader struct {
	limits tree.Limits
}

// New makes a reader with the default limits.
func New() *Reader { return &Reader{} }

var _ feed.Reader = (*Reader)(nil)

// Read decodes a document, which holds one notice.
func (r *Reader) Read(doc feed.Document) (feed.Result, error) {
	d, repaired, err := feed.ParseXML(doc.Bytes, nil, r.limits)
	if err != nil {
		return feed.Result{}, err
	}
	root := d.Root()
	if root.Name() != "ANNONCE" || root.Has("GESTION") {
		return feed.Result{}, fault.New(fault.Unsupported, "root element <%s> that is no index card of V010", root.Name()).At("/" + root.Name())
	}
	id, path, err := identity(root)
	if err != nil {
		return feed.Result{}, err
	}
	n := feed.NewNotice(doc, notice.V010, id)
	n.Source.Schema = Schema
	n.Declare("id", path)
	feed.FlagRepaired(repaired, root.Path(), n)
	readCard(n, root)
	n.Record = record(n, root)
	feed.WarnUnknown(n, root, known)
	n.SortMarks()
	return feed.Result{Notices: []*notice.Notice{n}}, nil
}

var idForm = regexp.MustCompile(`^\d{1,19}$`)

// identity chooses the number of a notice: see the package comment.
func identity(root tree.Node) (id, path string, err error) {
	original, numeric := root.Child("numeroAnnonceOriginal"), root.Child("id")
	switch {
	case notice.IsIdweb(original.Text()):
		return original.Text(), original.Path(), nil
	case idForm.MatchString(numeric.Text()):
		return numeric.Text(), numeric.Path(), nil
	}
	return "", "", fault.New(fault.Invalid, "neither numeroAnnonceOriginal %q nor id %q is the number of a notice", original.Text(), numeric.Text()).
		At(root.Path() + "/id")
}

// known are the names of the schema.
var known = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`lien id r2 r3 r4 numeroBulletin typeBulletin numeroAnnonce numeroAnnonceOriginal dateLimiteValidite
		dateParution typeId typeLibelle nomHtml descripteurs descripteur libelle classeActivites classeActivite code departementEmetteur
		departementExecution typeProcedureId typeProcedureLibelle lieuDonneurOrdre organisme nomTitulaire avisInfructueux resume`) {
		m[name] = true
	}
	return m
}()
