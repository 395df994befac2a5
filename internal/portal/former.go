package portal

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Former holds the two fields of the data set that were dropped between 2024 and 2026, with the notices of V110 which alone
// had values in them.
type Former struct {
	Reference string // annonce_reference_schema_v110: place in the printed bulletin, "A/20060126/47"
	Earlier   string // annonces_anterieures_schema_v110: objects in JSON, with commas between and no brackets around them
}

// ParseFormer reads the former fields of a record in any of the forms that ParseRecord takes; empty where it has none, or is
// no record.
func ParseFormer(src []byte) Former {
	if !bytes.Contains(src, []byte("_schema_v110")) {
		return Former{}
	}
	p, err := parseRecord(src)
	if err != nil {
		return Former{}
	}
	return p.former
}

// setFormer keeps the value of a former field and reports whether it is one.
func (p *recordParser) setFormer(name string, v jsontext.Value) bool {
	switch name {
	case "annonce_reference_schema_v110":
		p.former.Reference = p.text(name, v)
	case "annonces_anterieures_schema_v110":
		p.former.Earlier = p.text(name, v)
	default:
		return false
	}
	return true
}
