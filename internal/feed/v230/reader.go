// Package v230 reads documents of V230 (1 March 2015 to the end of 2021) and, with the same eyes, of V240 (2022 to October
// 2023), of which no schema and no document is public: what is known of it keeps V230's shape and adds names.
//
// Both have the root ANNONCE without namespace and two halves, GESTION and DONNEES. Choices are written as the name of an
// empty child (<JOUE/>), yes and no as X_OUI and X_NON. The schema was
// http://schemas.journal-officiel.gouv.fr/schemabook/boamp/Boamp_v230.xsd.
//
// Departures from the letter of the documents:
//   - Deadlines carry the offset +01:00 in summer too; the wall clock counts (notice.ParseDeadline).
//   - Corrections and cancellations are told by status, nature and body together (see stage), because JOUE notices of 2015 and
//     all national ones keep the nature of the notice that they correct.
//   - In award notices CARACTERISTIQUES/VALEUR is the total of the contracts, elsewhere it is an estimate.
//   - The JSON of records loses the alternation of winners and their contracts (see pairs).
package v230

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// Reader reads XML documents of V230 and V240. It is stateless and safe for concurrent use.
type Reader struct{ limits tree.Limits }

// New makes a reader with the default limits of package tree.
func New() *Reader { return &Reader{} }

var _ feed.Reader = (*Reader)(nil)

// Read decodes a document with one ANNONCE, or with a root that holds several: each is a notice of its own, and one that
// cannot be read becomes a Reject. A single ANNONCE without IDWEB is an Invalid fault; a root that is, or holds, no ANNONCE
// with a GESTION is Unsupported.
func (r *Reader) Read(doc feed.Document) (feed.Result, error) {
	d, repaired, err := feed.ParseXML(doc.Bytes, nil, r.limits)
	if err != nil {
		return feed.Result{}, err
	}
	root := d.Root()
	if root.Name() == "ANNONCE" {
		n, err := read(doc, root, root, repaired)
		if err != nil {
			return feed.Result{}, err
		}
		return feed.Result{Notices: []*notice.Notice{n}}, nil
	}
	if !root.Has("ANNONCE") {
		return feed.Result{}, fault.New(fault.Unsupported, "the root element is %s, not ANNONCE", root.Name()).At(root.Path())
	}
	var res feed.Result
	for a := range root.Each("ANNONCE") {
		n, err := read(doc, root, a, repaired)
		if err != nil {
			res.Rejects = append(res.Rejects, feed.Reject{Part: part(a, len(res.Notices)+len(res.Rejects)+1), Err: err})
			continue
		}
		res.Notices = append(res.Notices, n)
	}
	return res, nil
}

// read makes a notice of one ANNONCE.
func read(doc feed.Document, root, annonce tree.Node, repaired bool) (*notice.Notice, error) {
	body := feed.Body{Gestion: annonce.Child("GESTION"), Donnees: annonce.Child("DONNEES")}
	if !body.Gestion.Exists() {
		return nil, fault.New(fault.Unsupported, "ANNONCE without GESTION, which V230 and V240 always have").At(annonce.Path()).
			WithHint("MAPA notices of 2006 and 2007 (V010) have the same root with other children")
	}
	id := body.Gestion.Child("REFERENCE", "IDWEB").Text()
	if !notice.ValidID(id) {
		return nil, fault.New(fault.Invalid, "no identifier, or not a usable one: %q", id).
			At(annonce.Path() + "/GESTION/REFERENCE/IDWEB").WithHint("a notice is identified by its IDWEB, two digits of the year and a number: 15-31501")
	}
	version, schema := version(root, annonce, body)
	n := feed.NewNotice(doc, version, id)
	n.Source.Schema = schema
	n.Declare("id", body.Gestion.Child("REFERENCE", "IDWEB").Path())
	if !body.Donnees.Exists() {
		n.Source.Partial = true
		n.Warn(annonce.Path()+"/DONNEES", "", "the document has no body")
	}
	feed.FlagRepaired(repaired, root.Path(), n)
	n.Record = portal.Derive(portal.Input{Gestion: body.Gestion, Donnees: body.Donnees, Schema: schema, Filename: doc.Name})
	Body{}.ReadBody(body, n)
	return n, nil
}

// Names of the schemas, as the data set writes them in source_schema.
const (
	SchemaV230 = "Boamp_v230.xsd"
	SchemaV240 = "Boamp_v240.xsd"
)

// version tells the version by the schema that the document names, else by its elements.
func version(root, annonce tree.Node, body feed.Body) (notice.Version, string) {
	location := strings.ToLower(schemaLocation(annonce) + " " + schemaLocation(root))
	if strings.Contains(location, "v240") || VersionOf(body.Gestion, body.Donnees) == notice.V240 {
		return notice.V240, SchemaV240
	}
	return notice.V230, SchemaV230
}

// schemaLocation is the value of xsi:noNamespaceSchemaLocation, whatever prefix the document uses.
func schemaLocation(e tree.Node) string {
	for _, a := range e.Attrs() {
		if strings.HasSuffix(a.Name, "noNamespaceSchemaLocation") {
			return a.Value
		}
	}
	return ""
}

// part names one ANNONCE of several, for a reject.
func part(annonce tree.Node, number int) string {
	if id := annonce.Child("GESTION", "REFERENCE", "IDWEB").Text(); id != "" {
		return id
	}
	return "ANNONCE " + strconv.Itoa(number)
}
