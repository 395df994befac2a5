// Package legacy reads notices in the JSON of the former API of the BOAMP (2017 to 2022): what Jackson wrote of the JAXB classes
// that had been generated from the XML schema. V110 notices can be turned back into their XML without loss, because the
// repeated choices of that schema became lists whose items carry the names of their elements:
//
//	{"annonce": {"gestion": {"nojo": "07-122116", ...}, "donnees": {"titreandINFOAndTYPEACTIVITEORG": [
//	   {"name": "INFO", "declaredType": ..., "scope": ..., "value": {...}, "nil": false, ...}, ...]}},
//	 "nompublication": "MAPA", "dateparution": "08 FÉVRIER   2008", "numparution": "0839012"}
//
// The keys of fixed sequences are the names of their elements without "_" and in lower case; the few that V110 has are listed in
// names.go. Null stands for an absent element. An empty element of any type is a string that holds the element as XML.
//
// V230 notices of that API ({"gestion": {...}, "donnees": {...}}) have lost the names of most elements and are refused.
package legacy

import (
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/tree"
)

// TreeReader reads a document of V110 that is a tree already; *v110.Reader is one.
type TreeReader interface {
	// ReadTree reads the document below root, a PARUTION_BOAMP. Errors are faults, as those of feed.Reader.
	ReadTree(doc feed.Document, root tree.Node) (feed.Result, error)
}

// Reader reads JSON of the former API. It is safe for concurrent use if v110 is.
type Reader struct {
	v110 TreeReader
}

// New makes a reader that gives the rebuilt documents of V110 to v110.
func New(v110 TreeReader) *Reader { return &Reader{v110: v110} }

var _ feed.Reader = (*Reader)(nil)

// Read decodes a document, which holds one notice. The places in origins, flags and warnings are those in the XML that it
// was made of.
func (r *Reader) Read(doc feed.Document) (feed.Result, error) {
	xml, err := XML(doc.Bytes)
	if err != nil {
		return feed.Result{}, err
	}
	d, err := tree.ParseXML(xml, nil, tree.Limits{})
	if err != nil {
		return feed.Result{}, fault.Wrap(fault.Invalid, err, "JSON of the former API with texts that XML cannot hold")
	}
	res, err := r.v110.ReadTree(doc, d.Root())
	for _, n := range res.Notices {
		n.Source.Form = "legacy"
	}
	return res, err
}

// XML gives the XML document of V110 that a JSON answer of the former API stands for. Errors are faults: Invalid for what is no
// JSON, with its place; Unsupported for another form, V230 among them; TooLarge beyond a limit.
func XML(src []byte) ([]byte, error) {
	root, err := parse(src)
	if err != nil {
		return nil, err
	}
	annonce := root.get("annonce")
	switch {
	case annonce != nil && annonce.kind == object && root.get("nompublication") != nil:
		return document(root, annonce)
	case root.get("gestion") != nil || root.get("donnees") != nil || root.get("donnee") != nil:
		return nil, fault.New(fault.Unsupported, "a V230 notice in the JSON of the former API, which has lost the names of its elements").
			WithHint("fetch the notice as XML, or as a record of the Explore API")
	}
	return nil, fault.New(fault.Unsupported, `JSON without "annonce" and "nompublication", which answers of the former API for V110 have`)
}
