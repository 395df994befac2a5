package eforms

import (
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// ids fills the identifiers, publications, language and day of dispatch.
func (r *reader) ids() {
	n := r.n
	r.replace(&n.NoticeID, "notice_id", noticeID(r.root))
	r.replace(&n.NoticeVersion, "notice_version", r.root.Child("cbc:VersionID"))
	r.replace(&n.ProcedureID, "procedure_id", r.root.Child("cbc:ContractFolderID"))
	if n.Language == "" {
		n.Language = strings.ToUpper(r.text("language", r.root.Child("cbc:NoticeLanguageCode")))
	}
	feed.SetDate(n, &n.Dispatched, "dispatched", r.root.Child("cbc:IssueDate"))
	r.publications()
}

// replace fills *to from an element, also over a value that the header gave: here the notice knows better.
func (r *reader) replace(to *string, field string, e tree.Node) {
	if e.Text() == "" {
		return
	}
	header, had := r.n.Origins[field]
	delete(r.n.Origins, field)
	if t := r.text(field, e); t != "" {
		*to = t
	} else if had {
		r.n.Origins[field] = header
	}
}

// publications fills OPP-010 to OPP-012, which TED adds. Their day is that of the notice unless a header gave one.
func (r *reader) publications() {
	n := r.n
	for p := range r.ext.Each("efac:Publication") {
		number := p.Child("efbc:NoticePublicationID")
		pub, ok := notice.ParseJOUE(number.Text())
		if !ok {
			if number.Text() != "" {
				n.Warn(number.Path(), number.Text(), "no publication number")
			}
			continue
		}
		if edition := r.text("publications.edition", p.Child("efbc:GazetteID")); edition != "" {
			pub.Edition = notice.JOUEEdition(edition)
		} else if pub.Edition != "" {
			r.derive("publications.edition", number, "the issue that the number names")
		}
		r.date(&pub.Date, "publications.date", p.Child("efbc:PublicationDate"))
		r.declare("publications.number", number)
		r.derive("publications.journal", number, "form of the number")
		n.Publications = append(n.Publications, pub)
		if n.Published.IsZero() && !pub.Date.IsZero() {
			n.Published = pub.Date
			r.declare("published", p.Child("efbc:PublicationDate"))
		}
	}
}
