// Package notice is the domain of boamp: one procurement notice, whatever generation of document it was read from, and
// the rules of the field (identifiers, amounts, deadlines, states). It does no I/O and knows no format, store or surface.
//
// Conventions of every type here:
//   - A zero value means "the document does not say": empty string, nil slice or pointer, zero Date.
//   - Values that the document gives but that cannot be true are kept as written and flagged (see Flag), never used for
//     sums, filters or order.
//   - Each value that a document gave or that was worked out has an Origin in Notice.Origins, keyed by its JSON path
//     without positions ("title", "lots.cpv.main"). A path that is not listed is absent from the document.
//   - JSON names are the public names of the native API, so the typed notice is its own document; that is the one tag
//     this package carries.
package notice

import "time"

// Version is the API version of a notice: the generation of its source document.
type Version string

const (
	V010   Version = "v010"   // MAPA of 2006-2007
	V110   Version = "v110"   // 2006 to February 2015
	V230   Version = "v230"   // March 2015 to 2021
	V240   Version = "v240"   // 2022 to October 2023
	V325   Version = "v325"   // since October 2023
	EForms Version = "eforms" // plain eForms UBL, not published through the BOAMP envelope (TED, SDK)
)

// Versions lists all versions, oldest first.
func Versions() []Version { return []Version{V010, V110, V230, V240, V325, EForms} }

// Notice is one notice of the bulletin.
type Notice struct {
	ID      string  `json:"id"`      // identity: the idweb ("24-12345"); for plain eForms "<notice id>-<version>"
	Version Version `json:"version"` // stage two is asked with it
	Source  Source  `json:"source"`  // which bytes it was read from

	ProcedureID   string        `json:"procedure_id,omitempty"`   // ContractFolderID, BT-04: a UUID shared by the notices of a procedure
	NoticeID      string        `json:"notice_id,omitempty"`      // eForms notice identifier, BT-701
	NoticeVersion string        `json:"notice_version,omitempty"` // eForms notice version, BT-757, as written ("01")
	Publications  []Publication `json:"publications,omitempty"`   // numbers under which journals published it

	Famille      string  `json:"famille,omitempty"`      // MAPA, FNS, JOUE, DSP, DIVERS
	Perimetre    string  `json:"perimetre,omitempty"`    // legal basis as the BOAMP writes it: DIRECTIVE-24, CMP-2006, FNSimple...
	LegalBasis   string  `json:"legal_basis,omitempty"`  // CELEX number of the directive (BT-01), when one applies
	Nature       string  `json:"nature,omitempty"`       // APPEL_OFFRE, ATTRIBUTION, RECTIFICATIF...
	SousNature   string  `json:"sous_nature,omitempty"`  // STANDARD, CONCOURS, CONCESSION...
	NoticeType   string  `json:"notice_type,omitempty"`  // eForms notice type, BT-02: cn-standard...
	FormType     string  `json:"form_type,omitempty"`    // eForms form type, BT-03: competition, result...
	Subtype      string  `json:"subtype,omitempty"`      // eForms subtype, OPP-070: "16"
	Stage        Stage   `json:"stage"`                  // what the notice is in the life of a procedure, worked out from all of these
	State        State   `json:"state"`                  // what the notice does to an earlier one, worked out from status, links and body
	Etat         string  `json:"etat,omitempty"`         // the status as written: INITIAL, RECTIFICATIF, ANNULATION, MODIFICATION
	Language     string  `json:"language,omitempty"`     // ISO 639-3 of the notice, BT-702
	Descripteurs []Label `json:"descripteurs,omitempty"` // key words of the BOAMP, code and label as printed

	Buyers                  []Party   `json:"buyers,omitempty"`                   // the first is the one who publishes
	Title                   string    `json:"title,omitempty"`                    // BT-21 of the procedure; else the summary of the index
	Description             string    `json:"description,omitempty"`              // BT-24
	Reference               string    `json:"reference,omitempty"`                // the buyer's own reference, BT-22
	Kinds                   []Kind    `json:"kinds,omitempty"`                    // works, supplies, services; the main one first
	CPV                     CPV       `json:"cpv,omitzero"`                       // of the procedure
	Places                  []Place   `json:"places,omitempty"`                   // of performance
	DepartementsPublication []string  `json:"departements_publication,omitempty"` // BOAMP codes: "1", "20A", "974"
	DepartementsPrestation  []string  `json:"departements_prestation,omitempty"`  // BOAMP codes, declared or derived from the place
	Procedure               Procedure `json:"procedure,omitzero"`                 // how the contract is awarded

	Published  Date      `json:"published,omitzero"`   // day of publication in the BOAMP
	DisplayEnd Date      `json:"display_end,omitzero"` // last day on which the site shows the notice as current
	Dispatched Date      `json:"dispatched,omitzero"`  // sent to the publisher, BT-05
	Deadline   *Deadline `json:"deadline,omitempty"`   // for tenders, or for requests to participate: see Deadline.For

	Documents  []URL  `json:"documents,omitempty"`  // where the tender documents are
	Submission string `json:"submission,omitempty"` // where tenders are sent, BT-18
	Profile    string `json:"profile,omitempty"`    // the buyer profile of this procedure

	Estimated *Amount   `json:"estimated,omitempty"` // estimated value without VAT, BT-27
	Minimum   *Amount   `json:"minimum,omitempty"`   // lower end of the estimate or minimum of a framework
	Maximum   *Amount   `json:"maximum,omitempty"`   // upper end or framework ceiling, BT-271: a ceiling, not spending
	Awarded   *Amount   `json:"awarded,omitempty"`   // total of the contracts awarded, BT-161; its Origin says whether declared or summed
	Framework bool      `json:"framework,omitempty"` // a framework agreement (accord-cadre)
	Duration  *Duration `json:"duration,omitempty"`  // of the contract

	Criteria []Criterion `json:"criteria,omitempty"` // award criteria of the procedure
	Clauses  Clauses     `json:"clauses,omitzero"`   // social and environmental considerations

	Lots        []Lot        `json:"lots,omitempty"`        // in the order of the document
	Results     []Result     `json:"results,omitempty"`     // one for each lot or contract
	Corrections []Correction `json:"corrections,omitempty"` // the changes that it announces
	Links       []Link       `json:"links,omitempty"`       // the notices that it points at

	Origins  map[string]Origin `json:"origins,omitempty"`  // provenance by JSON path, see the package comment
	Flags    []Flag            `json:"flags,omitempty"`    // quality marks
	Warnings []Warning         `json:"warnings,omitempty"` // what the reader met and did not understand

	Record Record `json:"-"` // the 41 flat fields of the Explore data set, as the portal gives them
}

// Source says which bytes a notice was read from.
type Source struct {
	Schema  string    `json:"schema,omitempty"`  // schema version as the document names it: "3.2.5", "Boamp_v230.xsd", "eforms-sdk-1.13"
	SHA256  string    `json:"sha256"`            // of the source document, lower-case hexadecimal
	Size    int64     `json:"size"`              // bytes of the source document
	Origin  string    `json:"origin,omitempty"`  // URL it came from, or path from the last element of the one that was imported
	Form    string    `json:"form"`              // "xml", "record" (JSON record of the Explore API) or "legacy" (JSON of the former API)
	Partial bool      `json:"partial,omitempty"` // the document holds a part of the notice only (a slim record, an unreadable section)
	Fetched time.Time `json:"fetched"`           // UTC
	Kept    string    `json:"kept,omitempty"`    // where the raw archive keeps the bytes: "archive.zip!entry"
	Reader  int       `json:"reader"`            // version of the reading program, feed.ReaderVersion
	Digest  string    `json:"digest,omitempty"`  // of what was read, see Digest: equal on every server that read the same from the same bytes
}

// Rank orders sources of one notice by what they can tell: the document itself, the former API's rendering of it, the
// portal's record, a part of one. Of several the best is served, whichever came last.
func (s Source) Rank() int {
	switch {
	case s.Partial:
		return 0
	case s.Form == "record":
		return 1
	case s.Form == "legacy":
		return 2
	}
	return 3
}

// Publication is the number of the notice in a journal, in one form over all generations, which NewBOAMP and NewJOUE make. A text
// that cannot be read as such a number stands as written.
type Publication struct {
	Journal string `json:"journal"`           // "boamp", or "joue" for the Official Journal and TED
	Number  string `json:"number"`            // OJ S and TED: "127505-2024"; BOAMP: the number within the parution, "47"
	Edition string `json:"edition,omitempty"` // issue: OJ S "044/2024", BOAMP "A/20060126"
	Date    Date   `json:"date,omitzero"`     // day of publication
}

// Label is a code with the label that the document printed beside it. The code is the key; labels change over the years.
type Label struct {
	Code  string `json:"code,omitempty"`  // the key
	Label string `json:"label,omitempty"` // as printed in this document
}

// Stage is the place of a notice in a procedure.
type Stage string

const (
	StagePlanning     Stage = "planning"     // prior information
	StageCall         Stage = "call"         // call for competition
	StageIntention    Stage = "intention"    // intention to conclude, voluntary ex-ante transparency
	StageAward        Stage = "award"        // result, also an unsuccessful one
	StageModification Stage = "modification" // of a contract under way
	StageCompletion   Stage = "completion"
	StageCorrection   Stage = "correction" // a national correction or cancellation notice, which repeats no body
	StageOther        Stage = "other"
)

// State says what a notice does.
type State string

const (
	StateInitial   State = "initial"
	StateCorrected State = "corrected" // it corrects an earlier notice (rectificatif)
	StateCancelled State = "cancelled" // it cancels an earlier notice (annulation)
	StateModified  State = "modified"  // it reports the modification of a contract
)

// Kind is the nature of what is bought.
type Kind string

const (
	Works    Kind = "works"    // travaux
	Supplies Kind = "supplies" // fournitures
	Services Kind = "services"
)

// CPV holds common procurement vocabulary codes: 8 digits where the document gave a good code, else as written.
type CPV struct {
	Main       string   `json:"main,omitempty"`       // BT-262
	Additional []string `json:"additional,omitempty"` // BT-263
}

// Place is a place of performance.
type Place struct {
	Text        string `json:"text,omitempty"`        // as printed, where the document has no structure
	Street      string `json:"street,omitempty"`      // BT-5101, of an organisation BT-510
	Postcode    string `json:"postcode,omitempty"`    // BT-5121, of an organisation BT-512
	City        string `json:"city,omitempty"`        // BT-5131, of an organisation BT-513
	NUTS        string `json:"nuts,omitempty"`        // as written; old editions occur
	Country     string `json:"country,omitempty"`     // ISO 3166-1 as written (alpha-2 or alpha-3)
	Departement string `json:"departement,omitempty"` // BOAMP code derived from NUTS or postcode
}

// Party is an organisation: a buyer, a winner, a reviewer.
type Party struct {
	Name     string     `json:"name,omitempty"`     // BT-500
	ID       *CompanyID `json:"id,omitempty"`       // BT-501
	Address  Place      `json:"address,omitzero"`   // where it is
	Contact  Contact    `json:"contact,omitzero"`   // personal data
	Profile  string     `json:"profile,omitempty"`  // buyer profile URL
	Website  string     `json:"website,omitempty"`  // BT-505
	Type     string     `json:"type,omitempty"`     // legal type as coded by the document (BT-11, TYPE_ORGANISME)
	Activity string     `json:"activity,omitempty"` // main activity as coded (BT-10)
	Role     string     `json:"role,omitempty"`     // "group-lead" among several buyers or winners
	Size     string     `json:"size,omitempty"`     // winners: BT-165 micro, small, medium, large, sme
}

// Contact is personal data of officials: exports leave it out unless asked.
type Contact struct {
	Name  string `json:"name,omitempty"`  // BT-502
	Email string `json:"email,omitempty"` // BT-506
	Phone string `json:"phone,omitempty"` // BT-503
	Fax   string `json:"fax,omitempty"`   // BT-739
}

// Procedure is how the contract is awarded.
type Procedure struct {
	Type        string `json:"type,omitempty"`        // normalised: see ProcedureTypes
	Written     string `json:"written,omitempty"`     // code or text as the document says it
	Accelerated bool   `json:"accelerated,omitempty"` // BT-106
	Technique   string `json:"technique,omitempty"`   // accord-cadre, sad, enchere, catalogue, concours, qualification as the document says
}

// Procedure types, normalised over the generations.
const (
	ProcedureOpen               = "open"
	ProcedureRestricted         = "restricted"
	ProcedureNegotiated         = "negotiated" // with prior call
	ProcedureNegotiatedNoCall   = "negotiated-no-call"
	ProcedureCompetitiveDialog  = "competitive-dialogue"
	ProcedureInnovation         = "innovation-partnership"
	ProcedureAdapted            = "adapted" // procédure adaptée
	ProcedureDesignContestOpen  = "contest-open"
	ProcedureDesignContestRestr = "contest-restricted"
	ProcedureConcession         = "concession"
	ProcedureOther              = "other"
)

// ProcedureTypes lists the normalised procedure types.
func ProcedureTypes() []string {
	return []string{ProcedureOpen, ProcedureRestricted, ProcedureNegotiated, ProcedureNegotiatedNoCall, ProcedureCompetitiveDialog,
		ProcedureInnovation, ProcedureAdapted, ProcedureDesignContestOpen, ProcedureDesignContestRestr, ProcedureConcession, ProcedureOther}
}

// URL is an address given by the document.
type URL struct {
	URL        string `json:"url"`                  // as written
	Restricted bool   `json:"restricted,omitempty"` // BT-615: access is restricted
}

// Duration is how long a contract runs: a measure, or dates.
type Duration struct {
	Value   float64 `json:"value,omitempty"`   // BT-36, in Unit
	Unit    string  `json:"unit,omitempty"`    // "month", "day", "year", "week"
	Start   Date    `json:"start,omitzero"`    // BT-536
	End     Date    `json:"end,omitzero"`      // BT-537
	Text    string  `json:"text,omitempty"`    // free text, where there is nothing else
	Renewal string  `json:"renewal,omitempty"` // BT-57, or the text on renewal
}

// Criterion is one award criterion.
type Criterion struct {
	Name   string  `json:"name,omitempty"`   // BT-734, or the text of the criterion
	Type   string  `json:"type,omitempty"`   // price, cost, quality where the document says it
	Weight float64 `json:"weight,omitempty"` // by Unit
	Unit   string  `json:"unit,omitempty"`   // "percent", "points", "decimal", "rank" (order of importance)
	Text   string  `json:"text,omitempty"`   // criteria as one text; or "in the tender documents"
}

// Clauses are social, environmental and innovation considerations; the lists hold eForms codes (BT-775, BT-774, BT-776).
type Clauses struct {
	Social        bool     `json:"social,omitempty"`        // there are some
	Environmental bool     `json:"environmental,omitempty"` // there are some
	Innovation    bool     `json:"innovation,omitempty"`    // there are some
	Codes         []string `json:"codes,omitempty"`         // kinds of considerations, as the eForms code them
}

// Lot is one lot of a notice.
type Lot struct {
	Number      string      `json:"number,omitempty"`      // as people number it: "1"; BT-22 where eForms give it
	ID          string      `json:"id,omitempty"`          // eForms local id, "LOT-0001"
	Title       string      `json:"title,omitempty"`       // BT-21
	Description string      `json:"description,omitempty"` // BT-24
	Kinds       []Kind      `json:"kinds,omitempty"`       // BT-23, the main one first
	CPV         CPV         `json:"cpv,omitzero"`          // BT-262, BT-263
	Places      []Place     `json:"places,omitempty"`      // of performance
	Estimated   *Amount     `json:"estimated,omitempty"`   // without VAT, BT-27
	Minimum     *Amount     `json:"minimum,omitempty"`     // of the estimate or the framework
	Maximum     *Amount     `json:"maximum,omitempty"`     // of the estimate, or framework ceiling BT-271: not spending
	Duration    *Duration   `json:"duration,omitempty"`    // of the contract
	Deadline    *Deadline   `json:"deadline,omitempty"`    // where the lot has its own
	Criteria    []Criterion `json:"criteria,omitempty"`    // award criteria
	Clauses     Clauses     `json:"clauses,omitzero"`      // social and environmental considerations
}

// Outcome is how a lot ended.
type Outcome string

const (
	OutcomeAwarded      Outcome = "awarded"
	OutcomeUnsuccessful Outcome = "unsuccessful" // infructueux: no tender, or none acceptable
	OutcomeAbandoned    Outcome = "abandoned"    // sans suite: the buyer gave up
	OutcomePending      Outcome = "pending"      // open-nw: not decided yet
	OutcomeUnknown      Outcome = "unknown"
)

// Result is the outcome of one lot or of one contract. One lot with several contracts gives several results.
type Result struct {
	Lot       string   `json:"lot,omitempty"`       // number or id of the lot as in Lot.Number, else Lot.ID
	Outcome   Outcome  `json:"outcome"`             // how it ended
	Reason    string   `json:"reason,omitempty"`    // why no award: code or text as written
	Title     string   `json:"title,omitempty"`     // BT-721, or the title of the lot
	Contract  string   `json:"contract,omitempty"`  // contract number, BT-150
	Winners   []Winner `json:"winners,omitempty"`   // several where a group, or several firms, won
	Amount    *Amount  `json:"amount,omitempty"`    // value of the contract
	Minimum   *Amount  `json:"minimum,omitempty"`   // of a framework, or lowest value
	Maximum   *Amount  `json:"maximum,omitempty"`   // framework maximum: a ceiling, not spending
	Estimated *Amount  `json:"estimated,omitempty"` // estimate made before
	Lowest    *Amount  `json:"lowest,omitempty"`    // lowest tender, BT-710
	Highest   *Amount  `json:"highest,omitempty"`   // highest tender, BT-711
	Tenders   *int     `json:"tenders,omitempty"`   // tenders received, BT-759
	Decided   Date     `json:"decided,omitzero"`    // BT-1451
	Concluded Date     `json:"concluded,omitzero"`  // BT-145
	Text      string   `json:"text,omitempty"`      // the result as free text, where a document has no structure
}

// Winner is a party that was awarded a contract.
type Winner struct {
	Party
	Tender *Amount `json:"tender,omitempty"` // value of this winner's tender where it differs from the contract's
}

// Correction is one change that a notice announces.
type Correction struct {
	Section    string `json:"section,omitempty"`     // where: rubric, section or lot as written
	Lot        string `json:"lot,omitempty"`         // number or id of the lot
	Before     string `json:"before,omitempty"`      // text that no longer holds
	After      string `json:"after,omitempty"`       // text that takes its place
	Text       string `json:"text,omitempty"`        // description, where before and after are not given apart
	Reason     string `json:"reason,omitempty"`      // code or text
	DateBefore string `json:"date_before,omitempty"` // changed date as written
	DateAfter  string `json:"date_after,omitempty"`  // new date as written
}

// Evidence says on what grounds a link stands. Links are never read out of free text.
type Evidence string

const (
	EvidenceAnteriorNotice Evidence = "annonce-anterieure"        // ANNONCE_ANTERIEUR, annonce_lie
	EvidenceInitialNotice  Evidence = "avis-initial"              // avisInitial/idWeb
	EvidenceChangedNotice  Evidence = "changed-notice-identifier" // BT-758, BT-1501
	EvidencePreviousNotice Evidence = "previous-notice"           // BT-125, OPP-090
	EvidencePublication    Evidence = "publication-reference"     // journal, issue and number
)

// Link points at another notice. Exactly one of ID, NoticeID and Publication is given.
type Link struct {
	ID          string       `json:"id,omitempty"`          // idweb
	NoticeID    string       `json:"notice_id,omitempty"`   // eForms notice id, "-version" included where given
	Publication *Publication `json:"publication,omitempty"` // journal reference
	Evidence    Evidence     `json:"evidence"`              // on what grounds
	Path        string       `json:"path"`                  // where the document says so
	Nature      string       `json:"nature,omitempty"`      // nature of the target as the document gives it
	Date        Date         `json:"date,omitzero"`         // publication date of the target as the document gives it
}
