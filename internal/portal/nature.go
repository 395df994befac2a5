package portal

import (
	"strings"
	"time"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
)

// kind is what a notice is, in the portal's codes.
type kind struct{ famille, nature, sousnature string }

// fill sets every field that follows from the kind; dateparution must be set before.
func (k kind) fill(rec *notice.Record) {
	rec.NatureLibelle = label(codelist.Natures(), k.nature)
	if k.nature == "RECTIFICATIF" {
		rec.SousnatureLibelle = rec.NatureLibelle // the one value ever seen in this field
	}
	rec.NatureCategorise = given(k.category())
	if rec.NatureLibelle != nil {
		rec.NatureCategoriseLibelle = given(*rec.NatureLibelle + "/" + k.subLabel())
	}
	rec.TypeAvis = k.typeAvis(rec.Dateparution.Compare(blankEnd) < 0)
}

// category is nature_categorise: "appeloffre/standard". Only prior information has a name of its own.
func (k kind) category() string {
	nature := squeeze(k.nature)
	if k.nature == "PRE-INFORMATION" {
		nature = "information"
	}
	sub := squeeze(k.sousnature)
	if sub == "" {
		sub = "standard"
	}
	return nature + "/" + sub
}

// squeeze lowers a code and drops its separators.
func squeeze(code string) string {
	return strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(code, "_", ""), "-", ""))
}

// concession tells the notices of concessions by their sub-nature.
func (k kind) concession() bool {
	return k.sousnature == "CONCESSION" || k.sousnature == "CONCESSIONNAIRE"
}

// subLabel is the second level of nature_categorise_libelle: empty but for concessions.
func (k kind) subLabel() string {
	if k.sousnature == "CONCESSION" {
		return "Concession"
	}
	return ""
}

// blankEnd is the first day whose notices have no blank item in type_avis. The change lies between 18 March 2026, the last day
// seen with one, and 7 April 2026, the first seen without.
var blankEnd = notice.Date{Year: 2026, Month: time.April, Day: 1}

// Codes of the field type_avis; 5 and 10 are groups.
const (
	avisCalls      = "5"
	avisCall       = "1"
	avisConcession = "2"
	avisPrior      = "3"
	avisOther      = "4"
	avisResults    = "10"
	avisResult     = "6"
	avisExAnte     = "7"
	avisDSPResult  = "8"
	avisIntention  = "9"
)

// typeAvis gives the codes under which the site's search knows the notice. blank says whether the empty item of the years
// before April 2026 is there: after the calls, before the results, between group and code for prior information.
// Corrections, cancellations and modifications belong to no kind.
func (k kind) typeAvis(blank bool) []string {
	dsp := k.famille == "DSP" || k.concession()
	var list []string
	switch k.nature {
	case "APPEL_OFFRE":
		list = []string{avisCalls, avisCall}
		if dsp {
			list = append(list, avisConcession)
		}
		if blank {
			list = append(list, "")
		}
	case "PRE-INFORMATION", "PERIODIQUE":
		list = grouped(avisCalls, blank, avisPrior)
	case "PROFIL_ACHETEUR", "QUALIFICATION", "SOUS-TRAITANCE", "AUTRE":
		list = grouped(avisCalls, blank, avisOther)
	case "ATTRIBUTION":
		list = results(blank, avisResult)
		if dsp {
			list = append(list, avisDSPResult)
		}
	case "INTENTION_CONCLURE":
		list = results(blank, avisExAnte)
		if dsp {
			list = results(blank, avisIntention)
		}
	}
	return list
}

func grouped(group string, blank bool, code string) []string {
	if blank {
		return []string{group, "", code}
	}
	return []string{group, code}
}

func results(blank bool, code string) []string {
	if blank {
		return []string{"", avisResults, code}
	}
	return []string{avisResults, code}
}
