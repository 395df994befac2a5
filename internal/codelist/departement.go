package codelist

import (
	"slices"
	"strings"
	"sync"
)

// Departement is a department or overseas collectivity.
type Departement struct {
	Code       string // as the BOAMP's data set writes it: "1", "20A", "974", "99" for abroad
	INSEE      string // "01", "2A", "974"; "" for abroad
	Label      string
	Region     string // INSEE code of the region, "" outside the regions
	RegionName string // "" outside the regions
	NUTS3      string
}

var departements = sync.OnceValue(func() []Departement {
	var list []Departement
	for c := range rows(departementsTSV, 9) {
		list = append(list, Departement{Code: c[1], INSEE: c[0], Label: c[2], Region: c[3], RegionName: c[4], NUTS3: c[5]})
	}
	return list
})

var departementIndex = sync.OnceValue(func() map[string]Departement {
	m := make(map[string]Departement, 512)
	for _, d := range departements() {
		m[d.Code] = d
		if d.INSEE != "" {
			m[d.INSEE] = d
		}
	}
	return m
})

// Departements lists all departments in the order of the INSEE.
func Departements() []Departement { return slices.Clone(departements()) }

// DepartementOf finds a department by any of its usual codes: "1", "01", "2A", "2a", "20A", "974".
func DepartementOf(code string) (d Departement, ok bool) {
	d, ok = departementIndex()[strings.ToUpper(strings.TrimSpace(code))]
	return
}

var departementLabels = sync.OnceValue(func() map[string]Departement {
	m := make(map[string]Departement, 128)
	for _, d := range departements() {
		m[strings.ToLower(d.Label)] = d
	}
	return m
})

// DepartementNamed finds a department by its label, in any case: "Gironde", "SEINE-MARITIME".
func DepartementNamed(label string) (d Departement, ok bool) {
	d, ok = departementLabels()[strings.ToLower(strings.TrimSpace(label))]
	return
}

// StripZero removes one leading zero, as the data set does with the codes of documents ("06" becomes "6").
func StripZero(code string) string {
	if len(code) > 1 && code[0] == '0' {
		return code[1:]
	}
	return code
}

var departementNUTS = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 128)
	for _, d := range departements() {
		if d.NUTS3 != "" {
			m[d.NUTS3] = d.Code
		}
	}
	return m
})

// DepartementOfNUTS gives the BOAMP code of the department that a NUTS 3 code of any edition stands for, "" for others.
func DepartementOfNUTS(code string) string {
	return departementNUTS()[CurrentNUTS(strings.TrimSpace(code))]
}

// DepartementOfPostcode gives the BOAMP code of the department of a French postcode, "" when it is none.
func DepartementOfPostcode(cp string) string {
	cp = strings.ReplaceAll(strings.TrimSpace(cp), " ", "")
	if len(cp) != 5 || strings.Trim(cp, "0123456789") != "" {
		return ""
	}
	code := cp[:2]
	switch {
	case cp == "97133":
		code = "977" // Saint-Barthélemy kept a postcode of Guadeloupe
	case cp == "97150":
		code = "978" // Saint-Martin too
	case cp[:3] == "977" || cp[:3] == "978":
		code = "974" // Cedex codes of La Réunion: the two collectivities with these numbers kept codes of Guadeloupe
	case code == "97" || code == "98":
		code = cp[:3]
	case code == "20" && strings.IndexByte("01357", cp[2]) >= 0:
		code = "20A" // 200 and 201 are its own, 203 and 207 Cedex codes of Ajaccio, 205 of Porto-Vecchio
	case code == "20":
		code = "20B"
	}
	if d, ok := DepartementOf(code); ok {
		return d.Code
	}
	return ""
}
