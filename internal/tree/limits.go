package tree

// Limits bounds what a document may ask of us. Zero fields mean the default.
type Limits struct {
	Bytes int // size of the document; default 64 MiB (the largest V110 bulk file known is below 30)
	Depth int // nesting of elements; default 96
	Nodes int // elements; default 2,000,000
	Attrs int // attributes of one element; default 64
}

func (l Limits) withDefaults() Limits {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&l.Bytes, 64<<20)
	def(&l.Depth, 96)
	def(&l.Nodes, 2_000_000)
	def(&l.Attrs, 64)
	return l
}

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
