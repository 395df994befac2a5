package v110_test

import (
	"testing"

	"github.com/boamp/boamp/internal/feed/v110"
)

func TestDate(t *testing.T) {
	for s, want := range map[string]string{
		"08 FÉVRIER   2008":     "2008-02-08",
		"1er août 2008":         "2008-08-01",
		"1 er AOUT 2008":        "2008-08-01",
		"15 juil. 2008":         "2008-07-15",
		"3 déc 2010":            "2010-12-03",
		"7\u00a0mars\u00a02008": "2008-03-07",
		"8 fe\u0301vrier 2008":  "2008-02-08",
		"03/07/2007":            "2007-07-03",
		"3.7.07":                "2007-07-03",
		"2006-07-4":             "2006-07-04",
		"Date d'envoi du présent avis : 14 mars 2012.": "2012-03-14",
		"1er janvier 2007 et":                          "2007-01-01",
		"31 février 2008":                              "",
		"4 jui 2008":                                   "",
		"fin mars":                                     "",
		"du 07/03/2008 au 01/04/2008":                  "",
		"12 2008":                                      "",
	} {
		d, ok := v110.Date(s)
		if d.String() != want || ok != (want != "") {
			t.Errorf("date(%q) = %v, %v; want %q", s, d, ok, want)
		}
	}
}

func TestClock(t *testing.T) {
	for s, want := range map[string]string{
		", à 16 heures": "16:00", "à 16 h 30": "16:30", "16h30": "16:30", "avant 12 H 00": "12:00", "16 heures 45": "16:45",
		"à midi": "12:00", "à 09:15": "09:15", "entre 9 heures et 12 heures": "", "3 hier": "", "26 heures": "", "12 h 75": "",
		"à compter de la date": "", "90 jours": "",
	} {
		if got, ok := v110.Clock(s); got != want || ok != (want != "") {
			t.Errorf("clock(%q) = %q, %v; want %q", s, got, ok, want)
		}
	}
	for s, want := range map[string]bool{
		", à 16 heures": true, "avant 17 h": true, "au plus tard à 12h00": true, "(16 heures)": true,
		"à compter de la date de reception des offres": false, "les plis déposés après 16 heures seront refusés": false,
	} {
		if got := v110.StartsWithClock(s); got != want {
			t.Errorf("startsWithClock(%q) = %v", s, got)
		}
	}
}

func TestTidy(t *testing.T) {
	for s, want := range map[string]string{
		"Sarl roullot, ": "Sarl roullot", "salins les thermes.": "salins les thermes", ", ": "", ".": "", "conseil général, D.E.C.S.": "conseil général, D.E.C.S.",
		"CHAUD S.A.,": "CHAUD S.A.", "surface 7.5.": "surface 7.5", "etc...": "etc", ".des évènements": "des évènements",
	} {
		if got := v110.Tidy(s); got != want {
			t.Errorf("tidy(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestCompactDate(t *testing.T) {
	for s, want := range map[string]string{"290208": "2008-02-29", "28072006": "2006-07-28", "310208": "", "": "", "2902": "", "29020A": ""} {
		if d, ok := v110.CompactDate(s); d.String() != want || ok != (want != "") {
			t.Errorf("compactDate(%q) = %v, %v; want %q", s, d, ok, want)
		}
	}
}

func TestLotNumber(t *testing.T) {
	for s, want := range map[string]string{"3": "3", "lot n° 3": "3", "no3": "3", "Lot 12": "12", "2B": "2b", "A": "a", "2008/1036": "", "lot unique": ""} {
		if got := v110.LotNumber(s); got != want {
			t.Errorf("number of lot %q = %q, want %q", s, got, want)
		}
	}
}

func TestCriteria(t *testing.T) {
	for s, want := range map[string]int{
		"- valeur technique : 60 %- prix des prestations : 40 %":      2,
		"- prix (40 %)-  organisation (20 %)-  technique (40 %)":      3,
		"- prix - 60%-  valeur technique - 40%":                       2,
		"- prix : 60 %- délai : 30 %":                                 1, // 90
		"- prix-  délai":                                              2,
		"- valeur technique, dont 15 % de délai : 60 % - prix : 40 %": 1,
		"selon le règlement":                                          1,
	} {
		if got := v110.SplitCriteria(s); len(got) != want {
			t.Errorf("splitCriteria(%q) = %+v, want %d", s, got, want)
		}
	}
}
