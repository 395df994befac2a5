package ledger

import (
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// Stands reports whether the newest line of an origin already says all that there is to say of a document with this SHA-256: those who
// follow a source then pass it over, and the ledger does not grow by a line each time that they look. What could not be had, was gone, or
// has been damaged since it was kept has to come again.
func (l Line) Stands(sha256 string) bool {
	switch l.Outcome {
	case Served, Partial, Unchanged:
		return sha256 != "" && l.SHA256 == sha256
	case Quarantined:
		return sha256 != "" && l.SHA256 == sha256 && l.Kind != fault.Conflict.String()
	case Erased:
		return l.SHA256 == "" || l.SHA256 == sha256
	}
	return false
}

// Met reports whether the line is that of a document which its source listed when it was last asked.
func (l Line) Met() bool {
	return l.Outcome != "" && l.Outcome != Gone && l.Outcome != Listing && l.Outcome != Derived
}

// Letters says what became of each of the notices of a line, Inserted to Removed; "" when none changed. Lines that a program wrote before
// there were letters changed what they served.
func (l Line) Letters() string {
	if len(l.Changes) == len(l.IDs) {
		return l.Changes
	}
	if len(l.Digests) == 0 && (l.Outcome == Served || l.Outcome == Partial) {
		return strings.Repeat(string(Updated), len(l.IDs))
	}
	return ""
}
