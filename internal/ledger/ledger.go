// Package ledger is the account of every document that boamp ever met: where it came from, when, its hash and size, which
// program read it, and what became of it. Nothing is served, dropped or set aside without a line here.
package ledger

import "time"

// Outcome is what became of a document.
type Outcome string

const (
	Served      Outcome = "served"      // all that it holds is in the store
	Partial     Outcome = "partial"     // some of its notices are served, others set aside: Reason says which
	Unchanged   Outcome = "unchanged"   // these bytes were known already
	Quarantined Outcome = "quarantined" // kept, but unreadable: Reason says why
)

// Line is one entry of the ledger. The JSON names are those of the journal on disk.
type Line struct {
	Seq        int64     `json:"seq"`                  // change sequence: 1, 2, 3... over the life of the data folder
	Time       time.Time `json:"time"`                 // UTC
	Edition    string    `json:"edition"`              // edition it came with
	Origin     string    `json:"origin"`               // URL or path
	Name       string    `json:"name,omitempty"`       // base name of the document, see feed.Document
	Fetched    time.Time `json:"fetched"`              // UTC
	SHA256     string    `json:"sha256,omitempty"`     // of the document
	Size       int64     `json:"size"`                 // bytes
	Raw        string    `json:"raw,omitempty"`        // where the bytes are kept: "archive.zip!entry"
	Generation string    `json:"generation,omitempty"` // v110, v230... of the notices it holds
	IDs        []string  `json:"ids,omitempty"`        // notices it holds
	Reader     int       `json:"reader"`               // version of the reading program
	Outcome    Outcome   `json:"outcome"`              // what became of it
	Kind       string    `json:"kind,omitempty"`       // kind of fault, for quarantined and partial
	Reason     string    `json:"reason,omitempty"`     // for people
	Revision   int64     `json:"revision"`             // data revision at which it was applied
}
