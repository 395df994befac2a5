// Package detect chooses the reader of a document by what the document holds, never by its name or its date, and wires the
// readers that need one another.
package detect

import (
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/eforms"
	"github.com/boamp/boamp/internal/feed/jo"
	"github.com/boamp/boamp/internal/feed/legacy"
	"github.com/boamp/boamp/internal/feed/record"
	"github.com/boamp/boamp/internal/feed/v010"
	"github.com/boamp/boamp/internal/feed/v110"
	"github.com/boamp/boamp/internal/feed/v230"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Reader reads documents of every known form.
type Reader struct {
	v010, v110, v230, jo, eforms, record, legacy feed.Reader
}

// New makes a reader of everything.
func New() *Reader {
	national := v230.Body{}
	return &Reader{
		v010: v010.New(), v110: v110.New(), v230: v230.New(), jo: jo.New(eforms.Body(), national), eforms: eforms.New(),
		legacy: legacy.New(v110.New()),
		record: record.New(bodies{v110.Body(), national, jo.Body(eforms.Body(), national), eforms.Body()}.choose),
	}
}

// Read finds out what a document is and reads it.
func (r *Reader) Read(doc feed.Document) (feed.Result, error) {
	reader, err := r.choose(look(doc.Bytes))
	if err != nil {
		return feed.Result{}, err
	}
	return reader.Read(doc)
}

func (r *Reader) choose(s shape) (feed.Reader, error) {
	switch s.form {
	case formJSON:
		return r.json(s)
	case formXML:
		return r.xml(s)
	case formEmpty:
		return nil, fault.New(fault.Invalid, "the document is empty")
	}
	return nil, fault.New(fault.Unsupported, "neither XML nor JSON: the document starts with %q", s.start).
		WithHint("boamp reads XML documents of the BOAMP, eForms, and records of the Explore API")
}

// xml chooses by the root element and, where two generations share it, by what comes first below.
func (r *Reader) xml(s shape) (feed.Reader, error) {
	root := s.name(0)
	switch root {
	case "ann":
		return r.jo, nil
	case "PARUTION_BOAMP", "ANNONCE_REF":
		return r.v110, nil
	case "ANNONCE":
		switch {
		case s.has("NOJO"):
			return r.v110, nil
		case s.has("GESTION"), s.has("DONNEES"):
			return r.v230, nil
		}
		return r.v010, nil
	case "ContractNotice", "ContractAwardNotice", "PriorInformationNotice", "BusinessRegistrationInformationNotice":
		return r.eforms, nil
	case "TED_EXPORT", "TED_ESENDERS":
		return nil, fault.New(fault.Unsupported, "a TED document of the time before eForms (root %s)", root).At("/" + root).
			WithHint("the BOAMP published the same notice in its own form; import that one")
	case "":
		return r.v230, nil // not well formed: any reader says where
	}
	if s.has("ANNONCE") {
		return r.v230, nil
	}
	return nil, fault.New(fault.Unsupported, "unknown root element %s", root).At("/" + root).
		WithHint("known roots: ann, ANNONCE, PARUTION_BOAMP, ContractNotice, ContractAwardNotice, PriorInformationNotice")
}

// json chooses among records of the Explore API and the forms of the API that DILA closed in 2022.
func (r *Reader) json(s shape) (feed.Reader, error) {
	switch strings.TrimSuffix(s.key, objectKey) {
	case "nbItemsRetournes", "nbItemsExistants":
		return nil, fault.New(fault.Unsupported, "a search answer of DILA's first API: it names notices and holds none").
			WithHint("import the notices themselves")
	case "annonce", "nompublication":
		return r.legacy, nil
	case "gestion", "donnees":
		if strings.HasSuffix(s.key, objectKey) {
			return nil, fault.New(fault.Unsupported, "a notice of V230 in the JSON of DILA's first API").
				WithHint("import the XML of the notice, or its record of the Explore API")
		}
	}
	return r.record, nil
}

// bodies chooses the reader of the two halves of a record.
type bodies struct{ v110, v230, jo, eforms feed.BodyReader }

// choose looks at the shape of the halves first; source_schema decides only where they say nothing.
func (b bodies) choose(gestion, donnees tree.Node, schema string) (notice.Version, feed.BodyReader) {
	for _, name := range []string{"EFORMS", "FNSimple", "MAPA", "DSP", "DIVERS"} {
		if donnees.Has(name) {
			return joVersion(schema), b.jo
		}
	}
	switch {
	case gestion.Has("NOJO"), donnees.Has("IDENT"):
		return notice.V110, b.v110
	case donnees.Has("IDENTITE"), gestion.Has("MARCHE"), gestion.Has("NOM_HTML"):
		return annonceVersion(gestion, donnees, schema), b.v230
	case gestion.Child("INDEXATION").Has("SCHEMA"):
		return joVersion(schema), b.jo
	case gestion.Exists():
		return annonceVersion(gestion, donnees, schema), b.v230
	}
	return "", nil
}

// joVersion is the generation of the envelope: V240 when the record says a schema below 3.
func joVersion(schema string) notice.Version {
	if schema != "" && schema[0] != '3' {
		return notice.V240
	}
	return notice.V325
}

// annonceVersion tells V240 from V230, by the record's schema or by the names in its body.
func annonceVersion(gestion, donnees tree.Node, schema string) notice.Version {
	if strings.Contains(schema, "240") {
		return notice.V240
	}
	return v230.VersionOf(gestion, donnees)
}
