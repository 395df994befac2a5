// Package eforms reads eForms, the European notices of procurement since 2023: plain UBL documents as TED, the SDK of the
// Publications Office and national systems write them (New), and the same notices inside the envelope of the BOAMP and in
// the JSON of its records (Body).
//
// The format is that of the eForms SDK (https://docs.ted.europa.eu/eforms/latest/, business terms "BT-..." in the comments).
// Every version from 1.3 on is read by its elements, never by its number. Departures from the letter, all forced by real
// documents:
//
//   - Roots tell nothing: the form type (BT-03) decides what a notice is; the notice type, the subtype and last the root
//     stand in for a missing one.
//   - A text in several languages gives the French one, else that of the notice's language, else the first.
//   - Organisations are resolved by their local id alone; the attribute that should tell a company from a touch point is
//     often missing.
//   - The tender of a lot is the one that names the lot; the lists of tenders in lot results disagree with it at times.
//   - Deadlines are wall clocks of Paris whatever European offset is printed (package notice); those of buyers in countries
//     with another clock are converted by their offset.
//   - Lots are the elements of scheme Lot only. Groups of lots are not read. Parts of a prior information (planned
//     contracts) lend their codes and places to the notice.
//   - What a lot result says about the lot as a whole (numbers of tenders, lowest and highest, ceilings) stands in the
//     first result of the lot only, so that sums over results count it once.
//
// Withheld values: a field that a privacy mark (BT-195) covers is never used, whether TED has masked it already
// ("unpublished", -1) or the document still holds the true value. A reader has no clock, so the mark counts even where its
// date of later publication (BT-198) has passed: TED then publishes again, without marks. The flag holds the code and that
// date. Only typed values are masked; source bytes and the JSON of the record are what they are.
package eforms

import (
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Reader reads plain eForms documents. It is safe for concurrent use.
type Reader struct {
	limits tree.Limits
}

// New makes a reader with the default limits of package tree.
func New() *Reader { return &Reader{} }

// Read decodes one notice. An envelope around the notice is allowed: the first element with the name of a notice is it.
// A notice without any identifier is a fault of kind Invalid, a document without notice Unsupported.
func (r *Reader) Read(doc feed.Document) (feed.Result, error) {
	d, repaired, err := feed.ParseXML(doc.Bytes, tree.UBL, r.limits)
	if err != nil {
		return feed.Result{}, err
	}
	root := noticeElement(d.Root())
	if !root.Exists() {
		return feed.Result{}, fault.New(fault.Unsupported, "no eForms notice: the root element is %s", d.Root().Name()).At(d.Root().Path())
	}
	id := identity(root)
	if id == "" {
		return feed.Result{}, fault.New(fault.Invalid, "a notice without identifier").At(root.Path() + "/cbc:ID").
			WithHint("a notice id (BT-701) or a publication number (OPP-010) is needed to store it")
	}
	n := feed.NewNotice(doc, notice.EForms, id)
	n.Source.Schema = root.Child("cbc:CustomizationID").Text()
	feed.FlagRepaired(repaired, root.Path(), n)
	read(feed.Body{Donnees: root}, n)
	n.Record = record(n, root)
	n.SortMarks()
	return feed.Result{Notices: []*notice.Notice{n}}, nil
}

// Body gives the reader of the typed values, for envelopes that hold an eForms notice. Donnees is the notice itself or an
// element around it. Values that the header has set already stand, but for those that the notice knows better: what it
// is and does (stage, state, procedure), its ids, title, buyers and kinds, and a deadline that the header lacks.
func Body() feed.BodyReader { return feed.BodyReaderFunc(read) }

// roots are the names of notices, without prefix.
var roots = map[string]string{
	"ContractNotice":                        "competition",
	"ContractAwardNotice":                   "result",
	"PriorInformationNotice":                "planning",
	"BusinessRegistrationInformationNotice": "bri",
}

// noticeElement finds the notice at or below e.
func noticeElement(e tree.Node) tree.Node {
	for x := range e.Descend() {
		if roots[localName(x)] != "" {
			return x
		}
	}
	return tree.Node{}
}

func localName(e tree.Node) string {
	name := e.Name()
	return name[strings.LastIndexByte(name, ':')+1:]
}

// identity is "<notice id>-<version>" (BT-701, BT-757), else the publication number (OPP-010), else empty. Ids that cannot
// stand in addresses count as missing.
func identity(root tree.Node) string {
	id := noticeID(root).Text()
	if v := root.Child("cbc:VersionID").Text(); id != "" && v != "" {
		id += "-" + v
	}
	if notice.ValidID(id) {
		return id
	}
	for p := range extension(root).Each("efac:Publication") {
		if pub, ok := notice.ParseJOUE(p.Child("efbc:NoticePublicationID").Text()); ok {
			return pub.Number
		}
	}
	return ""
}

// noticeID finds BT-701: the ID of scheme notice-id, else the first one.
func noticeID(root tree.Node) tree.Node {
	for id := range root.Each("cbc:ID") {
		if id.Attr("schemeName") == "notice-id" {
			return id
		}
	}
	return root.Child("cbc:ID")
}

// read fills n from the notice at or below b.Donnees.
func read(b feed.Body, n *notice.Notice) {
	root := noticeElement(b.Donnees)
	if !root.Exists() {
		n.Warn(b.Donnees.Path(), feed.Excerpt(b.Donnees), "no eForms notice")
		return
	}
	r := newReader(n, root)
	r.ids()
	r.classify()
	r.buyers()
	r.project()
	r.procedure()
	r.lots()
	r.lotsToNotice()
	r.results()
	r.changes()
	r.earlierNotices()
	feed.WarnUnknown(n, root, knownElements())
}
