package eforms

import (
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// stages tells the stage of each form type, BT-03. Registrations of companies (bri) are no procurement.
var stages = map[string]notice.Stage{
	"planning":     notice.StagePlanning,
	"consultation": notice.StagePlanning,
	"competition":  notice.StageCall,
	"dir-awa-pre":  notice.StageIntention,
	"result":       notice.StageAward,
	"cont-modif":   notice.StageModification,
	"completion":   notice.StageCompletion,
	"bri":          notice.StageOther,
}

// noticeTypes tells the form type of each notice type, BT-02.
var noticeTypes = map[string]string{
	"pin-buyer": "planning", "pin-only": "planning", "pin-rtl": "planning", "pin-tran": "planning",
	"pmc":              "consultation",
	"pin-cfc-standard": "competition", "pin-cfc-social": "competition", "qu-sy": "competition", "cn-standard": "competition",
	"cn-social": "competition", "cn-desg": "competition", "subco": "competition",
	"veat":         "dir-awa-pre",
	"can-standard": "result", "can-social": "result", "can-desg": "result", "can-tran": "result",
	"can-modif": "cont-modif",
	"compl":     "completion",
	"brin-eeig": "bri", "brin-ecs": "bri",
}

// classify fills what the notice is: types, stage, state, legal basis and, where no header did, the codes of the BOAMP.
func (r *reader) classify() {
	n := r.n
	code := r.root.Child("cbc:NoticeTypeCode")
	n.NoticeType = r.text("notice_type", code)
	n.Subtype = r.text("subtype", r.ext.Child("efac:NoticeSubType", "cbc:SubTypeCode"))
	_, known := codelist.SubtypeOf(n.Subtype)
	if n.Subtype != "" && !known {
		n.Warn(r.ext.Path()+"/efac:NoticeSubType/cbc:SubTypeCode", n.Subtype, "unknown notice subtype")
	}
	if n.NoticeType != "" && noticeTypes[n.NoticeType] == "" {
		n.Warn(code.Path(), n.NoticeType, "unknown notice type")
	}
	r.formType(code)
	n.Stage = stages[n.FormType]
	delete(n.Origins, "stage")
	n.Derive("stage", code.Path(), "form type")
	r.state()
	r.legalBasis()
	r.boampCodes()
}

// formType fills BT-03, else what the notice type, the subtype or the root says.
func (r *reader) formType(code tree.Node) {
	n := r.n
	written := code.Attr("listName")
	if stages[written] != "" {
		n.FormType = written
		n.Declare("form_type", code.Path()+"/@listName")
		return
	}
	if written != "" {
		n.Warn(code.Path()+"/@listName", written, "unknown form type")
	}
	if n.FormType = noticeTypes[n.NoticeType]; n.FormType != "" {
		n.Derive("form_type", code.Path(), "form type of the notice type")
		return
	}
	if s, ok := codelist.SubtypeOf(n.Subtype); ok {
		n.FormType = s.FormType
		n.Derive("form_type", r.ext.Path()+"/efac:NoticeSubType/cbc:SubTypeCode", "form type of the subtype")
		return
	}
	n.FormType = roots[localName(r.root)]
	n.Derive("form_type", r.root.Path(), "usual form type of the root element")
}

// state says what the notice does to an earlier one. Only the presence of efac:Changes is sure: the header may still say
// INITIAL, the version 01.
func (r *reader) state() {
	n := r.n
	changes := r.ext.Child("efac:Changes")
	switch {
	case changes.Exists():
		reason := changes.Child("efac:ChangeReason", "cbc:ReasonCode").Text()
		if reason == "cancel" || reason == "cancel-intent" {
			n.State = notice.StateCancelled
		} else if n.State != notice.StateCancelled {
			n.State = notice.StateCorrected
		}
		delete(n.Origins, "state")
		r.declare("state", changes)
	case n.FormType == "cont-modif" && (n.State == "" || n.State == notice.StateInitial):
		n.State = notice.StateModified
		delete(n.Origins, "state")
		r.declare("state", r.root.Child("cbc:NoticeTypeCode"))
	case n.State == "":
		n.State = notice.StateInitial
		r.derive("state", r.root, "no change is announced")
	}
}

// celex is the form of a legal act of the Union, which BT-01 is unless it is "other".
var celex = regexp.MustCompile(`^3\d{4}[A-Z]\d{4}$`)

func (r *reader) legalBasis() {
	n, e := r.n, r.root.Child("cbc:RegulatoryDomain")
	basis := r.text("legal_basis", e)
	if basis == "" || strings.EqualFold(basis, "other") {
		delete(n.Origins, "legal_basis")
		return
	}
	n.LegalBasis = basis
	if !celex.MatchString(basis) {
		n.Flag("legal_basis", notice.FlagUnknownCode, basis, e.Path())
	}
	if p := notice.PerimetreOf(basis); p != "" && n.Perimetre == "" {
		n.Perimetre = p
		n.Derive("perimetre", e.Path(), "the BOAMP's name of the directive")
	}
}

// boampCodes fills family, nature and status for notices without header, in the codes that the BOAMP gives such notices.
func (r *reader) boampCodes() {
	n := r.n
	path := r.root.Child("cbc:NoticeTypeCode").Path()
	if n.Famille == "" {
		n.Famille = "JOUE"
		n.Derive("famille", r.root.Path(), "eForms notices are European notices")
	}
	if n.Nature == "" {
		n.Nature, n.SousNature = r.nature()
		n.Derive("nature", path, "nature that the BOAMP gives this form type")
		if n.SousNature != "" {
			n.Derive("sous_nature", path, "sub-nature that the BOAMP gives this notice type")
		}
	}
	if n.Etat == "" {
		n.Etat = n.State.Etat()
		n.Derive("etat", path, "status of the state")
	}
}

func (r *reader) nature() (nature, sousNature string) {
	standard := "STANDARD"
	if r.n.LegalBasis == notice.DirectiveConcessions {
		standard = "CONCESSION"
	}
	switch r.n.FormType {
	case "planning", "consultation":
		switch r.n.NoticeType {
		case "pin-buyer":
			return "PRE-INFORMATION", "PROFIL_ACHETEUR"
		case "pin-rtl":
			return "PRE-INFORMATION", "REDUCTION_DELAI"
		}
		return "PRE-INFORMATION", standard
	case "competition":
		switch r.n.NoticeType {
		case "cn-desg":
			return "APPEL_OFFRE", "CONCOURS"
		case "qu-sy":
			return "APPEL_OFFRE", "QUALIFICATION"
		case "subco":
			return "SOUS-TRAITANCE", ""
		}
		return "APPEL_OFFRE", standard
	case "dir-awa-pre":
		return "INTENTION_CONCLURE", ""
	case "result":
		if r.n.NoticeType == "can-desg" {
			return "ATTRIBUTION", "CONCOURS"
		}
		return "ATTRIBUTION", standard
	case "cont-modif":
		return "MODIFICATION", ""
	}
	return "AUTRE", ""
}
