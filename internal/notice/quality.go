package notice

import (
	"cmp"
	"slices"
)

// OriginKind tells a value that the document states from one worked out.
type OriginKind string

const (
	Declared OriginKind = "declared" // the document says it at Path
	Derived  OriginKind = "derived"  // worked out from what stands at Path; How says the rule
)

// Origin is the provenance of a value.
type Origin struct {
	Kind OriginKind `json:"kind"`          // stated or worked out
	Path string     `json:"path"`          // element path in the source document, or the field of a record
	How  string     `json:"how,omitempty"` // rule, for derived values
}

// FlagCode names a defect of a value.
type FlagCode string

const (
	FlagImpossibleDate   FlagCode = "impossible-date"   // year 7017, month 13
	FlagDummyDate        FlagCode = "dummy-date"        // 2000-01-01 and the like, written to fill a mandatory field
	FlagDoubtfulZone     FlagCode = "doubtful-zone"     // a deadline written with Z, with +02:00 in winter, or with no true offset; the clock counts as that of Paris
	FlagBadAmount        FlagCode = "bad-amount"        // not a number, negative, absurd
	FlagZeroAmount       FlagCode = "zero-amount"       // 0 or 0.00: "not given"
	FlagWithheld         FlagCode = "withheld"          // "unpublished", -1, or a FieldsPrivacy mark (BT-195)
	FlagBadCompanyID     FlagCode = "bad-company-id"    // neither a SIRET nor a SIREN, or a failed check digit
	FlagUnknownCode      FlagCode = "unknown-code"      // a code that no list has (CPV, NUTS, department, nature...)
	FlagUnclearText      FlagCode = "unclear-text"      // control characters of Windows-1252, characters lost
	FlagRepairedEncoding FlagCode = "repaired-encoding" // the bytes were not in the encoding they claimed
	FlagMissingID        FlagCode = "missing-id"
	FlagContradiction    FlagCode = "contradiction" // two places of the document disagree
)

// Flag marks a value that is not to be trusted. The value itself stays where it is when it can, and is here as written.
type Flag struct {
	Field string   `json:"field"`           // JSON path in the notice, without positions
	Code  FlagCode `json:"code"`            // what is wrong
	Value string   `json:"value,omitempty"` // as written
	Path  string   `json:"path,omitempty"`  // element path in the source document
}

// Warning is something in the document that the reader did not understand; nothing was dropped, the raw bytes have it.
type Warning struct {
	Path   string `json:"path"`            // element path in the source document
	Value  string `json:"value,omitempty"` // cut at 200 bytes
	Reason string `json:"reason"`          // "unknown element", "unknown notice subtype"...
}

// Declare notes that the document states field at path. The first note of a field stands.
func (n *Notice) Declare(field, path string) { n.origin(field, Origin{Kind: Declared, Path: path}) }

// Derive notes that field was worked out by a rule from what stands at path. The first note of a field stands.
func (n *Notice) Derive(field, path, how string) {
	n.origin(field, Origin{Kind: Derived, Path: path, How: how})
}

func (n *Notice) origin(field string, o Origin) {
	if n.Origins == nil {
		n.Origins = make(map[string]Origin, 32)
	}
	if _, ok := n.Origins[field]; !ok {
		n.Origins[field] = o
	}
}

// maxFlags bounds the marks of one notice; each is compared with all others, and a document can be made of bad values.
const maxFlags = 1000

// Flag adds a quality mark, once for each field, code and value.
func (n *Notice) Flag(field string, code FlagCode, value, path string) {
	f := Flag{Field: field, Code: code, Value: cut(value), Path: path}
	if len(n.Flags) < maxFlags && !slices.Contains(n.Flags, f) {
		n.Flags = append(n.Flags, f)
	}
}

// maxWarnings bounds the warnings of one notice; a document of an unknown form would give thousands.
const maxWarnings = 100

// Warn adds a warning, once for each path and reason.
func (n *Notice) Warn(path, value, reason string) {
	w := Warning{Path: path, Value: cut(value), Reason: reason}
	same := func(o Warning) bool { return o.Path == path && o.Reason == reason }
	if len(n.Warnings) < maxWarnings && !slices.ContainsFunc(n.Warnings, same) {
		n.Warnings = append(n.Warnings, w)
	}
}

// Flagged reports whether field carries the mark code.
func (n *Notice) Flagged(field string, code FlagCode) bool {
	return slices.ContainsFunc(n.Flags, func(f Flag) bool { return f.Field == field && f.Code == code })
}

// SortMarks puts flags and warnings in a stable order.
func (n *Notice) SortMarks() {
	slices.SortStableFunc(n.Flags, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Value, b.Value))
	})
	slices.SortStableFunc(n.Warnings, func(a, b Warning) int { return cmp.Compare(a.Path, b.Path) })
}

func cut(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && s[end]&0xC0 == 0x80 {
		end--
	}
	return s[:end] + "…"
}
