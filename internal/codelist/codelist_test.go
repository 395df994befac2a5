package codelist_test

import (
	"testing"

	"github.com/boamp/boamp/internal/codelist"
)

func TestDepartementOfPostcode(t *testing.T) {
	for cp, want := range map[string]string{
		"01000": "1", "44000": "44", "20000": "20A", "20137": "20A", "20200": "20B", "20620": "20B", "20304": "20A", "20410": "20B", "20537": "20A", "97133": "977", "97150": "978",
		"97400": "974", "97801": "974", "97744": "974", "98800": "988", "75 015": "75", "1000": "", "ABCDE": "", "99999": "99", "00000": "",
	} {
		if got := codelist.DepartementOfPostcode(cp); got != want {
			t.Errorf("DepartementOfPostcode(%q) = %q, want %q", cp, got, want)
		}
	}
}

func TestDepartementOf(t *testing.T) {
	for code, want := range map[string]string{"1": "1", "01": "1", "2a": "20A", "2A": "20A", "20B": "20B", "974": "974", "99": "99"} {
		if d, ok := codelist.DepartementOf(code); !ok || d.Code != want {
			t.Errorf("DepartementOf(%q) = %q, %v; want %q", code, d.Code, ok, want)
		}
	}
	if _, ok := codelist.DepartementOf("96"); ok {
		t.Error("department 96 does not exist")
	}
	if n := len(codelist.Departements()); n != 108 {
		t.Errorf("%d departments, want 108", n)
	}
}

func TestNUTS(t *testing.T) {
	for code, want := range map[string]string{"FR101": "75", "FRL04": "13", "FR824": "13", "FRK2": "", "FR": "", "DE300": ""} {
		if got := codelist.DepartementOfNUTS(code); got != want {
			t.Errorf("DepartementOfNUTS(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestCPV(t *testing.T) {
	if label, ok := codelist.CPV("45000000"); !ok || label == "" {
		t.Error("CPV 45000000 has no label")
	}
	if code, ok := codelist.NormalizeCPV(" 45261210-9"); !ok || code != "45261210" {
		t.Errorf("NormalizeCPV = %q, %v", code, ok)
	}
	if _, ok := codelist.NormalizeCPV("4526121"); ok {
		t.Error("seven digits are no CPV code")
	}
	if n := len(codelist.CPVs()); n != 9454 {
		t.Errorf("%d CPV codes, want 9454", n)
	}
	if s, ok := codelist.SubtypeOf("16"); !ok || s.FormType != "competition" || s.LegalBasis != "32014L0024" {
		t.Errorf("SubtypeOf(16) = %+v, %v", s, ok)
	}
}

func TestDescripteurOf(t *testing.T) {
	for label, want := range map[string]string{
		"Electricité (travaux)": "105", "Electricité": "105", "Mobilier extérieur": "231", "Mobilier urbain": "231", "Etude": "118",
	} {
		if code, ok := codelist.DescripteurOf(label); !ok || code != want {
			t.Errorf("DescripteurOf(%q) = %q, %v, want %q", label, code, ok, want)
		}
	}
	for _, label := range []string{"", "Sel de mer"} {
		if code, ok := codelist.DescripteurOf(label); ok {
			t.Errorf("DescripteurOf(%q) = %q", label, code)
		}
	}
	for _, code := range codelist.Descripteurs() {
		label, _ := codelist.Descripteur(code)
		if back, _ := codelist.DescripteurOf(label); back != code {
			t.Errorf("label %q of %s belongs to %s", label, code, back)
		}
	}
}

func TestDepartementNamed(t *testing.T) {
	for label, want := range map[string]string{"Rhône": "69", "RHÔNE ": "69", "seine-maritime": "76", "Corse-du-Sud": "20A", "Lyon": "", "": ""} {
		if d, ok := codelist.DepartementNamed(label); d.Code != want || ok != (want != "") {
			t.Errorf("DepartementNamed(%q) = %q, %v, want %q", label, d.Code, ok, want)
		}
	}
}

func TestTypesAvis(t *testing.T) {
	groups := map[string]int{}
	for _, a := range codelist.TypesAvis() {
		if a.Code == "" || a.Label == "" {
			t.Errorf("type_avis %+v is not complete", a)
		}
		groups[a.Group]++
	}
	if groups[""] != 2 || groups["5"] != 4 || groups["10"] != 4 {
		t.Errorf("groups of type_avis hold %v, want two groups of four", groups)
	}
}

func TestRegions(t *testing.T) {
	regions := map[string]string{}
	outside := 0
	for _, d := range codelist.Departements() {
		if (d.Region == "") != (d.RegionName == "") {
			t.Errorf("department %s has region %q named %q", d.Code, d.Region, d.RegionName)
		}
		if d.Region == "" {
			outside++
		} else if name, ok := regions[d.Region]; ok && name != d.RegionName {
			t.Errorf("region %s has the names %q and %q", d.Region, name, d.RegionName)
		} else {
			regions[d.Region] = d.RegionName
		}
	}
	if len(regions) != 18 || outside != 7 {
		t.Errorf("%d regions and %d departments outside of them, want 18 and 7", len(regions), outside)
	}
}
