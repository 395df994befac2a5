package eforms

import (
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// procedureTypes normalises BT-105. comp-tend and exp-int-rail are forms of the transport regulation 1370/2007; oth-single and
// oth-mult are free procedures in one stage or several.
var procedureTypes = map[string]string{
	"open": notice.ProcedureOpen, "restricted": notice.ProcedureRestricted, "neg-w-call": notice.ProcedureNegotiated,
	"neg-wo-call": notice.ProcedureNegotiatedNoCall, "comp-dial": notice.ProcedureCompetitiveDialog,
	"innovation": notice.ProcedureInnovation, "comp-tend": notice.ProcedureOther, "exp-int-rail": notice.ProcedureOther,
	"oth-single": notice.ProcedureOther, "oth-mult": notice.ProcedureOther,
}

// contest tells design contests, whose procedure types are their own.
func (r *reader) contest() bool { return r.n.NoticeType == "cn-desg" || r.n.NoticeType == "can-desg" }

// procedure fills how the contract is awarded. The header's procedure type knows no more than open, restricted and negotiated:
// the notice's stands in its place.
func (r *reader) procedure() {
	n, process := r.n, r.root.Child("cac:TenderingProcess")
	code := process.Child("cbc:ProcedureCode")
	if code.Text() != "" && !r.withheld("procedure.type", hideProcedure, process) {
		r.procedureType(code)
	}
	r.accelerated(process)
	n.Procedure.Technique = r.technique(n.Procedure.Technique)
}

func (r *reader) procedureType(code tree.Node) {
	p := &r.n.Procedure
	delete(r.n.Origins, "procedure.type")
	delete(r.n.Origins, "procedure.written")
	written := r.text("procedure.written", code)
	if written == "" {
		return
	}
	p.Written = written
	kind, ok := procedureTypes[written]
	if !ok {
		r.n.Flag("procedure.type", notice.FlagUnknownCode, written, code.Path())
		return
	}
	switch {
	case r.contest() && kind == notice.ProcedureOpen:
		kind = notice.ProcedureDesignContestOpen
	case r.contest() && kind == notice.ProcedureRestricted:
		kind = notice.ProcedureDesignContestRestr
	case r.n.LegalBasis == notice.DirectiveConcessions && kind == notice.ProcedureOther:
		kind = notice.ProcedureConcession
	}
	p.Type = kind
	r.declare("procedure.type", code)
}

// accelerated reads BT-106, which some documents put into each lot.
func (r *reader) accelerated(process tree.Node) {
	for j := range process.Each("cac:ProcessJustification") {
		c := j.Child("cbc:ProcessReasonCode")
		if c.Attr("listName") == "accelerated-procedure" && !r.withheld("procedure.accelerated", hideAccelerated, j, process) && isTrue(c) {
			r.n.Procedure.Accelerated = true
			r.declare("procedure.accelerated", c)
		}
	}
}

// technique finds the technique of the procedure over its lots: dynamic purchasing system (BT-766) before framework
// agreement (BT-765) before auction (BT-767), then contests and qualification systems by the notice type. It also notes
// framework agreements.
func (r *reader) technique(header string) string {
	var dps, framework, auction tree.Node
	look := func(process tree.Node) {
		for e := range listed(process, "cac:ContractingSystem", "cbc:ContractingSystemTypeCode", "framework-agreement") {
			if t := e.Text(); t != "" && t != "none" {
				framework = e
			}
		}
		for e := range listed(process, "cac:ContractingSystem", "cbc:ContractingSystemTypeCode", "dps-usage") {
			if t := e.Text(); t != "" && t != "none" {
				dps = e
			}
		}
		if e := process.Child("cac:AuctionTerms", "cbc:AuctionConstraintIndicator"); isTrue(e) {
			auction = e
		}
	}
	look(r.root.Child("cac:TenderingProcess"))
	for lot := range r.root.Each("cac:ProcurementProjectLot") {
		look(lot.Child("cac:TenderingProcess"))
	}
	if framework.Exists() {
		r.n.Framework = true
		r.declare("framework", framework)
	}
	switch {
	case dps.Exists():
		r.declare("procedure.technique", dps)
		return "sad"
	case framework.Exists():
		r.declare("procedure.technique", framework)
		return "accord-cadre"
	case auction.Exists():
		r.declare("procedure.technique", auction)
		return "enchere"
	case r.contest():
		r.declare("procedure.technique", r.root.Child("cbc:NoticeTypeCode"))
		return "concours"
	case r.n.NoticeType == "qu-sy":
		r.declare("procedure.technique", r.root.Child("cbc:NoticeTypeCode"))
		return "qualification"
	}
	return header
}
