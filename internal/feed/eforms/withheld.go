package eforms

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Codes of BT-195 up to SDK 1.15 for the fields that this package reads.
const (
	hideTotal        = "not-val"     // BT-161
	hideCeiling      = "not-max-val" // BT-118
	hideLotCeiling   = "max-val"     // BT-709
	hideReestimate   = "ree-val"     // BT-660
	hideStatus       = "win-cho"     // BT-142
	hideReason       = "no-awa-rea"  // BT-144
	hideTenderValue  = "win-ten-val" // BT-720
	hideRank         = "ten-ran"     // BT-171
	hideLowest       = "ten-val-low" // BT-710
	hideHighest      = "ten-val-hig" // BT-711
	hideCount        = "rec-sub-cou" // BT-759
	hideCountType    = "rec-sub-typ" // BT-760
	hideProcedure    = "pro-typ"     // BT-105
	hideAccelerated  = "pro-acc"     // BT-106
	hideCriterion    = "awa-cri-nam" // BT-734
	hideCriterionTyp = "awa-cri-typ" // BT-539
	hideCriterionTxt = "awa-cri-des" // BT-540
	hideWeight       = "awa-cri-num" // BT-541
	hideWeightUnit   = "awa-cri-wei" // BT-5421
	hideFormula      = "awa-cri-com" // BT-543
	hideOrder        = "awa-cri-ord" // BT-733
	hideTenderers    = "eop-info"    // all tenderers; a group of SDK 1.16 without older code
)

// groups tells which group of undisclosed information (SDK 1.16, BT-195-notice) covers what had a code of its own before.
var groups = map[string]string{
	hideTotal:        "not-valu",
	hideCeiling:      "not-fram",
	hideLotCeiling:   "not-fram",
	hideReestimate:   "not-fram",
	hideTenderValue:  "ten-valu",
	hideRank:         "ten-rank",
	hideLowest:       "sub-lohi",
	hideHighest:      "sub-lohi",
	hideCount:        "sub-stat",
	hideCountType:    "sub-stat",
	hideCriterion:    "cri-awrd",
	hideCriterionTyp: "cri-awrd",
	hideCriterionTxt: "cri-awrd",
	hideWeight:       "cri-awrd",
	hideWeightUnit:   "cri-awrd",
	hideFormula:      "cri-awrd",
	hideOrder:        "cri-awrd",
	hideTenderers:    "eop-info",
}

// undisclosed lists the groups of undisclosed information of a notice since SDK 1.16: group -> the element that says so.
func undisclosed(ext tree.Node) map[string]tree.Node {
	var hidden map[string]tree.Node
	for e := range ext.Each("efac:NoticeInformationNondisclosure") {
		for ref := range e.Each("efac:NondisclosureReference") {
			if hidden == nil {
				hidden = make(map[string]tree.Node)
			}
			hidden[ref.Child("efbc:NondisclosureID").Text()] = e
		}
	}
	return hidden
}

// withheld reports whether a privacy mark with code stands in one of places or in its extension, or whether the whole
// group is undisclosed, and flags field then. The flag's value is the code with the date of later publication, never
// the value withheld.
func (r *reader) withheld(field, code string, places ...tree.Node) bool {
	mark, date := r.privacyMark(code, places)
	if !mark.Exists() {
		return false
	}
	if date != "" {
		code += " until " + date
	}
	r.n.Flag(field, notice.FlagWithheld, code, mark.Path())
	return true
}

func (r *reader) privacyMark(code string, places []tree.Node) (mark tree.Node, date string) {
	if code == "" {
		return tree.Node{}, ""
	}
	for _, p := range places {
		for _, at := range []tree.Node{p, extension(p)} {
			for mark := range at.Each("efac:FieldsPrivacy") {
				for c := range mark.Each("efbc:FieldIdentifierCode") {
					if c.Text() == code {
						return mark, mark.Child("efbc:PublicationDate").Text()
					}
				}
			}
		}
	}
	if e, ok := r.hidden[groups[code]]; ok {
		return e, e.Child("efbc:InformationDisclosureDate").Text()
	}
	return tree.Node{}, ""
}

// masked reports whether a text is what TED writes in place of a withheld one, and flags field then.
func (r *reader) masked(field, written string, e tree.Node) bool {
	if !strings.EqualFold(written, "unpublished") {
		return false
	}
	r.n.Flag(field, notice.FlagWithheld, written, e.Path())
	return true
}
