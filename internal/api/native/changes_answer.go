package native

import (
	_ "embed"
	"time"

	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
)

//go:embed changes_answer.go
var changesAnswerSource string

// ChangesAnswer is a page of the change feed.
type ChangesAnswer struct {
	Meta     Meta              `json:"meta"`     // where it comes from
	Feed     string            `json:"feed"`     // id of the feed, to which tokens belong
	Sequence int64             `json:"sequence"` // newest line of the account of documents that the feed shows now
	Changes  []Change          `json:"changes"`  // in the order in which they happened
	Next     string            `json:"next"`     // token behind which to go on
	More     bool              `json:"more"`     // there are more changes already
	Links    map[string]string `json:"links"`    // addresses: self, next
}

// Change is one change of one notice.
type Change struct {
	Token     string         `json:"token"`               // behind which the feed goes on after this change
	Seq       int64          `json:"seq"`                 // line of the account of documents that tells of it
	Revision  int64          `json:"revision"`            // of the data, with it
	Time      time.Time      `json:"time"`                // when it was made, UTC
	Op        change.Op      `json:"op"`                  // insert, update, derive, remove or erase
	ID        string         `json:"id"`                  // of the notice
	Version   notice.Version `json:"version,omitempty"`   // API version of the notice; absent when it is gone
	SHA256    string         `json:"sha256,omitempty"`    // of the source document
	Digest    string         `json:"digest,omitempty"`    // of the notice as it was read; absent when it is gone, and where an old program did not note it
	Source    string         `json:"source,omitempty"`    // place that the server follows: dila, explore, boamp; absent for files that were brought by hand
	Edition   string         `json:"edition"`             // with which the document came
	Name      string         `json:"name,omitempty"`      // base name of the document
	Published *time.Time     `json:"published,omitempty"` // when the source put the document there, UTC
	Reason    string         `json:"reason,omitempty"`    // of an erasure: its category
	URL       string         `json:"url,omitempty"`       // of the notice; absent when it is gone
	Document  string         `json:"document,omitempty"`  // address of the source document; absent when it is gone
	*Included
}

// Included is what include=notice adds to a change.
type Included struct {
	Notice *notice.Notice `json:"notice"` // as it is now, which may be later than the change; null when it is not served any more
}

// LedgerAnswer is a page of the account of documents.
type LedgerAnswer struct {
	Meta     Meta              `json:"meta"`     // where it comes from
	Feed     string            `json:"feed"`     // id of the feed: another one is another account
	Sequence int64             `json:"sequence"` // newest line that there is now
	Lines    []ledger.Line     `json:"lines"`    // in the order of their sequence
	Next     int64             `json:"next"`     // line behind which to go on
	More     bool              `json:"more"`     // there are more lines already
	Links    map[string]string `json:"links"`    // addresses: self, next
}

// SnapshotsAnswer lists the snapshots for download.
type SnapshotsAnswer struct {
	Meta      Meta              `json:"meta"`      // where it comes from
	Snapshots []Snapshot        `json:"snapshots"` // the newest first
	Withdrawn []bulk.Withdrawn  `json:"withdrawn"` // those that held what was erased since, the last first
	Links     map[string]string `json:"links"`     // addresses: self, current
}

// Snapshot is one of the list.
type Snapshot struct {
	Snapshot string    `json:"snapshot"` // its name
	Revision int64     `json:"revision"` // of the data
	Sequence int64     `json:"sequence"` // newest line of the account that it holds
	Token    string    `json:"token"`    // behind which the change feed goes on
	Time     time.Time `json:"time"`     // when it was made, UTC
	Notices  int64     `json:"notices"`  // how many it holds
	Bytes    int64     `json:"bytes"`    // of all files
	URL      string    `json:"url"`      // of its manifest, below which its files are
}

// CurrentAnswer describes the data as they are now, so that copies can be compared.
type CurrentAnswer struct {
	Meta     Meta              `json:"meta"`     // where it comes from
	Feed     string            `json:"feed"`     // id of the feed
	Revision int64             `json:"revision"` // of the data
	Sequence int64             `json:"sequence"` // newest line of the account
	Token    string            `json:"token"`    // behind which the change feed goes on
	Notices  int64             `json:"notices"`  // how many there are
	Digest   string            `json:"digest"`   // of all notices, in any order: equal data have equal ones
	Reader   int               `json:"reader"`   // version of the readers of documents: another one may read otherwise
	Program  string            `json:"program"`  // version of boamp
	Links    map[string]string `json:"links"`    // addresses: self, digests, changes, ledger
}
