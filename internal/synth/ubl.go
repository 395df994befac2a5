package synth

import (
	"cmp"
	"fmt"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Namespaces of eForms inside the envelope of the BOAMP, and as TED writes them.
const (
	boampUBL = `xmlns:cac="urn:boamp:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:boamp:names:specification:ubl:schema:xsd:CommonBasicComponents-2" xmlns:ext="urn:boamp:names:specification:ubl:schema:xsd:CommonExtensionComponents-2" ` + extensions
	oasisUBL = `xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2" ` + extensions

	extensions = `xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1" xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1" xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1"`
)

// ublDoc is one eForms notice.
type ublDoc struct {
	w       *world
	p       *procedure
	root    string // ContractNotice...
	subtype string
	form    string // BT-03
	kind    string // BT-02
	id      string // BT-701
	version string
	changes string // notice that this one changes, "uuid-version"
	reason  string // BT-140
	day     notice.Date
	due     notice.Date
}

// eforms writes a European procedure as the BOAMP carries it: call, sometimes changed or cancelled, award.
func eforms(w *world, p *procedure) []Document {
	call := &ublDoc{w: w, p: p, root: "ContractNotice", subtype: "16", form: "competition", kind: "cn-standard", id: w.uuid(), version: "01", day: p.published, due: p.deadline}
	jo := func(u *ublDoc, t typeAvis) *joDoc {
		d := &joDoc{w: w, p: p, day: u.day, avis: t, procedure: "OUVERT", body: func(x *writer, _ *joDoc) {
			x.in("EFORMS "+boampUBL, func() { x.in(u.root, func() { u.write(x) }) })
		}}
		if u.form == "competition" {
			d.due = u.due.String() + "T12:00:00" + offset(u.due)
		}
		return d
	}
	a := func(nature, statut string) typeAvis {
		return typeAvis{"JOUE", "DIRECTIVE-24", nature, "STANDARD", statut}
	}
	if w.chance(10) {
		pin := *call
		pin.root, pin.subtype, pin.form, pin.kind = "PriorInformationNotice", "4", "planning", "pin-only"
		d := jo(&pin, a("PRE-INFORMATION", "INITIAL"))
		d.procedure = ""
		return []Document{d.document()}
	}
	first := jo(call, a("APPEL_OFFRE", "INITIAL"))
	docs := []Document{first.document()}
	if day, ok := p.later(p.published, 8); ok && w.chance(35) {
		change := *call
		change.id, change.day, change.changes, change.reason = w.uuid(), day, call.id+"-"+call.version, "cor-buy"
		if w.chance(25) {
			change.reason = "cancel"
		} else {
			change.due = p.deadline.AddDays(7)
		}
		d := jo(&change, a("APPEL_OFFRE", pick(w, []string{"INITIAL", "RECTIFICATIF"})))
		d.previous = first
		docs = append(docs, d.document())
		if change.reason == "cancel" {
			return docs
		}
	}
	if day, ok := p.later(p.published, 40); ok {
		award := *call
		award.root, award.subtype, award.form, award.kind, award.id, award.day = "ContractAwardNotice", "29", "result", "can-standard", w.uuid(), day
		d := jo(&award, a("ATTRIBUTION", "INITIAL"))
		d.previous = first
		docs = append(docs, d.document())
	}
	return docs
}

// offset is that of Paris on a day.
func offset(d notice.Date) string { return d.In(notice.Paris).Add(12 * time.Hour).Format("-07:00") }

// plainEForms writes a notice as TED publishes it, outside of the envelope.
func plainEForms(w *world, p *procedure) []Document {
	u := &ublDoc{w: w, p: p, root: "ContractNotice", subtype: "16", form: "competition", kind: "cn-standard", id: w.uuid(), version: "01", day: p.published, due: p.deadline}
	x := newWriter()
	x.in(u.root+` xmlns="urn:oasis:names:specification:ubl:schema:xsd:ContractNotice-2" `+oasisUBL, func() { u.write(x) })
	return []Document{{"ted/" + u.id + ".xml", x.bytes()}}
}

func (u *ublDoc) write(x *writer) {
	p := u.p
	x.extension(func() { u.extension(x) })
	x.leaf("cbc:UBLVersionID", "2.3")
	x.leaf("cbc:CustomizationID", "eforms-sdk-1.13")
	x.leaf(`cbc:ID schemeName="notice-id"`, u.id)
	x.leaf("cbc:ContractFolderID", p.uuid)
	x.leaf("cbc:IssueDate", u.day.AddDays(-2).String()+offset(u.day.AddDays(-2)))
	x.leaf("cbc:IssueTime", "15:02:26"+offset(u.day.AddDays(-2)))
	x.leaf("cbc:VersionID", u.version)
	x.leaf("cbc:RegulatoryDomain", "32014L0024")
	x.leaf(`cbc:NoticeTypeCode listName="`+u.form+`"`, u.kind)
	x.leaf("cbc:NoticeLanguageCode", "FRA")
	x.in("cac:ContractingParty", func() {
		x.leaf("cbc:BuyerProfileURI", p.buyer.profileURL("https://profil.example/acheteur"))
		x.in("cac:ContractingPartyType", func() { x.leaf(`cbc:PartyTypeCode listName="buyer-legal-type"`, "la") })
		x.in("cac:Party", func() { x.id("cac:PartyIdentification", "organization", "ORG-0001") })
	})
	x.in("cac:TenderingProcess", func() {
		x.leaf(`cbc:ProcedureCode listName="procurement-procedure-type"`, "open")
	})
	x.in("cac:ProcurementProject", func() { u.project(x, p.title(), p.subject.text, p.subject.cpv, p.estimate, p.reference) })
	for i, l := range p.lots {
		x.in("cac:ProcurementProjectLot", func() { u.lot(x, i, l) })
	}
}

// extension writes the chain of elements around eForms extensions.
func (x *writer) extension(body func()) {
	x.in("ext:UBLExtensions", func() {
		x.in("ext:UBLExtension", func() {
			x.in("ext:ExtensionContent", func() { x.in("efext:EformsExtension", body) })
		})
	})
}

func (x *writer) id(tag, scheme, id string) {
	x.in(tag, func() { x.leaf(`cbc:ID schemeName="`+scheme+`"`, id) })
}

func (u *ublDoc) extension(x *writer) {
	if u.changes != "" {
		x.in("efac:Changes", func() {
			x.leaf("efbc:ChangedNoticeIdentifier", u.changes)
			x.in("efac:Change", func() {
				x.leaf(`efbc:ChangeDescription languageID="FRA"`, "La date limite de remise des offres est reportée.")
				x.in("efac:ChangedSection", func() { x.leaf("efbc:ChangedSectionIdentifier", "LOT-0001") })
			})
			x.in("efac:ChangeReason", func() { x.leaf(`cbc:ReasonCode listName="change-corrig-justification"`, u.reason) })
		})
	}
	if u.form == "result" {
		x.in("efac:NoticeResult", func() { u.result(x) })
	}
	x.in("efac:NoticeSubType", func() { x.leaf(`cbc:SubTypeCode listName="notice-subtype"`, u.subtype) })
	x.in("efac:Organizations", func() {
		b := u.p.buyer
		if m := u.p.more; m != nil && m.platform {
			organization(x, "ORG-0003", "Plateforme d'achats "+b.profile, "", "3 rue du Serveur", "Port-Modèle", "97499", "FRY40")
		}
		organization(x, "ORG-0001", b.name, b.siret(), b.street, b.city, b.postcode, b.nuts)
		organization(x, "ORG-0002", "Tribunal administratif de l'Exemple", "", "1 rue du Greffe", b.city, b.postcode, b.nuts)
		if u.form != "result" {
			return
		}
		for i, l := range u.p.lots {
			if l.winner != nil {
				organization(x, fmt.Sprintf("ORG-%04d", 10+i), l.winner.name, l.winner.siret(), "", l.winner.city, l.winner.postcode, "")
			}
		}
	})
}

func organization(x *writer, id, name, siret, street, city, postcode, nuts string) {
	x.in("efac:Organization", func() {
		x.in("efac:Company", func() {
			x.id("cac:PartyIdentification", "organization", id)
			x.in("cac:PartyName", func() { x.leaf(`cbc:Name languageID="FRA"`, name) })
			x.in("cac:PostalAddress", func() {
				x.leaf("cbc:StreetName", street)
				x.leaf("cbc:CityName", city)
				x.leaf("cbc:PostalZone", postcode)
				x.leaf(`cbc:CountrySubentityCode listName="nuts"`, nuts)
				x.in("cac:Country", func() { x.leaf(`cbc:IdentificationCode listName="country"`, "FRA") })
			})
			if siret != "" {
				x.in("cac:PartyLegalEntity", func() { x.leaf("cbc:CompanyID", siret) })
			}
			x.in("cac:Contact", func() { x.leaf("cbc:ElectronicMail", "contact@organisme.example") })
		})
	})
}

func (u *ublDoc) project(x *writer, title, text, cpv string, estimate int, reference string) {
	x.leaf(`cbc:ID schemeName="InternalID"`, reference)
	x.leaf(`cbc:Name languageID="FRA"`, title)
	x.leaf(`cbc:Description languageID="FRA"`, text)
	x.leaf(`cbc:ProcurementTypeCode listName="contract-nature"`, map[string]string{"TRAVAUX": "works", "FOURNITURES": "supplies", "SERVICES": "services"}[u.p.subject.kind])
	if u.p.green {
		x.in("cac:ProcurementAdditionalType", func() { x.leaf(`cbc:ProcurementTypeCode listName="strategic-procurement"`, "env-imp") })
	}
	if u.form != "result" {
		x.in("cac:RequestedTenderTotal", func() {
			x.leaf(`cbc:EstimatedOverallContractAmount currencyID="EUR"`, fmt.Sprint(estimate))
		})
	}
	x.in("cac:MainCommodityClassification", func() { x.leaf(`cbc:ItemClassificationCode listName="cpv"`, cpv) })
	x.in("cac:RealizedLocation", func() {
		x.in("cac:Address", func() {
			x.leaf("cbc:CityName", u.p.buyer.city)
			x.leaf("cbc:PostalZone", u.p.buyer.postcode)
			x.leaf(`cbc:CountrySubentityCode listName="nuts"`, u.p.buyer.nuts)
			x.in("cac:Country", func() { x.leaf(`cbc:IdentificationCode listName="country"`, "FRA") })
		})
	})
}

func (u *ublDoc) lot(x *writer, i int, l lot) {
	x.leaf(`cbc:ID schemeName="Lot"`, lotID(i))
	x.in("cac:TenderingTerms", func() {
		if u.form == "competition" {
			x.in("cac:CallForTendersDocumentReference", func() {
				x.leaf("cbc:ID", u.p.reference)
				x.leaf("cbc:DocumentType", "non-restricted-document")
				x.in("cac:Attachment", func() {
					x.in("cac:ExternalReference", func() { x.leaf("cbc:URI", "https://profil.example/consultations/"+u.p.reference) })
				})
			})
			x.in("cac:TenderRecipientParty", func() { x.leaf("cbc:EndpointID", "https://profil.example/depot") })
		}
		if i == 0 && u.p.more != nil {
			u.terms(x)
		}
		x.in("cac:AwardingTerms", func() {
			x.in("cac:AwardingCriterion", func() {
				criterion(x, "price", "Prix", "60")
				criterion(x, "quality", "Valeur technique", "40")
			})
		})
	})
	x.in("cac:TenderingProcess", func() {
		if u.form == "competition" {
			x.in("cac:TenderSubmissionDeadlinePeriod", func() {
				x.leaf("cbc:EndDate", u.due.String()+offset(u.due))
				x.leaf("cbc:EndTime", cmp.Or(u.p.hour, "12:00:00")+offset(u.due))
			})
		}
	})
	x.in("cac:ProcurementProject", func() {
		u.project(x, l.title, u.lotText(l), l.cpv, l.estimate, fmt.Sprint(i+1))
		x.in("cac:PlannedPeriod", func() { x.leaf(`cbc:DurationMeasure unitCode="MONTH"`, u.p.duration()) })
	})
}

// lotText is the description of a lot: in a corpus it does not repeat that of the whole.
func (u *ublDoc) lotText(l lot) string {
	if u.p.more == nil {
		return u.p.subject.text
	}
	return l.title + ". " + u.p.more.note
}

// terms are the long texts of the first lot.
func (u *ublDoc) terms(x *writer) {
	m := u.p.more
	for _, t := range [][2]string{{"sui-act", m.situation}, {"ef-stand", m.economic}, {"tp-abil", m.technical}} {
		if t[1] == "" {
			continue
		}
		x.in("cac:TendererQualificationRequest", func() {
			x.in("cac:SpecificTendererRequirement", func() {
				x.leaf(`cbc:TendererRequirementTypeCode listName="selection-criterion"`, t[0])
				x.leaf(`cbc:Description languageID="FRA"`, t[1])
			})
		})
	}
	if m.info != "" {
		x.in("cac:ContractExecutionRequirement", func() {
			x.leaf(`cbc:ExecutionRequirementCode listName="conditions"`, "performance")
			x.leaf(`cbc:Description languageID="FRA"`, m.info)
		})
	}
	x.in("cac:AppealTerms", func() {
		x.in("cac:PresentationPeriod", func() {
			x.leaf(`cbc:Description languageID="FRA"`, "Les délais de recours sont ceux du code de justice administrative.")
		})
	})
}

func lotID(i int) string { return fmt.Sprintf("LOT-%04d", i+1) }

func criterion(x *writer, kind, name, weight string) {
	x.in("cac:SubordinateAwardingCriterion", func() {
		x.extension(func() {
			x.in("efac:AwardCriterionParameter", func() {
				x.leaf(`efbc:ParameterCode listName="number-weight"`, "per-exa")
				x.leaf("efbc:ParameterNumeric", weight)
			})
		})
		x.leaf(`cbc:AwardingCriterionTypeCode listName="award-criterion-type"`, kind)
		x.leaf(`cbc:Name languageID="FRA"`, name)
	})
}
