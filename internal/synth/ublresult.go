package synth

import (
	"fmt"
	"strings"
)

// result writes the graph of lot results, tenders, parties and contracts.
func (u *ublDoc) result(x *writer) {
	total := 0
	for _, l := range u.p.lots {
		if l.winner != nil {
			total += l.amount
		}
	}
	x.leaf(`cbc:TotalAmount currencyID="EUR"`, strings.TrimPrefix(fmt.Sprint(total), "0"))
	for i, l := range u.p.lots {
		x.in("efac:LotResult", func() {
			x.leaf(`cbc:ID schemeName="result"`, fmt.Sprintf("RES-%04d", i+1))
			x.leaf(`cbc:TenderResultCode listName="winner-selection-status"`, map[bool]string{true: "selec-w", false: "clos-nw"}[l.winner != nil])
			if l.winner != nil {
				x.id("efac:LotTender", "tender", fmt.Sprintf("TEN-%04d", i+1))
			} else {
				x.in("efac:DecisionReason", func() { x.leaf(`efbc:DecisionReasonCode listName="non-award-justification"`, "no-rece") })
			}
			x.in("efac:ReceivedSubmissionsStatistics", func() {
				x.leaf(`efbc:StatisticsCode listName="received-submission-type"`, "tenders")
				x.leaf("efbc:StatisticsNumeric", fmt.Sprint(map[bool]int{true: l.offers, false: 0}[l.winner != nil]))
			})
			if l.winner != nil {
				x.id("efac:SettledContract", "contract", fmt.Sprintf("CON-%04d", i+1))
			}
			x.id("efac:TenderLot", "Lot", lotID(i))
		})
	}
	for i, l := range u.p.lots {
		if l.winner != nil {
			u.tender(x, i, l)
		}
	}
}

func (u *ublDoc) tender(x *writer, i int, l lot) {
	x.in("efac:LotTender", func() {
		x.leaf(`cbc:ID schemeName="tender"`, fmt.Sprintf("TEN-%04d", i+1))
		x.in("cac:LegalMonetaryTotal", func() { x.leaf(`cbc:PayableAmount currencyID="EUR"`, fmt.Sprint(l.amount)) })
		x.id("efac:TenderingParty", "tendering-party", fmt.Sprintf("TPA-%04d", i+1))
		x.id("efac:TenderLot", "Lot", lotID(i))
	})
	x.in("efac:SettledContract", func() {
		x.leaf(`cbc:ID schemeName="contract"`, fmt.Sprintf("CON-%04d", i+1))
		x.leaf("cbc:IssueDate", u.day.AddDays(-5).String()+offset(u.day.AddDays(-5)))
		x.in("efac:ContractReference", func() { x.leaf("cbc:ID", fmt.Sprintf("%s-%d", u.p.reference, i+1)) })
		x.id("efac:LotTender", "tender", fmt.Sprintf("TEN-%04d", i+1))
	})
	x.in("efac:TenderingParty", func() {
		x.leaf(`cbc:ID schemeName="tendering-party"`, fmt.Sprintf("TPA-%04d", i+1))
		x.in("efac:Tenderer", func() { x.leaf(`cbc:ID schemeName="organization"`, fmt.Sprintf("ORG-%04d", 10+i)) })
	})
}
