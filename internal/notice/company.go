package notice

import "strings"

// CompanyID is the national identifier of an organisation as the document gives it, with what could be made of it.
type CompanyID struct {
	Written string `json:"written"`          // as in the document
	Scheme  string `json:"scheme,omitempty"` // "siret", "siren", "vat", or "" when it is none of these
	SIRET   string `json:"siret,omitempty"`  // 14 digits, only when the check holds
	SIREN   string `json:"siren,omitempty"`  // 9 digits, only when the check holds; also that of a SIRET or a French VAT number
}

// laPoste is the one SIREN whose establishments do not follow the Luhn rule.
const laPoste = "356000000"

// ParseCompanyID reads an identifier: SIRET, SIREN or French VAT number. Blanks, no-break blanks, dots and hyphens are
// ignored. It returns nil for an empty text. ok is false when the text is none of the three or fails its check: the text
// is kept, but nothing must rely on it.
func ParseCompanyID(written string) (id *CompanyID, ok bool) {
	written = strings.TrimSpace(written)
	if written == "" {
		return nil, true
	}
	id = &CompanyID{Written: written}
	s := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\u2009', '.', '-', '\t', '\n':
			return -1
		}
		return r
	}, written)
	switch {
	case isDigits(s, 14) && validSIRET(s):
		id.Scheme, id.SIRET, id.SIREN = "siret", s, s[:9]
	case isDigits(s, 9) && luhn(s):
		id.Scheme, id.SIREN = "siren", s
	case len(s) == 13 && strings.EqualFold(s[:2], "FR") && isDigits(s[4:], 9) && luhn(s[4:]) && s[2:4] == vatKey(s[4:]):
		id.Scheme, id.SIREN = "vat", s[4:]
	default:
		return id, false
	}
	return id, true
}

func validSIRET(s string) bool {
	if !luhn(s[:9]) {
		return false
	}
	return luhn(s) || s[:9] == laPoste && digitSum(s)%5 == 0
}

func isDigits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range n {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func digitSum(s string) (sum int) {
	for i := range len(s) {
		sum += int(s[i] - '0')
	}
	return sum
}

func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// vatKey is the two-digit key of the French VAT number of a SIREN.
func vatKey(siren string) string {
	v := 0
	for i := range len(siren) {
		v = (v*10 + int(siren[i]-'0')) % 97
	}
	k := (12 + 3*v) % 97
	return string([]byte{byte('0' + k/10), byte('0' + k%10)})
}

// NewCompanyID reads an identifier for field at path and flags one that fails its check.
func (n *Notice) NewCompanyID(field, written, path string) *CompanyID {
	id, ok := ParseCompanyID(written)
	if id == nil {
		return nil
	}
	if !ok {
		n.Flag(field, FlagBadCompanyID, id.Written, path)
	}
	n.Declare(field, path)
	return id
}
