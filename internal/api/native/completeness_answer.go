package native

import (
	_ "embed"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

//go:embed completeness_answer.go
var completenessAnswerSource string

// CompletenessAnswer is what became of everything that sources listed.
type CompletenessAnswer struct {
	Meta      Meta                `json:"meta"`             // where it comes from
	Sequence  int64               `json:"sequence"`         // line of the ledger up to which everything is counted
	State     string              `json:"state"`            // ok; late: what was published lately may not be here yet; incomplete: something is not here that should be, or is not what it was
	Alarms    []AlarmEntry        `json:"alarms"`           // what somebody has to look after
	Sources   []SourceEntry       `json:"sources"`          // that the ledger knows or that are followed
	Audit     *AuditEntry         `json:"audit"`            // the newest; null when there was none
	By        string              `json:"by"`               // what a row stands for: edition, day, month, year
	Total     CompletenessCount   `json:"total"`            // of all rows that match, on all pages
	RowsTotal int                 `json:"rows_total"`       // rows that match, on all pages
	Rows      []CompletenessEntry `json:"rows"`             // this page; the newest first, those without a day last
	Cursor    string              `json:"cursor,omitempty"` // of the next page; absent on the last
	Links     map[string]string   `json:"links"`            // addresses: self, first, next, csv
}

// CompletenessCount counts documents: listed = served + quarantined + erased + missing, unless unaccounted says otherwise.
type CompletenessCount struct {
	Editions    int   `json:"editions"`
	Listed      int64 `json:"listed"`      // by the source; where it has no listing, as for files imported by hand, documents met
	Fetched     int64 `json:"fetched"`     // of these, whose bytes were had
	Read        int64 `json:"read"`        // of these, in which a reader found notices
	Served      int64 `json:"served"`      // can be asked for, those in partial included
	Partial     int64 `json:"partial"`     // of which something is set aside beside what is served
	Quarantined int64 `json:"quarantined"` // kept, and set aside whole
	Erased      int64 `json:"erased"`      // taken out for good
	Missing     int64 `json:"missing"`     // listed, and not to be had
	Unaccounted int64 `json:"unaccounted"` // listed less the four: 0 unless something is wrong
	Gone        int64 `json:"gone"`        // were listed once and are no more; counted nowhere else
	Notices     int64 `json:"notices"`     // in the documents that are served
	Lag         *Lag  `json:"lag"`         // null when no document came while its source was followed
}

// Lag is the time from publication to being searchable, of all versions of documents that were published since their source is followed.
type Lag struct {
	Documents int   `json:"documents"` // that count
	P50       int64 `json:"p50"`       // seconds that half of them took at most
	P95       int64 `json:"p95"`       // seconds that 95 of 100 took at most
	Worst     int64 `json:"worst"`     // seconds
}

// CompletenessEntry is a row: an edition, or the editions of a day, month or year.
type CompletenessEntry struct {
	Source  string `json:"source"`            // that is followed; import for files imported by hand
	Edition string `json:"edition,omitempty"` // with by=edition: its name
	Period  string `json:"period,omitempty"`  // day, month or year; absent for editions whose name says no day
	CompletenessCount
	ListedAt  *time.Time `json:"listed_at"`     // newest listing of the source in the ledger; null for none
	FirstSeen time.Time  `json:"first_seen"`    // first line of the ledger
	Changed   time.Time  `json:"last_change"`   // when something last became of a document
	URL       string     `json:"url,omitempty"` // with by=edition: of its documents
}

// AlarmEntry is an alarm.
type AlarmEntry struct {
	Kind     string    `json:"kind"`               // late, passes, unaccounted, missing, quarantine, audit
	State    string    `json:"state"`              // what it makes of the whole: late, incomplete
	Source   string    `json:"source,omitempty"`   // that it is about
	Editions []string  `json:"editions,omitempty"` // the first ten that it is about
	Count    int64     `json:"count,omitempty"`    // documents, failed passes, or findings
	Since    time.Time `json:"since"`              // UTC
	Text     string    `json:"text"`               // what is the matter
	Todo     string    `json:"todo"`               // what to do
}

// SourceEntry is a place that documents come from.
type SourceEntry struct {
	Name     string     `json:"name"`
	Since    *time.Time `json:"since"`                // first line of the ledger; null for none
	News     *time.Time `json:"news"`                 // newest publication, as the source says it, else when it came
	Followed bool       `json:"followed"`             // passes over it are made now
	LastPass *time.Time `json:"last_pass,omitempty"`  // when one ended
	Good     *time.Time `json:"last_good,omitempty"`  // when one ended well
	Failures int        `json:"failures,omitempty"`   // passes that failed since
	Error    string     `json:"last_error,omitempty"` // of the last of them
}

// AuditEntry is an audit in short; its file in the data folder has all of it.
type AuditEntry struct {
	Time     time.Time      `json:"time"`     // when it began
	OK       bool           `json:"ok"`       // nothing was found
	Days     []AuditDay     `json:"days"`     // that were listed again at the source
	Kept     int64          `json:"kept"`     // documents in the raw archive
	Hashed   int64          `json:"hashed"`   // of these, whose bytes were compared with their SHA-256
	Compared int64          `json:"compared"` // notices that were compared with what their bytes give
	Found    int64          `json:"found"`    // findings
	Findings []AuditFinding `json:"findings"` // the first 20
}

// AuditDay is a day that an audit listed again.
type AuditDay struct {
	Day    notice.Date `json:"day"`
	Listed int64       `json:"listed"` // documents that the source listed then
	New    int64       `json:"new"`    // that had not been met before
	Gone   int64       `json:"gone"`   // that the source had ceased to list
}

// AuditFinding is something that an audit found wrong.
type AuditFinding struct {
	Kind  string `json:"kind"`  // unlisted: the source could not be listed; damaged: kept bytes are not what they were; lost: a notice is not served; differs: a notice is not what its bytes give
	Where string `json:"where"` // archive, document, notice or source
	Text  string `json:"text"`  // what is wrong
}

// DocumentsAnswer is a page of documents with what became of them.
type DocumentsAnswer struct {
	Meta      Meta              `json:"meta"`             // where it comes from
	Sequence  int64             `json:"sequence"`         // line of the ledger up to which it holds
	Total     int               `json:"total"`            // documents that match, on all pages
	Documents []DocumentEntry   `json:"documents"`        // this page; the newest editions first, in them by origin
	Cursor    string            `json:"cursor,omitempty"` // of the next page; absent on the last
	Links     map[string]string `json:"links"`            // addresses: self, first, next
}

// DocumentEntry is what the newest line of the ledger says of a document.
type DocumentEntry struct {
	Source    string     `json:"source"`
	Edition   string     `json:"edition"`
	Origin    string     `json:"origin"`              // address or path
	State     string     `json:"state"`               // served, partial, quarantined, erased, missing, gone
	Kind      string     `json:"kind,omitempty"`      // of fault, where something is set aside
	Reason    string     `json:"reason,omitempty"`    // for people
	Notices   []string   `json:"notices"`             // ids of the notices that it holds
	SHA256    string     `json:"sha256,omitempty"`    // of its bytes; absent when they could not be had
	Size      int64      `json:"size"`                // bytes
	Published *time.Time `json:"published,omitempty"` // when the source put it there, as it says
	Time      time.Time  `json:"time"`                // of the line
	Sequence  int64      `json:"sequence"`            // of the line
	Reader    int        `json:"reader"`              // version of the reading program
}
