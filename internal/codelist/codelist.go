// Package codelist knows the codes of the field: CPV, NUTS, departments, key words, families, natures, procedures. The
// tables are embedded; their sources and licences are in data/README.md. Codes that no list has are normal in notices: every
// lookup says whether it found something, and callers keep the code.
package codelist

import (
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
)

//go:embed data/cpv.tsv
var cpvTSV string

//go:embed data/nuts.tsv
var nutsTSV string

//go:embed data/nuts-old.tsv
var nutsOldTSV string

//go:embed data/departements.tsv
var departementsTSV string

//go:embed data/descripteurs.tsv
var descripteursTSV string

//go:embed data/subtypes.tsv
var subtypesTSV string

// rows iterates over the lines of a table, without its heading, cut into at least n columns.
func rows(tsv string, n int) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		first := true
		for line := range strings.Lines(tsv) {
			if first {
				first = false
				continue
			}
			cols := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
			for len(cols) < n {
				cols = append(cols, "")
			}
			if !yield(cols) {
				return
			}
		}
	}
}

// labels reads a table of code and label on first use.
func labels(tsv string) func() map[string]string {
	return sync.OnceValue(func() map[string]string {
		m := make(map[string]string, 512)
		for c := range rows(tsv, 2) {
			m[c[0]] = c[1]
		}
		return m
	})
}

var (
	cpvs         = labels(cpvTSV)
	nuts         = labels(nutsTSV)
	nutsOld      = labels(nutsOldTSV)
	descripteurs = labels(descripteursTSV)
)

// CPV gives the French label of an 8-digit code.
func CPV(code string) (label string, ok bool) { label, ok = cpvs()[code]; return }

// CPVs lists all codes in order.
func CPVs() []string { return sortedKeys(cpvs()) }

// NormalizeCPV cuts the check digit ("45261210-9") and blanks; ok says that 8 digits are left.
func NormalizeCPV(s string) (code string, ok bool) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "-")
	if len(s) != 8 || strings.Trim(s, "0123456789") != "" {
		return s, false
	}
	return s, true
}

// NUTS gives the label of a current NUTS code.
func NUTS(code string) (label string, ok bool) { label, ok = nuts()[code]; return }

// CurrentNUTS turns a French code of the editions 2010 and 2013 into the current one; others come back as they are.
func CurrentNUTS(code string) string {
	if now, ok := nutsOld()[code]; ok {
		return now
	}
	return code
}

// Descripteur gives the latest label of a key word of the BOAMP.
func Descripteur(code string) (label string, ok bool) { label, ok = descripteurs()[code]; return }

var descripteurCodes = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 512)
	for c := range rows(descripteursTSV, 3) {
		for _, label := range []string{c[1], c[2]} {
			if _, ok := m[label]; !ok && label != "" {
				m[label] = c[0]
			}
		}
	}
	return m
})

// DescripteurOf finds the code of a key word by its label, the latest or one of earlier years.
func DescripteurOf(label string) (code string, ok bool) { code, ok = descripteurCodes()[label]; return }

// Descripteurs lists the codes of all key words in numeric order.
func Descripteurs() []string {
	keys := sortedKeys(descripteurs())
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return keys
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Subtype is one eForms notice subtype (OPP-070).
type Subtype struct {
	Code       string
	Label      string // French
	FormType   string // BT-03
	LegalBasis string // CELEX
}

var subtypes = sync.OnceValue(func() map[string]Subtype {
	m := make(map[string]Subtype, 64)
	for c := range rows(subtypesTSV, 4) {
		m[c[0]] = Subtype{c[0], c[1], c[2], c[3]}
	}
	return m
})

// SubtypeOf finds a notice subtype.
func SubtypeOf(code string) (s Subtype, ok bool) { s, ok = subtypes()[code]; return }
