package eforms

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// changeReasons are the codes of BT-140.
var changeReasons = map[string]bool{
	"cancel": true, "cancel-intent": true, "cor-buy": true, "cor-esen": true, "cor-pub": true, "info-release": true, "susp-review": true, "update-add": true,
}

// changes reads what a change notice says it changed (BT-140, 141, 762, 13716) and what the modification of a contract did
// (BT-200, 201, 202), with the notices they refer to (BT-758, BT-1501).
func (r *reader) changes() {
	for c := range r.ext.Each("efac:Changes") {
		if code := c.Child("efac:ChangeReason", "cbc:ReasonCode"); code.Text() != "" && !changeReasons[code.Text()] {
			r.n.Flag("corrections.reason", notice.FlagUnknownCode, code.Text(), code.Path())
		}
		r.change(c)
	}
	for c := range r.ext.Each("efac:ContractModification") {
		r.change(c)
	}
}

// change adds a correction for each efac:Change, or one for the reason alone, and the link to the notice changed.
func (r *reader) change(c tree.Node) {
	r.link(c.Child("efbc:ChangedNoticeIdentifier"), notice.EvidenceChangedNotice)
	reason := c.Child("efac:ChangeReason")
	why := r.text("corrections.reason", reason.Child("cbc:ReasonCode"))
	said := r.said("corrections.text", reason, "efbc:ReasonDescription")
	if why == "" {
		why = said
	}
	contract := r.text("corrections.section", c.Child("efbc:ModifiedContractIdentifier"))
	before := len(r.n.Corrections)
	for e := range c.Each("efac:Change") {
		one := notice.Correction{Reason: why, Text: r.said("corrections.text", e, "efbc:ChangeDescription")}
		one.Section, one.Lot = r.sections(e)
		if one.Section == "" {
			one.Section = contract
		}
		if one.Text == "" && one.Section == "" {
			continue
		}
		r.declare("corrections", e)
		r.n.Corrections = append(r.n.Corrections, one)
	}
	switch added := r.n.Corrections[before:]; {
	case len(added) == 0 && (why != "" || said != ""):
		r.declare("corrections", reason)
		r.n.Corrections = append(r.n.Corrections, notice.Correction{Section: contract, Reason: why, Text: said})
	case len(added) == 1 && said != "" && said != added[0].Text:
		added[0].Text = strings.TrimSpace(added[0].Text + "\n" + said)
	case len(added) > 1 && said != "":
		r.n.Corrections = append(r.n.Corrections, notice.Correction{Reason: why, Text: said})
	}
}

// sections joins the sections that a change touches (BT-13716): LOT-0001, RES-0001, PROCEDURE... lot is the lot, if it
// is the only one.
func (r *reader) sections(e tree.Node) (sections, lot string) {
	var ids []string
	for s := range e.Each("efac:ChangedSection") {
		for id := range s.Each("efbc:ChangedSectionIdentifier") {
			if t := r.text("corrections.section", id); t != "" {
				ids = append(ids, t)
			}
		}
	}
	if len(ids) == 1 {
		lot = r.lotNames[ids[0]]
	}
	return strings.Join(ids, ", "), lot
}
