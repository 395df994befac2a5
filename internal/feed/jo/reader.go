// Package jo reads the envelope in which DILA has published the BOAMP since 2022: `ann` of a namespace
// http://boamp.journal-officiel.gouv.fr/XML/<version>, with the header GESTION, the body DONNEES (one of EFORMS, FNSimple,
// MAPA, DSP, DIVERS) and the notice rendered as HTML and HTMLSYNTHESE. It has no public schema: names and structure are
// those of documents seen (jo_boamp_opendata 3.2.5 and 3.2.5.1), and for what was never seen (DIVERS, cancellations, the
// V240 years 2022-23) what the neighbouring forms suggest.
//
// The reader knows elements by name wherever the format has only one meaning for a name; it reports every name that it
// does not know (see names.go) and reads on. Departures from the letter of the documents:
//
//   - the state of a notice comes from status, nature and body together: corrections say INITIAL in their status;
//   - the procedure of an FNSimple comes from its body: the header says OUVERT for all of them;
//   - awards of FNSimple are one free text. It is kept as text: winners and amounts are not guessed from it.
package jo

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// namespace is the part that the namespaces of all versions share; the version follows.
const namespace = "http://boamp.journal-officiel.gouv.fr/XML/"

// Reader reads documents whose root is `ann`. It is safe for concurrent use.
type Reader struct {
	body   feed.BodyReader
	limits tree.Limits
}

// New makes a reader. eforms reads what stands in EFORMS (its Body gets the header and the notice's root element), v230
// bodies in the capital names of V230; either may be nil, and such bodies then give a warning instead of values.
func New(eforms, v230 feed.BodyReader) *Reader {
	return &Reader{body: Body(eforms, v230)}
}

// Read decodes one document: always one notice, or an error. It is Unsupported for another root, Invalid for what is not
// well formed and for a notice without identifier. When the header is missing, the file name (<idweb>.xml, as DILA names
// its files) identifies the notice, which is flagged and marked as partial.
func (r *Reader) Read(doc feed.Document) (feed.Result, error) {
	d, repaired, err := r.parse(doc.Bytes)
	if err != nil {
		return feed.Result{}, err
	}
	version, err := envelope(d)
	if err != nil {
		return feed.Result{}, err
	}
	root := d.Root()
	gestion, donnees := root.Child("GESTION"), root.Child("DONNEES")
	id, named := identify(gestion, doc.Name)
	missing := root.Path() + "/GESTION/REFERENCE/IDWEB"
	switch {
	case id == "":
		return feed.Result{}, fault.New(fault.Invalid, "a notice without IDWEB").At(missing).
			WithHint("name the file <idweb>.xml to import it all the same")
	case !notice.ValidID(id):
		return feed.Result{}, fault.New(fault.Invalid, "the IDWEB %q is no identifier of a notice", id).At(missing)
	}
	schema := gestion.Child("INDEXATION", "SCHEMA").Text()
	version, schema = cmp.Or(version, schema), cmp.Or(schema, version)
	n := feed.NewNotice(doc, versionOf(version), id)
	n.Source.Schema = version
	n.Source.Partial = !gestion.Exists() || donnees.IsLeaf()
	n.Record = portal.Derive(portal.Input{Gestion: gestion, Donnees: donnees, Schema: schema, Filename: id})
	if named {
		n.Flag("id", notice.FlagMissingID, doc.Name, missing)
		n.Derive("id", missing, "name of the file")
		n.Record.Idweb, n.Record.ID = id, strings.ReplaceAll(id, "-", "_")
	}
	feed.FlagRepaired(repaired, root.Path(), n)
	r.body.ReadBody(feed.Body{Gestion: gestion, Donnees: donnees}, n)
	warnUnknownTop(n, root)
	n.SortMarks()
	return feed.Result{Notices: []*notice.Notice{n}}, nil
}

// identify finds the idweb, in the header or else in the name of the file; named says the latter.
func identify(gestion tree.Node, name string) (id string, named bool) {
	if id = gestion.Child("REFERENCE", "IDWEB").Text(); id != "" {
		return id, false
	}
	stem := strings.TrimSuffix(name, ".xml")
	if !notice.IsIdweb(stem) {
		return "", false
	}
	return stem, true
}

// HTML gives the two renderings of a notice that its document carries: the whole notice as an XHTML page, and its summary
// ("L'essentiel du marché"). Either is empty when the document has none. Errors are those of a document that is not well
// formed or no envelope.
func HTML(doc feed.Document) (html, synthese string, err error) {
	d, _, err := parse(doc.Bytes, tree.Limits{})
	if err != nil {
		return "", "", err
	}
	if _, err := envelope(d); err != nil {
		return "", "", err
	}
	return d.Root().Child("HTML").RawText(), d.Root().Child("HTMLSYNTHESE").RawText(), nil
}

// parse reads the document without its renderings, which are most of its bytes and none of its values. Where that fails,
// it reads the whole again, so that the error tells the place in the document as it is.
func (r *Reader) parse(src []byte) (d *tree.Doc, repaired bool, err error) {
	if short := withoutPages(src); len(short) < len(src) && len(src) <= maxBytes {
		if d, repaired, err = parse(short, r.limits); err == nil {
			return d, repaired, nil
		}
	}
	return parse(src, r.limits)
}

// maxBytes is the size from which a document is given to the parser as it is, which then refuses it.
const maxBytes = 64 << 20

func parse(src []byte, lim tree.Limits) (d *tree.Doc, repaired bool, err error) {
	if d, repaired, err = feed.ParseXML(src, tree.UBL, lim); err != nil {
		return nil, false, err
	}
	if strings.Contains(d.Root().First().Name(), ":") { // the children carry the envelope's namespace too
		ns := tree.Namespaces{d.RootNamespace(): ""}
		for uri, prefix := range tree.UBL {
			ns[uri] = prefix
		}
		d, repaired, err = feed.ParseXML(src, ns, lim)
	}
	return d, repaired, err
}

// withoutPages empties the sections HTML and HTMLSYNTHESE, each one CDATA section as DILA writes them. The result is src
// itself when there is nothing to cut.
func withoutPages(src []byte) []byte {
	out := src
	for _, name := range []string{"HTML", "HTMLSYNTHESE"} {
		begin := bytes.Index(out, []byte("<"+name+"><![CDATA["))
		if begin < 0 {
			continue
		}
		begin += len(name) + 2
		length := bytes.Index(out[begin:], []byte("]]></"+name+">"))
		if length < 0 {
			continue
		}
		rest := out[begin+length+len("]]>"):]
		out = append(append(make([]byte, 0, begin+len(rest)), out[:begin]...), rest...)
	}
	return out
}

// envelope checks the root and gives the version that its namespace names.
func envelope(d *tree.Doc) (version string, err error) {
	root := d.Root().Name()
	local := root[strings.LastIndexByte(root, ':')+1:]
	version, ok := strings.CutPrefix(d.RootNamespace(), namespace)
	if local != "ann" || !ok {
		return "", fault.New(fault.Unsupported, "root element %s of namespace %q, where ann of %s<version> was expected", root, d.RootNamespace(), namespace)
	}
	return strings.TrimRight(version, "/"), nil
}

// versionOf tells the generation of a schema version: 3 and later is V325; 1 and 2, and what V240 called "v1.7", are V240.
func versionOf(schema string) notice.Version {
	major, _, _ := strings.Cut(strings.TrimLeft(schema, "vV"), ".")
	if v, err := strconv.Atoi(major); err == nil && v < 3 {
		return notice.V240
	}
	return notice.V325
}
