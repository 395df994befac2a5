package native

import (
	_ "embed"

	"github.com/boamp/boamp/internal/procedure"
)

//go:embed procedure_answer.go
var procedureAnswerSource string

// ProcedureAnswer is the timeline of a procedure.
type ProcedureAnswer struct {
	Meta      Meta                `json:"meta"`      // where it comes from; the total counts the notices
	Procedure *procedure.Timeline `json:"procedure"` // notices, links and changes
	Links     map[string]string   `json:"links"`     // addresses: self, canonical
}

// LinksAnswer lists the links of a notice.
type LinksAnswer struct {
	Meta      Meta              `json:"meta"`      // where it comes from; the total counts the links
	ID        string            `json:"id"`        // of the notice
	Procedure string            `json:"procedure"` // canonical id of its procedure
	Earlier   []procedure.Edge  `json:"earlier"`   // to notices that it names
	Later     []procedure.Edge  `json:"later"`     // from notices that name it
	Truncated bool              `json:"truncated"` // there are more links than are shown
	Links     map[string]string `json:"links"`     // addresses: self, notice, procedure
}
