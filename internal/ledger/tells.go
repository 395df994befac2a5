package ledger

// Tells reports whether a line tells what became of the bytes that its SHA-256 names: the newest such line says whether they have to
// be read. Derived lines have the hash, but name only what changed.
func (l Line) Tells() bool {
	switch l.Outcome {
	case Derived, Missing, Gone, Listing:
		return false
	}
	return l.SHA256 != ""
}

// Aside reports whether a line that Tells is that of a document which is set aside, wholly or in part.
func (l Line) Aside() bool {
	return l.Outcome == Quarantined || l.Outcome == Partial || l.Outcome == Unchanged && l.Kind != ""
}
