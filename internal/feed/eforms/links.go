package eforms

import (
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// earlierNotices reads the links to notices before this one: OPP-090 of the procedure, BT-125 of lots and parts (the
// prior information of a call), OPT-100 of contracts (the framework agreement behind them).
func (r *reader) earlierNotices() {
	references := func(parent tree.Node) {
		for ref := range parent.Each("cac:NoticeDocumentReference") {
			r.link(ref.Child("cbc:ID"), notice.EvidencePreviousNotice)
		}
	}
	references(r.root.Child("cac:TenderingProcess"))
	for lot := range r.root.Each("cac:ProcurementProjectLot") {
		references(lot.Child("cac:TenderingProcess"))
	}
	for c := range r.ext.Child("efac:NoticeResult").Each("efac:SettledContract") {
		references(c)
	}
}

// noticeRef is the reference to an eForms notice: a UUID, as a rule with the version behind it.
var noticeRef = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:-\d\d)?$`)

// link adds a link to the notice that an element refers to, once. What has no known form is kept if it can be the number that
// a national system gives; a filler is a warning.
func (r *reader) link(e tree.Node, evidence notice.Evidence) {
	ref := strings.Join(strings.Fields(e.Text()), " ")
	if ref == "" || r.masked("links", ref, e) {
		return
	}
	l := notice.Link{Evidence: evidence, Path: e.Path()}
	pub, published := notice.ParseJOUE(ref)
	switch {
	case published:
		l.Publication = &pub
	case notice.IsIdweb(ref) && r.n.Version != notice.EForms:
		l.ID = ref
	case noticeRef.MatchString(ref) || strings.ContainsAny(ref, "0123456789") && !strings.Contains(ref, " "):
		l.NoticeID = ref
	default:
		r.n.Warn(e.Path(), ref, "reference to a notice of unknown form")
		return
	}
	if l.NoticeID != "" && (l.NoticeID == r.n.NoticeID || l.NoticeID == r.n.NoticeID+"-"+r.n.NoticeVersion) {
		r.n.Warn(e.Path(), ref, "a notice that links to itself")
		return
	}
	key := string(evidence) + " " + ref
	if r.linked[key] {
		return
	}
	r.linked[key] = true
	r.declare("links", e)
	r.n.Links = append(r.n.Links, l)
}
