package dcat

import (
	"strconv"
	"strings"
)

// node is a resource with its properties.
type node struct {
	iri   string // "" for a node without a name
	class string // prefixed: "dcat:Catalog"
	props []property
}

// property is one statement about a node: exactly one of iri, node and the literal (text) is the object.
type property struct {
	name string // prefixed
	iri  string
	node *node
	text string
	lang string // of text
	kind string // datatype of text, prefixed; "" for a string
}

// prefixes are the vocabularies of the graphs, in the order in which documents declare them.
var prefixes = []struct{ name, iri string }{
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"dc", "http://purl.org/dc/elements/1.1/"},
	{"dct", "http://purl.org/dc/terms/"},
	{"dcat", "http://www.w3.org/ns/dcat#"},
	{"foaf", "http://xmlns.com/foaf/0.1/"},
}

// expand gives the whole IRI of a prefixed name.
func expand(name string) string {
	prefix, local, _ := strings.Cut(name, ":")
	for _, p := range prefixes {
		if p.name == prefix {
			return p.iri + local
		}
	}
	return name
}

func (n *node) link(name, iri string) {
	if iri != "" {
		n.props = append(n.props, property{name: name, iri: iri})
	}
}

func (n *node) text(name, text, lang string) {
	if text != "" {
		n.props = append(n.props, property{name: name, text: text, lang: lang})
	}
}

func (n *node) typed(name, text, kind string) {
	if text != "" {
		n.props = append(n.props, property{name: name, text: text, kind: kind})
	}
}

func (n *node) has(name string, child *node) {
	n.props = append(n.props, property{name: name, node: child})
}

// authority is the place of the European authority tables.
const authority = "http://publications.europa.eu/resource/authority/"

// languages are the codes of the European table for ISO 639-1.
var languages = map[string]string{"fr": "FRA", "en": "ENG", "de": "DEU", "es": "SPA", "it": "ITA", "nl": "NLD", "pt": "POR", "sv": "SWE"}

func language(code string) string {
	if three, ok := languages[code]; ok {
		return authority + "language/" + three
	}
	return ""
}

// fileTypes are the codes of the European table for the formats that have one.
var fileTypes = map[string]string{"csv": "CSV", "json": "JSON", "xlsx": "XLSX", "xls": "XLS", "geojson": "GEOJSON", "parquet": "PARQUET",
	"rdfxml": "RDF_XML", "turtle": "RDF_TURTLE", "n3": "N3", "jsonld": "JSON_LD"}

// catalogGraph describes the catalogue by DCAT-AP.
func catalogGraph(c *Catalog, o Options) *node {
	n := &node{iri: c.Base + "/api/explore/v2.1/catalog", class: "dcat:Catalog"}
	n.text("dct:title", c.Title, c.Language)
	n.text("dct:description", plain(c.Description), c.Language)
	if c.Publisher != "" {
		n.has("dct:publisher", agent(c.Base, c.Publisher))
	}
	n.link("dct:language", language(c.Language))
	n.link("foaf:homepage", c.Base+"/")
	n.link("dcat:themeTaxonomy", authority+"data-theme")
	if !c.Modified.IsZero() {
		n.typed("dct:modified", stamp(c.Modified), "xsd:dateTime")
	}
	for i := range c.Sets {
		n.has("dcat:dataset", datasetGraph(c, &c.Sets[i], o))
	}
	return n
}

// agent is a publisher.
func agent(base, name string) *node {
	n := &node{iri: base + "/api/explore/v2.1/catalog#" + fragment(name), class: "foaf:Agent"}
	n.text("foaf:name", name, "")
	return n
}

// fragment makes a name the fragment of an IRI: letters and digits of ASCII, everything else a hyphen.
func fragment(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, name), "-")
}

func datasetGraph(c *Catalog, s *Set, o Options) *node {
	n := &node{iri: c.page(s), class: "dcat:Dataset"}
	n.text("dct:identifier", s.ID, "")
	n.text("dct:title", s.Title, s.Language)
	n.text("dct:description", plain(s.Description), s.Language)
	for _, k := range s.Keyword {
		n.text("dcat:keyword", k, s.Language)
	}
	for _, t := range s.Theme { // a theme is a concept of a scheme, which these texts are not
		n.text("dcat:keyword", t, s.Language)
	}
	n.link("dcat:theme", authority+"data-theme/GOVE")
	if s.Publisher != "" {
		n.has("dct:publisher", agent(c.Base, s.Publisher))
	}
	n.link("dct:language", language(s.Language))
	n.link("dct:accrualPeriodicity", frequency(s.Frequency))
	if !s.Modified.IsZero() {
		n.typed("dct:modified", stamp(s.Modified), "xsd:dateTime")
	}
	if s.Records >= 0 {
		size := &node{class: "dct:SizeOrDuration"}
		size.text("rdfs:label", strconv.FormatInt(s.Records, 10)+" enregistrements", "fr")
		n.has("dct:extent", size)
	}
	n.link("dcat:landingPage", c.page(s))
	n.link("dct:source", iri(s.References))
	for _, e := range s.exports(o) {
		n.has("dcat:distribution", distribution(c, s, e, o))
	}
	return n
}

// frequency gives the IRI of a code of the European list; "" of what cannot be one.
func frequency(code string) string {
	if code == "" || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != "" {
		return ""
	}
	return authority + "frequency/" + code
}

func distribution(c *Catalog, s *Set, e Export, o Options) *node {
	u := c.download(s, e, o)
	n := &node{iri: u, class: "dcat:Distribution"}
	n.text("dct:title", s.Title+" ("+e.Name+")", s.Language)
	n.link("dcat:accessURL", c.page(s))
	n.link("dcat:downloadURL", u)
	if code, ok := fileTypes[e.Name]; ok {
		n.link("dct:format", authority+"file-type/"+code)
	}
	if media := mediaType(e.MediaType); media != "" {
		n.link("dcat:mediaType", "https://www.iana.org/assignments/media-types/"+media)
	}
	license(n, s)
	return n
}

// license states the terms of use: by address, or by name where there is none.
func license(n *node, s *Set) {
	doc := &node{iri: iri(s.LicenseURL), class: "dct:LicenseDocument"}
	doc.text("rdfs:label", s.License, s.Language)
	if doc.iri != "" || len(doc.props) > 0 {
		n.has("dct:license", doc)
	}
}

// dublinCore describes the data sets by the fifteen elements of Dublin Core.
func dublinCore(c *Catalog, _ Options) *node {
	root := &node{} // holds the descriptions, is none itself
	for i := range c.Sets {
		s := &c.Sets[i]
		n := &node{iri: c.page(s), class: "rdf:Description"}
		n.text("dc:identifier", s.ID, "")
		n.text("dc:title", s.Title, s.Language)
		n.text("dc:description", plain(s.Description), s.Language)
		for _, subject := range append(append([]string{}, s.Theme...), s.Keyword...) {
			n.text("dc:subject", subject, s.Language)
		}
		n.text("dc:publisher", s.Publisher, "")
		if !s.Modified.IsZero() {
			n.text("dc:date", stamp(s.Modified), "")
		}
		n.text("dc:type", "Dataset", "")
		for _, e := range s.Exports {
			n.text("dc:format", mediaType(e.MediaType), "")
		}
		n.text("dc:language", s.Language, "")
		n.text("dc:rights", strings.TrimSpace(s.License+" "+s.LicenseURL), "")
		n.text("dc:source", s.References, "")
		root.has("", n)
	}
	return root
}
