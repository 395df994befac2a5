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
	Derived     Outcome = "derived"     // a newer program reads notices otherwise from these bytes: IDs are those that changed
	Missing     Outcome = "missing"     // the source lists it, and it could not be had: Reason says why
	Gone        Outcome = "gone"        // the source listed it and does so no more; what was served of it stays
	Erased      Outcome = "erased"      // taken out for the reason in Reason: neither bytes nor notices are kept or come back
	Listing     Outcome = "listing"     // no document but what the source lists of the edition: Listed counts it
)

// Line is one entry of the ledger. The JSON names are those of the journal on disk.
type Line struct {
	Seq        int64     `json:"seq"`                  // change sequence: 1, 2, 3... over the life of the data folder
	Time       time.Time `json:"time"`                 // UTC
	Source     string    `json:"source,omitempty"`     // place that is followed: "dila", "explore", "boamp"; empty for an import by hand
	Edition    string    `json:"edition"`              // edition it came with
	Origin     string    `json:"origin"`               // URL, or path from the last element of the one that was imported: paths of the machine are not published
	Name       string    `json:"name,omitempty"`       // base name of the document, see feed.Document
	Published  time.Time `json:"published,omitzero"`   // when the source put it there, as it says; UTC
	Fetched    time.Time `json:"fetched"`              // UTC
	Validator  string    `json:"validator,omitempty"`  // by which the source tells whether it changed: ETag, or Last-Modified
	Listed     int64     `json:"listed,omitempty"`     // documents that the source listed, for listing
	SHA256     string    `json:"sha256,omitempty"`     // of the document
	Size       int64     `json:"size"`                 // bytes
	Raw        string    `json:"raw,omitempty"`        // where the bytes are kept: "archive.zip!entry"
	Generation string    `json:"generation,omitempty"` // v110, v230... of the notices it holds
	IDs        []string  `json:"ids,omitempty"`        // notices it holds
	Changes    string    `json:"changes,omitempty"`    // a letter for each of IDs, see Inserted to Removed; empty when none changed
	Digests    []string  `json:"digests,omitempty"`    // of each of IDs: what was read, see notice.Digest
	Reader     int       `json:"reader"`               // version of the reading program
	Outcome    Outcome   `json:"outcome"`              // what became of it
	Kind       string    `json:"kind,omitempty"`       // kind of fault, for quarantined and partial
	Reason     string    `json:"reason,omitempty"`     // for people
	Revision   int64     `json:"revision"`             // data revision at which it was applied
}

// What became of a notice, in Line.Changes.
const (
	Inserted = 'i' // it is new
	Updated  = 'u' // it took the place of an earlier revision
	Same     = '-' // nothing changed
	Removed  = 'e' // it was taken out: for good when the line is Erased, else it cannot be read any more and may come back
)

// Where the account of erasures stands: Erased lines of this source and edition, one for each notice, whose origin is its id, and one for each
// document in whose place a tombstone stands and that no line of its own origin names, whose origin is its hash.
const (
	ErasureSource  = "register"
	ErasureEdition = "erasures"
)
