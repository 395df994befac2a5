package notice

import "regexp"

// maxID is the length of the longest identity. The identity of an eForms notice, a UUID and its version, has 39 bytes.
const maxID = 64

// ValidID reports whether s can be the identity of a notice: it stands in addresses, file names and the journal, so it is
// made of up to 64 ASCII letters, digits, '-' and '_', and begins with a letter or digit.
func ValidID(s string) bool {
	if s == "" || len(s) > maxID {
		return false
	}
	for i := range len(s) {
		c := s[i]
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alnum && (i == 0 || c != '-' && c != '_') {
			return false
		}
	}
	return true
}

var idweb = regexp.MustCompile(`^(?:\d{2}-\d{1,7}|B[WX]P[0-9A-Z]{10,14})$`)

// IsIdweb reports whether s has one of the two forms that the BOAMP gives its numbers: year of registration and number
// ("24-12345"), and that of the years before 2007 ("BWP06242031044Z"). What a field for it holds may have another form and be
// an identity all the same: see ValidID.
func IsIdweb(s string) bool { return idweb.MatchString(s) }
