// Package portal derives the flat record of a notice, the 41 fields of the data set "boamp", from the management header
// and body of its document, exactly as the Explore portal does: stripped zeros, mixed deadlines, objects or arrays and all.
// The truth stands beside it in the typed notice; here fidelity is the only rule.
package portal

import (
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Input is what the portal derives a record from.
type Input struct {
	Gestion tree.Node
	Donnees tree.Node
	Schema  string // value of source_schema: "Boamp_v110.xsd", "Boamp_v230.xsd", "3.2.5"
	// Filename is the portal's `filename`: the name of the archive for V110 and V230, the idweb for 3.2.5. Empty means unknown.
	Filename string
}

// Derive gives the record. Fields that cannot be derived are null.
func Derive(in Input) notice.Record {
	return notice.Record{} // filled in by the derivation rules
}
