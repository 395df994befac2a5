package codelist

import (
	"slices"
	"strings"
	"sync"
)

// Region is a region with its departments.
type Region struct {
	Code         string // INSEE: "52"
	Label        string
	Departements []string // codes as the BOAMP's data set writes them, in the order of the INSEE
}

var regions = sync.OnceValue(func() []Region {
	var list []Region
	for _, d := range departements() {
		i := slices.IndexFunc(list, func(r Region) bool { return r.Code == d.Region })
		switch {
		case d.Region == "":
		case i < 0:
			list = append(list, Region{Code: d.Region, Label: d.RegionName, Departements: []string{d.Code}})
		default:
			list[i].Departements = append(list[i].Departements, d.Code)
		}
	}
	slices.SortFunc(list, func(a, b Region) int { return strings.Compare(a.Code, b.Code) })
	return list
})

// Regions lists all regions by code.
func Regions() []Region { return slices.Clone(regions()) }

// RegionOf finds a region by its code, with or without the leading zero, or by its label in any case.
func RegionOf(s string) (r Region, ok bool) {
	s = strings.TrimSpace(s)
	for _, r := range regions() {
		if r.Code == s || strings.TrimLeft(r.Code, "0") == s || strings.EqualFold(r.Label, s) {
			return r, true
		}
	}
	return r, false
}

// FormerNUTS lists the codes of earlier editions whose current code is that of code or below it and that do not begin with it, in
// order.
func FormerNUTS(code string) []string {
	var list []string
	for old, now := range nutsOld() {
		if strings.HasPrefix(now, code) && !strings.HasPrefix(old, code) {
			list = append(list, old)
		}
	}
	slices.Sort(list)
	return list
}

// NUTSCodes lists all current codes in order.
func NUTSCodes() []string { return sortedKeys(nuts()) }

// CPVPrefix gives the digits that the codes below a CPV code begin with: without check digit, blanks and the zeros at its end, at least
// two ("45000000-7" and "45" give "45"). ok is false when s is no code or piece of one.
func CPVPrefix(s string) (prefix string, ok bool) {
	code, full := NormalizeCPV(s)
	if len(code) < 2 || len(code) > 8 || strings.Trim(code, "0123456789") != "" {
		return "", false
	}
	if full {
		code = code[:2] + strings.TrimRight(code[2:], "0")
	}
	return code, true
}
