// Package procedure joins the notices of one procedure and shows what changed between them: call, corrections, award,
// modifications. Notices are joined by evidence alone, what documents say in places made for it: identifiers of earlier notices,
// numbers under which journals published them, the identifier of the procedure. Nothing is read out of free text, and nothing is
// stored: every answer is worked out from one revision, so a notice that arrives late takes its place at once.
//
// Every link that the evidence claims is shown with its grade, or with the reason why it was not followed. docs/links.md explains
// the rules to users.
package procedure

import "github.com/boamp/boamp/internal/notice"

// Timeline is a procedure as the notices at one revision tell it.
type Timeline struct {
	ID        string   `json:"id"`                  // ContractFolderID of its earliest notice that has a usable one, else the id of its earliest notice
	Folders   []string `json:"folders,omitempty"`   // all ContractFolderIDs of its notices, lower case
	Notices   []Member `json:"notices"`             // earliest first
	Links     []Edge   `json:"links,omitempty"`     // all that its notices claim or that claim its notices: joined, related, missing, rejected
	Changes   []Change `json:"changes,omitempty"`   // what each correction, cancellation and modification changed
	Deadline  *Current `json:"deadline,omitempty"`  // the one that stands, of the latest version of the call that states one
	Cancelled string   `json:"cancelled,omitempty"` // id of the notice that cancels the call
	Truncated bool     `json:"truncated,omitempty"` // there is more than is shown, see MaxNotices
}

// Bounds of the walk.
const (
	MaxNotices = 200  // notices of a procedure that are shown
	maxFound   = 400  // notices that one step of the walk looks at, and values of a field that it asks for
	maxSeen    = 1000 // notices that a walk looks at before it ends
	maxAsked   = 5000 // values that a walk asks for before it ends
)

// Member is one notice of a procedure.
type Member struct {
	ID         string           `json:"id"`                  // of the notice
	Version    notice.Version   `json:"version"`             // API version to fetch it with
	Role       Role             `json:"role"`                // what it is in the procedure
	Stage      notice.Stage     `json:"stage"`               // as in the notice
	State      notice.State     `json:"state"`               // as in the notice
	Published  notice.Date      `json:"published,omitzero"`  // day of publication
	Dispatched notice.Date      `json:"dispatched,omitzero"` // day of dispatch
	Title      string           `json:"title,omitempty"`     // as in the notice
	Buyer      string           `json:"buyer,omitempty"`     // name of the first buyer
	Deadline   *notice.Deadline `json:"deadline,omitempty"`  // as in the notice
	Folder     string           `json:"folder,omitempty"`    // its ContractFolderID as written
}

// Role is what a notice is in a procedure: a stage, or what it does to an earlier notice.
type Role string

const (
	RoleCorrection   Role = "correction"
	RoleCancellation Role = "cancellation"
)

// Current is the deadline that stands.
type Current struct {
	*notice.Deadline
	StatedBy string   `json:"stated_by"`          // id of the notice that states it
	InWords  []string `json:"in_words,omitempty"` // ids of later corrections that speak of a deadline in words only: read them
}

// Edge is a claim that one notice follows another, with what became of it.
type Edge struct {
	From     string   `json:"from"`             // id of the later notice, the one that claims
	To       string   `json:"to"`               // id of the earlier notice; of one that is not there, what the evidence says of it
	Relation Relation `json:"relation"`         // what the later does to the earlier
	Status   Status   `json:"status"`           // what became of the claim
	Grade    Grade    `json:"grade,omitempty"`  // how sure a joined or related link is
	Reason   string   `json:"reason,omitempty"` // why it was rejected or is less than certain
	Evidence []Ground `json:"evidence"`         // on what grounds it stands
}

// Relation is what the later notice does to the earlier one.
type Relation string

const (
	Corrects      Relation = "corrects"
	Cancels       Relation = "cancels"
	Modifies      Relation = "modifies"
	Awards        Relation = "awards"
	Follows       Relation = "follows"        // any other notice behind an earlier one
	SameProcedure Relation = "same-procedure" // both name the procedure, neither the other
	SameNotice    Relation = "same-notice"    // two documents of one notice
	UsesEarlier   Relation = "uses"           // a lot announced by prior information, a contract under a framework agreement: another procedure
)

// Status is what became of a claim.
type Status string

const (
	Joined   Status = "joined"   // both notices belong to the procedure
	Related  Status = "related"  // true, but the notice belongs to another procedure
	Missing  Status = "missing"  // the earlier notice is not in the data
	Rejected Status = "rejected" // contradicted, not followed
)

// Grade says how sure a link is.
type Grade string

const (
	Certain Grade = "certain" // the document names the notice, the buyer is the same, the days are in order
	Strong  Grade = "strong"  // named by its number in a journal, or by the procedure, with the same buyer; or named, but the buyers cannot be compared
	Weak    Grade = "weak"    // something speaks for it, and something against it or nothing beside it
)

// Ground is one ground of a link.
type Ground struct {
	Kind  notice.Evidence `json:"kind"`
	Path  string          `json:"path,omitempty"` // where the document of the later notice says so
	Value string          `json:"value"`          // what it says: idweb, eForms identifier, journal number, ContractFolderID
	Date  notice.Date     `json:"date,omitzero"`  // the day on which the document says that the earlier notice was published
	Note  string          `json:"note,omitempty"` // why it does not count, where others do
}

// Evidence that is no link of a document.
const (
	EvidenceFolder  notice.Evidence = "contract-folder-id" // both have the ContractFolderID (BT-04)
	EvidenceVersion notice.Evidence = "notice-identifier"  // both have the eForms notice identifier (BT-701)
)

func memberOf(n *notice.Notice) Member {
	m := Member{
		ID: n.ID, Version: n.Version, Role: roleOf(n), Stage: n.Stage, State: n.State, Published: n.Published, Dispatched: n.Dispatched,
		Title: n.Title, Deadline: n.Deadline, Folder: n.ProcedureID,
	}
	if len(n.Buyers) > 0 {
		m.Buyer = n.Buyers[0].Name
	}
	return m
}

func roleOf(n *notice.Notice) Role {
	switch n.State {
	case notice.StateCorrected:
		return RoleCorrection
	case notice.StateCancelled:
		return RoleCancellation
	case notice.StateModified:
		return Role(notice.StageModification)
	}
	return Role(n.Stage)
}
