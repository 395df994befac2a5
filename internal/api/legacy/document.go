package legacy

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/fault"
	former "github.com/boamp/boamp/internal/feed/legacy"
	"github.com/boamp/boamp/internal/feed/v110"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Document is the source of one notice, as the second stage serves it. It is made by Open.
type Document struct {
	version notice.Version
	// raw are the bytes of the source where they are what is served: XML, or JSON of the old service.
	raw  []byte
	json bool      // raw is JSON of the old service
	root tree.Node // of the notice's XML; absent when there are halves
	// annonce is the element of the notice in it, the root itself as a rule.
	annonce tree.Node
	// gestion and donnees are the halves of a record of the Explore API, without anything around them.
	gestion, donnees tree.Node
}

// Open reads the source of a notice. get gives the bytes that the raw archive keeps; a record of the Explore API is read from the
// notice itself. A fault of kind NotFound when the source is a part of a notice that holds no document, of kind Internal when
// bytes that were read at their import cannot be any more.
func Open(n *notice.Notice, get func(ref string) ([]byte, error)) (*Document, error) {
	d := &Document{version: n.Version}
	if n.Source.Form == "record" || n.Source.Kept == "" { // a store that was made without an archive has the record alone
		return d, d.halves(n)
	}
	raw, err := get(n.Source.Kept)
	if err != nil {
		return nil, err
	}
	d.raw = raw
	if n.Source.Form == "legacy" {
		d.json = true
		return d, nil
	}
	if n.Version == notice.V110 { // a file of many is cut before it is decoded: bytes that no text has cost the notices that hold them alone
		if one, ok := v110.Part(raw, n.ID); ok {
			d.raw = append([]byte(declaration), one...)
		}
	}
	text, _, err := tree.Decode(d.raw)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the kept document of notice %s cannot be read", n.ID)
	}
	doc, err := parse(text)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the kept document of notice %s cannot be read", n.ID)
	}
	d.root = doc.Root()
	if d.annonce = find(d.root, n.ID); !d.annonce.Exists() {
		return nil, fault.New(fault.Internal, "the kept document of notice %s holds others alone", n.ID)
	}
	return d, nil
}

// maxDocument bounds a document in bytes, as the readers of the generations do.
const maxDocument = 64 << 20

// halves reads the two halves that a record of the Explore API holds as texts.
func (d *Document) halves(n *notice.Notice) error {
	for _, half := range []struct {
		to   *tree.Node
		name string
		text *string
	}{{&d.gestion, "GESTION", n.Record.Gestion}, {&d.donnees, "DONNEES", n.Record.Donnees}} {
		if half.text == nil || *half.text == "" {
			continue
		}
		doc, err := tree.ParseJSON([]byte(*half.text), half.name, tree.Limits{})
		if err == nil {
			*half.to = doc.Root()
		}
	}
	if !d.gestion.Exists() && !d.donnees.Exists() {
		return fault.New(fault.NotFound, "notice %s is known from a record without its document: gestion and donnees are missing", n.ID).
			WithHint("what is known of it is at /api/v1/notices/%s", n.ID)
	}
	return nil
}

// parse reads the text of a document. Where the elements of an envelope carry its namespace, they are read without.
func parse(text []byte) (*tree.Doc, error) {
	lim := tree.Limits{Bytes: maxDocument}
	doc, err := tree.ParseXML(text, nil, lim)
	if err != nil || doc.Root().Local() != "ann" || !strings.Contains(doc.Root().First().Name(), ":") {
		return doc, err
	}
	return tree.ParseXML(text, tree.Namespaces{doc.RootNamespace(): ""}, lim)
}

// JSON is the notice as the old service gave it. exact is false when the document holds what the classes of its generation have no
// member for: it stands behind the members then, and an answer of the old service would have lacked it. plain asks for true where the
// old service wrote an empty element as XML in a string; JSON of the old service itself stays as it is.
func (d *Document) JSON(zone *time.Location, plain bool) (body []byte, exact bool, err error) {
	if d.json {
		body, err = jsontext.AppendFormat(nil, d.raw, jsontext.PreserveRawStrings(false))
		if err != nil {
			return nil, false, fault.Wrap(fault.Internal, err, "the kept JSON cannot be read")
		}
		return body, true, nil
	}
	w := writer{zone: zone, plain: plain}
	switch d.version {
	case notice.V010:
		w.table = tableV010()
		w.object(w.table.classes["Annonce"], d.annonce)
	case notice.V110:
		w.table = tableV110()
		w.parution(d)
	case notice.V230, notice.V240:
		w.table = tableV230()
		w.annonce(d)
	default:
		w.table = tableV230()
		w.later(d)
	}
	return w.dst, len(w.strange) == 0, nil
}

// isNotice reports whether an element is one notice of V010, V110 or V230.
func isNotice(n tree.Node) bool { return n.Name() == "ANNONCE" || n.Name() == "ANNONCE_REF" }

// find is the element of the notice: the root itself, the only one in it, or of several the one with the notice's identity. It is
// absent when none of several has that, so that no notice is ever given for another.
func find(root tree.Node, id string) tree.Node {
	if isNotice(root) {
		return root
	}
	var notices []tree.Node
	for x := range root.All() {
		if !isNotice(x) {
			continue
		}
		gestion := x.Child("GESTION")
		for _, at := range []tree.Node{gestion.Child("REFERENCE", "IDWEB"), gestion.Child("NOJO"), gestion.Child("NUM_ANN")} {
			if at.Exists() && at.Text() == id {
				return x
			}
		}
		notices = append(notices, x)
	}
	switch len(notices) {
	case 0:
		return root
	case 1:
		return notices[0]
	}
	return tree.Node{}
}

// parts are the header and the body of the notice.
func (d *Document) parts() (gestion, donnees tree.Node) {
	if !d.root.Exists() {
		return d.gestion, d.donnees
	}
	return d.annonce.Child("GESTION"), d.annonce.Child("DONNEES")
}

// parution writes a notice of V110, which stands in its parution.
func (w *writer) parution(d *Document) {
	gestion, donnees := d.parts()
	w.dst = append(w.dst, `{"annonce":{"gestion":`...)
	w.value("Gestion", gestion)
	w.dst = append(w.dst, `,"donnees":`...)
	w.value("Annonce$DONNEES", donnees)
	w.dst = append(w.dst, '}')
	c := w.table.classes["Parution"]
	for _, m := range c.members {
		if m.kind == attribute {
			w.dst = append(w.dst, ',')
			w.key(m.key)
			w.member(c, m, d.root)
		}
	}
	w.dst = append(w.dst, '}')
}

// annonce writes a notice of V230 or V240.
func (w *writer) annonce(d *Document) {
	gestion, donnees := d.parts()
	w.dst = append(w.dst, `{"gestion":`...)
	w.value("Gestion", gestion)
	w.dst = append(w.dst, `,"donnees":`...)
	w.value("Donnees", donnees)
	w.dst = append(w.dst, '}')
}

// later writes a notice that the old service never saw. The header of 3.2.5 continues that of V230 and has its keys; the body, and
// all of plain eForms, follow the rules of keys and values alone.
func (w *writer) later(d *Document) {
	gestion, donnees := d.parts()
	if !gestion.Exists() && d.root.Exists() {
		w.dst = append(w.dst, '{')
		w.key(keyOf(d.root.Name()))
		w.free(d.root)
		w.dst = append(w.dst, '}')
		return
	}
	w.dst = append(w.dst, `{"gestion":`...)
	w.value("Gestion", gestion)
	w.dst = append(w.dst, `,"donnees":`...)
	if donnees.Exists() {
		w.free(donnees)
	} else {
		w.dst = append(w.dst, "null"...)
	}
	w.dst = append(w.dst, '}')
}

// XML is the source document: its very bytes where it came as XML, the notice alone where it came in a file of many, else XML made
// of the JSON that it came as. A fault of kind Unsupported when that holds names that XML cannot have.
func (d *Document) XML() ([]byte, error) {
	switch {
	case d.json:
		body, err := former.XML(d.raw)
		return append([]byte(declaration), body...), err
	case d.isOneOfSeveral():
		return d.alone(), nil
	case d.root.Exists():
		return d.raw, nil
	}
	for _, half := range []tree.Node{d.gestion, d.donnees} {
		for x := range half.Descend() {
			if !nameForm.MatchString(x.Name()) || slices.ContainsFunc(x.Attrs(), func(a tree.Attr) bool { return !nameForm.MatchString(attributeName(a.Name)) }) {
				return nil, fault.New(fault.Unsupported, "the record holds a name that XML cannot have, at %s", x.Path()).WithHint("ask for JSON")
			}
		}
	}
	root, declare, first, second := "ANNONCE", xsiNamespace, d.gestion, d.donnees
	if d.version == notice.V325 || d.version == notice.V240 && d.isEnvelope() {
		root, declare, first, second = "jo:ann", envelopeNamespaces, d.donnees, d.gestion
	}
	dst := append([]byte(declaration), "<"+root+declare+">"...)
	for _, half := range []tree.Node{first, second} {
		if half.Exists() {
			dst = appendXML(dst, half, half.Name(), "")
		}
	}
	return []byte(strings.Map(inXML, string(append(dst, "</"+root+">"...)))), nil
}

// isOneOfSeveral reports whether the source holds other notices, too.
func (d *Document) isOneOfSeveral() bool {
	count := 0
	for x := range d.root.All() {
		if isNotice(x) {
			count++
		}
	}
	return count > 1 && d.annonce != d.root
}

// alone writes the notice without the others of its source; one of V110 keeps its parution.
func (d *Document) alone() []byte {
	dst := []byte(declaration)
	if d.version != notice.V110 {
		return appendXML(dst, d.annonce, d.annonce.Name(), xsiNamespace)
	}
	dst = appendXML(append(append(append(dst, '<'), d.root.Name()...), attributesOf(d.root)+">"...), d.annonce, d.annonce.Name(), "")
	return append(append(append(dst, "</"...), d.root.Name()...), '>')
}

const declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// envelopeNamespaces are those of the envelope of 3.2.5 and of the eForms that it holds.
const envelopeNamespaces = ` xmlns:jo="http://boamp.journal-officiel.gouv.fr/XML/3.2.5"` + xsiNamespace +
	` xmlns:xs="http://www.w3.org/2001/XMLSchema"` +
	` xmlns:cac="urn:boamp:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"` +
	` xmlns:cbc="urn:boamp:names:specification:ubl:schema:xsd:CommonBasicComponents-2"` +
	` xmlns:ext="urn:boamp:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"` +
	` xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1"` +
	` xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1"` +
	` xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1"`

// isEnvelope reports whether a record is one of the envelope of 3.2.5, which some notices of V240 have too.
func (d *Document) isEnvelope() bool {
	for _, name := range []string{"EFORMS", "FNSimple", "MAPA", "DSP", "DIVERS"} {
		if d.donnees.Has(name) {
			return true
		}
	}
	return false
}

// nameForm are the names of elements and attributes of a record that can stand in XML: the prefixes are those declared.
var nameForm = regexp.MustCompile(`^((cac|cbc|ext|efac|efbc|efext|xsi|xml):)?[\pL_][\pL\d_.-]*$`)

// inXML keeps the characters that XML can hold.
func inXML(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return '\uFFFD'
	}
	return r
}
