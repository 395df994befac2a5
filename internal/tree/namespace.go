package tree

// Namespaces maps a namespace URI to the prefix that readers use for it. A document may bind any prefix it likes; elements
// of a URI found here are named "prefix:local" with the prefix of this table ("" for the bare local name). Elements of
// other namespaces keep the name that the document wrote.
type Namespaces map[string]string

// UBL is the table of eForms: the OASIS namespaces of TED, the URNs to which the BOAMP rebases them, and the extensions
// of the Publications Office.
var UBL = Namespaces{
	"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2":    "cac",
	"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2":        "cbc",
	"urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2":    "ext",
	"urn:boamp:names:specification:ubl:schema:xsd:CommonAggregateComponents-2":    "cac",
	"urn:boamp:names:specification:ubl:schema:xsd:CommonBasicComponents-2":        "cbc",
	"urn:boamp:names:specification:ubl:schema:xsd:CommonExtensionComponents-2":    "ext",
	"http://data.europa.eu/p27/eforms-ubl-extensions/1":                           "efext",
	"http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1":       "efac",
	"http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1":           "efbc",
	"urn:oasis:names:specification:ubl:schema:xsd:ContractNotice-2":               "",
	"urn:oasis:names:specification:ubl:schema:xsd:ContractAwardNotice-2":          "",
	"urn:oasis:names:specification:ubl:schema:xsd:PriorInformationNotice-2":       "",
	"http://data.europa.eu/p27/eforms-business-registration-information-notice/1": "",
}

const (
	xmlURI   = "http://www.w3.org/XML/1998/namespace"
	xmlnsURI = "http://www.w3.org/2000/xmlns/"
)

// binding is a namespace declaration in force.
type binding struct {
	prefix, uri string
	canonical   string // prefix of the caller's table
	known       bool   // uri is in the caller's table
}

// declare puts a namespace declaration in force. The element's own declarations are those from own on.
func (p *xmlParser) declare(at int, prefix, uri string, own int) error {
	switch {
	case prefix == "xmlns" || uri == xmlnsURI:
		return p.fail(at, "the prefix xmlns and its namespace cannot be declared")
	case (prefix == "xml") != (uri == xmlURI):
		return p.fail(at, "the prefix xml and its namespace belong together")
	case prefix != "" && uri == "":
		return p.fail(at, "namespace prefix %q without a namespace", prefix)
	}
	for _, b := range p.bind[own:] {
		if b.prefix == prefix {
			return p.fail(at, "namespace prefix %q declared twice", prefix)
		}
	}
	canonical, known := p.ns[uri]
	p.bind = append(p.bind, binding{prefix, uri, canonical, known && uri != ""})
	return nil
}

// lookup finds the declaration of a prefix that is in force.
func (p *xmlParser) lookup(prefix string) (binding, bool) {
	for k := len(p.bind) - 1; k >= 0; k-- {
		if p.bind[k].prefix == prefix {
			return p.bind[k], true
		}
	}
	if prefix == "xml" {
		return binding{prefix: prefix, uri: xmlURI}, true
	}
	return binding{}, prefix == ""
}

// resolve finds the name table's entry of an element's name under the bindings in force.
func (p *xmlParser) resolve(q qname) (int32, error) {
	written := p.s[q.at:q.end]
	if k, ok := p.index[written]; ok && p.slots[k].epoch == p.epoch {
		return p.slots[k].id, nil
	}
	prefix, local := "", written
	if q.local != q.at {
		prefix, local = p.s[q.at:q.local-1], p.s[q.local:q.end]
	}
	b, ok := p.lookup(prefix)
	if !ok {
		return 0, p.fail(q.at, "namespace prefix %q is not declared", prefix)
	}
	if len(p.stack) == 0 {
		p.rootNS = b.uri
	}
	canonical := written
	switch {
	case b.known && b.canonical == "":
		canonical = local
	case b.known && b.canonical != prefix:
		canonical = b.canonical + ":" + local
	}
	return p.named(written, canonical, p.epoch), nil
}
